// format: a policy file in the one form that all have. There are no options.
//
// What the form is: README.md. Pure, linear in the text but for sorting; files may be formatted in parallel.
#ifndef WARD_SRC_FORMAT_FORMAT_H_
#define WARD_SRC_FORMAT_FORMAT_H_

#include <string>
#include <vector>

#include "base/source.h"
#include "syntax/ast.h"
#include "ward/diagnostic.h"

namespace ward::format {

// Requires: the file was parsed without errors. Formatting the result again changes nothing.
[[nodiscard]] std::string Format(const syntax::File& file, const base::SourceMap& sources);

struct FormatResult {
  std::string text;                  // as it came if there are errors
  std::vector<Diagnostic> findings;  // of the parser
  bool ok = false;                   // no errors
};
// Parses `text` and formats it; `name` is what findings call it.
[[nodiscard]] FormatResult FormatText(const std::string& name, const std::string& text);

}  // namespace ward::format

#endif  // WARD_SRC_FORMAT_FORMAT_H_
