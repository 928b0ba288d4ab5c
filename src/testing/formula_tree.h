// testing: a rule's formula as its author reads it, and which rows together make it true or false.
//
// Leaves are the tests that an explanation of the rule tells, in that order (engine/explain.cc): what one text says is one
// leaf. What makes single leaves true or false is known by having tried it; a row for the whole formula is put together
// from these, as strong Kleene logic allows: all children of an `and`, or one of an `or`, and the other way for false.
#ifndef WARD_SRC_TESTING_FORMULA_TREE_H_
#define WARD_SRC_TESTING_FORMULA_TREE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "ir/ir.h"
#include "testing/generated_file.h"
#include "ward/decision.h"

namespace ward::testing {

struct FormulaTree {
  enum class Kind : std::uint8_t { kLeaf, kFixed, kAnd, kOr };
  Kind kind = Kind::kFixed;
  // kLeaf: into the explanation's tests, what it is made of, and whether its text says the opposite of what counts.
  std::size_t told = 0;
  std::vector<ir::TestId> tests;
  bool turned = false;
  std::vector<FormulaTree> children;  // kAnd, kOr
};

struct RuleFormula {
  FormulaTree tree;
  std::size_t told_count = 0;  // how many tests an explanation of it has
};
[[nodiscard]] RuleFormula FormulaOf(const ir::Program& program, ir::NodeId root);

// All leaves, from left to right.
[[nodiscard]] std::vector<const FormulaTree*> LeavesOf(const FormulaTree& tree);

// What was seen to make the tests of one rule true and false.
class LeafWitnesses {
 public:
  explicit LeafWitnesses(std::size_t told_count) : rows_(told_count) {}

  // Keeps the rows with the fewest cells.
  void Add(std::size_t told, bool text_is_true, const Row& row);
  [[nodiscard]] const std::vector<Row>& Of(const FormulaTree& leaf, bool truth) const {
    return rows_[leaf.told][truth != leaf.turned ? 1U : 0U];
  }

 private:
  std::vector<std::array<std::vector<Row>, 2>> rows_;
};

// The cells of both; nothing if they contradict each other.
[[nodiscard]] std::optional<Row> Joined(const Row& a, const Row& b);

// Rows that should give the formula this truth, those with the fewest cells first. To be tried: two leaves may look at the
// same thing. A bounded choice.
[[nodiscard]] std::vector<Row> RowsFor(const FormulaTree& tree, bool truth, const LeafWitnesses& seen);

// The first leaf that is in the way: nothing tried gave it the truth that the formula needs. Null: there is none.
[[nodiscard]] const FormulaTree* Obstacle(const FormulaTree& tree, bool truth, const LeafWitnesses& seen);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_FORMULA_TREE_H_
