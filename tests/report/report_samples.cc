// report_samples DIR: writes runs that matter in every format, as DIR/<name>.<format>. A name says what the run is:
// green_* may pass for a success, red_* may not. valid_formats.py judges the files.
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "report/render.h"
#include "report/run.h"

namespace {

using ward::Diagnostic;
using ward::Severity;
using ward::report::Format;
using ward::report::Run;
using ward::report::Status;
using ward::report::TestCase;

// What formats give a meaning to, what terminals act upon, what is no text at all.
constexpr char kHostileBytes[] =
    "q\"'<&>]]>%0A%25::error::,:#\\ \n::error::x\r\nBail out!\n1..0\n  "
    "...\n---\t\x1b[31m\x00\x01\x7f\xc2\x85\xff\xc0\x80"
    "\xed\xa0\x80\xef\xbf\xbe\xe2\x80\xa8 \xc3\xa9 \xf0\x9f\x94\x92 <!-- -->";
const std::string kHostile(kHostileBytes, sizeof kHostileBytes - 1);

ward::Location At(std::string file, std::uint32_t line, std::uint32_t column, std::uint32_t end_column) {
  ward::Location at;
  at.file = std::move(file);
  at.line = line;
  at.column = column;
  at.end_line = line;
  at.end_column = end_column;
  at.source_line = "  when \xC3\xA9 token.scope";
  return at;
}

Diagnostic Finding(Severity severity, const std::string& file, const std::string& text) {
  Diagnostic one;
  one.severity = severity;
  one.code = severity == Severity::kError ? "E01" : "W01";
  one.name = severity == Severity::kError ? "unknown-attribute" : "waived-test";
  one.message = text;
  one.location = At(file, 3, 10, 21);
  one.caret = text;
  one.labels.push_back({At(file, 1, 1, 4), text});
  one.hints.push_back(text);
  one.fixes.push_back({text, {{At(file, 3, 10, 21), text}, {At(file, 4, 1, 1), "  new line\n"}}});
  return one;
}

TestCase Case(Status status, const std::string& text) {
  TestCase one;
  one.suite = text;
  one.name = text;
  one.file = text;
  one.line = 12;
  one.status = status;
  one.message = text;
  one.details = "first\n  " + text + "\n\n" + text + "\n";
  one.duration_ns = 1'234'567'890'123;
  return one;
}

Run Of(std::string command, std::vector<TestCase> tests) {
  Run run;
  run.command = std::move(command);
  run.tests = std::move(tests);
  run.properties = {{"seed", "7"}};
  return run;
}

std::vector<std::pair<std::string, Run>> Samples() {
  std::vector<std::pair<std::string, Run>> samples;
  const auto add = [&samples](const char* name, Run run) { samples.emplace_back(name, std::move(run)); };
  add("green_tests", Of("test", {Case(Status::kPassed, "a"), Case(Status::kSkipped, "b")}));
  add("green_hostile", Of("test", {Case(Status::kPassed, kHostile), Case(Status::kSkipped, kHostile)}));
  add("red_failed", Of("test", {Case(Status::kPassed, "a"), Case(Status::kFailed, "b"), Case(Status::kFailed, "b")}));
  add("red_error", Of("test", {Case(Status::kPassed, "a"), Case(Status::kError, "b")}));
  add("red_hostile", Of("test", {Case(Status::kFailed, kHostile), Case(Status::kError, kHostile)}));
  add("red_empty", Of("test", {}));
  add("red_all_skipped", Of("test", {Case(Status::kSkipped, "a")}));
  Run stopped = Of("test", {Case(Status::kPassed, "a")});
  stopped.stopped = kHostile;
  add("red_stopped", stopped);
  Run broken = Of("test", {});
  broken.diagnostics = {Finding(Severity::kError, "a.ward", "broken")};
  add("red_does_not_compile", broken);

  Run check = Of("check", {});
  add("red_check_of_nothing", check);
  check.files = {"a.ward", "b.ward"};
  add("green_check", check);
  check.diagnostics = {Finding(Severity::kWarning, "a.ward", "warned")};
  add("green_check_warned", check);
  check.command = "lint";
  check.fails_from = Severity::kWarning;
  add("red_lint_warned", check);
  check.files = {kHostile};
  check.diagnostics = {Finding(Severity::kError, kHostile, kHostile), Finding(Severity::kError, kHostile, kHostile),
                       Finding(Severity::kWarning, kHostile, kHostile)};
  check.properties = {{kHostile, kHostile}};
  add("red_check_hostile", check);
  check.diagnostics.front().location = {};
  add("red_check_without_place", check);
  return samples;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: report_samples DIR\n", stderr), 2;
  const std::string folder = argv[1];
  const std::vector<std::pair<const char*, Format>> formats = {
      {"human", Format::kHuman}, {"json", Format::kJson},   {"lines", Format::kLines},  {"junit", Format::kJunit},
      {"tap", Format::kTap},     {"sarif", Format::kSarif}, {"github", Format::kGithub}};
  std::ofstream(folder + "/hostile.txt", std::ios::binary) << kHostile;
  for (const auto& [name, run] : Samples()) {
    if (ward::report::IsGreen(run) != name.starts_with("green_")) {
      return std::fprintf(stderr, "%s: IsGreen says otherwise\n", name.c_str()), 1;
    }
    for (const auto& [ending, format] : formats) {
      std::ofstream(folder + "/" + name + "." + ending, std::ios::binary)
          << ward::report::Render(run, format, ward::diag::Colour::kNever);
    }
  }
  return 0;
}
