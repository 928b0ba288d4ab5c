#include "codegen/groups.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "codegen/pools.h"

namespace ward::codegen {
namespace {

using bytecode::GroupKind;
using bytecode::Truth;

GroupKind KindOf(const ir::Rule& rule) {
  switch (rule.kind) {
    case ir::RuleKind::kAllow:
      return rule.shadow ? GroupKind::kShadowAllow : GroupKind::kAllow;
    case ir::RuleKind::kDeny:
      return rule.shadow ? GroupKind::kShadowDeny : GroupKind::kDeny;
    case ir::RuleKind::kOn:
      return rule.shadow ? GroupKind::kShadowOn : GroupKind::kOn;
  }
  return GroupKind::kDeny;
}

bool Tells(const ir::Rule& rule) { return rule.shadow || rule.kind == ir::RuleKind::kOn || !rule.obligations.empty(); }

// Sets of numbers, each with a number of its own.
class SetNumbers {
 public:
  std::uint32_t Of(std::vector<std::uint32_t> members) {
    const auto [found, fresh] = numbers_.try_emplace(std::move(members), Size32(sets_.size()));
    if (fresh) sets_.push_back(&found->first);
    return found->second;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& members(std::uint32_t set) const { return *sets_[set]; }
  [[nodiscard]] std::uint32_t count() const { return Size32(sets_.size()); }

 private:
  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers_;
  std::vector<const std::vector<std::uint32_t>*> sets_;
};

class GroupPlanner {
 public:
  GroupPlanner(const ir::Program& program, const ZonePlan& zones, TermBuilder& terms)
      : program_(program),
        zones_(zones),
        terms_(terms),
        all_(program.operation_sets.size(), kNone),
        plain_(program.operation_sets.size(), kNone),
        anonymous_(program.operation_sets.size(), kNone) {}

  GroupPlan Plan() {
    for (std::size_t i = 0; i < program_.rules.size(); ++i) AddRule(Size32(i));
    NumberGroups();
    AssignColumns();
    MakePrograms();
    return std::move(plan_);
  }

 private:
  using Key = std::tuple<GroupKind, bool, std::uint32_t, std::uint32_t>;  // kind, tells, operations, states

  void AddRule(std::uint32_t number) {
    const ir::Rule& rule = program_.rules[number];
    if (rule.formula == rule.anonymous_formula) {
      AddPart(number, rule.formula, SetOf(rule.operations));
      return;
    }
    SplitAnonymous(rule.operations);
    AddPart(number, rule.formula, plain_[rule.operations.index()]);
    AddPart(number, rule.anonymous_formula, anonymous_[rule.operations.index()]);
  }

  std::uint32_t SetOf(ir::OperationSetId id) {
    std::uint32_t& set = all_[id.index()];
    if (set != kNone) return set;
    std::vector<std::uint32_t> members;
    for (const ir::OperationId operation : program_.operation_sets[id.index()]) members.push_back(operation.value());
    return set = operation_sets_.Of(std::move(members));
  }

  void SplitAnonymous(ir::OperationSetId id) {
    if (plain_[id.index()] != kNone) return;
    std::vector<std::uint32_t> plain;
    std::vector<std::uint32_t> anonymous;
    for (const ir::OperationId operation : program_.operation_sets[id.index()]) {
      (program_.operations[operation.index()].anonymous ? anonymous : plain).push_back(operation.value());
    }
    plain_[id.index()] = operation_sets_.Of(std::move(plain));
    anonymous_[id.index()] = operation_sets_.Of(std::move(anonymous));
  }

  void AddPart(std::uint32_t number, ir::NodeId formula, std::uint32_t operations) {
    if (operation_sets_.members(operations).empty()) return;
    if (!terms_.MentionsOperation(formula)) {
      AddArea(number, formula, operations);
      return;
    }
    const std::vector<ir::AtomId> atoms = terms_.AtomsOf(formula, ir::AtomOp::kOperationIn);
    std::map<std::vector<Truth>, std::vector<std::uint32_t>> areas;
    for (const std::uint32_t operation : operation_sets_.members(operations)) {
      std::vector<Truth> truths;
      truths.reserve(atoms.size());
      for (const ir::AtomId atom : atoms) {
        truths.push_back(terms_.Decide(program_.atoms[atom.index()], {{}, ir::OperationId(operation)}));
      }
      areas[truths].push_back(operation);
    }
    for (auto& [truths, members] : areas) AddArea(number, formula, operation_sets_.Of(std::move(members)));
  }

  // The states a rule is evaluated in at all.
  std::uint32_t StatesOf(ir::ZoneId zone) {
    const auto [found, fresh] = zone_states_.try_emplace(zone, 0U);
    if (!fresh) return found->second;
    std::vector<std::uint32_t> states;
    for (std::uint32_t i = 0; i < zones_.states.size(); ++i) {
      const std::vector<ir::ZoneId>& candidates = zones_.states[i].candidates;
      if (!zone.has_value() || std::binary_search(candidates.begin(), candidates.end(), zone)) states.push_back(i);
    }
    return found->second = state_sets_.Of(std::move(states));
  }

