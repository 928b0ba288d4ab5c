#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "bundle/file_set.h"
#include "compile/checked_bundle.h"
#include "diag/sink.h"
#include "engine_fixture.h"
#include "ir/lower.h"
#include "testing/coverage.h"
#include "testing/coverage_report.h"

namespace ward::testing {
namespace {

class CoverageTest : public test::EngineTest {
 protected:
  void SetUp() override {
    Open(R"(policy shop governs shop
attributes of token
  sub: string
  vip: bool
api shop at "shop.example"
  list   GET   /things
  hello  GET   /hello  anonymous
rule not-mallory
  deny list, hello
  when token.sub is "mallory"
rule open
  allow hello
rule readers
  allow list
  when token.sub is "ann" or token.vip
)");
  }

  void Open(const std::string& policy) {
    Load(policy);
    files_ = bundle::TextsInMemory({{"ward.toml", "name = \"test\"\nedition = 1\n"}, {"test.ward", policy}});
    checked_ = compile::CheckBundle(*files_, [](std::string_view) {}).value();
    diag::Sink sink;
    lowered_ = ir::Lower(*checked_->program, sink);
    ASSERT_NE(lowered_, nullptr);
  }

  Coverage NothingSeen() {
    Result<Coverage> coverage = Coverage::Of(engine_, *lowered_);
    EXPECT_TRUE(coverage.has_value());
    return std::move(*coverage);
  }

  // Decides, and tells `coverage`.
  void Ask(Coverage& coverage, const char* operation,
           std::initializer_list<std::pair<const char*, const char*>> token) {
    Request& request = Begin();
    request.SetOperation(operation);
    for (const auto& [name, value] : token) {
      if (std::string_view(name) == "token.vip") {
        request.SetBool(engine_.Attribute(name), std::string_view(value) == "true");
      } else {
        request.Set(name, value);
      }
    }
    reader().Decide();
    coverage.Add(reader().Explain());
  }

  static const CoveredRule& Rule(const Coverage& coverage, std::string_view name) {
    const auto found = std::find_if(coverage.rules().begin(), coverage.rules().end(),
                                    [name](const CoveredRule& rule) { return rule.name == name; });
    EXPECT_NE(found, coverage.rules().end()) << name;
    return *found;
  }

  // "TFD": the truths that can be seen of a rule.
  static std::string PossibleOfRule(const Coverage& coverage, std::string_view name) {
    const CoveredRule& rule = Rule(coverage, name);
    return std::string(rule.can_be_true ? "T" : "") + (rule.can_be_false ? "F" : "") +
           (rule.can_be_in_doubt ? "D" : "");
  }

