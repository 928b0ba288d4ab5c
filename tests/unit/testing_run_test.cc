// The test runner: which tests there are, which images they need, in which order they run, what a run tells.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bundle/file_set.h"
#include "diag/render.h"
#include "testing/plan.h"
#include "testing/run.h"
#include "testing/story.h"

namespace ward::testing {
namespace {

constexpr std::string_view kPolicy = R"(policy p governs p
type plan is one of free < gold
attributes of token
  sub: string
  age: duration, from now - iat
attributes of client from clients[token.sub]
  plan: plan, from clients[token.sub].plan or else free
table clients live
  | id: string key | plan: plan |
api p at "p.example"
  get  GET  /{n: int}
  put  PUT  /{n: int}
rule gold
  allow get
  when client.plan is gold
rule fresh
  allow put
  when token.age at most 5 minutes
)";

std::unique_ptr<compile::CheckedBundle> Checked(const std::string& tests) {
  const std::map<std::string, std::string> texts = {{"ward.toml", "name = \"t\"\nedition = 1\n"},
                                                    {"p.ward", std::string(kPolicy)},
                                                    {"p.test.ward", "policy p.test governs p\n" + tests}};
  auto checked = compile::CheckBundle(*bundle::TextsInMemory(texts), [](std::string_view) {});
  EXPECT_TRUE(checked.has_value());
  EXPECT_TRUE((*checked)->program.has_value()) << diag::RenderLines((*checked)->sink.Finish((*checked)->sources));
  return std::move(checked).value();
}

// "ok", "FAIL", "skip", "error", "-", in the order of the text.
std::string Statuses(const RunResult& run) {
  static constexpr std::string_view kNames[] = {"ok", "FAIL", "skip", "error", "-"};
  std::string text;
  for (const TestResult& test : run.tests) {
    text += (text.empty() ? "" : " ") + std::string(kNames[static_cast<int>(test.status)]);
  }
  return text;
}

TEST(TestPlanTest, NamesMatchByPartOrByPattern) {
  EXPECT_TRUE(Matches("read", "orders", "a reader reads"));
  EXPECT_TRUE(Matches("orders.a", "orders", "a reader reads"));
  EXPECT_FALSE(Matches("Read", "orders", "a reader reads"));
  EXPECT_TRUE(Matches("a*reads", "orders", "a reader reads"));
  EXPECT_TRUE(Matches("orders.*", "orders", "a reader reads"));
  EXPECT_TRUE(Matches("a ?eader*", "orders", "a reader reads"));
  EXPECT_FALSE(Matches("a*read", "orders", "a reader reads")) << "a pattern is the whole name";
  EXPECT_TRUE(Matches("***", "orders", ""));
  EXPECT_FALSE(Matches("?", "orders", ""));
}

TEST(TestRunTest, SendsShareImagesByWhatIsBoundAndByOnly) {
  const auto checked = Checked(R"(
given ann
  token.sub is "ann"
test "computed"
  given ann
  with clients["ann"].plan is gold
  send get
  expect allow
test "computed too"
  given ann
  send get
  expect deny
test "bound"
  given ann
  with client.plan is gold
  send get
  expect allow
test "bound in rows"
  given ann
  | send | client.plan | expect |
  | get  | gold        | allow  |
  | get  | free        | deny   |
  | get  |             | deny   |
test "two bound, from the second send on"
  given ann
  with client.plan is gold
  send get
  expect allow
  with token.age is 1 minute
  send put
  expect allow
test "only"
  only p.test
  given ann
  with client.plan is gold
  send get
  expect deny by default
)");
  const RunResult run = RunTests(*checked, {});
  EXPECT_EQ(Statuses(run), "ok ok ok ok ok ok ok ok");
  // None bound; client.plan; both; client.plan under `only`.
  EXPECT_EQ(run.image_count, 4U);
  EXPECT_EQ(run.decision_count, 9U);
  EXPECT_TRUE(run.green());
}

std::string ManyTests(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "test \"t" + std::to_string(i) + "\"\n  with client.plan is " + (i % 7 == 3 ? "free" : "gold") +
            "\n  with clients[\"" + std::to_string(i) + "\"] is [gold]\n  send get\n  expect allow\n";
  }
  return text;
}

TEST(TestRunTest, NeitherWorkersNorOrderChangeWhatComesOut) {
  const auto checked = Checked(ManyTests(100));
  const RunResult plain = RunTests(*checked, {});
  EXPECT_EQ(plain.Count(Status::kFailed), 14U);
  EXPECT_FALSE(plain.green());
  for (const std::uint64_t seed : {1U, 2U, 99U}) {
    for (const int workers : {1, 4}) {
      RunOptions options;
      options.seed = seed;
      options.worker_count = workers;
      const RunResult run = RunTests(*checked, options);
      EXPECT_EQ(Statuses(run), Statuses(plain));
      EXPECT_EQ(run.tests[3].name, "t3");
      EXPECT_EQ(Story(run.tests[3]), Story(plain.tests[3]));
    }
  }
}

