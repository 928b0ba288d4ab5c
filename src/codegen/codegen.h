// codegen: the lowered program to bytecode.
//
// Steps, one file each: domains, code (slots and instructions), terms, zones, groups, index (with leaf_builder), rules,
// schema (with routes and timezone), write. Zones, groups and rules say which slots exist; then the code is frozen and
// the index is laid out over it.
// Deterministic: the same program and sources give the same bytes, on every compiler. One thread.
#ifndef WARD_SRC_CODEGEN_CODEGEN_H_
#define WARD_SRC_CODEGEN_CODEGEN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/budgets.h"
#include "base/source.h"
#include "diag/sink.h"
#include "ir/ir.h"

namespace ward::codegen {

struct Options {
  // Distinct constants of the whole bundle.
  std::size_t constant_count_max = base::budget::kConstantCountMax;
  // Terms of one rule; what needs more becomes code. At least 64.
  std::size_t terms_per_rule_max = base::budget::kTermsPerRuleMax;
  // Worst case of one decision: nodes + words + instructions. Beyond it the operation is reported.
  std::size_t steps_per_operation_max = base::budget::kStepsPerOperationMax;
  // What the bytecode carries for servers (ward.fbs).
  std::string server;
  // The system's time zone database, TZif files.
  std::string timezone_folder = "/usr/share/zoneinfo";
};

// A .wardc, or nothing if something was reported. `sources` are what spans point into and what the digest covers.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> Generate(const ir::Program& program,
                                                                const base::SourceMap& sources, const Options& options,
                                                                diag::Sink& sink);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_CODEGEN_H_
