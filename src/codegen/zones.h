// codegen: which zone an address is in, as chains of zones and the states their conditions lead to.
//
// A state is what rules can tell apart: one certain zone, or the candidates while the zone is missing (LANGUAGE (e),
// "Zone"). Of a chain's zones the first whose `when` is not false counts; one in doubt makes itself and the later ones
// candidates, up to the first certain one; zones whose `when` is false are no candidates.
#ifndef WARD_SRC_CODEGEN_ZONES_H_
#define WARD_SRC_CODEGEN_ZONES_H_

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "bytecode/image.h"
#include "codegen/terms.h"
#include "diag/sink.h"
#include "ir/ir.h"
#include "lookup/prefix_table.h"

namespace ward::codegen {

struct ZoneState {
  ir::ZoneId zone;                     // none: missing
  std::vector<ir::ZoneId> candidates;  // ascending; of a certain zone: itself

  friend bool operator<(const ZoneState& a, const ZoneState& b) {
    return std::tie(a.zone, a.candidates) < std::tie(b.zone, b.candidates);
  }
};

struct ZonePlan {
  std::vector<ZoneState> states;
  std::uint32_t nothing_matches = 0;
  std::uint32_t no_address = 0;
  std::vector<std::uint32_t> when;  // by zone: slot, or kNone
  std::vector<bytecode::Chain> chains;
  std::vector<std::uint32_t> chain_zones;
  std::vector<std::uint32_t> chain_states;
  lookup::PrefixTableData prefixes;  // its chain numbers are those of `chains`
};

// Before Freeze of the code behind `terms`. What exceeds a budget is reported; the plan is then of no use.
[[nodiscard]] ZonePlan PlanZones(const ir::Program& program, TermBuilder& terms, Code& code, diag::Sink& sink);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_ZONES_H_
