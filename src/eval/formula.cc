#include "eval/formula.h"

#include <algorithm>
#include <cstddef>

#include "base/check.h"

namespace ward::eval {
namespace {

using bytecode::FormulaOp;

FormulaResult Join(FormulaOp op, std::span<const FormulaResult> parts) {
  FormulaResult result{TruthOf(op == FormulaOp::kAnd), bytecode::kNone};
  for (const FormulaResult& part : parts) {
    result.truth = op == FormulaOp::kAnd ? And(result.truth, part.truth) : Or(result.truth, part.truth);
  }
  const auto decided = std::find_if(parts.begin(), parts.end(), [&result](const FormulaResult& part) {
    return part.truth == result.truth && part.test != bytecode::kNone;
  });
  if (decided != parts.end()) result.test = decided->test;
  return result;
}

}  // namespace

FormulaResult EvaluateFormula(const bytecode::Image& image, const bytecode::Range& formula, Vm& vm,
                              std::span<FormulaResult> stack) {
  std::size_t depth = 0;
  for (const std::uint32_t word : Slice(image.formula_steps, formula)) {
    const bytecode::FormulaStep step = bytecode::UnpackFormulaStep(word);
    FormulaResult result;
    switch (step.op) {
      case FormulaOp::kTrue:
      case FormulaOp::kFalse:
        result.truth = TruthOf(step.op == FormulaOp::kTrue);
        break;
      case FormulaOp::kWaivedTrue:
      case FormulaOp::kWaivedFalse:
        result = {TruthOf(step.op == FormulaOp::kWaivedTrue), step.number};
        break;
      case FormulaOp::kTest: {
        const bytecode::Test& test = image.tests[step.number];
        const Truth truth = vm.Test(test.instruction());
        result = {test.negated() != 0 ? Not(truth) : truth, step.number};
        break;
      }
      case FormulaOp::kAnd:
      case FormulaOp::kOr:
        WARD_DCHECK(step.number <= depth);
        depth -= step.number;
        result = Join(step.op, std::span<const FormulaResult>(stack).subspan(depth, step.number));
        break;
    }
    WARD_DCHECK(depth < stack.size());
    stack[depth++] = result;
  }
  return depth == 0 ? FormulaResult{} : stack[depth - 1];
}

Truth WrittenTruth(const bytecode::Test& test, Vm& vm) {
  const Truth truth = vm.Test(test.instruction());
  return test.written_negated() != 0 ? Not(truth) : truth;
}

}  // namespace ward::eval
