// eval: a rule's formula, test by test, as explanations and the oracle-near road read it.
//
// The index answers the hot path; this runs over the cold part of the bytecode: postfix formulas whose leaves are the
// tests an author wrote. The answers are the same (a ctest compares them). No allocation but the caller's stack.
#ifndef WARD_SRC_EVAL_FORMULA_H_
#define WARD_SRC_EVAL_FORMULA_H_

#include <cstdint>
#include <span>

#include "bytecode/image.h"
#include "eval/truth.h"
#include "eval/vm.h"

namespace ward::eval {

struct FormulaResult {
  Truth truth = Truth::kTrue;
  // The first test that gave the formula this truth, of tests; kNone if it rests on none.
  std::uint32_t test = bytecode::kNone;
};

// `stack`: at least image.formula_stack entries.
[[nodiscard]] FormulaResult EvaluateFormula(const bytecode::Image& image, const bytecode::Range& formula, Vm& vm,
                                            std::span<FormulaResult> stack);

// The truth of a test's text, as its author wrote it.
[[nodiscard]] Truth WrittenTruth(const bytecode::Test& test, Vm& vm);

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_FORMULA_H_
