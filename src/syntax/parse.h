// syntax: text of one file -> AST.
#ifndef WARD_SRC_SYNTAX_PARSE_H_
#define WARD_SRC_SYNTAX_PARSE_H_

#include <memory>

#include "base/source.h"
#include "syntax/ast.h"

namespace ward::diag {
class Sink;
}

namespace ward::syntax {

// Always returns a file: what could not be read was reported and is left out of the tree (one error
// for each line at most), and the rest stands as written. `sources` must outlive the result, which
// points into its text. Time and memory are linear in the text. Nothing is shared: files may be
// parsed in parallel with a Sink each.
[[nodiscard]] std::unique_ptr<File> Parse(const base::SourceMap& sources, base::FileId file, diag::Sink& sink);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_PARSE_H_
