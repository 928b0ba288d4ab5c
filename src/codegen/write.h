// codegen: all parts of a bundle as one FlatBuffer.
#ifndef WARD_SRC_CODEGEN_WRITE_H_
#define WARD_SRC_CODEGEN_WRITE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/source.h"
#include "bytecode/image.h"
#include "codegen/code.h"
#include "codegen/domains.h"
#include "codegen/groups.h"
#include "codegen/index.h"
#include "codegen/pools.h"
#include "codegen/rules.h"
#include "codegen/schema.h"
#include "codegen/zones.h"

namespace ward::codegen {

// Finished parts; borrowed.
struct Parts {
  const ir::Program& program;
  const Pools& pools;
  const Domains& domains;
  const Code& code;
  const ZonePlan& zones;
  const GroupPlan& groups;
  const IndexBuilder& index;
  const std::vector<bytecode::Group>& built_groups;  // with their bounds
  const std::vector<bytecode::Program>& programs;    // with their bounds
  const bytecode::Bound& bound;
  const RulePlan& rules;
  const SchemaPlan& schema;
  const TimePlan& time;
  const RoutePlan& routes;
  const std::vector<std::uint8_t>& digest;
  const std::string& server;
  const std::vector<bytecode::Zone>& zone_records;
};

[[nodiscard]] std::vector<std::uint8_t> WriteBundle(const Parts& parts);

// SHA-256 over names and texts of the sources, by name.
[[nodiscard]] std::vector<std::uint8_t> DigestOf(const base::SourceMap& sources);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_WRITE_H_
