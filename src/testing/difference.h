// testing: why a decision is not the one that a test expects, in as few words as will do.
#ifndef WARD_SRC_TESTING_DIFFERENCE_H_
#define WARD_SRC_TESTING_DIFFERENCE_H_

#include <string>

#include "semantic/suite.h"
#include "ward/decision.h"

namespace ward::testing {

// "deny by default (403)"; with operation and zone, as far as they are known.
[[nodiscard]] std::string DecisionText(const Explanation& explanation);

// The tests of rules that make the difference: "`token.scopes has orders:read` is false (orders/access.ward:16)".
// Requires: the explained decision does not match `expected`, which is no shadow's.
[[nodiscard]] std::string SmallestDifference(const semantic::ExpectVerdict& expected, const Explanation& explanation);
// Why a shadow rule did not say what is expected of it.
[[nodiscard]] std::string ShadowDifference(const semantic::ExpectVerdict& expected, const Explanation& explanation);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_DIFFERENCE_H_
