// eval: strong Kleene logic on truths.
#ifndef WARD_SRC_EVAL_TRUTH_H_
#define WARD_SRC_EVAL_TRUTH_H_

#include "bytecode/image.h"

namespace ward::eval {

using bytecode::Truth;

[[nodiscard]] constexpr Truth TruthOf(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

[[nodiscard]] constexpr Truth Not(Truth truth) {
  if (truth == Truth::kDoubt) return Truth::kDoubt;
  return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

// What decides a conjunction is the first false, then the first doubt; of a disjunction, the first true.
[[nodiscard]] constexpr Truth And(Truth a, Truth b) {
  if (a == Truth::kFalse || b == Truth::kFalse) return Truth::kFalse;
  return a == Truth::kDoubt || b == Truth::kDoubt ? Truth::kDoubt : Truth::kTrue;
}

[[nodiscard]] constexpr Truth Or(Truth a, Truth b) {
  if (a == Truth::kTrue || b == Truth::kTrue) return Truth::kTrue;
  return a == Truth::kDoubt || b == Truth::kDoubt ? Truth::kDoubt : Truth::kFalse;
}

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_TRUTH_H_
