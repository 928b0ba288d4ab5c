// `ward lint`: what compiles and is probably not meant.
#include "lint/lint.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bundle/file_set.h"
#include "cli/bundle_paths.h"
#include "cli/command.h"
#include "cli/lint_options.h"
#include "cli/report_format.h"
#include "diag/kind.h"
#include "report/run.h"

namespace ward::cli {
namespace {

struct LintOptions {
  std::vector<std::string> paths = {"."};
  report::Format format = report::Format::kHuman;
  LintChoice choice;
  bool list = false;
};

void ListLints() {
  for (const lint::Lint& lint : lint::AllLints()) {
    const diag::KindInfo& info = diag::Info(lint.kind);
    Print(fmt::format("{:<4} {:<24} {}\n", info.code, info.name, lint.summary));
  }
}

std::string Summary(std::size_t findings, bool compiles) {
  if (!compiles) return "\nit does not compile; `ward lint` looks at what does\n";
  if (findings == 0) return "ok: nothing found\n";
  return fmt::format("\n{} finding{}; `ward explain CODE` says why, and how to accept one\n", findings,
                     findings == 1 ? "" : "s");
}

void Lint(const LintOptions& options, Invocation& invocation) {
  if (options.list) return ListLints();
  std::optional<lint::Options> choice = ReadLintChoice(options.choice, invocation);
  if (!choice.has_value()) return;
  report::Run report;
  report.command = "lint";
  report.fails_from = Severity::kWarning;
  bool compiles = true;
  const Result<std::vector<NamedBundle>> bundles = FindBundles(options.paths);
  if (!bundles.has_value()) return Fail(invocation, Exit::kUsage, bundles.error().message);
  for (const NamedBundle& bundle : *bundles) {
    choice->files = bundle.files;
    const Result<std::unique_ptr<bundle::FileSet>> files = bundle::OpenPath(bundle.path);
    if (!files.has_value()) return Fail(invocation, Exit::kUsage, files.error().message);
    Result<lint::Outcome> outcome = lint::Run(**files, *choice);
    if (!outcome.has_value()) return Fail(invocation, Exit::kUsage, outcome.error().message);
    compiles = compiles && outcome->compiles;
    AddBundle(report, {bundle.path, outcome->compiled.files, std::move(outcome->findings)});
  }
  PrintReport(report, options.format, invocation);
  if (options.format == report::Format::kHuman) Print(Summary(report.diagnostics.size(), compiles));
}

}  // namespace

void AddLint(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<LintOptions>();
  CLI::App* command = app.add_subcommand("lint", "find what compiles and is probably not meant");
  command->add_option("PATH", options->paths,
                      "bundle folders, or files, each looked at within its bundle (default: the current folder)");
  AddReportFormat(*command, options->format);
  AddLintChoice(*command, options->choice);
  command->add_flag("--list", options->list, "show all lints, one line each");
  command->footer(
      "example:\n  ward lint examples/gateway\n  ward lint --skip no-owner --format lines orders/access.ward\n\n"
      "`ward explain wide-network` says more about a lint. Where one is wrong about a declaration, write above it:\n"
      "  @accept wide-network \"the whole of Europe\"");
  command->callback([options, &invocation] { Lint(*options, invocation); });
}

}  // namespace ward::cli
