// eval: tests between two sets of one type (LANGUAGE section (d), "Sets").
//
// Sets come sorted, so each test is one merge. Members that an enum does not list were dropped at the border; a test
// whose answer they could change is in doubt, and only then.
#ifndef WARD_SRC_EVAL_SET_TESTS_H_
#define WARD_SRC_EVAL_SET_TESTS_H_

#include <algorithm>
#include <span>

#include "border/cell.h"
#include "eval/truth.h"

namespace ward::eval {

template <typename T>
[[nodiscard]] bool Shares(std::span<const T> a, std::span<const T> b) {
  auto at = a.begin();
  auto other = b.begin();
  while (at != a.end() && other != b.end()) {
    if (*at == *other) return true;
    if (*at < *other) {
      ++at;
    } else {
      ++other;
    }
  }
  return false;
}

// Equal as sets. Different listed members stay different whatever was dropped.
template <typename T>
[[nodiscard]] Truth SameSet(std::span<const T> a, std::span<const T> b, bool any_dropped) {
  if (!std::equal(a.begin(), a.end(), b.begin(), b.end())) return Truth::kFalse;
  return any_dropped ? Truth::kDoubt : Truth::kTrue;
}

// `a` has every member of `b`: what `b` dropped may be missing in `a`.
template <typename T>
[[nodiscard]] Truth Includes(std::span<const T> a, std::span<const T> b, bool b_dropped) {
  if (!std::includes(a.begin(), a.end(), b.begin(), b.end())) return Truth::kFalse;
  return b_dropped ? Truth::kDoubt : Truth::kTrue;
}

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_SET_TESTS_H_
