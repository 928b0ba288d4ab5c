#include "testing/formula_tree.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ward::testing {
namespace {

constexpr std::size_t kLeafWitnessesMax = 8;  // of one truth of one leaf
constexpr std::size_t kRowsMax = 48;          // kept of a part of a formula

bool SameText(const std::vector<ir::Replacement>& a, const std::vector<ir::Replacement>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ir::Replacement& x, const ir::Replacement& y) {
    return x.span == y.span && x.by == y.by && SameText(x.within, y.within);
  });
}

class TreeBuilder {
 public:
  explicit TreeBuilder(const ir::Program& program) : program_(program) {}

  // What tells nothing (a constant without a text) has no told tests.
  FormulaTree Build(ir::NodeId id) {
    const ir::Node& node = program_.nodes[id.index()];
    FormulaTree tree;
    switch (node.kind) {
      case ir::NodeKind::kTrue:
      case ir::NodeKind::kFalse:
        if (node.test.has_value()) tree.tests.push_back(node.test);
        return tree;
      case ir::NodeKind::kTest: {
        const ir::Test& test = program_.tests[node.test.index()];
        tree.kind = FormulaTree::Kind::kLeaf;
        tree.tests.push_back(node.test);
        tree.turned = test.negated != test.written_negated;
        return tree;
      }
      case ir::NodeKind::kAnd:
      case ir::NodeKind::kOr:
        break;
    }
    tree.kind = node.kind == ir::NodeKind::kAnd ? FormulaTree::Kind::kAnd : FormulaTree::Kind::kOr;
    for (std::uint32_t i = 0; i < node.child_count; ++i) {
      FormulaTree child = Build(program_.children[node.first_child + i]);
      FormulaTree* last = tree.children.empty() ? nullptr : &tree.children.back();
      if (last != nullptr && IsOneText(*last, child)) {
        last->tests.insert(last->tests.end(), child.tests.begin(), child.tests.end());
      } else {
        tree.children.push_back(std::move(child));
      }
    }
    if (tree.children.size() == 1) return FormulaTree(std::move(tree.children.front()));
    return tree;
  }

  std::size_t Number(FormulaTree& tree, std::size_t next) {
    if (!tree.tests.empty()) tree.told = next++;
    for (FormulaTree& child : tree.children) next = Number(child, next);
    return next;
  }

 private:
  bool IsOneText(const FormulaTree& a, const FormulaTree& b) const {
    if (a.kind != FormulaTree::Kind::kLeaf || b.kind != FormulaTree::Kind::kLeaf) return false;
    const ir::Test& left = program_.tests[a.tests.front().index()];
    const ir::Test& right = program_.tests[b.tests.front().index()];
    return left.span == right.span && left.clause == right.clause && SameText(left.replacements, right.replacements);
  }

  const ir::Program& program_;
};

void AddLeaves(const FormulaTree& tree, std::vector<const FormulaTree*>& leaves) {
  if (tree.kind == FormulaTree::Kind::kLeaf) leaves.push_back(&tree);
  for (const FormulaTree& child : tree.children) AddLeaves(child, leaves);
}

void KeepSmallest(std::vector<Row>& rows, std::size_t count) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.size() < b.size(); });
  std::vector<Row> kept;
  for (Row& row : rows) {
    if (kept.size() == count) break;
    if (std::find(kept.begin(), kept.end(), row) == kept.end()) kept.push_back(std::move(row));
  }
  rows = std::move(kept);
}

bool NeedsAll(const FormulaTree& tree, bool truth) { return (tree.kind == FormulaTree::Kind::kAnd) == truth; }

}  // namespace

RuleFormula FormulaOf(const ir::Program& program, ir::NodeId root) {
  TreeBuilder builder(program);
  RuleFormula formula;
  formula.tree = builder.Build(root);
  formula.told_count = builder.Number(formula.tree, 0);
  return formula;
}

std::vector<const FormulaTree*> LeavesOf(const FormulaTree& tree) {
  std::vector<const FormulaTree*> leaves;
  AddLeaves(tree, leaves);
  return leaves;
}

void LeafWitnesses::Add(std::size_t told, bool text_is_true, const Row& row) {
  std::vector<Row>& rows = rows_[told][text_is_true ? 1U : 0U];
  const auto larger =
      std::find_if(rows.begin(), rows.end(), [&row](const Row& known) { return known.size() > row.size(); });
  if (rows.size() == kLeafWitnessesMax && larger == rows.end()) return;
  if (std::find(rows.begin(), rows.end(), row) != rows.end()) return;
  rows.insert(larger, row);
  if (rows.size() > kLeafWitnessesMax) rows.pop_back();
}

std::optional<Row> Joined(const Row& a, const Row& b) {
  Row joined = a;
  for (const auto& [column, cell] : b) {
    const auto [known, added] = joined.emplace(column, cell);
    if (!added && known->second != cell) return std::nullopt;
  }
  return joined;
}

std::vector<Row> RowsFor(const FormulaTree& tree, bool truth, const LeafWitnesses& seen) {
  if (tree.kind == FormulaTree::Kind::kLeaf) return seen.Of(tree, truth);
  // Whether a constant is what is wanted, the engine says.
  if (tree.kind == FormulaTree::Kind::kFixed) return {Row()};
  std::vector<Row> rows;
  if (!NeedsAll(tree, truth)) {
    for (const FormulaTree& child : tree.children) {
      std::vector<Row> more = RowsFor(child, truth, seen);
      std::move(more.begin(), more.end(), std::back_inserter(rows));
    }
    KeepSmallest(rows, kRowsMax);
    return rows;
  }
  rows.emplace_back();
  for (const FormulaTree& child : tree.children) {
    std::vector<Row> joined;
    for (const Row& more : RowsFor(child, truth, seen)) {
      for (const Row& row : rows) {
        if (std::optional<Row> both = Joined(row, more)) joined.push_back(*std::move(both));
      }
    }
    KeepSmallest(joined, kRowsMax);
    rows = std::move(joined);
  }
  return rows;
}

const FormulaTree* Obstacle(const FormulaTree& tree, bool truth, const LeafWitnesses& seen) {
  if (tree.kind == FormulaTree::Kind::kLeaf) return seen.Of(tree, truth).empty() ? &tree : nullptr;
  const FormulaTree* first = nullptr;
  for (const FormulaTree& child : tree.children) {
    const FormulaTree* obstacle = Obstacle(child, truth, seen);
    if (NeedsAll(tree, truth) == (obstacle != nullptr)) return obstacle;
    if (first == nullptr) first = obstacle;
  }
  return first;
}

}  // namespace ward::testing
