// Rules are counted by the operation set they cover; operations that lie in the same sets have the
// same counts, and those are computed once. So a guardrail over everything is not walked once for
// each operation.
#include "compile/costs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace ward::compile {
namespace {

class TestCounter {
 public:
  explicit TestCounter(const ir::Program& program)
      : program_(program), atoms_(program.operation_sets.size()), seen_(program.atoms.size(), 0) {
    std::vector<std::uint32_t> node_seen(program.nodes.size(), 0);
    std::vector<std::vector<ir::NodeId>> formulas(program.operation_sets.size());
    for (const ir::Rule& rule : program.rules) formulas[rule.operations.index()].push_back(rule.formula);
    for (std::size_t set = 0; set < formulas.size(); ++set) {
      const auto stamp = static_cast<std::uint32_t>(set + 1);
      Collect(formulas[set], node_seen, stamp, atoms_[set]);
    }
  }

  // Distinct atoms of all rules over any of the sets.
  std::uint32_t Count(const std::vector<std::uint32_t>& sets) {
    ++stamp_;
    std::uint32_t count = 0;
    for (const std::uint32_t set : sets) {
      for (const ir::AtomId atom : atoms_[set]) {
        if (std::exchange(seen_[atom.index()], stamp_) != stamp_) ++count;
      }
    }
    return count;
  }

 private:
  void Collect(std::vector<ir::NodeId>& pending, std::vector<std::uint32_t>& node_seen, std::uint32_t stamp,
               std::vector<ir::AtomId>& atoms) const {
    while (!pending.empty()) {
      const ir::NodeId at = pending.back();
      pending.pop_back();
      if (std::exchange(node_seen[at.index()], stamp) == stamp) continue;
      const ir::Node& node = program_.nodes[at.index()];
      if (node.kind == ir::NodeKind::kTest) atoms.push_back(program_.tests[node.test.index()].atom);
      for (std::uint32_t i = 0; i < node.child_count; ++i) {
        pending.push_back(program_.children[node.first_child + i]);
      }
    }
    std::sort(atoms.begin(), atoms.end());
    atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
  }

  const ir::Program& program_;
  std::vector<std::vector<ir::AtomId>> atoms_;  // by operation set
  std::vector<std::uint32_t> seen_;             // by atom
  std::uint32_t stamp_ = 0;
};

std::uint32_t WorstSteps(const bytecode::Image& image, std::size_t operation) {
  std::uint64_t worst = 0;
  for (std::size_t state = 0; state < image.zone_states.size(); ++state) {
    const bytecode::Bound& bound =
        image.ProgramOf(static_cast<std::uint32_t>(operation), static_cast<std::uint32_t>(state)).bound();
    worst = std::max(worst, std::uint64_t{bound.visits()} + bound.words() + bound.steps());
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(worst, UINT32_MAX));
}

}  // namespace

std::vector<OperationCost> CostsOf(const ir::Program& program, const bytecode::Image& image) {
  std::vector<std::uint32_t> rules(program.operation_sets.size(), 0);
  std::vector<std::uint32_t> limits(program.operation_sets.size(), 0);
  for (const ir::Rule& rule : program.rules) ++rules[rule.operations.index()];
  for (const ir::Limit& limit : program.limits) ++limits[limit.operations.index()];
  std::vector<std::vector<std::uint32_t>> sets_of(program.operations.size());
  for (std::size_t set = 0; set < program.operation_sets.size(); ++set) {
    if (rules[set] == 0 && limits[set] == 0) continue;
    for (const ir::OperationId id : program.operation_sets[set]) {
      sets_of[id.index()].push_back(static_cast<std::uint32_t>(set));
    }
  }
  TestCounter tests(program);
  std::map<std::vector<std::uint32_t>, std::uint32_t> known;
  std::vector<OperationCost> costs;
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    OperationCost cost;
    cost.operation = program.operations[i].name;
    for (const std::uint32_t set : sets_of[i]) {
      cost.rules += rules[set];
      cost.limits += limits[set];
    }
    const auto [at, fresh] = known.try_emplace(sets_of[i], 0);
    if (fresh) at->second = tests.Count(sets_of[i]);
    cost.tests = at->second;
    cost.steps = WorstSteps(image, i);
    costs.push_back(std::move(cost));
  }
  std::sort(costs.begin(), costs.end(),
            [](const OperationCost& a, const OperationCost& b) { return a.operation < b.operation; });
  return costs;
}

}  // namespace ward::compile
