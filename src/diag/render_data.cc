#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/json_writer.h"
#include "base/legible.h"
#include "diag/render.h"

namespace ward::diag {
namespace {

using base::JsonWriter;

std::string_view SeverityName(Severity severity) { return severity == Severity::kError ? "error" : "warning"; }

void WriteSpan(JsonWriter& json, const Location& location) {
  json.Text("file", location.file);
  if (location.line == 0) return;
  json.Open("span", '{');
  json.Number("line", location.line);
  json.Number("column", location.column);
  json.Number("end_line", location.end_line);
  json.Number("end_column", location.end_column);
  json.Number("byte_begin", location.byte_begin);
  json.Number("byte_end", location.byte_end);
  json.Close('}');
}

void WriteFix(JsonWriter& json, const ward::Diagnostic::Fix& fix) {
  json.Open('{');
  json.Text("description", fix.description);
  json.Open("edits", '[');
  for (const ward::Diagnostic::Edit& edit : fix.edits) {
    json.Open('{');
    WriteSpan(json, edit.location);
    json.Text("replacement", edit.replacement);
    json.Close('}');
  }
  json.Close(']');
  json.Close('}');
}

void WriteDiagnostic(JsonWriter& json, const ward::Diagnostic& diagnostic) {
  json.Open('{');
  json.Text("code", diagnostic.code);
  json.Text("name", diagnostic.name);
  json.Text("severity", SeverityName(diagnostic.severity));
  json.Text("message", diagnostic.message);
  WriteSpan(json, diagnostic.location);
  json.Text("caret", diagnostic.caret);
  json.Open("labels", '[');
  for (const ward::Diagnostic::Label& label : diagnostic.labels) {
    json.Open('{');
    WriteSpan(json, label.location);
    json.Text("text", label.text);
    json.Close('}');
  }
  json.Close(']');
  json.Open("hints", '[');
  for (const std::string& hint : diagnostic.hints) json.String(hint);
  json.Close(']');
  json.Open("fixes", '[');
  for (const ward::Diagnostic::Fix& fix : diagnostic.fixes) WriteFix(json, fix);
  json.Close(']');
  json.Close('}');
}

}  // namespace

void WriteJson(JsonWriter& json, std::span<const ward::Diagnostic> diagnostics) {
  std::size_t error_count = 0;
  json.Open("diagnostics", '[');
  for (const ward::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::kError) ++error_count;
    WriteDiagnostic(json, diagnostic);
  }
  json.Close(']');
  json.Number("errors", static_cast<std::int64_t>(error_count));
  json.Number("warnings", static_cast<std::int64_t>(diagnostics.size() - error_count));
}

std::string RenderJson(std::span<const ward::Diagnostic> diagnostics) {
  std::string text;
  JsonWriter json(text);
  json.Open('{');
  WriteJson(json, diagnostics);
  json.Close('}');
  text.push_back('\n');
  return text;
}

std::string RenderLines(std::span<const ward::Diagnostic> diagnostics) {
  std::string text;
  for (const ward::Diagnostic& diagnostic : diagnostics) {
    const Location& at = diagnostic.location;
    if (!at.file.empty()) text.append(base::Legible(at.file)).append(":");
    if (at.line != 0) fmt::format_to(std::back_inserter(text), "{}:{}:", at.line, at.column);
    if (!text.empty() && text.back() == ':') text.push_back(' ');
    fmt::format_to(std::back_inserter(text), "{}[{}]: {}\n", SeverityName(diagnostic.severity), diagnostic.code,
                   base::Legible(diagnostic.message));
  }
  return text;
}

}  // namespace ward::diag
