// lint: walks over the typed expressions of a program.
#ifndef WARD_SRC_LINT_EXPRESSIONS_H_
#define WARD_SRC_LINT_EXPRESSIONS_H_

#include <functional>

#include "semantic/program.h"

namespace ward::lint {

struct Clause {
  const semantic::Expr& expr;
  semantic::OperationSetId operations;  // what it is for; none: a condition, role or zone, for any
};

// Every clause, condition and `when` of the program as it was written: nothing is inlined, so each stands once.
void ForEachClause(const semantic::Program& program, const std::function<void(const Clause&)>& visit);

// Every test (kTest) in those.
void ForEachTest(const semantic::Program& program, const std::function<void(const semantic::Expr&)>& visit);

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_EXPRESSIONS_H_
