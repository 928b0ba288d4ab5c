// `ward test`: runs the tests of bundles and says what differs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/recorded_requests.h"
#include "cli/report_format.h"
#include "cli/test_bundles.h"
#include "report/run.h"
#include "testing/run.h"
#include "testing/story.h"

namespace ward::cli {
namespace {

using testing::Status;
using testing::TestResult;

struct TestOptions {
  std::vector<std::string> paths = {"."};
  std::vector<std::string> patterns;
  bool list = false;
  bool fail_fast = false;
  std::uint64_t seed = 0;
  int jobs = 0;
  report::Format format = report::Format::kHuman;
};

report::Status StatusOf(Status status) {
  switch (status) {
    case Status::kPassed:
      return report::Status::kPassed;
    case Status::kFailed:
      return report::Status::kFailed;
    case Status::kSkipped:
    case Status::kNotRun:
      return report::Status::kSkipped;
    case Status::kError:
      return report::Status::kError;
  }
  return report::Status::kError;
}

report::TestCase ToReport(const TestResult& test) {
  report::TestCase one;
  one.suite = test.policy;
  one.name = test.name;
  one.file = test.location.file;
  one.line = test.location.line;
  one.status = StatusOf(test.status);
  one.message = testing::Sentence(test);
  one.details = testing::Story(test);
  one.duration_ns = test.duration_ns;
  if (test.status == Status::kNotRun) one.message = "not run: an earlier test failed, and --fail-fast stops there";
  return one;
}

void Append(report::Run& run, report::Run part) {
  std::move(part.diagnostics.begin(), part.diagnostics.end(), std::back_inserter(run.diagnostics));
  std::move(part.tests.begin(), part.tests.end(), std::back_inserter(run.tests));
}

void AddErrors(const compile::CheckedBundle& checked, report::Run& run) {
  run.diagnostics = checked.sink.Finish(checked.sources);
  std::erase_if(run.diagnostics, [](const Diagnostic& found) { return found.severity != Severity::kError; });
  run.stopped = "the policy has errors";
}

void List(const std::vector<TestResult>& tests) {
  for (const TestResult& test : tests) {
    Print(fmt::format("{}:{}: {}: {}\n", test.location.file, test.location.line, test.policy, test.name));
  }
}

void Test(const TestOptions& options, Invocation& invocation) {
  const Result<std::vector<TestBundle>> bundles = FindTestBundles(options.paths);
  if (!bundles.has_value()) return Fail(invocation, Exit::kUsage, bundles.error().message);
  report::Run run;
  run.command = "test";
  for (const TestBundle& bundle : *bundles) {
    const auto checked = CheckTestBundle(bundle);
    if (!checked.has_value()) return Fail(invocation, Exit::kUsage, checked.error().message);
    report::Run part;
    const testing::Selection selection{bundle.files, options.patterns};
    if (!(*checked)->program.has_value()) {
      AddErrors(**checked, part);
      run.stopped = part.stopped;
    } else if (options.list) {
      List(testing::ListTests(**checked, selection));
    } else {
      testing::RunOptions how;
      how.selection = selection;
      how.fail_fast = options.fail_fast;
      how.seed = options.seed;
      how.worker_count = options.jobs;
      how.recorded = RecordedRequestReader((*checked)->bundle.manifest.server);
      for (const TestResult& test : testing::RunTests(**checked, how).tests) part.tests.push_back(ToReport(test));
    }
    if (NamesFilesFromHere(options.format)) report::PrefixFiles(part, PrefixOf(bundle.path));
    Append(run, std::move(part));
  }
  if (!options.list || !run.stopped.empty()) PrintReport(run, options.format, invocation);
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
  AddReportFormat(*command, options->format);
  command->footer(
      "exit code: 0 all that ran passed, 1 one failed or nothing ran, 2 a path or flag is wrong\n\n"
      "example:\n  ward test examples/gateway\n  ward test examples/gateway --run \"a partner*\"\n"
      "  ward test examples/gateway/orders/access.test.ward");
  command->callback([options, &invocation] { Test(*options, invocation); });
}

}  // namespace ward::cli
