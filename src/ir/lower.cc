#include "ir/lower.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "base/check.h"
#include "diag/diagnostic.h"
#include "ir/builder.h"
#include "ir/lower_expr.h"
#include "ir/lower_rule.h"
#include "ir/lower_value.h"
#include "ir/rank.h"
#include "ir/verify.h"

namespace ward::ir {
namespace {

std::string Qualified(std::string_view policy, std::string_view name) {
  std::string qualified(policy);
  return qualified.append(".").append(name);
}

PathSegment LowerSegment(const semantic::Program& source, const semantic::RouteSegment& segment) {
  using Kind = semantic::RouteSegment::Kind;
  PathSegment lowered;
  lowered.text = std::string(segment.text);
  switch (segment.kind) {
    case Kind::kLiteral:
      lowered.kind = PathSegment::Kind::kLiteral;
      break;
    case Kind::kOne:
      lowered.kind = PathSegment::Kind::kOne;
      break;
    case Kind::kRest:
      lowered.kind = PathSegment::Kind::kRest;
      break;
    case Kind::kParam: {
      const semantic::PathParam& param = source.path_params[segment.param.index()];
      lowered.kind = PathSegment::Kind::kParameter;
      lowered.text = std::string(param.name);
      lowered.type = ValueTypeOf(param.type.kind);
      lowered.enumeration = SameId<EnumId>(param.type.enumeration);
      break;
    }
  }
  return lowered;
}

Operation LowerOperation(const semantic::Program& source, const semantic::Operation& operation) {
  const semantic::Api& api = source.apis[operation.api.index()];
  Operation lowered;
  lowered.name = Qualified(source.policies[api.policy.index()].name, operation.name);
  lowered.api = std::string(api.name);
  lowered.hosts.assign(api.hosts.begin(), api.hosts.end());
  lowered.method = std::string(operation.method);
  for (const semantic::RouteSegment& segment : operation.route) {
    lowered.route.push_back(LowerSegment(source, segment));
  }
  lowered.action = std::string(operation.action);
  lowered.resource_type = std::string(operation.resource_type);
  lowered.anonymous = operation.anonymous;
  lowered.span = operation.span;
  return lowered;
}

// What needs no expression: enums, operations and their sets, schedules.
void LowerNames(const semantic::Program& source, Builder& builder) {
  Program& program = builder.program();
  program.name = std::string(source.name);
  for (const semantic::Enum& e : source.enums) {
    program.enums.push_back({std::string(e.name), e.ordered, {e.values.begin(), e.values.end()}});
  }
  program.operations.reserve(source.operations.size());
  for (const semantic::Operation& operation : source.operations) {
    program.operations.push_back(LowerOperation(source, operation));
  }
  for (std::size_t i = 0; i < source.operation_sets.size(); ++i) {
    std::vector<OperationId> set;
    for (const semantic::OperationId id : source.operation_sets[i].operations) set.push_back(SameId<OperationId>(id));
    // Equal sets are one set there too, so the numbers stay.
    WARD_CHECK(builder.Add(std::move(set)).index() == i);
  }
  for (const semantic::Schedule& schedule : source.schedules) {
    Schedule lowered;
    lowered.name = Qualified(source.policies[schedule.policy.index()].name, schedule.name);
    lowered.timezone = std::string(schedule.timezone);
    for (const semantic::ScheduleSpan& span : schedule.spans) {
      lowered.spans.push_back({span.first_day, span.last_day, span.from_second, span.to_second});
    }
    program.schedules.push_back(std::move(lowered));
  }
}

Table LowerTable(const semantic::Program& source, semantic::TableId id, ValueLowering& values) {
  const semantic::Table& table = source.tables[id.index()];
  Table lowered;
  lowered.name = Qualified(source.policies[table.policy.index()].name, table.name);
  lowered.live = table.live;
  lowered.tree = table.tree;
  lowered.span = table.span;
  const std::size_t count = table.columns.size();
  lowered.columns.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const semantic::Column& column = table.columns[i];
    lowered.columns[values.ColumnOf(id, i)] = {std::string(column.name),
                                               ValueTypeOf(column.type.kind),
                                               SameId<EnumId>(column.type.enumeration),
                                               column.type.max_bytes,
                                               column.key,
                                               FormOf(column.type.kind)};
  }
  for (std::size_t first = 0; first + count <= table.cells.size(); first += count) {
    std::vector<ConstantId> row(count);
    for (std::size_t i = 0; i < count; ++i) {
      const semantic::Constant* cell = table.cells[first + i];
      if (cell != nullptr) row[values.ColumnOf(id, i)] = values.Lower(*cell);
    }
    lowered.rows.push_back(std::move(row));
  }
  return lowered;
}

void LowerTablesAndParameters(const semantic::Program& source, Builder& builder, ValueLowering& values) {
  Program& program = builder.program();
  for (std::size_t i = 0; i < source.tables.size(); ++i) {
    program.tables.push_back(LowerTable(source, semantic::TableId::FromIndex(i), values));
  }
  for (const semantic::Parameter& parameter : source.parameters) {
    program.parameters.push_back({Qualified(source.policies[parameter.policy.index()].name, parameter.name),
                                  ValueTypeOf(parameter.type.kind), SameId<EnumId>(parameter.type.enumeration),
                                  values.Lower(*parameter.value)});
  }
}

void LowerZones(const semantic::Program& source, Builder& builder, FormulaLowering& formulas) {
  Program& program = builder.program();
  for (std::size_t i = 0; i < source.zones.size(); ++i) {
    const semantic::Zone& zone = source.zones[i];
    Zone lowered;
    lowered.name = std::string(zone.name);
    lowered.everything_else = zone.everything_else;
    if (zone.when != nullptr) lowered.when = formulas.Lower(*zone.when, Clause::kWhen, Polarity::kPlain);
    lowered.span = zone.span;
    program.zones.push_back(std::move(lowered));
    for (const semantic::ZonePrefix& prefix : zone.prefixes) {
      program.zone_prefixes.push_back({prefix.prefix, ZoneId::FromIndex(i)});
    }
  }
}

void LowerRules(const semantic::Program& source, const Variant& variant, Builder& builder, RuleLowering& lowering) {
  std::vector<Rule>& rules = builder.program().rules;
  rules.reserve(source.rules.size());
  const auto drops = [&variant](semantic::PolicyId policy) {
    return variant.only.has_value() && policy != variant.only;
  };
  for (const semantic::Rule& rule : source.rules) {
    if (!drops(rule.policy)) rules.push_back(lowering.Lower(rule));
  }
  for (std::size_t i = 0; i < source.zones.size(); ++i) {
    if (drops(source.zones[i].policy)) continue;
    for (const semantic::ZoneRequirement& requirement : source.zones[i].requirements) {
      rules.push_back(lowering.Lower(semantic::ZoneId::FromIndex(i), requirement));
    }
  }
  SortByRank(rules);
  for (const semantic::Limit& limit : source.limits) {
    if (drops(limit.policy)) continue;
    builder.program().limits.push_back({Qualified(source.policies[limit.policy.index()].name, limit.name),
                                        SameId<OperationSetId>(limit.operations), limit.shadow, limit.span});
  }
}

// Only now is it known which parameters of routes anything reads.
void BindRouteParameters(const semantic::Program& source, Program& program, const ValueLowering& values) {
  for (std::size_t i = 0; i < source.operations.size(); ++i) {
    for (const semantic::RouteSegment& segment : source.operations[i].route) {
      if (segment.kind != semantic::RouteSegment::Kind::kParam) continue;
      const semantic::AttributeId attribute = source.path_params[segment.param.index()].attribute;
      program.operations[i].parameters.push_back(values.KnownInputOf(attribute));
    }
  }
}

}  // namespace

std::unique_ptr<const Program> Lower(const semantic::Program& source, diag::Sink& sink, const Variant& variant) {
  const std::size_t errors_before = sink.error_count();
  Builder builder;
  LowerNames(source, builder);
  ValueLowering values(source, variant.given, builder, sink);
  LowerTablesAndParameters(source, builder, values);
  FormulaLowering formulas(source, builder, values, sink);
  LowerZones(source, builder, formulas);
  RuleLowering rules(source, builder, values, formulas, sink);
  LowerRules(source, variant, builder, rules);
  BindRouteParameters(source, builder.program(), values);
  if (builder.program().inputs.size() > base::budget::kSlotCountMax) {
    sink.Report(diag::Diagnostic(diag::Kind::kBudgetExceeded, source.attributes.back().span,
                                 "the rules read " + std::to_string(builder.program().inputs.size()) +
                                     " attributes, at most " + std::to_string(base::budget::kSlotCountMax) +
                                     " are supported"));
  }
  if (sink.error_count() > errors_before) return nullptr;
  auto program = std::make_unique<const Program>(std::move(builder).Finish());
#ifndef NDEBUG
  WARD_CHECK(Verify(*program).empty());
#endif
  return program;
}

}  // namespace ward::ir
