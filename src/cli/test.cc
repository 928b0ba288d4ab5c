// `ward test`: runs the tests of bundles and says what differs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/json_writer.h"
#include "base/legible.h"
#include "bundle/file_set.h"
#include "bundle/fingerprint.h"
#include "cli/bundle_paths.h"
#include "cli/command.h"
#include "cli/coverage.h"
#include "cli/progress_bar.h"
#include "cli/recorded_requests.h"
#include "cli/report_format.h"
#include "compile/checked_bundle.h"
#include "report/run.h"
#include "testing/generate.h"
#include "testing/run.h"
#include "testing/story.h"

namespace ward::cli {
namespace {

using testing::Status;
using testing::TestResult;

constexpr std::string_view kEverything = "everything";

struct TestOptions {
  std::vector<std::string> paths = {"."};
  std::vector<std::string> patterns;
  bool list = false;
  bool fail_fast = false;
  bool watch = false;
  std::uint64_t seed = 0;
  int jobs = 0;
  report::Format format = report::Format::kHuman;
  CoverageOptions coverage;
  std::string generate;  // empty: no; else an operation, a rule, or kEverything
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

void List(const std::vector<TestResult>& tests, report::Format format) {
  if (format == report::Format::kHuman) {
    for (const TestResult& test : tests) {
      Print(fmt::format("{}:{}: {}: {}\n", base::Legible(test.location.file), test.location.line, test.policy,
                        base::Legible(test.name)));
    }
    return;
  }
  std::string text;
  base::JsonWriter list(text);
  list.Open('{');
  list.Open("tests", '[');
  for (const TestResult& test : tests) {
    list.Open('{');
    list.Text("suite", test.policy);
    list.Text("name", test.name);
    list.Text("file", test.location.file);
    list.Number("line", test.location.line);
    list.Close('}');
  }
  list.Close(']');
  list.Close('}');
  Print(text + "\n");
}

// What a run says beside its results.
struct Notes {
  std::string before;  // for people: what did not run
  std::string after;   // coverage
};

// One bundle's part of the run.
Result<report::Run> RunBundle(const NamedBundle& bundle, const compile::CheckedBundle& checked,
                              const TestOptions& options, Notes& notes) {
  const bool whole = bundle.files.empty() && options.patterns.empty() && !options.fail_fast;
  WARD_ASSIGN_OR_RETURN(const auto coverage, CoverageCollector::Open(options.coverage, checked, whole));
  report::Run part;
  ProgressBar bar;
  testing::RunOptions how;
  how.selection = {bundle.files, options.patterns};
  how.fail_fast = options.fail_fast;
  how.seed = options.seed;
  how.worker_count = options.jobs;
  how.recorded = RecordedRequestReader(checked.bundle.manifest.server);
  how.on_test = [&bar](std::size_t done, std::size_t total) { bar.Show(done, total); };
  if (coverage != nullptr) how.coverage = &coverage->coverage();
  testing::RunResult result = testing::RunTests(checked, how);
  const std::size_t not_run = result.Count(Status::kNotRun);
  // People read once what programs want for each.
  const bool human = options.format == report::Format::kHuman;
  if (not_run > 0)
    notes.before += fmt::format("{} {} not run: --fail-fast\n", not_run, not_run == 1 ? "test was" : "tests were");
  const std::string folder = PrefixOf(bundle.path);
  for (TestResult& test : result.tests) {
    if (human && test.status == Status::kNotRun) continue;
    for (testing::Failure& failure : test.failures) report::PrefixFile(failure.at.file, folder);
    part.tests.push_back(ToReport(test));
  }
  if (coverage == nullptr) return part;
  WARD_ASSIGN_OR_RETURN(CoverageCollector::Outcome outcome, coverage->Finish(checked, bundle.path));
  notes.after += outcome.text;
  if (outcome.failed) part.tests.push_back(*std::move(outcome.failed));
  return part;
}

Result<std::unique_ptr<compile::CheckedBundle>> Check(const NamedBundle& bundle) {
  WARD_ASSIGN_OR_RETURN(const std::unique_ptr<bundle::FileSet> files, bundle::OpenPath(bundle.path));
  return compile::CheckBundle(*files, [](std::string_view) {});
}

// Every file that was read or may come, absolute.
std::vector<std::string> RunAll(const TestOptions& options, const std::vector<NamedBundle>& bundles,
                                Invocation& invocation) {
  report::Run run;
  run.command = "test";
  if (options.seed != 0) run.properties.emplace_back("seed", fmt::format("{}", options.seed));
  std::vector<std::string> files;
  std::vector<TestResult> listed;
  Notes notes;
  if (options.seed != 0) notes.before = fmt::format("seed {}\n", options.seed);
  for (const NamedBundle& bundle : bundles) {
    const auto checked = Check(bundle);
    if (!checked.has_value()) {
      Fail(invocation, Exit::kUsage, checked.error().message);
      return files;
    }
    files.insert(files.end(), (*checked)->files.begin(), (*checked)->files.end());
    report::Run part;
    if (!(*checked)->program.has_value()) {
      AddErrors(**checked, part);
      run.stopped = part.stopped;
    } else if (options.list) {
      std::vector<TestResult> found = testing::ListTests(**checked, {bundle.files, options.patterns});
      for (TestResult& test : found) report::PrefixFile(test.location.file, PrefixOf(bundle.path));
      std::move(found.begin(), found.end(), std::back_inserter(listed));
    } else {
      Result<report::Run> ran = RunBundle(bundle, **checked, options, notes);
      if (!ran.has_value()) {
        Fail(invocation, Exit::kInternal, ran.error().message);
        return files;
      }
      part = *std::move(ran);
    }
    report::PrefixFiles(part, PrefixOf(bundle.path));
    Append(run, std::move(part));
  }
  if (options.list && run.stopped.empty()) {
    List(listed, options.format);
    return files;
  }
  if (options.format == report::Format::kHuman) Print(notes.before);
  PrintReport(run, options.format, invocation);
  Print(notes.after);
  return files;
}

std::uint64_t FingerprintOf(const std::vector<std::string>& paths) {
  std::uint64_t sum = 0;
  for (const std::string& path : paths) sum += bundle::Fingerprint(path);
  return sum;
}

// Until somebody ends it.
[[noreturn]] void Watch(const TestOptions& options, const std::vector<NamedBundle>& bundles, Invocation& invocation) {
  constexpr std::chrono::milliseconds kBetweenLooks{300};
  // Folders as a whole, for what may come; and each file, since a bundle that is one file reads others beside it.
  std::vector<std::string> paths;
  paths.reserve(bundles.size());
  for (const NamedBundle& bundle : bundles) paths.push_back(bundle.path);
  std::vector<std::string> files;
  for (;;) {
    // Taken before the files are read: what changes meanwhile is seen at the next look.
    const std::uint64_t of_paths = FingerprintOf(paths);
    std::uint64_t of_files = FingerprintOf(files);
    std::vector<std::string> read = RunAll(options, bundles, invocation);
    if (read != files) {
      files = std::move(read);
      of_files = FingerprintOf(files);
    }
    Print("watching; Ctrl-C ends\n");
    std::fflush(stdout);
    while (FingerprintOf(paths) == of_paths && FingerprintOf(files) == of_files) {
      std::this_thread::sleep_for(kBetweenLooks);
    }
    Print("\n");
  }
}

// Prints tests instead of running any.
void Generate(const TestOptions& options, const std::vector<NamedBundle>& bundles, Invocation& invocation) {
  if (bundles.size() > 1) return Fail(invocation, Exit::kUsage, "--generate is about one bundle");
  const auto files = bundle::OpenPath(bundles.front().path);
  if (!files.has_value()) return Fail(invocation, Exit::kUsage, files.error().message);
  const auto generated = testing::GenerateTests(**files, options.generate == kEverything ? "" : options.generate);
  if (!generated.has_value()) {
    const bool policy = generated.error().code == ErrorCode::kPolicy;
    return Fail(invocation, policy ? Exit::kFindings : Exit::kUsage, generated.error().message);
  }
  Print(generated->text);
  for (const std::string& one : generated->undriven) PrintError("not driven: " + base::Legible(one) + "\n");
  if (generated->text.empty()) Fail(invocation, Exit::kFindings, "the search found no row that drives a rule");
}

void Test(const TestOptions& options, Invocation& invocation) {
  const Result<std::vector<NamedBundle>> bundles = FindBundles(options.paths);
  if (!bundles.has_value()) return Fail(invocation, Exit::kUsage, bundles.error().message);
  if (!options.generate.empty()) return Generate(options, *bundles, invocation);
  const bool listable = options.format == report::Format::kHuman || options.format == report::Format::kJson;
  if (options.list && !listable) return Fail(invocation, Exit::kUsage, "--list has the formats human and json");
  const std::string wrong = WrongOutput(options.coverage, options.format, bundles->size());
  if (!wrong.empty()) return Fail(invocation, Exit::kUsage, wrong);
  if (options.watch) Watch(options, *bundles, invocation);
  RunAll(options, *bundles, invocation);
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
  command->add_flag("--watch", options->watch, "run again whenever a file of the bundle changes, until ended");
  command->add_flag("--fail-fast", options->fail_fast, "begin no test after the first failure");
  command->add_option("--seed", options->seed,
                      "run in an order shuffled by this number (results keep the text's order)");
  command->add_option("--jobs", options->jobs, "tests that run at once (default: one per processor)")
      ->check(CLI::Range(1, 1024));
  AddReportFormat(*command, options->format);
  AddCoverageFlags(*command, options->coverage);
  command->add_flag("--list", options->list, "list the tests, run none (formats: human, json)")
      ->excludes("--coverage", "--threshold");
  command
      ->add_flag(fmt::format("--generate{{{}}}", kEverything), options->generate,
                 "run nothing; print tests that drive every rule, or those of --generate=OPERATION or =RULE, both ways")
      ->type_name("NAME")
      ->excludes("--run", "--list", "--watch", "--fail-fast", "--seed", "--jobs", "--format", "--coverage",
                 "--threshold");
  command->footer(
      "exit code: 0 all that ran passed, 1 one failed or nothing ran, 2 a path or flag is wrong\n\n"
      "example:\n  ward test examples/gateway\n  ward test examples/gateway --run \"a partner*\"\n"
      "  ward test examples/gateway/orders/access.test.ward\n"
      "  ward test --format junit . >tests.xml\n  ward test --coverage html --coverage-out coverage.html --threshold "
      "90 .\n  ward test --generate=read-order examples/gateway >generated.test.ward");
  command->callback([options, &invocation] { Test(*options, invocation); });
}

}  // namespace ward::cli
