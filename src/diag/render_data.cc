#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <string_view>

#include "base/json_text.h"
#include "diag/render.h"

namespace ward::diag {
namespace {

std::string_view SeverityName(Severity severity) { return severity == Severity::kError ? "error" : "warning"; }

// Writes one JSON object or array; commas come by themselves.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& json) : json_(json) {}

  void Open(char bracket) {
    json_.push_back(bracket);
    first_ = true;
  }
  void Close(char bracket) {
    json_.push_back(bracket);
    first_ = false;
  }
  void Key(std::string_view key) {
    Next();
    base::AppendJsonString(json_, key);
    json_.push_back(':');
  }
  void Next() {
    if (!first_) json_.push_back(',');
    first_ = false;
  }
  void Text(std::string_view key, std::string_view text) {
    Key(key);
    base::AppendJsonString(json_, text);
  }
  void Number(std::string_view key, std::size_t number) {
    Key(key);
    fmt::format_to(std::back_inserter(json_), "{}", number);
  }
  void String(std::string_view text) {
    Next();
    base::AppendJsonString(json_, text);
  }

 private:
  std::string& json_;
  bool first_ = true;
};

void WriteSpan(JsonWriter& json, const Location& location) {
  json.Text("file", location.file);
  if (location.line == 0) return;
  json.Key("span");
  json.Open('{');
  json.Number("line", location.line);
  json.Number("column", location.column);
  json.Number("end_line", location.end_line);
  json.Number("end_column", location.end_column);
  json.Number("byte_begin", location.byte_begin);
  json.Number("byte_end", location.byte_end);
  json.Close('}');
}

void WriteFix(JsonWriter& json, const ward::Diagnostic::Fix& fix) {
  json.Next();
  json.Open('{');
  json.Text("description", fix.description);
  json.Key("edits");
  json.Open('[');
  for (const ward::Diagnostic::Edit& edit : fix.edits) {
    json.Next();
    json.Open('{');
    WriteSpan(json, edit.location);
    json.Text("replacement", edit.replacement);
    json.Close('}');
  }
  json.Close(']');
  json.Close('}');
}

void WriteDiagnostic(JsonWriter& json, const ward::Diagnostic& diagnostic) {
  json.Next();
  json.Open('{');
  json.Text("code", diagnostic.code);
  json.Text("name", diagnostic.name);
  json.Text("severity", SeverityName(diagnostic.severity));
  json.Text("message", diagnostic.message);
  WriteSpan(json, diagnostic.location);
  json.Text("caret", diagnostic.caret);
  json.Key("labels");
  json.Open('[');
  for (const ward::Diagnostic::Label& label : diagnostic.labels) {
    json.Next();
    json.Open('{');
    WriteSpan(json, label.location);
    json.Text("text", label.text);
    json.Close('}');
  }
  json.Close(']');
  json.Key("hints");
  json.Open('[');
  for (const std::string& hint : diagnostic.hints) json.String(hint);
  json.Close(']');
  json.Key("fixes");
  json.Open('[');
  for (const ward::Diagnostic::Fix& fix : diagnostic.fixes) WriteFix(json, fix);
  json.Close(']');
  json.Close('}');
}

}  // namespace

std::string RenderJson(std::span<const ward::Diagnostic> diagnostics) {
  std::string text;
  JsonWriter json(text);
  std::size_t error_count = 0;
  json.Open('{');
  json.Key("diagnostics");
  json.Open('[');
  for (const ward::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::kError) ++error_count;
    WriteDiagnostic(json, diagnostic);
  }
  json.Close(']');
  json.Number("errors", error_count);
  json.Number("warnings", diagnostics.size() - error_count);
  json.Close('}');
  text.push_back('\n');
  return text;
}

std::string RenderLines(std::span<const ward::Diagnostic> diagnostics) {
  std::string text;
  for (const ward::Diagnostic& diagnostic : diagnostics) {
    const Location& at = diagnostic.location;
    if (!at.file.empty()) text.append(at.file).append(":");
    if (at.line != 0) fmt::format_to(std::back_inserter(text), "{}:{}:", at.line, at.column);
    if (!text.empty() && text.back() == ':') text.push_back(' ');
    fmt::format_to(std::back_inserter(text), "{}[{}]: {}\n", SeverityName(diagnostic.severity), diagnostic.code,
                   diagnostic.message);
  }
  return text;
}

}  // namespace ward::diag
