// ir: the typed program becomes the lowered one (ir.h): the only door into this phase.
//
// One pass each: lower_value (operands), lower_expr + lower_test (tests to formulas), lower_rule,
// waive, rank. Only what rules, zones, reasons and headers read becomes an input; operations,
// zones, tables, schedules, enums and parameters keep the numbers they have in the typed program.
#ifndef WARD_SRC_IR_LOWER_H_
#define WARD_SRC_IR_LOWER_H_

#include <memory>
#include <span>

#include "diag/sink.h"
#include "ir/ir.h"
#include "semantic/program.h"

namespace ward::ir {

// A part of a bundle, for its tests.
struct Variant {
  // Only this policy's rules, limits and zone requirements; none: those of all.
  semantic::PolicyId only;
  // Attributes computed from others that the caller sets himself: they become inputs. What they are computed from still
  // says whether they read identity, and so where they are waived and whether they go with the credential.
  std::span<const semantic::AttributeId> given;
};

// Nothing if a budget was exceeded (reported). What operations marked anonymous waive is reported
// as warnings.
[[nodiscard]] std::unique_ptr<const Program> Lower(const semantic::Program& source, diag::Sink& sink,
                                                   const Variant& variant = {});

}  // namespace ward::ir

#endif  // WARD_SRC_IR_LOWER_H_