  void AddArea(std::uint32_t number, ir::NodeId formula, std::uint32_t operations) {
    const std::uint32_t states = StatesOf(program_.rules[number].zone);
    if (state_sets_.members(states).empty()) return;
    if (!terms_.MentionsZone(formula)) {
      AddTerms(number, formula, operations, states);
      return;
    }
    const std::vector<ir::AtomId> atoms = terms_.AtomsOf(formula, ir::AtomOp::kZoneIn);
    std::map<std::vector<Truth>, std::vector<std::uint32_t>> areas;
    for (const std::uint32_t state : state_sets_.members(states)) {
      std::vector<Truth> truths;
      truths.reserve(atoms.size());
      for (const ir::AtomId atom : atoms) {
        truths.push_back(terms_.Decide(program_.atoms[atom.index()], {zones_.states[state].zone, {}}));
      }
      areas[truths].push_back(state);
    }
    for (auto& [truths, members] : areas) AddTerms(number, formula, operations, state_sets_.Of(std::move(members)));
  }

  void AddTerms(std::uint32_t number, ir::NodeId formula, std::uint32_t operations, std::uint32_t states) {
    const ir::Rule& rule = program_.rules[number];
    const Context context{zones_.states[state_sets_.members(states).front()].zone,
                          ir::OperationId(operation_sets_.members(operations).front())};
    const GroupKind kind = KindOf(rule);
    const bool challenges = rule.kind == ir::RuleKind::kDeny && rule.status == 401;
    for (Term& term : terms_.Of(formula, context)) {
      const bool never_certain = !term.empty() && term.front() == kDoubtLiteral;
      if (never_certain && !bytecode::CountsDoubt(kind)) continue;
      drafts_[{kind, Tells(rule), operations, states}].push_back(
          {std::move(term), number | (challenges ? bytecode::kAnswers401 : 0U)});
    }
  }

  void NumberGroups() {
    groups_of_.resize(operation_sets_.count());
    for (auto& [key, terms] : drafts_) {
      const auto& [kind, tells, operations, states] = key;
      groups_of_[operations].emplace_back(Size32(plan_.groups.size()), states);
      plan_.groups.push_back({kind, tells, std::move(terms)});
    }
  }

  // States that lie in the same sets of states.
  void AssignColumns() {
    std::map<std::vector<std::uint32_t>, std::uint32_t> columns;
    std::vector<std::vector<std::uint32_t>> sets_of(zones_.states.size());
    for (const auto& [key, terms] : drafts_) used_states_.insert(std::get<3>(key));
    for (const std::uint32_t set : used_states_) {
      for (const std::uint32_t state : state_sets_.members(set)) sets_of[state].push_back(set);
    }
    for (std::uint32_t state = 0; state < zones_.states.size(); ++state) {
      const auto [found, fresh] = columns.try_emplace(sets_of[state], Size32(columns.size()));
      if (fresh) sets_of_column_.push_back(sets_of[state]);
      plan_.state_column.push_back(found->second);
    }
    plan_.columns = Size32(columns.size());
  }

  void MakePrograms() {
    std::vector<std::vector<std::uint32_t>> sets_of_operation(program_.operations.size());
    for (std::uint32_t set = 0; set < operation_sets_.count(); ++set) {
      if (groups_of_[set].empty()) continue;
      for (const std::uint32_t operation : operation_sets_.members(set)) sets_of_operation[operation].push_back(set);
    }
    std::map<std::vector<std::uint32_t>, std::uint32_t> rows;
    ListPool<std::uint32_t> lists;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> programs;
    for (const std::vector<std::uint32_t>& sets : sets_of_operation) {
      const auto [row, fresh] = rows.try_emplace(sets, Size32(rows.size()));
      plan_.operation_row.push_back(row->second);
      if (!fresh) continue;
      for (std::uint32_t column = 0; column < plan_.columns; ++column) {
        const std::vector<std::uint32_t> groups = GroupsOf(sets, column);
        const bytecode::Range range = lists.Add(groups);
        const auto [program, is_new] =
            programs.try_emplace({range.first(), range.count()}, Size32(plan_.programs.size()));
        if (is_new) plan_.programs.push_back(range);
        plan_.operation_rows.push_back(program->second);
      }
    }
    plan_.program_groups = lists.items();
  }

  [[nodiscard]] std::vector<std::uint32_t> GroupsOf(const std::vector<std::uint32_t>& sets,
                                                    std::uint32_t column) const {
    const std::vector<std::uint32_t>& states = sets_of_column_[column];
    std::vector<std::uint32_t> groups;
    for (const std::uint32_t set : sets) {
      for (const auto& [group, state_set] : groups_of_[set]) {
        if (std::binary_search(states.begin(), states.end(), state_set)) groups.push_back(group);
      }
    }
    std::sort(groups.begin(), groups.end());
    return groups;
  }

  const ir::Program& program_;
  const ZonePlan& zones_;
  TermBuilder& terms_;
  GroupPlan plan_;
  SetNumbers operation_sets_;
  SetNumbers state_sets_;
  std::vector<std::uint32_t> all_;        // by OperationSetId: set number
  std::vector<std::uint32_t> plain_;      // by OperationSetId, without the anonymous
  std::vector<std::uint32_t> anonymous_;  // by OperationSetId, the anonymous only
  std::map<ir::ZoneId, std::uint32_t> zone_states_;
  std::map<Key, std::vector<IndexTerm>> drafts_;  // ordered by kind first, as programs list them
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> groups_of_;  // by operation set: group, states
  std::set<std::uint32_t> used_states_;
  std::vector<std::vector<std::uint32_t>> sets_of_column_;
};

}  // namespace

GroupPlan PlanGroups(const ir::Program& program, const ZonePlan& zones, TermBuilder& terms) {
  return GroupPlanner(program, zones, terms).Plan();
}

}  // namespace ward::codegen
