// codegen: which terms stand together, and which groups one operation in one zone state needs.
//
// A rule covers operations and zone states. Terms of rules that cover the same pairs, and are counted the same way, are
// one group; it is built once and listed by every program that needs it. Where a rule's formula reads the zone or the
// operation, or where anonymous operations have another formula, the rule covers several such areas, each with the
// terms that are left there.
#ifndef WARD_SRC_CODEGEN_GROUPS_H_
#define WARD_SRC_CODEGEN_GROUPS_H_

#include <cstdint>
#include <vector>

#include "bytecode/image.h"
#include "codegen/leaf_builder.h"
#include "codegen/terms.h"
#include "codegen/zones.h"
#include "ir/ir.h"

namespace ward::codegen {

struct GroupDraft {
  bytecode::GroupKind kind = bytecode::GroupKind::kDeny;
  bool tells = false;
  std::vector<IndexTerm> terms;  // at least one
};

struct GroupPlan {
  std::vector<GroupDraft> groups;         // by kind
  std::vector<bytecode::Range> programs;  // of program_groups
  std::vector<std::uint32_t> program_groups;
  std::vector<std::uint32_t> operation_row;   // by operation
  std::vector<std::uint32_t> operation_rows;  // row * columns + column -> program
  std::vector<std::uint32_t> state_column;    // by zone state
  std::uint32_t columns = 0;
};

// Before Freeze of the code behind `terms`.
[[nodiscard]] GroupPlan PlanGroups(const ir::Program& program, const ZonePlan& zones, TermBuilder& terms);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_GROUPS_H_
