#include "codegen/codegen.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "bytecode/bounds.h"
#include "codegen/code.h"
#include "codegen/domains.h"
#include "codegen/groups.h"
#include "codegen/index.h"
#include "codegen/pools.h"
#include "codegen/rules.h"
#include "codegen/schema.h"
#include "codegen/terms.h"
#include "codegen/write.h"
#include "codegen/zones.h"

namespace ward::codegen {
namespace {

using base::budget::kFormulaTestsMax;

// Formulas share what their conditions share; written out they must stay payable, for explanations and for terms.
std::vector<std::uint64_t> FormulaSizes(const ir::Program& program) {
  std::vector<std::uint64_t> sizes(program.nodes.size(), 1);
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    const ir::Node& node = program.nodes[i];
    for (std::uint32_t c = 0; c < node.child_count; ++c) {
      const std::uint64_t below = sizes[program.children[node.first_child + c].index()];
      sizes[i] = std::min<std::uint64_t>(sizes[i] + below, kFormulaTestsMax + 1);
    }
  }
  return sizes;
}

void Refuse(diag::Sink& sink, base::Span span, std::string message, std::string hint) {
  sink.Report(diag::Diagnostic(diag::Kind::kBudgetExceeded, span, std::move(message)).WithHint(std::move(hint)));
}

bool ConstantsFit(const ir::Program& program, std::size_t count_max, diag::Sink& sink) {
  if (program.constants.size() <= count_max) return true;
  Refuse(sink, base::Span{},
         fmt::format("the bundle has {} different constants, {} at most", program.constants.size(), count_max),
         "long lists belong into tables; `[budget]` in ward.toml can raise the number");
  return false;
}

bool FormulasFit(const ir::Program& program, diag::Sink& sink) {
  const std::vector<std::uint64_t> sizes = FormulaSizes(program);
  bool fit = true;
  const auto check = [&](ir::NodeId formula, base::Span span, const std::string& name) {
    if (!formula.has_value() || sizes[formula.index()] <= kFormulaTestsMax) return;
    fit = false;
    Refuse(sink, span,
           fmt::format("`{}` has more than {} tests once its conditions are written out", name, kFormulaTestsMax),
           "conditions that use conditions many times over multiply; split the rule");
  };
  for (const ir::Rule& rule : program.rules) {
    check(rule.formula, rule.span, rule.name);
    check(rule.anonymous_formula, rule.span, rule.name);
  }
  for (const ir::Zone& zone : program.zones) check(zone.when, zone.span, zone.name);
  return fit;
}

std::vector<bytecode::Zone> ZoneRecords(const ir::Program& program, const ZonePlan& plan, Pools& pools) {
  std::vector<bytecode::Zone> zones;
  for (std::size_t i = 0; i < program.zones.size(); ++i) {
    const ir::Zone& zone = program.zones[i];
    const bytecode::Text name = pools.Text(zone.name);
    const bytecode::Place place = pools.Place(zone.span);
    zones.emplace_back(name, plan.when[i], zone.everything_else ? bytecode::kZoneEverythingElse : 0U, place);
  }
  return zones;
}

// Groups as they are written, and what they cost.
struct Index {
  std::vector<bytecode::Group> groups;
  std::vector<bytecode::Program> programs;
  bytecode::Bound bound{0, 0, 0, 0, 0};
};

Index BuildIndex(GroupPlan& plan, const Code& code, IndexBuilder& builder) {
  Index index;
  std::vector<bytecode::Group> groups;
  for (GroupDraft& draft : plan.groups)
    groups.push_back(builder.Build(draft.kind, draft.tells, std::move(draft.terms)));
  bytecode::Image image;
  image.slots = code.slots();
  image.rows = builder.leaves().rows();
  image.leaves = builder.leaves().leaves();
  image.branches = builder.branches();
  image.children = builder.children();
  const bytecode::NodeBounds nodes = bytecode::DeriveNodeBounds(image);
  for (const bytecode::Group& group : groups) {
    const bytecode::Bound bound = bytecode::DeriveGroupBound(group, nodes, code.computed());
    index.groups.emplace_back(group.kind(), group.tells(), group.root(), bound);
  }
  for (const bytecode::Range& range : plan.programs) {
    std::vector<bytecode::Bound> bounds;
    for (std::uint32_t i = 0; i < range.count(); ++i) {
      bounds.push_back(index.groups[plan.program_groups[range.first() + i]].bound());
    }
    const bytecode::Bound bound = bytecode::DeriveProgramBound(bounds, code.computed());
    index.programs.emplace_back(range, bound);
    index.bound = bytecode::Larger(index.bound, bound);
  }
  return index;
}

void CheckCost(const ir::Program& program, const GroupPlan& plan, const Index& index, std::size_t steps_max,
               diag::Sink& sink) {
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    std::uint64_t worst = 0;
    for (std::uint32_t column = 0; column < plan.columns; ++column) {
      const std::size_t cell = std::size_t{plan.operation_row[i]} * plan.columns + column;
      const bytecode::Bound& bound = index.programs[plan.operation_rows[cell]].bound();
      worst = std::max(worst, std::uint64_t{bound.visits()} + bound.words() + bound.steps());
    }
    if (worst <= steps_max) continue;
    const ir::Operation& operation = program.operations[i];
    Refuse(sink, operation.span,
           fmt::format("a decision on `{}` may take {} steps, {} at most", operation.name, worst, steps_max),
           steps_max < base::budget::kStepsPerOperationMax
               ? "rules that fix one attribute by `is` or `in` cost least; `[budget]` in ward.toml can raise the bound"
               : "rules that fix one attribute by `is` or `in` cost least");
  }
}

}  // namespace

std::optional<std::vector<std::uint8_t>> Generate(const ir::Program& program, const base::SourceMap& sources,
                                                  const Options& options, diag::Sink& sink) {
  const std::size_t errors = sink.error_count();
  if (!ConstantsFit(program, options.constant_count_max, sink) || !FormulasFit(program, sink)) return std::nullopt;
  Pools pools(program, sources);
  Domains domains(program);
  Code code(program, domains, pools);
  TermBuilder terms(program, domains, code, options.terms_per_rule_max);
  const ZonePlan zones = PlanZones(program, terms, code, sink);
  if (sink.error_count() > errors) return std::nullopt;
  GroupPlan groups = PlanGroups(program, zones, terms);
  PrepareRules(program, code);
  code.Freeze();
  if (code.longest_steps() > base::budget::kInstructionsPerAtomMax) {
    Refuse(sink, base::Span{},
           fmt::format("one test needs {} instructions, {} at most", code.longest_steps(),
                       base::budget::kInstructionsPerAtomMax),
           "a formula with fewer alternatives, split over several rules, costs less");
  }
  IndexBuilder builder(terms.literals(), code);
  const Index index = BuildIndex(groups, code, builder);
  CheckCost(program, groups, index, options.steps_per_operation_max, sink);
  const RulePlan rules = PlanRules(program, sources, code, pools);
  const SchemaPlan schema = PlanSchema(program, domains, pools);
  const TimePlan time = PlanTime(program, options.timezone_folder, pools, sink);
  const RoutePlan routes = PlanRoutes(program, groups, domains, pools, sink);
  const std::vector<bytecode::Zone> zone_records = ZoneRecords(program, zones, pools);
  if (sink.error_count() > errors) return std::nullopt;
  const std::vector<std::uint8_t> digest = DigestOf(sources);
  return WriteBundle({program, pools, domains, code, zones, groups, builder, index.groups, index.programs, index.bound,
                      rules, schema, time, routes, digest, options.server, zone_records});
}

}  // namespace ward::codegen
