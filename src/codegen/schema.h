// codegen: what a bundle declares besides rules: inputs, enums, parameters, tables, schedules, operations, routes.
#ifndef WARD_SRC_CODEGEN_SCHEMA_H_
#define WARD_SRC_CODEGEN_SCHEMA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bytecode/image.h"
#include "codegen/domains.h"
#include "codegen/groups.h"
#include "codegen/pools.h"
#include "diag/sink.h"
#include "ir/ir.h"
#include "lookup/segment_trie_builder.h"

namespace ward::codegen {

struct SchemaPlan {
  std::vector<bytecode::Input> inputs;
  std::vector<bytecode::Enum> enums;
  std::vector<bytecode::Parameter> parameters;
  std::vector<bytecode::Table> tables;
  std::vector<bytecode::Column> columns;
  std::vector<std::uint32_t> cells;
  std::vector<bytecode::Range> operation_sets;
  std::vector<std::uint32_t> set_operations;
  std::vector<bytecode::Limit> limits;
};
[[nodiscard]] SchemaPlan PlanSchema(const ir::Program& program, const Domains& domains, Pools& pools);

struct TimePlan {
  std::string version;  // of the time zone database; empty: no schedule
  std::vector<bytecode::Schedule> schedules;
  std::vector<bytecode::ScheduleSpan> spans;
  std::vector<bytecode::TimeZone> timezones;
  std::vector<bytecode::Transition> transitions;
};
// A time zone that `folder` does not have is reported.
[[nodiscard]] TimePlan PlanTime(const ir::Program& program, const std::string& folder, Pools& pools, diag::Sink& sink);

struct RoutePlan {
  lookup::SegmentTrieData trie;
  std::uint32_t exact_hosts = kNone;  // of domains, as all below
  std::uint32_t suffix_hosts = kNone;
  std::uint32_t methods = kNone;
  std::uint32_t actions = kNone;
  std::uint32_t names = kNone;
  std::vector<std::uint32_t> action_operations;
  std::vector<bytecode::Operation> operations;
  std::vector<bytecode::RouteParameter> parameters;
};
[[nodiscard]] RoutePlan PlanRoutes(const ir::Program& program, const GroupPlan& groups, Domains& domains, Pools& pools,
                                   diag::Sink& sink);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_SCHEMA_H_
