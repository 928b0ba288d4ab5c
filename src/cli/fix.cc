// `ward fix`: applies the fixes that errors and lints offer.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "bundle/file_set.h"
#include "cli/bundle_paths.h"
#include "cli/command.h"
#include "cli/lint_options.h"
#include "cli/report_format.h"
#include "cli/rewrite_file.h"
#include "cli/unified_diff.h"
#include "diag/render.h"
#include "lint/mend.h"
#include "report/run.h"

namespace ward::cli {
namespace {

struct FixOptions {
  std::vector<std::string> paths = {"."};
  LintChoice choice;
  bool diff = false;
};

class Fixing {
 public:
  Fixing(const FixOptions& options, lint::Options lints, Invocation& invocation)
      : options_(options), lints_(std::move(lints)), invocation_(invocation) {}

  // False if the world or the command line was wrong, which was printed.
  bool Bundle(const NamedBundle& bundle) {
    const auto fail = [this](Exit exit, const std::string& message) {
      Fail(invocation_, exit, message);
      return false;
    };
    lints_.files = bundle.files;
    const Result<std::unique_ptr<bundle::FileSet>> files = bundle::OpenPath(bundle.path);
    if (!files.has_value()) return fail(Exit::kUsage, files.error().message);
    Result<lint::MendOutcome> outcome = lint::Mend(**files, lints_);
    if (!outcome.has_value()) return fail(Exit::kUsage, outcome.error().message);
    const std::string prefix = PrefixOf(bundle.path);
    for (const auto& [name, text] : outcome->changed) {
      const Result<void> done = options_.diff ? ShowDiff(**files, prefix + name, {name, text})
                                              : RewriteFile((*files)->AbsolutePath(name), text);
      if (!done.has_value()) return fail(Exit::kInternal, done.error().message);
    }
    changed_ += outcome->changed.size();
    mended_ += outcome->mended.size();
    if (!options_.diff) PrintMended(outcome->mended, prefix);
    report::Run left;
    left.diagnostics = std::move(outcome->left);
    report::PrefixFiles(left, prefix);
    std::move(left.diagnostics.begin(), left.diagnostics.end(), std::back_inserter(left_));
    return true;
  }

  void Finish() {
    const std::string files = fmt::format("{} file{}", changed_, changed_ == 1 ? "" : "s");
    if (options_.diff) {
      // Beside the diff, which is for `patch`.
      PrintError(diag::RenderTerminal(left_, invocation_.colour_err ? diag::Colour::kAlways : diag::Colour::kNever));
      PrintError(fmt::format("{}{} would be mended in {}, {} left\n", left_.empty() ? "" : "\n", mended_, files,
                             left_.size()));
    } else {
      if (!left_.empty() && mended_ > 0) Print("\n");
      Print(diag::RenderTerminal(left_, invocation_.colour_out ? diag::Colour::kAlways : diag::Colour::kNever));
      const bool blank = mended_ > 0 || !left_.empty();
      Print(fmt::format("{}{} mended in {}, {} left\n", blank ? "\n" : "", mended_, files, left_.size()));
    }
    if (!left_.empty() || (options_.diff && changed_ > 0)) invocation_.exit = Exit::kFindings;
  }

 private:
  struct Rewritten {
    const std::string& name;
    const std::string& text;
  };
  Result<void> ShowDiff(const bundle::FileSet& files, const std::string& shown, const Rewritten& file) {
    WARD_ASSIGN_OR_RETURN(const std::string before, files.Read(file.name, base::budget::kFileSizeBytesMax));
    Print(UnifiedDiff(shown, before, file.text, invocation_.colour_out ? Colours::kYes : Colours::kNo));
    return {};
  }

  static void PrintMended(const std::vector<lint::Mended>& mended, const std::string& prefix) {
    for (const lint::Mended& one : mended) {
      Print(fmt::format("{}{}:{}: {} {}: {}\n", prefix, one.finding.location.file, one.finding.location.line,
                        one.finding.code, one.finding.message, one.fix));
    }
  }

  const FixOptions& options_;
  lint::Options lints_;
  Invocation& invocation_;
  std::size_t changed_ = 0;
  std::size_t mended_ = 0;
  std::vector<Diagnostic> left_;
};

void RunFix(const FixOptions& options, Invocation& invocation) {
  const std::optional<lint::Options> lints = ReadLintChoice(options.choice, invocation);
  if (!lints.has_value()) return;
  const Result<std::vector<NamedBundle>> bundles = FindBundles(options.paths);
  if (!bundles.has_value()) return Fail(invocation, Exit::kUsage, bundles.error().message);
  Fixing fixing(options, *lints, invocation);
  for (const NamedBundle& bundle : *bundles) {
    if (!fixing.Bundle(bundle)) return;
  }
  fixing.Finish();
}

}  // namespace

void AddFix(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<FixOptions>();
  CLI::App* command = app.add_subcommand("fix", "mend errors and lints whose mend is certain");
  command->add_option("PATH", options->paths,
                      "bundle folders, or files, each mended within its bundle (default: the current folder)");
  command->add_flag("--diff,--dry-run", options->diff,
                    "write nothing; show what would change and what would be left, and exit with 1 if anything");
  AddLintChoice(*command, options->choice);
  command->footer(
      "Only what has exactly one fix is mended. Where there are several, they are shown and the choice is yours. A "
      "fix stays\nonly if it mends what it is for and makes no error. What it brings to light is mended in turn, or "
      "left. What is left\nis printed, and the exit code is 1.\n\n"
      "example:\n  ward fix --diff examples/gateway\n  ward fix examples/gateway");
  command->callback([options, &invocation] { RunFix(*options, invocation); });
}

}  // namespace ward::cli
