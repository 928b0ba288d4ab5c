// testing: which truths a formula can have at all, so that coverage asks for no others.
//
// Every value that can be missing is missing or there, and a test whose values are there is true or false as it likes: so
// what is called impossible is. Two tests that always agree may make more look possible than is.
#ifndef WARD_SRC_TESTING_POSSIBLE_H_
#define WARD_SRC_TESTING_POSSIBLE_H_

#include "ir/ir.h"

namespace ward::testing {

struct PossibleTruths {
  bool is_true = false;
  bool is_false = false;
  bool in_doubt = false;
};

// All three where too many values can be missing to try.
[[nodiscard]] PossibleTruths PossibleOf(const ir::Program& program, ir::NodeId formula);
// Of the test as its text reads.
[[nodiscard]] PossibleTruths PossibleOf(const ir::Program& program, ir::TestId test);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_POSSIBLE_H_
