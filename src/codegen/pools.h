// codegen: the shared pools of a bundle under construction: text, constants, operand lists, source places.
//
// Everything equal is stored once, in the order in which it was first asked for, so that the same program gives the
// same bytes. Used by one thread; the product is read by write.cc at the end.
#ifndef WARD_SRC_CODEGEN_POOLS_H_
#define WARD_SRC_CODEGEN_POOLS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/source.h"
#include "bytecode/image.h"
#include "ir/ir.h"
#include "lookup/prefix_table.h"

namespace ward::codegen {

inline constexpr std::uint32_t kNone = bytecode::kNone;

[[nodiscard]] inline std::uint32_t Size32(std::size_t size) {
  WARD_CHECK(size < kNone);
  return static_cast<std::uint32_t>(size);
}

// A list of numbers kept once: the same content gives the same range.
template <typename T>
class ListPool {
 public:
  [[nodiscard]] bytecode::Range Add(std::span<const T> list) {
    if (list.empty()) return {0, 0};
    const std::string key(reinterpret_cast<const char*>(list.data()), list.size_bytes());
    const auto [found, fresh] = places_.try_emplace(key, Size32(items_.size()));
    if (fresh) items_.insert(items_.end(), list.begin(), list.end());
    return {found->second, Size32(list.size())};
  }
  [[nodiscard]] const std::vector<T>& items() const { return items_; }

 private:
  std::vector<T> items_;
  std::unordered_map<std::string, std::uint32_t> places_;
};

class Pools {
 public:
  // Borrows both.
  Pools(const ir::Program& program, const base::SourceMap& sources);

  bytecode::Text Text(std::string_view text);
  // Of `texts`.
  bytecode::Range Texts(std::span<const std::string> list);
  bytecode::Place Place(base::Span span);
  bytecode::Range Operands(std::span<const std::uint32_t> list) { return operands_.Add(list); }

  std::uint32_t Constant(ir::ConstantId id);
  // A number of that type; for bounds.
  std::uint32_t Number(ward::ValueType type, ir::EnumId enumeration, std::int64_t number);
  // Of prefix_sets: whether an address is inside one of `list` (constants of type cidr).
  std::uint32_t PrefixSet(const std::vector<ir::ConstantId>& list);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<bytecode::Text>& texts() const { return texts_; }
  [[nodiscard]] const std::vector<bytecode::Text>& files() const { return files_; }
  [[nodiscard]] const std::vector<std::uint32_t>& operands() const { return operands_.items(); }
  [[nodiscard]] const std::vector<bytecode::Constant>& constants() const { return constants_; }
  [[nodiscard]] const std::vector<bytecode::Prefix>& prefixes() const { return prefixes_; }
  [[nodiscard]] const std::vector<lookup::PrefixTableData>& prefix_sets() const { return prefix_sets_; }

 private:
  [[nodiscard]] bytecode::Range Payload(const ir::Constant& constant);

  const ir::Program& program_;
  const base::SourceMap& sources_;
  std::string text_;
  std::unordered_map<std::string, bytecode::Text> text_places_;
  std::vector<bytecode::Text> texts_;
  std::unordered_map<std::string, bytecode::Range> text_lists_;
  std::vector<bytecode::Text> files_;
  std::vector<std::uint32_t> file_numbers_;
  ListPool<std::uint32_t> operands_;
  std::vector<bytecode::Constant> constants_;
  std::vector<std::uint32_t> constant_numbers_;  // by ConstantId
  std::map<std::tuple<ward::ValueType, std::uint32_t, std::int64_t>, std::uint32_t> number_constants_;
  std::vector<bytecode::Prefix> prefixes_;
  std::vector<lookup::PrefixTableData> prefix_sets_;
  std::map<std::vector<ir::ConstantId>, std::uint32_t> prefix_set_numbers_;
};

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_POOLS_H_
