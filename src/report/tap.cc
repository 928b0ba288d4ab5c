// The Test Anything Protocol, version 14: a plan, a line each, a YAML block under what did not pass.
// Source: testanything.org, TAP 14 specification.
#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <string_view>

#include "base/json_text.h"
#include "report/render.h"
#include "report/text.h"

namespace ward::report {
namespace {

// A `#` would begin a directive.
std::string Description(std::string_view raw) {
  std::string out;
  for (const char sign : CleanLine(raw)) {
    if (sign == '#' || sign == '\\') out.push_back('\\');
    out.push_back(sign);
  }
  return out;
}

// JSON strings are YAML's double-quoted ones, as long as they hold printable signs only.
std::string Quoted(std::string_view raw) {
  std::string out;
  base::AppendJsonString(out, CleanLines(raw));
  return out;
}

// Text of several lines stays readable, as a literal block. Where its indent could not be told from the text's own,
// and for tabs, it is quoted; an indicator for the indent would be YAML, but perl's reader knows none.
void WriteText(std::string& out, std::string_view key, std::string_view raw) {
  if (raw.empty()) return;
  const std::string text = CleanLines(raw);
  if (text.find('\n') == std::string::npos || text.find('\t') != std::string::npos || text.starts_with(' ') ||
      text.starts_with('\n')) {
    fmt::format_to(std::back_inserter(out), "  {}: {}\n", key, Quoted(text));
    return;
  }
  std::string_view rest = text;
  while (rest.ends_with('\n')) rest.remove_suffix(1);
  fmt::format_to(std::back_inserter(out), "  {}: |\n", key);
  while (true) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    fmt::format_to(std::back_inserter(out), "    {}\n", line);  // also if empty: perl's reader wants the indent
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

void WriteYaml(std::string& out, const TestCase& one) {
  out += "  ---\n";
  WriteText(out, "message", one.message);
  if (one.status != Status::kPassed) {
    fmt::format_to(std::back_inserter(out), "  severity: {}\n", one.status == Status::kError ? "error" : "fail");
  }
  if (!one.file.empty()) fmt::format_to(std::back_inserter(out), "  file: {}\n", Quoted(one.file));
  if (one.line != 0) fmt::format_to(std::back_inserter(out), "  line: {}\n", one.line);
  if (one.duration_ns != 0) {
    fmt::format_to(std::back_inserter(out), "  duration_ms: {}.{:03}\n", one.duration_ns / 1'000'000,
                   one.duration_ns / 1000 % 1000);
  }
  WriteText(out, "details", one.details);
  out += "  ...\n";
}

void WriteCase(std::string& out, std::size_t number, const TestCase& one) {
  const bool ok = one.status == Status::kPassed || one.status == Status::kSkipped;
  fmt::format_to(std::back_inserter(out), "{}ok {} - {}: {}", ok ? "" : "not ", number, Description(one.suite),
                 Description(one.name));
  if (one.status == Status::kSkipped) {
    fmt::format_to(std::back_inserter(out), " # SKIP {}\n", Description(one.message));
    return;
  }
  out.push_back('\n');
  if (!ok || !one.details.empty()) WriteYaml(out, one);
}

}  // namespace

std::string RenderTap(const Run& run) {
  const std::vector<TestCase> cases = CasesOf(run);
  std::string out = fmt::format("TAP version 14\n1..{}\n", cases.size());
  for (const auto& [name, value] : run.properties) {
    fmt::format_to(std::back_inserter(out), "# {}: {}\n", CleanLine(name), CleanLine(value));
  }
  for (std::size_t i = 0; i < cases.size(); ++i) WriteCase(out, i + 1, cases[i]);
  if (!run.stopped.empty()) {
    fmt::format_to(std::back_inserter(out), "Bail out! {}\n", Description(run.stopped));
  } else {
    fmt::format_to(std::back_inserter(out), "# {}\n", Summary(CountOf(cases)));
  }
  return out;
}

}  // namespace ward::report
