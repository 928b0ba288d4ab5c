#include "codegen/schema.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "codegen/timezone.h"

namespace ward::codegen {
namespace {

bytecode::Input MakeInput(const ir::Input& input, Pools& pools) {
  std::uint8_t flags = 0;
  if (input.lower_case) flags |= bytecode::kInputLowerCase;
  if (input.secret) flags |= bytecode::kInputSecret;
  if (input.optional) flags |= bytecode::kInputOptional;
  if (input.form == ir::TextForm::kPath) flags |= bytecode::kInputPathForm;
  if (input.form == ir::TextForm::kHost) flags |= bytecode::kInputHostForm;
  const bytecode::Text name = pools.Text(input.name);
  const bytecode::Range path = pools.Texts(input.path);
  const bytecode::Text split = pools.Text(input.split);
  return {name, path, split, input.max_bytes, static_cast<std::uint8_t>(input.source), flags, 0};
}

void AddTable(const ir::Table& table, Pools& pools, SchemaPlan& plan) {
  const bytecode::Text name = pools.Text(table.name);
  const bytecode::Range columns(Size32(plan.columns.size()), Size32(table.columns.size()));
  std::uint32_t keys = 0;
  for (const ir::Column& column : table.columns) {
    keys += column.key ? 1 : 0;
    const std::uint16_t form = column.form == ir::TextForm::kPath   ? bytecode::kColumnPathForm
                               : column.form == ir::TextForm::kHost ? bytecode::kColumnHostForm
                                                                    : std::uint16_t{0};
    plan.columns.emplace_back(pools.Text(column.name), column.enumeration.value(), column.max_bytes,
                              static_cast<std::uint8_t>(column.type), static_cast<std::uint8_t>(column.key ? 1 : 0),
                              form);
  }
  std::uint32_t flags = 0;
  if (table.live) flags |= bytecode::kTableLive;
  if (table.tree) flags |= bytecode::kTableTree;
  plan.tables.emplace_back(name, columns, keys, flags, Size32(plan.cells.size()), Size32(table.rows.size()));
  for (const std::vector<ir::ConstantId>& row : table.rows) {
    for (const ir::ConstantId cell : row) plan.cells.push_back(cell.has_value() ? pools.Constant(cell) : kNone);
  }
}

}  // namespace

SchemaPlan PlanSchema(const ir::Program& program, const Domains& domains, Pools& pools) {
  SchemaPlan plan;
  for (const ir::Input& input : program.inputs) plan.inputs.push_back(MakeInput(input, pools));
  for (std::size_t i = 0; i < program.enums.size(); ++i) {
    const ir::Enum& enumeration = program.enums[i];
    const bytecode::Text name = pools.Text(enumeration.name);
    const bytecode::Range values = pools.Texts(enumeration.values);
    plan.enums.emplace_back(name, domains.OfEnum(ir::EnumId::FromIndex(i)), values, enumeration.ordered ? 1U : 0U);
  }
  for (const ir::Parameter& parameter : program.parameters) {
    const bytecode::Text name = pools.Text(parameter.name);
    const std::uint32_t value = pools.Constant(parameter.value);
    plan.parameters.emplace_back(name, value, parameter.enumeration.value(), static_cast<std::uint8_t>(parameter.type),
                                 std::uint8_t{0}, std::uint16_t{0});
  }
  for (const ir::Table& table : program.tables) AddTable(table, pools, plan);
  for (const std::vector<ir::OperationId>& set : program.operation_sets) {
    plan.operation_sets.emplace_back(Size32(plan.set_operations.size()), Size32(set.size()));
    for (const ir::OperationId operation : set) plan.set_operations.push_back(operation.value());
  }
  for (const ir::Limit& limit : program.limits) {
    const bytecode::Text name = pools.Text(limit.name);
    const bytecode::Place place = pools.Place(limit.span);
    plan.limits.emplace_back(name, limit.operations.value(), limit.shadow ? 1U : 0U, place);
  }
  return plan;
}

TimePlan PlanTime(const ir::Program& program, const std::string& folder, Pools& pools, diag::Sink& sink) {
  TimePlan plan;
  if (!program.schedules.empty()) plan.version = ReadTimeZoneVersion(folder);
  std::map<std::string, std::uint32_t> known;
  for (const ir::Schedule& schedule : program.schedules) {
    const auto [zone, fresh] = known.try_emplace(schedule.timezone, Size32(plan.timezones.size()));
    if (fresh) {
      const Result<TimeZoneRules> rules = ReadTimeZone(folder, schedule.timezone);
      if (!rules.has_value()) {
        sink.Report(diag::Diagnostic(diag::Kind::kBadSchedule, base::Span{}, rules.error().message)
                        .WithHint(fmt::format("schedule `{}` needs it; names are those of the IANA database, like "
                                              "`Europe/Paris`; the package is tzdata",
                                              schedule.name)));
        continue;
      }
      const bytecode::Range range(Size32(plan.transitions.size()), Size32(rules->changes.size()));
      for (const OffsetChange& change : rules->changes) plan.transitions.emplace_back(change.at, change.offset, 0U);
      plan.timezones.emplace_back(pools.Text(schedule.timezone), range, rules->first_offset, 0U);
    }
    const bytecode::Range spans(Size32(plan.spans.size()), Size32(schedule.spans.size()));
    for (const ir::ScheduleSpan& span : schedule.spans) {
      plan.spans.emplace_back(span.first_day, span.last_day, std::uint16_t{0}, span.from_second, span.to_second);
    }
    plan.schedules.emplace_back(pools.Text(schedule.name), zone->second, spans, 0U);
  }
  return plan;
}

}  // namespace ward::codegen
