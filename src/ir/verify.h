// ir: checks that a Program is well formed: what every later phase may rely on without looking.
//
// Ids lie inside their vectors, arguments come before their users and children before their
// parents, operands have the types their operator takes, lists are sorted, rules stand by rank.
// After lowering in debug builds, and in tests after everything that makes a Program. A complaint
// is a bug of ours, never of a policy.
#ifndef WARD_SRC_IR_VERIFY_H_
#define WARD_SRC_IR_VERIFY_H_

#include <string>
#include <vector>

#include "ir/ir.h"

namespace ward::ir {

// One sentence for each thing that is wrong, at most 100; empty if the program is well formed.
// O(program).
[[nodiscard]] std::vector<std::string> Verify(const Program& program);

}  // namespace ward::ir

#endif  // WARD_SRC_IR_VERIFY_H_
