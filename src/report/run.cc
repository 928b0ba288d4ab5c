#include "report/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "diag/render.h"

namespace ward::report {
namespace {

TestCase CaseOfFile(const Run& run, const std::string& file, const std::vector<Diagnostic>& found) {
  TestCase result;
  result.suite = "ward " + run.command;
  result.name = file.empty() ? "the bundle as a whole" : file;
  result.file = file;
  result.status = Status::kPassed;
  result.details = diag::RenderTerminal(found, diag::Colour::kNever);
  const auto fails = [&run](const Diagnostic& d) { return Fails(run, d); };
  const auto first = std::find_if(found.begin(), found.end(), fails);
  if (first == found.end()) return result;
  const auto others = std::count_if(found.begin(), found.end(), fails) - 1;
  result.status = Status::kFailed;
  result.line = first->location.line;
  result.message = fmt::format("{}: {}{}", first->code, first->message,
                               others == 0 ? std::string() : fmt::format(", and {} more", others));
  return result;
}

std::string WhyNothingRan(const Run& run, const Counts& counts) {
  const std::string_view what = run.command == "test" ? "test" : "file";
  if (counts.skipped == 0)
    return fmt::format("there is no {} to {}", what, run.command == "test" ? "run" : run.command);
  return fmt::format("every {} was skipped", what);
}

}  // namespace

bool Fails(const Run& run, const Diagnostic& diagnostic) {
  return diagnostic.severity == Severity::kError || run.fails_from == Severity::kWarning;
}

Counts CountOf(const std::vector<TestCase>& cases) {
  Counts counts;
  for (const TestCase& one : cases) {
    switch (one.status) {
      case Status::kPassed:
        ++counts.passed;
        break;
      case Status::kFailed:
        ++counts.failed;
        break;
      case Status::kSkipped:
        ++counts.skipped;
        break;
      case Status::kError:
        ++counts.errors;
        break;
    }
  }
  return counts;
}

std::vector<TestCase> CasesOfFiles(const Run& run) {
  std::vector<std::string> names = run.files;
  for (const Diagnostic& diagnostic : run.diagnostics) {
    if (!run.files.empty() || Fails(run, diagnostic)) names.push_back(diagnostic.location.file);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<TestCase> cases;
  for (const std::string& name : names) {
    std::vector<Diagnostic> found;
    std::copy_if(run.diagnostics.begin(), run.diagnostics.end(), std::back_inserter(found),
                 [&name](const Diagnostic& d) { return d.location.file == name; });
    cases.push_back(CaseOfFile(run, name, found));
  }
  return cases;
}

std::vector<TestCase> CasesOfTests(const Run& run) {
  std::vector<TestCase> cases = run.tests;
  const Counts counts = CountOf(cases);
  const bool ran = counts.passed + counts.failed + counts.errors > 0 || !CasesOfFiles(run).empty();
  if (run.stopped.empty() && ran) return cases;
  TestCase& extra = cases.emplace_back();
  extra.suite = "ward " + run.command;
  extra.name = run.stopped.empty() ? "nothing ran" : "stopped before the end";
  extra.status = Status::kError;
  extra.message = run.stopped.empty() ? WhyNothingRan(run, counts) : run.stopped;
  return cases;
}

std::vector<TestCase> CasesOf(const Run& run) {
  std::vector<TestCase> cases = CasesOfFiles(run);
  std::vector<TestCase> tests = CasesOfTests(run);
  std::move(tests.begin(), tests.end(), std::back_inserter(cases));
  return cases;
}

bool IsGreen(const Run& run) {
  const Counts counts = CountOf(CasesOf(run));
  return counts.passed > 0 && counts.failed == 0 && counts.errors == 0;
}

void PrefixFile(std::string& file, std::string_view folder) {
  if (!file.empty() && file.front() != '/') file.insert(0, folder);
}

void PrefixFiles(Run& run, std::string_view folder) {
  for (std::string& file : run.files) PrefixFile(file, folder);
  for (TestCase& one : run.tests) PrefixFile(one.file, folder);
  for (Diagnostic& diagnostic : run.diagnostics) {
    PrefixFile(diagnostic.location.file, folder);
    for (Diagnostic::Label& label : diagnostic.labels) PrefixFile(label.location.file, folder);
    for (Diagnostic::Fix& fix : diagnostic.fixes) {
      for (Diagnostic::Edit& edit : fix.edits) PrefixFile(edit.location.file, folder);
    }
  }
}

std::string Summary(const Counts& counts) {
  std::string text = fmt::format("{} passed, {} failed", counts.passed, counts.failed + counts.errors);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  return text;
}

}  // namespace ward::report