TEST(TestRunTest, FailFastLeavesTheRestAndSaysSo) {
  const auto checked = Checked(ManyTests(100));
  RunOptions options;
  options.fail_fast = true;
  options.worker_count = 1;
  const RunResult run = RunTests(*checked, options);
  EXPECT_EQ(run.Count(Status::kFailed), 1U);
  EXPECT_GT(run.Count(Status::kNotRun), 0U);
  EXPECT_EQ(run.tests.size(), 100U);
  EXPECT_FALSE(run.green());
}

TEST(TestRunTest, AFailureTellsTheDifferenceAndWhereToChangeIt) {
  const auto checked = Checked(R"(
test "t"
  with token.sub is "ann"
  send get
  expect allow by gold
)");
  const RunResult run = RunTests(*checked, {});
  ASSERT_EQ(run.tests.size(), 1U);
  ASSERT_EQ(run.tests[0].failures.size(), 1U);
  const Failure& failure = run.tests[0].failures[0];
  EXPECT_EQ(failure.expected, "allow by gold");
  EXPECT_EQ(failure.happened, "deny by default (403), operation p.get");
  EXPECT_EQ(failure.difference, "`client.plan is gold` is false (p.ward:15)");
  EXPECT_EQ(failure.at.file, "p.test.ward");
  EXPECT_EQ(failure.at.line, 6U);
  EXPECT_EQ(failure.explanation.rule, "default");
  EXPECT_EQ(Sentence(run.tests[0]),
            "expected allow by gold; got deny by default (403), operation p.get: `client.plan is gold` is false "
            "(p.ward:15)");
}

TEST(TestRunTest, DecisionsCanBeWatched) {
  const auto checked = Checked("test \"t\"\n  with client.plan is gold\n  send get 3 times\n  expect allow\n");
  std::atomic<int> explained{0};
  std::atomic<std::size_t> told{0};
  RunOptions options;
  options.on_decision = [&explained](const Reader& reader) {
    if (reader.Explain().rule == "p.gold") ++explained;
  };
  options.on_test = [&told](std::size_t done, std::size_t total) { told = done * 10 + total; };
  EXPECT_TRUE(RunTests(*checked, options).green());
  EXPECT_EQ(explained, 3);
  EXPECT_EQ(told, 11U);
}

class Recorded final : public RecordedRequest {
 public:
  Result<std::shared_ptr<const void>> Apply(Engine& /*engine*/, Request& request) const override {
    HttpRequest http;
    http.method = "GET";
    http.host = "p.example";
    http.target = "/7";
    request.SetHttp(http);
    return std::shared_ptr<const void>();
  }
  std::optional<std::string_view> Header(std::string_view /*lower_case_name*/) const override { return std::nullopt; }
};

TEST(TestRunTest, RecordedRequestsAreReadOnceAndSent) {
  const std::map<std::string, std::string> texts = {
      {"ward.toml", "name = \"t\"\nedition = 1\n"},
      {"p.ward", std::string(kPolicy)},
      {"a.json", "good"},
      {"b.json", "bad"},
      {"p.test.ward",
       "policy p.test governs p\n"
       "test \"a\"\n  with client.plan is gold\n  send request \"a.json\" 2 times\n  expect allow\n"
       "test \"again\"\n  send request \"a.json\"\n  expect deny\n"
       "test \"b\"\n  send request \"b.json\"\n  expect deny\n"}};
  const auto checked = compile::CheckBundle(*bundle::TextsInMemory(texts), [](std::string_view) {});
  ASSERT_TRUE(checked.has_value() && (*checked)->program.has_value());
  int read = 0;
  RunOptions options;
  options.recorded = [&read](const RecordedText& text) -> Result<std::unique_ptr<const RecordedRequest>> {
    ++read;
    if (text.text == "bad") return Error{ErrorCode::kInvalidArgument, std::string(text.file) + " is bad"};
    return std::unique_ptr<const RecordedRequest>(std::make_unique<Recorded>());
  };
  const RunResult run = RunTests(**checked, options);
  EXPECT_EQ(Statuses(run), "ok ok error");
  EXPECT_EQ(run.tests[2].reason, "b.json is bad");
  EXPECT_EQ(read, 2);
}

TEST(TestRunTest, NothingThatDidNotRunIsGreen) {
  EXPECT_FALSE(RunTests(*Checked(""), {}).green());
  const auto none = Checked("test \"t\"\n  send get\n");
  EXPECT_EQ(Statuses(RunTests(*none, {})), "error");
  const auto waits = Checked("test \"t\"\n  send get\n  expect throttle\n");
  const RunResult run = RunTests(*waits, {});
  EXPECT_EQ(Statuses(run), "skip");
  EXPECT_FALSE(run.green());
}

}  // namespace
}  // namespace ward::testing
