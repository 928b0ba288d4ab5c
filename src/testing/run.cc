#include "testing/run.h"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "diag/locate.h"
#include "diag/sink.h"
#include "ir/lower.h"
#include "testing/plan.h"
#include "testing/player.h"

namespace ward::testing {
namespace {

using RecordedRequests = std::map<std::string_view, std::unique_ptr<const RecordedRequest>>;

// Only what was chosen, and only the variants that it asks for.
Plan Choose(const compile::CheckedBundle& checked, const Selection& selection) {
  std::vector<base::FileId> files;
  for (const base::FileId id : checked.bundle.policies) {
    const std::string_view name = checked.sources.file(id).name();
    const bool chosen = selection.files.empty() ||
                        std::find(selection.files.begin(), selection.files.end(), name) != selection.files.end();
    if (chosen) files.push_back(id);
  }
  std::sort(files.begin(), files.end());
  Plan plan = MakePlan(*checked.program, files, checked.sources);
  if (selection.patterns.empty()) return plan;
  std::erase_if(plan.tests, [&](const PlannedTest& test) {
    const std::string_view policy = checked.program->policies[test.test->policy.index()].name;
    return std::none_of(selection.patterns.begin(), selection.patterns.end(),
                        [&](const std::string& pattern) { return Matches(pattern, policy, test.name); });
  });
  return plan;
}

bool Runs(const PlannedTest& test) { return test.waits_for.empty() && test.wrong.empty(); }

std::vector<bool> NeededVariants(const Plan& plan) {
  std::vector<bool> needed(plan.variants.size());
  for (const PlannedTest& test : plan.tests) {
    if (!Runs(test)) continue;
    for (const PlannedStep& step : test.steps) {
      if (std::holds_alternative<semantic::Send>(step.step->what)) needed[step.variant] = true;
    }
  }
  return needed;
}

Image Compile(const compile::CheckedBundle& checked, const VariantKey& key) {
  diag::Sink sink;
  Image image;
  const auto lowered = ir::Lower(*checked.program, sink, {key.only, key.given});
  if (lowered != nullptr) {
    if (auto bytecode = compile::MakeBytecode(checked, *lowered, sink)) image.bytecode = *std::move(bytecode);
  }
  if (!image.bytecode.empty()) return image;
  image.problem = "the bundle cannot be compiled for this test";
  for (const Diagnostic& found : sink.Finish(checked.sources)) {
    if (found.severity == Severity::kError) {
      image.problem += fmt::format(": {} ({}:{})", found.message, found.location.file, found.location.line);
      break;
    }
  }
  return image;
}

// Workers take the next piece of work until there is none, so a slow piece holds nobody else up.
void ShareOut(const Crew& crew, int workers, std::size_t count, const std::function<void(int, std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  crew(workers, [&](int worker) {
    // Relaxed: it only counts. What workers leave behind is read after all of them have ended.
    for (std::size_t i = next.fetch_add(1, std::memory_order_relaxed); i < count;
         i = next.fetch_add(1, std::memory_order_relaxed)) {
      work(worker, i);
    }
  });
}

std::vector<Image> CompileVariants(const compile::CheckedBundle& checked, const Plan& plan,
                                   const std::vector<bool>& needed, const RunOptions& options) {
  std::vector<Image> images(plan.variants.size());
  ShareOut(options.crew, options.worker_count, images.size(), [&](int /*worker*/, std::size_t i) {
    if (needed[i]) images[i] = Compile(checked, plan.variants[i]);
  });
  return images;
}

// Tests whose file cannot be used are wrong from here on.
RecordedRequests ReadRecorded(const compile::CheckedBundle& checked, const RequestReader& reader, Plan& plan) {
  RecordedRequests requests;
  std::map<std::string_view, std::string> problems;
  for (PlannedTest& test : plan.tests) {
    for (const PlannedStep& step : test.steps) {
      const auto* send = std::get_if<semantic::Send>(&step.step->what);
      const auto* recorded = send == nullptr ? nullptr : std::get_if<semantic::RecordedRequest>(&send->what);
      if (recorded == nullptr) continue;
      if (!requests.contains(recorded->file) && !problems.contains(recorded->file)) {
        const base::FileId file = checked.data.find(recorded->file)->second.file;
        auto read = reader ? reader({recorded->file, checked.sources.file(file).text()})
                           : Error{ErrorCode::kUnsupported, "this program reads no recorded requests"};
        if (read.has_value()) {
          requests.emplace(recorded->file, std::move(read).value());
        } else {
          problems.emplace(recorded->file, read.error().message);
        }
      }
      const auto problem = problems.find(recorded->file);
      if (problem != problems.end() && test.wrong.empty()) test.wrong = problem->second;
    }
  }
  return requests;
}

TestResult Unplayed(const compile::CheckedBundle& checked, const PlannedTest& test) {
  TestResult result;
  result.policy = checked.program->policies[test.test->policy.index()].name;
  result.name = test.name;
  result.location = diag::Locate(test.span, checked.sources);
  return result;
}

std::vector<std::size_t> OrderOf(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (seed == 0) return order;
  std::mt19937_64 random(seed);
  // std::shuffle may differ from library to library, and a seed must not.
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

// What one worker has for itself.
struct Worker {
  Worker(const Stage& stage, const Coverage* wanted) : player(stage) {
    if (wanted != nullptr) coverage = wanted->Fresh();
  }

  Player player;
  std::optional<Coverage> coverage;
};

void PlayAll(const compile::CheckedBundle& checked, const Stage& stage, const RunOptions& options, RunResult& result) {
  const std::vector<PlannedTest>& tests = stage.plan.tests;
  const std::vector<std::size_t> order = OrderOf(tests.size(), options.seed);
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> done{0};
  // Each made by the worker itself, and only if it gets work.
  std::vector<std::unique_ptr<Worker>> workers(static_cast<std::size_t>(options.worker_count));
  ShareOut(options.crew, options.worker_count, tests.size(), [&](int number, std::size_t i) {
    std::unique_ptr<Worker>& worker = workers[static_cast<std::size_t>(number)];
    if (worker == nullptr) worker = std::make_unique<Worker>(stage, options.coverage);
    const PlannedTest& test = tests[order[i]];
    // Relaxed: one test more or less begins.
    const bool skip = stop.load(std::memory_order_relaxed);
    TestResult& played = result.tests[order[i]];
    played = skip ? Unplayed(checked, test) : worker->player.Play(test, [&](const Reader& reader) {
      if (worker->coverage.has_value()) worker->coverage->Add(reader.Explain());
      if (options.on_decision) options.on_decision(reader);
    });
    const bool bad = played.status == Status::kFailed || played.status == Status::kError;
    if (options.fail_fast && bad) stop.store(true, std::memory_order_relaxed);
    if (options.on_test) options.on_test(done.fetch_add(1, std::memory_order_relaxed) + 1, tests.size());
  });
  for (const std::unique_ptr<Worker>& worker : workers) {
    if (worker == nullptr) continue;
    result.decision_count += worker->player.decision_count();
    if (worker->coverage.has_value()) options.coverage->Merge(*worker->coverage);
  }
}

}  // namespace

void TbbCrew(int workers, const std::function<void(int)>& work) {
  // More workers than processors are no mistake: whoever looks for races asks for them.
  const auto most = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism,
                                    std::max(most, static_cast<std::size_t>(workers)));
  tbb::task_arena arena(workers);
  arena.execute([&] { tbb::parallel_for(0, workers, work, tbb::simple_partitioner()); });
}

std::vector<TestResult> ListTests(const compile::CheckedBundle& checked, const Selection& selection) {
  std::vector<TestResult> tests;
  for (const PlannedTest& test : Choose(checked, selection).tests) tests.push_back(Unplayed(checked, test));
  return tests;
}

RunResult RunTests(const compile::CheckedBundle& checked, RunOptions options) {
  WARD_CHECK(checked.program.has_value());
  if (options.worker_count <= 0) options.worker_count = tbb::this_task_arena::max_concurrency();
  Plan plan = Choose(checked, options.selection);
  const RecordedRequests recorded = ReadRecorded(checked, options.recorded, plan);
  const std::vector<bool> needed = NeededVariants(plan);
  const std::vector<Image> images = CompileVariants(checked, plan, needed, options);
  const Stage stage{*checked.program, checked.sources, plan, images, recorded};
  RunResult result;
  result.seed = options.seed;
  result.image_count = static_cast<std::size_t>(std::count(needed.begin(), needed.end(), true));
  result.tests.resize(plan.tests.size());
  PlayAll(checked, stage, options, result);
  return result;
}

}  // namespace ward::testing
