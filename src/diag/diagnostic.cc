#include "diag/diagnostic.h"

#include "diag/locate.h"

namespace ward::diag {

Location Locate(base::Span span, const base::SourceMap& sources) {
  Location location;
  if (!span.file.has_value()) return location;
  const base::SourceFile& file = sources.file(span.file);
  const base::Position begin = file.Locate(span.begin);
  const base::Position end = file.Locate(span.end);
  location.file = file.name();
  location.line = begin.line;
  location.column = begin.column;
  location.end_line = end.line;
  location.end_column = end.column;
  location.byte_begin = span.begin;
  location.byte_end = span.end;
  location.source_line = file.LineText(begin.line);
  return location;
}

ward::Diagnostic ToPublic(const Diagnostic& diagnostic, const base::SourceMap& sources) {
  const KindInfo& info = Info(diagnostic.kind);
  ward::Diagnostic result;
  result.severity = info.severity;
  result.code = info.code;
  result.name = info.name;
  result.message = diagnostic.message;
  result.location = Locate(diagnostic.span, sources);
  result.caret = diagnostic.caret;
  for (const Label& label : diagnostic.labels) {
    result.labels.push_back(ward::Diagnostic::Label{Locate(label.span, sources), label.text});
  }
  result.hints = diagnostic.hints;
  for (const Fix& fix : diagnostic.fixes) {
    ward::Diagnostic::Fix& out = result.fixes.emplace_back();
    out.description = fix.description;
    for (const Edit& edit : fix.edits) {
      out.edits.push_back(ward::Diagnostic::Edit{Locate(edit.span, sources), edit.replacement});
    }
  }
  return result;
}

}  // namespace ward::diag
