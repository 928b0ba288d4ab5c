// testing: writes tests that drive every rule both ways.
//
// For each rule, the attributes that its tests read get values that the tests can tell apart: the constants they are
// compared with, their neighbours, missing. Rows of such values are played through the test runner as they would stand in
// a file, so what the engine answers is what is written down. Rows that drive many rules at once are kept, the others
// dropped. The search is bounded: a rule that it could not drive is named, which does not mean that nobody can; the cover
// is greedy. Shadow rules are left out. The clock is not moved.
#ifndef WARD_SRC_TESTING_GENERATE_H_
#define WARD_SRC_TESTING_GENERATE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "bundle/file_set.h"
#include "ward/error.h"

namespace ward::testing {

struct Generated {
  std::string text;                   // of a file of its own, as `ward fmt` has it; empty if no row was found
  std::size_t row_count = 0;          // tests
  std::vector<std::string> undriven;  // `rule orders.access.read: never true`
};

// `only`: an operation or a rule, qualified or its last names; empty: all rules. kNotFound: there is none of that name.
// kPolicy: the bundle has errors. Expected answers are those of the policy as it is: tests of what is, not of what is
// meant.
[[nodiscard]] Result<Generated> GenerateTests(const bundle::FileSet& files, const std::string& only);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_GENERATE_H_
