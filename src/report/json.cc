// For programs; README.md documents the members.
#include "base/json_writer.h"
#include "report/render.h"
#include "report/text.h"

namespace ward::report {
namespace {

void WriteCase(base::JsonWriter& json, const TestCase& one) {
  json.Open('{');
  json.Text("suite", one.suite);
  json.Text("name", one.name);
  json.Text("file", one.file);
  if (one.line != 0) json.Number("line", one.line);
  json.Text("status", NameOf(one.status));
  json.Text("message", one.message);
  json.Text("details", one.details);
  json.Number("duration_ns", one.duration_ns);
  json.Close('}');
}

}  // namespace

std::string RenderJson(const Run& run) {
  std::string text;
  base::JsonWriter json(text);
  json.Open('{');
  diag::WriteJson(json, run.diagnostics);
  const std::vector<TestCase> tests = CasesOfTests(run);
  if (run.command == "test" || !tests.empty()) {
    json.Open("tests", '[');
    for (const TestCase& one : tests) WriteCase(json, one);
    json.Close(']');
    const Counts counts = CountOf(CasesOf(run));
    json.Number("passed", static_cast<std::int64_t>(counts.passed));
    json.Number("failed", static_cast<std::int64_t>(counts.failed + counts.errors));
    json.Number("skipped", static_cast<std::int64_t>(counts.skipped));
    json.Open("properties", '{');
    for (const auto& [name, value] : run.properties) json.Text(name, value);
    json.Close('}');
  }
  json.Bool("ok", IsGreen(run));
  json.Close('}');
  text.push_back('\n');
  return text;
}

}  // namespace ward::report
