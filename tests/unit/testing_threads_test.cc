// The runner's workers share what they should and nothing else: for the thread sanitizer, so the crew is of plain threads,
// and what runs before it by oneTBB does so on one.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): posix_openpt
#include <tbb/global_control.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bundle/file_set.h"
#include "cli/progress_bar.h"
#include "compile/checked_bundle.h"
#include "compile/pipeline.h"
#include "diag/sink.h"
#include "ir/lower.h"
#include "testing/coverage_report.h"
#include "testing/run.h"
#include "testing/story.h"

namespace ward::testing {
namespace {

constexpr int kWorkers = 6;

// All of them live at once, whatever the machine has.
void PlainThreads(int workers, const std::function<void(int)>& work) {
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) threads.emplace_back([&work, i] { work(i); });
}

constexpr std::string_view kPolicy = R"(policy p governs p
attributes of token
  sub: string
  age: duration, from now - iat
attributes of client from clients[token.sub]
  plan: string
table clients live
  | id: string key | plan: string |
parameter patience: duration = 10 minutes, between 1 minute and 1 hour
zone office
  networks 198.51.100.0/24
zone internet
  everything else
api p at "p.example"
  get  GET  /{n: int}
  put  PUT  /{n: int}
rule gold
  allow get
  when client.plan is "gold" and zone is office
rule stale
  deny get
  when token.age more than patience
)";

// Images by `only` and by what is bound, tables, parameters, recorded requests; passed, failed, skipped and wrong ones.
std::string ManyTests() {
  std::string text = "policy p.test governs p\n";
  for (int i = 0; i < 240; ++i) {
    text += "test \"t" + std::to_string(i) + "\"\n";
    if (i % 5 == 1) text += "  only p\n";
    text += "  with source.ip is 198.51.100.7\n  with token.sub is \"ann\"\n  with token.age is 1 minute\n";
    text += i % 3 == 0 ? "  with client.plan is \"gold\"\n" : "  with clients[\"ann\"] is [\"gold\"]\n";
    if (i % 4 == 2) text += "  with patience is " + std::to_string(2 + i % 7) + " minutes\n";
    text += i % 6 == 5 ? "  send request \"a.json\" 2 times\n" : "  send get 3 times every 1 second\n";
    text += i % 11 == 3 ? "  expect deny\n" : i % 50 == 7 ? "  expect throttle\n" : "  expect allow by gold\n";
  }
  return text;
}

class Recorded final : public RecordedRequest {
 public:
  explicit Recorded(std::string_view path) : path_(path) {}
  Result<std::shared_ptr<const void>> Apply(Engine& /*engine*/, Request& request) const override {
    HttpRequest http;
    http.method = "GET";
    http.host = "p.example";
    http.target = path_;
    request.SetHttp(http);
    return std::shared_ptr<const void>();
  }
  std::optional<std::string_view> Header(std::string_view /*lower_case_name*/) const override { return std::nullopt; }

 private:
  const std::string path_;
};

struct Told {
  std::string tests;
  std::string coverage;
  std::size_t decisions = 0;
};

Told Play(const compile::CheckedBundle& checked, Coverage coverage, int workers, std::uint64_t seed) {
  RunOptions options;
  options.crew = PlainThreads;
  options.worker_count = workers;
  options.seed = seed;
  options.coverage = &coverage;
  options.recorded = [](const RecordedText& text) -> Result<std::unique_ptr<const RecordedRequest>> {
    return std::unique_ptr<const RecordedRequest>(std::make_unique<Recorded>(text.text));
  };
  std::atomic<std::size_t> told{0};
  cli::ProgressBar bar;
  options.on_test = [&](std::size_t done, std::size_t total) {
    bar.Show(done, total);
    ++told;
  };
  const RunResult result = RunTests(checked, options);
  EXPECT_EQ(told, result.tests.size());
  Told out;
  for (const TestResult& test : result.tests) {
    out.tests += test.name + " " + std::to_string(static_cast<int>(test.status)) + " " + Sentence(test) + "\n";
  }
  out.coverage = CoverageJson(coverage);
  out.decisions = result.decision_count;
  return out;
}

TEST(TestingThreadsTest, ManyWorkersTellWhatOneTells) {
  const tbb::global_control alone(tbb::global_control::max_allowed_parallelism, 1);
  const std::map<std::string, std::string> texts = {{"ward.toml", "name = \"t\"\nedition = 1\n"},
                                                    {"a.json", "/7"},
                                                    {"p.ward", std::string(kPolicy)},
                                                    {"p.test.ward", ManyTests()}};
  const auto files = bundle::TextsInMemory(texts);
  const auto checked = compile::CheckBundle(*files, [](std::string_view) {});
  ASSERT_TRUE(checked.has_value() && (*checked)->program.has_value());
  Result<Engine> engine = Engine::Create({});
  ASSERT_TRUE(engine.has_value());
  ASSERT_TRUE(engine->Load(compile::Compile(*files, {}).value().bytecode).has_value());
  diag::Sink sink;
  const auto lowered = ir::Lower(*(*checked)->program, sink);
  ASSERT_NE(lowered, nullptr);
  const Result<Coverage> nothing = Coverage::Of(*engine, *lowered);
  ASSERT_TRUE(nothing.has_value());

  const Told one = Play(**checked, *nothing, 1, 0);
  EXPECT_GT(one.decisions, 500U);
  EXPECT_NE(one.tests.find(" 1 expected deny"), std::string::npos);
  for (const std::uint64_t seed : {0U, 5U}) {
    const Told many = Play(**checked, *nothing, kWorkers, seed);
    EXPECT_EQ(many.tests, one.tests);
    EXPECT_EQ(many.coverage, one.coverage);
    EXPECT_EQ(many.decisions, one.decisions);
  }
}

// A terminal in place of stderr.
class Terminal {
 public:
  Terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY)), stderr_(dup(STDERR_FILENO)) {
    EXPECT_EQ(grantpt(master_), 0);
    EXPECT_EQ(unlockpt(master_), 0);
    const int slave = open(ptsname(master_), O_RDWR | O_NOCTTY);
    dup2(slave, STDERR_FILENO);
    close(slave);
    fcntl(master_, F_SETFL, O_NONBLOCK);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    dup2(stderr_, STDERR_FILENO);
    close(stderr_);
    close(master_);
  }

  // What came since the last call.
  [[nodiscard]] std::string Read() const {
    std::string text(4096, '\0');
    const ssize_t count = read(master_, text.data(), text.size());
    text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return text;
  }

 private:
  int master_;
  int stderr_;
};

TEST(TestingThreadsTest, AllWorkersMayShowHowFarTheyAre) {
  const Terminal terminal;
  std::string seen;
  {
    cli::ProgressBar bar;
    std::atomic<bool> stop{false};
    std::vector<std::jthread> workers;
    workers.reserve(kWorkers);
    for (int i = 0; i < kWorkers; ++i) {
      workers.emplace_back([&] {
        while (!stop.load()) {
          bar.Show(3, 10);
          std::this_thread::yield();
        }
      });
    }
    while (seen.find("3/10") == std::string::npos) seen += terminal.Read();
    stop = true;
  }
  while (!seen.ends_with("\r\x1b[K")) seen += terminal.Read();
  EXPECT_NE(seen.find("[#########.....................] 3/10"), std::string::npos) << seen;
}

}  // namespace
}  // namespace ward::testing
