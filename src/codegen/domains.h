// codegen: the constants each string slot is compared with, numbered.
//
// A domain has the texts that `is` and `in` (strings) or `has` (sets of strings) compare a value with, in byte order:
// ordinal 2 + position. Equal domains are one. Every enum has a domain of its own: spelling -> 2 + index.
#ifndef WARD_SRC_CODEGEN_DOMAINS_H_
#define WARD_SRC_CODEGEN_DOMAINS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bytecode/image.h"
#include "ir/ir.h"
#include "lookup/string_domain.h"

namespace ward::codegen {

struct DomainText {
  std::string text;
  std::uint32_t ordinal = 0;
};

class Domains {
 public:
  explicit Domains(const ir::Program& program);

  // Of `domains`; kNone for values that have none.
  [[nodiscard]] std::uint32_t OfValue(ir::ValueId value) const { return OfKey(KeyOf(value)); }
  [[nodiscard]] std::uint32_t OfInput(ir::InputId input) const { return OfKey(input.value()); }
  [[nodiscard]] std::uint32_t OfEnum(ir::EnumId id) const { return enum_domains_[id.index()]; }
  [[nodiscard]] std::uint32_t OrdinalLimit(std::uint32_t domain) const { return domains_[domain].ordinal_limit(); }
  // Requires: the atom's constants were seen, so `text` is in the value's domain.
  [[nodiscard]] std::uint32_t Ordinal(ir::ValueId value, const std::string& text) const;
  // A domain that is none of a slot: names of operations, actions. Texts must differ.
  std::uint32_t Add(std::span<const DomainText> texts);
  std::uint32_t Add(const lookup::StringDomainData& built);

  [[nodiscard]] const std::vector<bytecode::Domain>& domains() const { return domains_; }
  [[nodiscard]] const std::vector<bytecode::DomainEntry>& entries() const { return entries_; }
  [[nodiscard]] const std::vector<std::uint16_t>& pilots() const { return pilots_; }
  [[nodiscard]] const std::vector<std::uint8_t>& tails() const { return tails_; }

 private:
  // Values that fill the same slot have the same key.
  [[nodiscard]] std::uint32_t KeyOf(ir::ValueId value) const;
  [[nodiscard]] std::uint32_t OfKey(std::uint32_t key) const;

  const ir::Program& program_;
  std::map<std::uint32_t, std::vector<std::string>> texts_;  // by key, sorted
  std::map<std::uint32_t, std::uint32_t> value_domains_;     // by key
  std::vector<std::uint32_t> enum_domains_;
  std::vector<bytecode::Domain> domains_;
  std::vector<bytecode::DomainEntry> entries_;
  std::vector<std::uint16_t> pilots_;
  std::vector<std::uint8_t> tails_;
};

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_DOMAINS_H_
