// syntax: from "the grammar gave up here" to the sentence an author can use.
#ifndef WARD_SRC_SYNTAX_EXPLAIN_H_
#define WARD_SRC_SYNTAX_EXPLAIN_H_

#include <string_view>

#include "diag/diagnostic.h"
#include "syntax/line_tree.h"
#include "syntax/lines.h"

namespace ward::syntax {

// Looks at what stands at the failure: an operator of another language, a reserved word, a slip of
// the finger, a missing space. What it does not recognise is "expected X, found Y".
[[nodiscard]] diag::Diagnostic Explain(const LineFailure& failure, LineForm form, const LogicalLine& line,
                                       base::FileId file, std::string_view text);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_EXPLAIN_H_
