// `ward test`: runs the tests of bundles and says what differs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/test_bundles.h"
#include "diag/render.h"
#include "testing/run.h"
#include "testing/story.h"

namespace ward::cli {
namespace {

using testing::RunResult;
using testing::Status;
using testing::TestResult;

struct TestOptions {
  std::vector<std::string> paths = {"."};
  std::vector<std::string> patterns;
  bool list = false;
  bool fail_fast = false;
  std::uint64_t seed = 0;
  int jobs = 0;
};

std::string NameOf(const TestResult& test) { return fmt::format("{}: {}", test.policy, test.name); }

std::string Painted(std::string_view text, const char* code, bool colour) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

void PrintTest(const TestResult& test, bool colour) {
  const std::string at = fmt::format("{}:{}", test.location.file, test.location.line);
  switch (test.status) {
    case Status::kPassed:
    case Status::kNotRun:
      return;
    case Status::kSkipped:
      return Print(fmt::format("{} {} ({})\n  {}\n", Painted("skip", "33", colour), NameOf(test), at, test.reason));
    case Status::kError:
      return Print(
          fmt::format("{} {} ({})\n  {}\n\n", Painted("ERROR", "1;31", colour), NameOf(test), at, test.reason));
    case Status::kFailed:
      return Print(fmt::format("{} {} ({})\n{}\n", Painted("FAIL", "1;31", colour), NameOf(test), at, Story(test)));
  }
}

struct Totals {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t not_run = 0;
  bool compiles = true;

  void Add(const RunResult& run) {
    passed += run.Count(Status::kPassed);
    failed += run.Count(Status::kFailed) + run.Count(Status::kError);
    skipped += run.Count(Status::kSkipped);
    not_run += run.Count(Status::kNotRun);
  }
};

// A run that ran nothing must not look green.
std::string_view WhyNothingRan(const Totals& totals, const TestOptions& options) {
  if (!totals.compiles || totals.passed + totals.failed > 0) return {};
  if (totals.skipped > 0) return "nothing ran: every test was skipped\n";
  if (!options.patterns.empty()) return "nothing ran: no test matches --run; --list shows their names\n";
  return "nothing ran: there is no `test` here\n";
}

void Conclude(const Totals& totals, const TestOptions& options, Invocation& invocation) {
  const std::string_view nothing = WhyNothingRan(totals, options);
  Print(nothing);
  if (totals.not_run > 0) {
    Print(fmt::format("stopped at the first failure; {} {} not run\n", totals.not_run,
                      totals.not_run == 1 ? "test did" : "tests did"));
  }
  if (options.seed != 0) Print(fmt::format("seed {}\n", options.seed));
  std::string last = fmt::format("{} passed, {} failed", totals.passed, totals.failed);
  if (totals.skipped > 0) last += fmt::format(", {} skipped", totals.skipped);
  Print(last + "\n");
  if (!nothing.empty() || totals.failed > 0 || !totals.compiles) invocation.exit = Exit::kFindings;
}

void PrintErrors(const compile::CheckedBundle& checked, Invocation& invocation) {
  std::vector<Diagnostic> errors = checked.sink.Finish(checked.sources);
  std::erase_if(errors, [](const Diagnostic& found) { return found.severity != Severity::kError; });
  Print(diag::RenderTerminal(errors, invocation.colour_out ? diag::Colour::kAlways : diag::Colour::kNever));
  Print("\n");
}

void Test(const TestOptions& options, Invocation& invocation) {
  Result<std::vector<TestBundle>> bundles = FindTestBundles(options.paths);
  if (!bundles.has_value()) return Fail(invocation, Exit::kUsage, bundles.error().message);
  Totals totals;
  for (const TestBundle& bundle : *bundles) {
    auto checked = CheckTestBundle(bundle);
    if (!checked.has_value()) return Fail(invocation, Exit::kUsage, checked.error().message);
    if (!(*checked)->program.has_value()) {
      PrintErrors(**checked, invocation);
      totals.compiles = false;
      continue;
    }
    const testing::Selection selection{bundle.files, options.patterns};
    if (options.list) {
      for (const TestResult& test : testing::ListTests(**checked, selection)) {
        Print(fmt::format("{}:{}: {}\n", test.location.file, test.location.line, NameOf(test)));
      }
      continue;
    }
    testing::RunOptions run;
    run.selection = selection;
    run.fail_fast = options.fail_fast;
    run.seed = options.seed;
    run.worker_count = options.jobs;
    const RunResult result = testing::RunTests(**checked, run);
    for (const TestResult& test : result.tests) PrintTest(test, invocation.colour_out);
    totals.Add(result);
  }
  if (!options.list) Conclude(totals, options, invocation);
  if (options.list && !totals.compiles) invocation.exit = Exit::kFindings;
}

}  // namespace

void AddTest(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<TestOptions>();
  CLI::App* command = app.add_subcommand("test", "run the tests of policies");
  command->add_option("PATH", options->paths,
                      "bundle folders, or .ward files: only their tests run (default: the current folder)");
  command
      ->add_option("--run", options->patterns,
                   "only tests whose `policy.name` has this part; with * or ? it is a pattern; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  command->add_flag("--list", options->list, "list the tests, run none");
  command->add_flag("--fail-fast", options->fail_fast, "begin no test after the first failure");
  command->add_option("--seed", options->seed,
                      "run in an order shuffled by this number (results keep the text's order)");
  command->add_option("--jobs", options->jobs, "tests that run at once (default: one per processor)")
      ->check(CLI::Range(1, 1024));
  command->footer(
      "exit code: 0 all that ran passed, 1 one failed or nothing ran, 2 a path or flag is wrong\n\n"
      "example:\n  ward test examples/gateway\n  ward test examples/gateway --run \"a partner*\"\n"
      "  ward test examples/gateway/orders/access.test.ward");
  command->callback([options, &invocation] { Test(*options, invocation); });
}

}  // namespace ward::cli
