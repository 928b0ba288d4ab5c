// lint: what the formulas of rules look at, whatever they answer.
#ifndef WARD_SRC_LINT_FORMULAS_H_
#define WARD_SRC_LINT_FORMULAS_H_

#include <cstdint>
#include <vector>

#include "ir/ir.h"

namespace ward::lint {

// For each node: is there a test in it that `chosen(const ir::Test&)`?
template <typename Chosen>
[[nodiscard]] std::vector<bool> NodesWith(const ir::Program& program, const Chosen& chosen) {
  std::vector<bool> with(program.nodes.size(), false);
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    const ir::Node& node = program.nodes[i];
    if (node.test.has_value() && chosen(program.tests[node.test.index()])) with[i] = true;
    // Children come before their parents.
    for (std::uint32_t c = 0; c < node.child_count; ++c) {
      if (with[program.children[node.first_child + c].index()]) with[i] = true;
    }
  }
  return with;
}

// For each operation: is it covered by an enforced rule that is `chosen(const ir::Rule&)`?
template <typename Chosen>
[[nodiscard]] std::vector<bool> CoveredBy(const ir::Program& program, const Chosen& chosen) {
  std::vector<bool> walked(program.operation_sets.size(), false);  // equal sets are one set
  std::vector<bool> covered(program.operations.size(), false);
  for (const ir::Rule& rule : program.rules) {
    if (rule.shadow || !chosen(rule) || walked[rule.operations.index()]) continue;
    walked[rule.operations.index()] = true;
    for (const ir::OperationId id : program.operation_sets[rule.operations.index()]) covered[id.index()] = true;
  }
  return covered;
}

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_FORMULAS_H_
