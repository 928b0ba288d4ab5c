// tests: a text, its tree and what the parser found wrong.
#ifndef WARD_TESTS_UNIT_SYNTAX_PARSED_H_
#define WARD_TESTS_UNIT_SYNTAX_PARSED_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/source.h"
#include "diag/sink.h"
#include "syntax/ast.h"
#include "syntax/dump.h"
#include "syntax/parse.h"

namespace ward::syntax {

struct Parsed {
  explicit Parsed(std::string text) : id(sources.Add("a.ward", std::move(text))), file(Parse(sources, id, sink)) {}

  [[nodiscard]] std::string_view TextOf(Span span) const { return sources.Text(span); }
  [[nodiscard]] std::string DumpWithoutComments() const { return Dump(*file, sources, {.comments = false}); }
  [[nodiscard]] std::vector<ward::Diagnostic> Findings() const { return sink.Finish(sources); }
  // Requires: there is one.
  template <typename T>
  [[nodiscard]] const T& Only() const {
    const T* only = nullptr;
    ForEach<T>(*file, [&](const T& node) { only = &node; });
    return *only;
  }

  base::SourceMap sources;
  diag::Sink sink;
  base::FileId id;
  std::unique_ptr<File> file;
};

// All edits of a fix, in a copy of the text.
[[nodiscard]] inline std::string Apply(const ward::Diagnostic::Fix& fix, std::string text) {
  std::vector<ward::Diagnostic::Edit> edits = fix.edits;
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    text.replace(edit->location.byte_begin, edit->location.byte_end - edit->location.byte_begin, edit->replacement);
  }
  return text;
}

}  // namespace ward::syntax

#endif  // WARD_TESTS_UNIT_SYNTAX_PARSED_H_
