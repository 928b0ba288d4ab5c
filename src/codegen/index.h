// codegen: terms to nodes: leaves, splits and lists (ARCHITECTURE 2.5).
//
// Up to 64 terms are one leaf. More are split by the slot that most of them fix by `is` or `in`; what fixes nothing is
// a list of leaves. Nodes that differ only in rules are one node. Which is built where: leaf_builder.cc makes the rows
// of a leaf, index.cc decides between the nodes.
#ifndef WARD_SRC_CODEGEN_INDEX_H_
#define WARD_SRC_CODEGEN_INDEX_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bytecode/image.h"
#include "codegen/code.h"
#include "codegen/leaf_builder.h"
#include "codegen/terms.h"

namespace ward::codegen {

class IndexBuilder {
 public:
  // Borrows both; the code is frozen.
  IndexBuilder(const std::vector<Literal>& literals, const Code& code) : literals_(literals), leaves_(literals, code) {}

  // One group of at least one term. Bounds are left at 0 for the caller.
  [[nodiscard]] bytecode::Group Build(bytecode::GroupKind kind, bool tells, std::vector<IndexTerm> terms);

  [[nodiscard]] const LeafBuilder& leaves() const { return leaves_; }
  [[nodiscard]] const std::vector<bytecode::Branch>& branches() const { return branches_; }
  [[nodiscard]] const std::vector<bytecode::Child>& children() const { return children_; }
  // Of splits and rows.
  [[nodiscard]] const std::vector<std::uint32_t>& keys() const { return leaves_.keys(); }
  [[nodiscard]] const std::vector<std::uint32_t>& rule_refs() const { return rule_refs_; }

 private:
  // A node that is not placed yet: its rules count from its own first.
  struct Built {
    std::uint32_t node = bytecode::kNoNode;
    std::uint32_t words = 0;
    std::vector<std::uint32_t> rules;
  };
  // What all nodes of one group have in common.
  struct Manner {
    bool counts_doubt = false;
    bool merges = false;  // of terms that doubt makes equal, only the best rank matters
  };

  [[nodiscard]] Built Build(std::vector<IndexTerm> terms, Manner manner, std::uint32_t depth);
  [[nodiscard]] Built BuildLeaf(std::vector<IndexTerm> terms, Manner manner);
  [[nodiscard]] Built BuildList(std::vector<IndexTerm> terms, Manner manner);
  [[nodiscard]] Built BuildSplit(const std::vector<IndexTerm>& terms, std::uint32_t slot, Manner manner,
                                 std::uint32_t depth);
  [[nodiscard]] std::uint32_t ChooseSlot(const std::vector<IndexTerm>& terms) const;
  // The literal by which a term fixes the slot, or the doubt literal if none does.
  [[nodiscard]] LiteralCode KeyOf(const IndexTerm& term, std::uint32_t slot) const;
  [[nodiscard]] Term Without(const Term& term, std::uint32_t slot) const;
  // Whether every ordinal literal of the term on the slot holds for the ordinal.
  [[nodiscard]] bool Allows(const Term& term, std::uint32_t slot, std::uint32_t ordinal) const;
  [[nodiscard]] bytecode::Range AddChildren(const std::vector<std::pair<std::uint32_t, bytecode::Child>>& by_ordinal,
                                            bytecode::Range& keys);
  [[nodiscard]] std::uint32_t AddBranch(const bytecode::Branch& branch);

  const std::vector<Literal>& literals_;
  LeafBuilder leaves_;
  std::vector<bytecode::Branch> branches_;
  std::unordered_map<std::string, std::uint32_t> branch_numbers_;
  std::vector<bytecode::Child> children_;
  std::unordered_map<std::string, std::uint32_t> child_lists_;
  std::vector<std::uint32_t> rule_refs_;
};

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_INDEX_H_
