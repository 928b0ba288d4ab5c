// testing: writes tests that drive every rule both ways.
//
// For each test of a rule, the attributes that it reads get values that it can tell apart: the constants they are compared
// with, their neighbours, missing. Rows of such values are played through the test runner as they would stand in a file, so
// what the engine answers is what is written down. Rows that drive many rules at once are kept, the others and all cells
// that change nothing dropped: no row and no cell is needless, though fewer rows of another kind may do. The search is
// bounded: for a rule that it could not drive it names the test that is in the way. Text and order are the same each time.
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
  std::vector<std::string> undriven;  // `rule orders.access.read: never true, since nothing tried makes `x` false`
};

// `only`: an operation or a rule, qualified or its last names; empty: all rules. kNotFound: there is none of that name.
// kPolicy: the bundle has errors. Expected answers are those of the policy as it is: tests of what is, not of what is
// meant.
[[nodiscard]] Result<Generated> GenerateTests(const bundle::FileSet& files, const std::string& only);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_GENERATE_H_
