// grammar: the whole language, line by line.
#ifndef WARD_GRAMMAR_WARD_H_
#define WARD_GRAMMAR_WARD_H_

// IWYU pragma: begin_exports
#include "grammar/clauses.h"
#include "grammar/declarations.h"
#include "grammar/expr.h"
#include "grammar/tests.h"
#include "grammar/text.h"
#include "grammar/tokens.h"
// IWYU pragma: end_exports

#endif  // WARD_GRAMMAR_WARD_H_