  std::unique_ptr<bundle::FileSet> files_;
  std::unique_ptr<compile::CheckedBundle> checked_;
  std::unique_ptr<const ir::Program> lowered_;
};

TEST_F(CoverageTest, KnowsWhatThereIsToSeeBeforeAnythingWasSeen) {
  const Coverage coverage = NothingSeen();
  ASSERT_EQ(coverage.rules().size(), 3U);
  EXPECT_EQ(coverage.tests().size(), 3U);
  // A rule with tests has three states, one without has one; each test has two.
  EXPECT_EQ(coverage.total().possible, 3U + 1U + 3U + 3U * 2U);
  EXPECT_EQ(coverage.total().seen, 0U);
  EXPECT_EQ(coverage.total().percent(), 0U);
  EXPECT_EQ(Rule(coverage, "shop.open").can_be_false, false);
  EXPECT_EQ(Rule(coverage, "shop.open").can_be_in_doubt, false);
  EXPECT_EQ(Rule(coverage, "shop.readers").policy, "shop");
  EXPECT_EQ(coverage.operations(), (std::vector<std::string>{"shop.hello", "shop.list"}));
  EXPECT_EQ(Unseen(coverage).size(), 13U);
}

TEST_F(CoverageTest, AsksForNothingThatCannotBe) {
  Open(R"(policy p governs p
attributes of token
  sub: string
  age: int
table owners live
  | id: string key | name: string |
zone near
  networks 10.0.0.0/8
zone far
  everything else
api p at "p.example"
  get  GET  /{id}
rule guarded
  allow get
  when token.age is missing or token.age more than 5
rule asked-first
  allow get
  when token.age is present and token.age more than 5
rule two-of-them
  allow get
  when token.age is present and token.sub is "ann"
rule defaulted
  allow get
  when owners[path.id].name or else "nobody" is "ann"
rule every-zone
  allow get
  when zone in [near, far]
rule not-every-zone
  deny get
  unless zone in [near, far]
rule has-row
  allow get
  when owners[path.id].name is present
)");
  const Coverage coverage = NothingSeen();
  EXPECT_EQ(PossibleOfRule(coverage, "p.guarded"), "TF");
  EXPECT_EQ(PossibleOfRule(coverage, "p.asked-first"), "TF");
  EXPECT_EQ(PossibleOfRule(coverage, "p.two-of-them"), "TFD");
  EXPECT_EQ(PossibleOfRule(coverage, "p.defaulted"), "TF");
  EXPECT_EQ(PossibleOfRule(coverage, "p.every-zone"), "TD");
  EXPECT_EQ(PossibleOfRule(coverage, "p.not-every-zone"), "FD");
  EXPECT_EQ(PossibleOfRule(coverage, "p.has-row"), "TF");
  for (const CoveredTest& test : coverage.tests()) {
    EXPECT_TRUE(test.can_be_true) << test.text;
    EXPECT_EQ(test.can_be_false, test.text.find("zone in") == std::string::npos) << test.text;
  }
}

TEST_F(CoverageTest, CountsEachTruthOfRulesAndTests) {
  Coverage coverage = NothingSeen();
  Ask(coverage, "shop.list", {});
  EXPECT_EQ(Rule(coverage, "shop.readers").counts, (TruthCounts{1, 0, 0}));
  Ask(coverage, "shop.list", {{"token.sub", "ann"}, {"token.vip", "false"}});
  EXPECT_EQ(Rule(coverage, "shop.readers").counts, (TruthCounts{1, 0, 1}));
  Ask(coverage, "shop.list", {{"token.sub", "bob"}, {"token.vip", "true"}});
  EXPECT_EQ(Rule(coverage, "shop.readers").counts, (TruthCounts{1, 0, 2}));
  EXPECT_EQ(Rule(coverage, "shop.not-mallory").counts, (TruthCounts{1, 2, 0}));
  EXPECT_EQ(coverage.decision_count(), 3U);
  const std::vector<std::string> unseen = Unseen(coverage);
  EXPECT_EQ(unseen, (std::vector<std::string>{
                        "test.ward:8: rule shop.not-mallory was never true",
                        "test.ward:10: `token.sub is \"mallory\"` was never true",
                        "test.ward:11: rule shop.open was never true",
                        "test.ward:13: rule shop.readers was never false",
                    }));
  EXPECT_EQ(coverage.total().seen, 9U);
  EXPECT_EQ(coverage.total().percent(), 69U);
}

TEST_F(CoverageTest, AWaivedTestIsNotSeen) {
  Coverage coverage = NothingSeen();
  Ask(coverage, "shop.hello", {{"token.sub", "mallory"}});
  EXPECT_EQ(Rule(coverage, "shop.open").counts, (TruthCounts{0, 0, 1}));
  EXPECT_EQ(Rule(coverage, "shop.not-mallory").counts, (TruthCounts{0, 1, 0}));
  for (const CoveredTest& one : coverage.tests()) EXPECT_EQ(one.counts.sum(), 0U) << one.text;
}

TEST_F(CoverageTest, MergingIsTheSameAsSeeingAll) {
  Coverage all = NothingSeen();
  Coverage first = NothingSeen();
  Coverage second = NothingSeen();
  Ask(all, "shop.list", {});
  Ask(all, "shop.list", {{"token.sub", "ann"}});
  Ask(first, "shop.list", {});
  Ask(second, "shop.list", {{"token.sub", "ann"}});
  first.Merge(second);
  EXPECT_EQ(CoverageJson(first), CoverageJson(all));
  // Counting goes on after a merge.
  Ask(all, "shop.list", {{"token.sub", "mallory"}});
  Ask(first, "shop.list", {{"token.sub", "mallory"}});
  EXPECT_EQ(CoverageJson(first), CoverageJson(all));
}

TEST_F(CoverageTest, EverythingSeenIsAHundredPercent) {
  Coverage coverage = NothingSeen();
  Ask(coverage, "shop.list", {});
  Ask(coverage, "shop.list", {{"token.sub", "ann"}, {"token.vip", "false"}});
  Ask(coverage, "shop.list", {{"token.sub", "mallory"}, {"token.vip", "true"}});
  Ask(coverage, "shop.list", {{"token.sub", "bob"}, {"token.vip", "false"}});
  EXPECT_EQ(coverage.total().percent(), 92U);
  Ask(coverage, "shop.hello", {});
  EXPECT_EQ(coverage.total().percent(), 100U);
  EXPECT_TRUE(Unseen(coverage).empty());
  EXPECT_EQ(coverage.by_file().at("test.ward").percent(), 100U);
  EXPECT_EQ(coverage.by_policy().at("shop").seen, 13U);
}

TEST_F(CoverageTest, WhatTheBundleDoesNotHaveIsLeftOut) {
  Coverage coverage = NothingSeen();
  Explanation other;
  other.operation = "elsewhere.read";
  other.rules.push_back({});
  other.rules.back().rule = "elsewhere.rule";
  coverage.Add(other);
  EXPECT_EQ(coverage.total().seen, 0U);
  EXPECT_EQ(coverage.rules().size(), 3U);
}

TEST_F(CoverageTest, LcovHasRulesAsFunctionsAndTruthsAsBranches) {
  Coverage coverage = NothingSeen();
  Ask(coverage, "shop.list", {});
  Ask(coverage, "shop.list", {{"token.sub", "ann"}, {"token.vip", "false"}});
  EXPECT_EQ(CoverageLcov(coverage, "bundle/"),
            "TN:\nSF:bundle/test.ward\n"
            "FN:8,shop.not-mallory\nFN:11,shop.open\nFN:13,shop.readers\n"
            "FNDA:0,shop.not-mallory\nFNDA:0,shop.open\nFNDA:1,shop.readers\nFNF:3\nFNH:1\n"
            "BRDA:8,0,0,0\nBRDA:8,0,1,1\nBRDA:8,0,2,1\n"
            "BRDA:10,1,0,0\nBRDA:10,1,1,1\n"
            "BRDA:11,0,0,-\n"
            "BRDA:13,0,0,1\nBRDA:13,0,1,0\nBRDA:13,0,2,1\n"
            "BRDA:15,1,0,1\nBRDA:15,1,1,0\nBRDA:15,1,2,0\nBRDA:15,1,3,1\n"
            "BRF:13\nBRH:7\n"
            "DA:8,2\nDA:10,2\nDA:11,0\nDA:13,2\nDA:15,4\nLF:5\nLH:4\nend_of_record\n");
}

}  // namespace
}  // namespace ward::testing
