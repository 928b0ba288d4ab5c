// Workflow commands of GitHub Actions: annotations at the lines of a pull request, then the counts.
// A command is one line, so a text's line breaks are escaped, and no text can begin a command of its own.
#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <string_view>

#include "report/render.h"
#include "report/text.h"

namespace ward::report {
namespace {

std::string Escaped(std::string_view raw, std::string_view signs) {
  std::string out;
  for (const char sign : CleanLines(raw)) {
    if (signs.find(sign) != std::string_view::npos) {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(sign));
    } else {
      out.push_back(sign);
    }
  }
  return out;
}

std::string Message(std::string_view raw) { return Escaped(raw, "%\r\n"); }
std::string Property(std::string_view raw) { return Escaped(raw, "%\r\n:,"); }

// One command; properties that are not known are left out.
class Command {
 public:
  explicit Command(std::string_view name) : text_(fmt::format("::{}", name)) {}

  void Add(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    fmt::format_to(std::back_inserter(text_), "{}{}={}", first_ ? " " : ",", key, Property(value));
    first_ = false;
  }
  void Add(std::string_view key, std::uint32_t number) {
    if (number != 0) Add(key, fmt::format("{}", number));
  }
  [[nodiscard]] std::string Finish(std::string_view message) && { return text_ + "::" + Message(message) + "\n"; }

 private:
  std::string text_;
  bool first_ = true;
};

std::string CommandOf(const Diagnostic& diagnostic) {
  const Location& at = diagnostic.location;
  Command command(diagnostic.severity == Severity::kError ? "error" : "warning");
  command.Add("file", at.file);
  command.Add("line", at.line);
  command.Add("endLine", at.end_line);
  // Columns are for places on one line.
  if (at.line == at.end_line) {
    command.Add("col", at.column);
    command.Add("endColumn", at.end_column);
  }
  command.Add("title", diagnostic.code + " " + diagnostic.name);
  return std::move(command).Finish(FullMessage(diagnostic));
}

std::string CommandOf(const TestCase& one) {
  Command command(one.status == Status::kSkipped ? "notice" : "error");
  command.Add("file", one.file);
  command.Add("line", one.line);
  command.Add("title", fmt::format("{}: {}: {}", NameOf(one.status), one.suite, one.name));
  std::string message = one.message;
  if (!one.details.empty()) message += "\n" + one.details;
  return std::move(command).Finish(message);
}

}  // namespace

std::string RenderGithub(const Run& run) {
  std::string out;
  for (const Diagnostic& diagnostic : run.diagnostics) out += CommandOf(diagnostic);
  for (const TestCase& one : CasesOfTests(run)) {
    if (one.status != Status::kPassed) out += CommandOf(one);
  }
  return out + Summary(CountOf(CasesOf(run))) + "\n";
}

}  // namespace ward::report
