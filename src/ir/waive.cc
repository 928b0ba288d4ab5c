#include "ir/waive.h"

#include <cstdint>
#include <utility>

namespace ward::ir {

bool WaivedTruth(RuleKind kind, Clause clause) {
  switch (kind) {
    case RuleKind::kAllow:
      return clause == Clause::kUnless;
    case RuleKind::kDeny:
      return clause == Clause::kRequire;
    case RuleKind::kOn:
      return clause == Clause::kWhen;
  }
  return false;
}

NodeId Waiver::Waive(NodeId formula, RuleKind kind) {
  std::vector<NodeId>& known = known_[static_cast<std::size_t>(kind)];
  if (known.size() <= formula.index()) known.resize(builder_.program().nodes.size());
  if (known[formula.index()].has_value()) return known[formula.index()];
  const Program& program = builder_.program();
  const Node node = program.nodes[formula.index()];
  NodeId result = formula;
  if (node.kind == NodeKind::kTest || ((node.kind == NodeKind::kTrue || node.kind == NodeKind::kFalse) && node.test)) {
    const Test& test = program.tests[node.test.index()];
    if (test.identity) {
      // `unless` and `require` stand negated in the formula of a rule.
      const bool joined_negated = test.clause != Clause::kWhen;
      const bool truth = WaivedTruth(kind, test.clause) != joined_negated;
      result = truth ? builder_.AddTrue(node.test) : builder_.AddFalse(node.test);
    }
  } else if (node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr) {
    std::vector<NodeId> parts;
    bool changed = false;
    for (std::uint32_t i = 0; i < node.child_count; ++i) {
      const NodeId child = program.children[node.first_child + i];
      parts.push_back(Waive(child, kind));
      changed = changed || parts.back() != child;
    }
    if (changed) result = node.kind == NodeKind::kAnd ? builder_.AddAnd(parts) : builder_.AddOr(parts);
  }
  known_[static_cast<std::size_t>(kind)][formula.index()] = result;
  return result;
}

std::vector<TestId> Waiver::WaivedTests(NodeId formula) {
  const Program& program = builder_.program();
  last_seen_.resize(program.nodes.size(), 0);
  ++call_;
  std::vector<TestId> found;
  std::vector<NodeId> pending = {formula};
  while (!pending.empty()) {
    const NodeId at = pending.back();
    pending.pop_back();
    if (std::exchange(last_seen_[at.index()], call_) == call_) continue;
    const Node& node = program.nodes[at.index()];
    if (node.test.has_value() && program.tests[node.test.index()].identity) found.push_back(node.test);
    for (std::uint32_t i = 0; i < node.child_count; ++i) pending.push_back(program.children[node.first_child + i]);
  }
  return found;
}

}  // namespace ward::ir
