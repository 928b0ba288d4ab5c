// syntax: the tree as text, for `ward dump --ast` and golden tests.
#ifndef WARD_SRC_SYNTAX_DUMP_H_
#define WARD_SRC_SYNTAX_DUMP_H_

#include <string>

#include "syntax/ast.h"

namespace ward::syntax {

struct DumpOptions {
  bool comments = true;  // comments and blank lines too
};

// S-expressions, one declaration or line of it per output line. Values, not spellings: 1_000 is
// 1000, `1 minute` is 60s. Equal trees give equal texts.
[[nodiscard]] std::string Dump(const File& file, const base::SourceMap& sources, const DumpOptions& options);
[[nodiscard]] std::string Dump(const Expr& expr);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_DUMP_H_
