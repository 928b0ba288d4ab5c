// codegen: up to 64 terms as rows of words.
#ifndef WARD_SRC_CODEGEN_LEAF_BUILDER_H_
#define WARD_SRC_CODEGEN_LEAF_BUILDER_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "bytecode/image.h"
#include "codegen/code.h"
#include "codegen/pools.h"
#include "codegen/terms.h"

namespace ward::codegen {

struct IndexTerm {
  Term literals;
  std::uint32_t rule = 0;  // with kAnswers401
};

inline constexpr std::size_t kLeafTermsMax = 64;

class LeafBuilder {
 public:
  // Borrows both; the code is frozen.
  LeafBuilder(const std::vector<Literal>& literals, const Code& code) : literals_(literals), code_(code) {}

  struct Placed {
    std::uint32_t node = bytecode::kNoNode;
    std::uint32_t words = 0;
  };
  // Requires: 1 .. 64 terms.
  [[nodiscard]] Placed Build(std::span<const IndexTerm> terms, bool counts_doubt);

  // Open-addressed pairs (ordinal, value) with at least a free one; at most two thirds full. Values are not 0.
  // `first` and `count` (pairs) are of keys().
  [[nodiscard]] bytecode::Range AddPairs(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs);

  [[nodiscard]] const std::vector<bytecode::Leaf>& leaves() const { return leaves_; }
  [[nodiscard]] const std::vector<bytecode::Row>& rows() const { return rows_.items(); }
  [[nodiscard]] const std::vector<std::uint64_t>& words() const { return words_.items(); }
  [[nodiscard]] const std::vector<std::int64_t>& cuts() const { return cuts_.items(); }
  [[nodiscard]] const std::vector<std::uint32_t>& keys() const { return keys_.items(); }

 private:
  // Literals of one leaf that look at the same class.
  struct Column {
    bytecode::RowMode mode = bytecode::RowMode::kDense;
    std::uint32_t slot = 0;
    std::uint32_t member = 0;
    std::vector<std::pair<std::uint32_t, LiteralCode>> uses;  // term, literal
    std::uint64_t mentions = 0;
  };
  // One row's words, the one before class 0 first, and where its classes are looked up.
  struct Draft {
    std::vector<std::uint64_t> words;
    bytecode::Range lookup{0, 0};
  };

  [[nodiscard]] std::vector<Column> Columns(std::span<const IndexTerm> terms) const;
  [[nodiscard]] Draft DraftRow(const Column& column, std::uint64_t all, bool counts_doubt);
  void DraftOrdinals(const Column& column, std::uint64_t all, Draft& draft, bool dense);
  void DraftInterval(const Column& column, std::uint64_t all, Draft& draft);
  [[nodiscard]] std::vector<std::uint32_t> UsedOrdinals(const Column& column) const;
  [[nodiscard]] std::uint64_t WordAt(const Column& column, std::uint64_t all, std::int64_t value) const;

  const std::vector<Literal>& literals_;
  const Code& code_;
  std::vector<bytecode::Leaf> leaves_;
  std::unordered_map<std::string, std::uint32_t> shapes_;
  std::unordered_map<std::string, Placed> known_;  // by the literals of the terms
  ListPool<bytecode::Row> rows_;
  ListPool<std::uint64_t> words_;
  ListPool<std::int64_t> cuts_;
  ListPool<std::uint32_t> keys_;
};

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_LEAF_BUILDER_H_
