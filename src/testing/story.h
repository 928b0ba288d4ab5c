// testing: what became of a test, in words: for terminals and for report formats.
#ifndef WARD_SRC_TESTING_STORY_H_
#define WARD_SRC_TESTING_STORY_H_

#include <string>

#include "testing/result.h"

namespace ward::testing {

// One sentence: "expected deny by default; got allow by orders.access.read (200): `..` is true". Empty if it passed.
[[nodiscard]] std::string Sentence(const TestResult& test);

// Several lines: every rule that could have mattered with its tests, and the line to change; of each further failure its
// sentence first. Empty unless it failed.
[[nodiscard]] std::string Story(const TestResult& test);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_STORY_H_
