// `ward check`: compiles a bundle and prints what is wrong with it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <vector>

#include "cli/choice.h"
#include "cli/command.h"
#include "diag/render.h"
#include "ward/compiler.h"

namespace ward::cli {
namespace {

enum class Report { kHuman, kJson, kLines };

struct CheckOptions {
  std::vector<std::string> paths = {"."};
  Report report = Report::kHuman;
  bool waived = false;
};

// Tests that anonymous operations waive are no mistakes, so people see them on request only; machines get all.
bool IsWaiver(const Diagnostic& diagnostic) { return diagnostic.code == "W01"; }

std::string Count(std::size_t count, std::string_view singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string Summary(const std::vector<Diagnostic>& diagnostics, const CompileStats& total, std::size_t waivers) {
  const auto errors = static_cast<std::size_t>(std::count_if(
      diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; }));
  const std::size_t warnings = diagnostics.size() - errors;
  std::string text = errors + warnings == 0
                         ? fmt::format("ok: {}, {}, {}\n", Count(total.files, "file"), Count(total.rules, "rule"),
                                       Count(total.operations, "operation"))
                         : fmt::format("\n{}, {}\n", Count(errors, "error"), Count(warnings, "warning"));
  if (waivers > 0) {
    text += fmt::format("{} waived on anonymous operations; --waived lists them\n", Count(waivers, "test"));
  }
  return text;
}

void Check(const CheckOptions& options, Invocation& invocation) {
  std::vector<Diagnostic> diagnostics;
  CompileStats total;
  bool ok = true;
  for (const std::string& path : options.paths) {
    Result<CompileResult> result = CompilePath(path, {.check_only = true});
    if (!result.has_value()) return Fail(invocation, Exit::kUsage, result.error().message);
    ok = ok && result->ok();
    total.files += result->stats.files;
    total.rules += result->stats.rules;
    total.operations += result->stats.operations;
    std::move(result->diagnostics.begin(), result->diagnostics.end(), std::back_inserter(diagnostics));
  }
  std::size_t waivers = 0;
  if (options.report == Report::kHuman && !options.waived) waivers = std::erase_if(diagnostics, IsWaiver);
  switch (options.report) {
    case Report::kHuman:
      Print(diag::RenderTerminal(diagnostics, invocation.colour_out ? diag::Colour::kAlways : diag::Colour::kNever));
      Print(Summary(diagnostics, total, waivers));
      break;
    case Report::kLines:
      Print(diag::RenderLines(diagnostics));
      break;
    case Report::kJson:
      Print(diag::RenderJson(diagnostics));
      break;
  }
  if (!ok) invocation.exit = Exit::kFindings;
}

}  // namespace

void AddCheck(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand("check", "compile policies and print what is wrong with them");
  command->add_option("PATH", options->paths, "bundle folders or .ward files (default: the current folder)");
  AddChoice(*command, "--format", options->report, "for people, for programs, or one line each for editors",
            {{"human", Report::kHuman}, {"json", Report::kJson}, {"lines", Report::kLines}});
  command->add_flag("--waived", options->waived, "also list the tests that anonymous operations waive");
  command->footer(
      "example:\n  ward check examples/gateway\n  ward check --format lines orders/access.ward\n\n"
      "`ward explain E07` says more about an error code.");
  command->callback([options, &invocation] { Check(*options, invocation); });
}

}  // namespace ward::cli
