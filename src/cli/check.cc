// `ward check`: compiles a bundle and prints what is wrong with it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/report_format.h"
#include "diag/kind.h"
#include "report/run.h"
#include "ward/compiler.h"
#include "ward/engine.h"

namespace ward::cli {
namespace {

struct CheckOptions {
  std::vector<std::string> paths = {"."};
  report::Format format = report::Format::kHuman;
  bool waived = false;
};

// Tests that anonymous operations waive are no mistakes, so people see them on request only, also people who read
// annotations or alerts; programs get all.
bool IsWaiver(const Diagnostic& diagnostic) { return diagnostic.code == "W01"; }

bool ShowsWaivers(const CheckOptions& options) {
  return options.waived || options.format == report::Format::kJson || options.format == report::Format::kLines;
}

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

// The rows that ward.toml names are typed when they are loaded; so that a load is no surprise, one is tried here.
Result<void> CheckLiveRows(CompileResult& compiled) {
  if (!compiled.ok() || compiled.live_tables.empty()) return {};
  WARD_ASSIGN_OR_RETURN(Engine engine, Engine::Create({}));
  for (LiveTableData& table : compiled.live_tables) {
    Engine::TableContent content;
    content.table = table.table;
    for (auto& row : table.rows) content.rows.push_back(TableRow{std::move(row)});
    const Result<std::uint64_t> loaded = engine.Load(compiled.bytecode, std::span(&content, 1));
    if (loaded.has_value()) continue;
    const diag::KindInfo& kind = diag::Info(diag::Kind::kBadDataFile);
    Diagnostic diagnostic;
    diagnostic.code = kind.code;
    diagnostic.name = kind.name;
    diagnostic.message = loaded.error().message;
    diagnostic.location.file = table.file;
    compiled.diagnostics.push_back(std::move(diagnostic));
  }
  return {};
}

void Check(const CheckOptions& options, Invocation& invocation) {
  report::Run run;
  run.command = "check";
  CompileStats total;
  for (const std::string& path : options.paths) {
    Result<CompileResult> result = CompilePath(path, {});
    if (!result.has_value()) return Fail(invocation, Exit::kUsage, result.error().message);
    if (const Result<void> checked = CheckLiveRows(*result); !checked.has_value()) {
      return Fail(invocation, Exit::kInternal, checked.error().message);
    }
    total.files += result->stats.files;
    total.rules += result->stats.rules;
    total.operations += result->stats.operations;
    AddBundle(run, {path, result->files, std::move(result->diagnostics)});
  }
  std::size_t waivers = 0;
  if (!ShowsWaivers(options)) waivers = std::erase_if(run.diagnostics, IsWaiver);
  PrintReport(run, options.format, invocation);
  if (options.format == report::Format::kHuman) Print(Summary(run.diagnostics, total, waivers));
}

}  // namespace

void AddCheck(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand("check", "compile policies and print what is wrong with them");
  command->add_option("PATH", options->paths, "bundle folders or .ward files (default: the current folder)");
  AddReportFormat(*command, options->format);
  command->add_flag("--waived", options->waived, "also list the tests that anonymous operations waive");
  command->footer(
      "example:\n  ward check examples/gateway\n  ward check --format lines orders/access.ward\n  ward check --format "
      "sarif . >ward.sarif\n\n"
      "`ward explain E07` says more about an error code.");
  command->callback([options, &invocation] { Check(*options, invocation); });
}

}  // namespace ward::cli
