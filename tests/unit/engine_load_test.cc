// Loading, reloading and live tables: what is published, what is refused, and who may keep what alive.
#include <cstdio>
#include <string>
#include <vector>

#include "base/budgets.h"
#include "engine_fixture.h"

namespace ward {
namespace {

std::string Policy(std::string_view type, std::string_view rule) {
  return "policy p governs p\n"
         "type plan is one of free, gold\n"
         "attributes of token\n"
         "  sub: string, optional\n"
         "  jti: string, optional\n"
         "table people live\n"
         "  | id: string key | plan: " +
         std::string(type) +
         " |\n"
         "table revoked live\n"
         "  | jti: string key |\n"
         "api p at \"p\"\n"
         "  get GET /x\n"
         "rule " +
         std::string(rule) +
         "\n"
         "  allow get\n"
         "  when people[token.sub].plan is gold\n"
         "rule revoked-tokens\n"
         "  deny everything\n"
         "  when token.jti in revoked\n"
         "  reply 401\n";
}

class LoadTest : public test::EngineTest {
 protected:
  std::string Ask(std::string_view sub) {
    Request& request = Begin();
    request.SetOperation("p.get");
    request.Set("token.sub", sub);
    request.Set("token.jti", "j");
    return Decide();
  }
  std::string LoadRows(std::string_view table, const std::vector<TableRow>& rows) {
    const Result<std::uint64_t> generation = engine_.LoadTable(table, rows);
    return generation ? "ok" : std::string(ErrorCodeName(generation.error().code)) + ": " + generation.error().message;
  }
};

TEST_F(LoadTest, NothingLoadedRefusesWith503) {
  EXPECT_EQ(engine_.generation(), 0U);
  EXPECT_EQ(Ask("ann"), "deny 503 by default");
  EXPECT_EQ(reader().decision().reason(), "No policy is loaded.");
  EXPECT_TRUE(reader().Begin().attributes().empty());
  EXPECT_FALSE(reader().Begin().SetJson(AttributeSource::kToken, "{}"));
  EXPECT_EQ(reader().Explain().rules.size(), 0U);
  EXPECT_EQ(engine_.info().name, "");
}

TEST_F(LoadTest, ATableThatNobodyLoadedIsADoubt) {
  Load(Policy("plan", "a"));
  EXPECT_EQ(Ask("ann"), "challenge 401 by p.revoked-tokens, in doubt");
  EXPECT_EQ(LoadRows("p.revoked", {}), "ok");
  EXPECT_EQ(Ask("ann"), "deny 403 by default");
  EXPECT_EQ(LoadRows("p.people", {{
                                      {"ann", "gold"},
                                  },
                                  {{"bob", "free"}}}),
            "ok");
  EXPECT_EQ(Ask("ann"), "allow 200 by p.a");
  EXPECT_EQ(Ask("bob"), "deny 403 by default");
  EXPECT_EQ(LoadRows("p.revoked", {{{"j"}}}), "ok");
  EXPECT_EQ(Ask("ann"), "challenge 401 by p.revoked-tokens");
  EXPECT_EQ(reader().decision().generation(), engine_.generation());
}

TEST_F(LoadTest, WhatIsWrongLeavesTheLivePolicyAsItWas) {
  Load(Policy("plan", "a"));
  EXPECT_EQ(LoadRows("p.revoked", {}), "ok");
  EXPECT_EQ(LoadRows("p.people", {{{"ann", "gold"}}}), "ok");
  const std::uint64_t before = engine_.generation();
  EXPECT_EQ(LoadRows("p.people", {{{"ann", "silver"}}}),
            "invalid_argument: table `p.people`: row 1, column `plan`: `silver` is not of the column's type");
  EXPECT_EQ(LoadRows("p.nobody", {}), "not_found: the live policy has no live table `p.nobody`");
  const std::vector<std::byte> garbage(100, std::byte{7});
  const Result<std::uint64_t> loaded = engine_.Load(garbage);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(engine_.generation(), before);
  EXPECT_EQ(Ask("ann"), "allow 200 by p.a");
}

TEST_F(LoadTest, RowsAreTypedAgainAgainstTheNextBundle) {
  Load(Policy("plan", "a"));
  EXPECT_EQ(LoadRows("p.revoked", {}), "ok");
  EXPECT_EQ(LoadRows("p.people", {{{"ann", "gold"}}}), "ok");
  Load(Policy("plan", "b"));
  EXPECT_EQ(Ask("ann"), "allow 200 by p.b") << "the rows are still there";
  std::string text = Policy("int", "c");
  const std::string gold = "is gold";
  text.replace(text.find(gold), gold.size(), "at least 5");
  const std::vector<std::byte> bytes = test::CompileText(text);
  const Result<std::uint64_t> refused = engine_.Load(bytes);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "table `p.people`: row 1, column `plan`: `gold` is not of the column's type");
  EXPECT_EQ(Ask("ann"), "allow 200 by p.b");
  const std::vector<Engine::TableContent> tables = {{"p.people", {{{"ann", "7"}}}}};
  ASSERT_TRUE(engine_.Load(bytes, tables).has_value());
  EXPECT_EQ(Ask("ann"), "allow 200 by p.c") << "bundle and rows in one generation";
  const std::vector<Engine::TableContent> unknown = {{"p.nobody", {}}};
  const Result<std::uint64_t> nobody = engine_.Load(bytes, unknown);
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error().message, "the bundle has no live table `p.nobody`");
}

constexpr std::string_view kWorldPolicy = R"(policy p governs p
type plan is one of free, gold
attributes of token
  sub: string
  age: duration
table people live
  | id: string key | plan: plan |
table revoked live
  | sub: string key |
parameter patience: duration = 10 minutes
parameter best: plan = gold
api p at "p"
  get GET /x
rule good
  allow get
  when people[token.sub].plan is best
rule impatient
  deny get
  when token.age more than patience
rule revoked-tokens
  deny get
  when token.sub in revoked
)";

class ApplyTest : public LoadTest {
 protected:
  ApplyTest() {
    Load(kWorldPolicy);
    change_.tables = {{"p.people", {{{"ann", "gold"}}}}, {"p.revoked", {}}};
  }
  std::string Apply(const Engine::Change& change) {
    const Result<std::uint64_t> generation = engine_.Apply(change);
    return generation ? "ok" : std::string(ErrorCodeName(generation.error().code)) + ": " + generation.error().message;
  }
  std::string AskAt(std::int64_t age_s) {
    Request& request = Begin();
    request.SetOperation("p.get");
    request.Set("token.sub", "ann");
    request.Set(engine_.Attribute("token.age"), age_s);
    return Decide();
  }

  Engine::Change change_;
};

TEST_F(ApplyTest, TablesAndParametersComeInOneGeneration) {
  const std::uint64_t before = engine_.generation();
  change_.parameters = {{"p.patience", "1.5"}};
  EXPECT_EQ(Apply(change_), "ok");
  EXPECT_EQ(engine_.generation(), before + 1);
  EXPECT_EQ(AskAt(1), "allow 200 by p.good");
  EXPECT_EQ(AskAt(2), "deny 403 by p.impatient");
  EXPECT_EQ(Apply({{}, {}, {{"p.best", "free"}}}), "ok");
  EXPECT_EQ(AskAt(1), "deny 403 by default") << "ann is gold";
  EXPECT_EQ(AskAt(2), "deny 403 by p.impatient") << "what is not named stays";
  EXPECT_EQ(Apply({{}, {}, {{"p.patience", std::nullopt}, {"p.best", std::nullopt}}}), "ok");
  EXPECT_EQ(AskAt(600), "allow 200 by p.good") << "as the bundle has it";
  EXPECT_EQ(AskAt(601), "deny 403 by p.impatient");
}

TEST_F(ApplyTest, ATableCanBeUnloaded) {
  EXPECT_EQ(Apply(change_), "ok");
  EXPECT_EQ(AskAt(1), "allow 200 by p.good");
  EXPECT_EQ(Apply({{}, {"p.revoked"}, {}}), "ok");
  EXPECT_EQ(AskAt(1), "deny 403 by p.revoked-tokens, in doubt");
  Load(kWorldPolicy);
  EXPECT_EQ(AskAt(1), "deny 403 by p.revoked-tokens, in doubt") << "its rows are forgotten";
  EXPECT_EQ(LoadRows("p.revoked", {}), "ok");
  EXPECT_EQ(AskAt(1), "allow 200 by p.good") << "those of the other table are not";
}

TEST_F(ApplyTest, GivenParametersOutliveReloadsAsLongAsTheyFit) {
  change_.parameters = {{"p.patience", "1"}};
  EXPECT_EQ(Apply(change_), "ok");
  Load(kWorldPolicy);
  EXPECT_EQ(AskAt(2), "deny 403 by p.impatient");
  std::string other(kWorldPolicy);
  const std::string_view patience = "parameter patience: duration = 10 minutes";
  other.replace(other.find(patience), patience.size(), "parameter patience: plan = gold");
  other.replace(other.find("token.age more than patience"), 28, "people[token.sub].plan is patience");
  const Result<std::uint64_t> refused = engine_.Load(test::CompileText(other));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "parameter `p.patience`: `1` is not of its type");
  EXPECT_EQ(AskAt(2), "deny 403 by p.impatient");
}

TEST_F(ApplyTest, AChangeThatIsWrongInPartChangesNothing) {
  EXPECT_EQ(Apply(change_), "ok");
  const std::uint64_t before = engine_.generation();
  EXPECT_EQ(Apply({{{"p.people", {}}}, {}, {{"p.patience", "soon"}}}),
            "invalid_argument: parameter `p.patience`: `soon` is not of its type");
  EXPECT_EQ(Apply({{{"p.people", {}}}, {}, {{"p.hope", std::nullopt}}}),
            "not_found: the live policy has no parameter `p.hope`");
  EXPECT_EQ(Apply({{}, {"p.people", "p.nobody"}, {}}), "not_found: the live policy has no live table `p.nobody`");
  EXPECT_EQ(engine_.generation(), before);
  EXPECT_EQ(AskAt(1), "allow 200 by p.good");
  EXPECT_EQ(Engine::Create({}).value().Apply({}).error().message, "no policy is loaded");
}

TEST_F(LoadTest, AttributeIdsOutliveReloads) {
  const AttributeId sub = engine_.Attribute("token.sub");
  const AttributeId unknown = engine_.Attribute("token.nothing");
  Load(Policy("plan", "a"));
  EXPECT_EQ(LoadRows("p.revoked", {}), "ok");
  EXPECT_EQ(LoadRows("p.people", {{{"ann", "gold"}}}), "ok");
  const AttributeId jti = engine_.Attribute("token.jti");
  EXPECT_EQ(engine_.Attribute("token.sub").value, sub.value);
  for (const char* rule : {"a", "b"}) {
    Load(Policy("plan", rule));
    Request& request = Begin();
    request.SetOperation("p.get");
    request.Set(sub, "ann");
    request.Set(jti, "j");
    request.Set(unknown, "x");
    request.Set(AttributeId{}, "x");
    EXPECT_EQ(Decide(), "allow 200 by p." + std::string(rule));
  }
}

TEST_F(LoadTest, AReaderKeepsItsGenerationUntilItLetsGo) {
  Load(Policy("plan", "a"));
  EXPECT_EQ(LoadRows("p.revoked", {}), "ok");
  EXPECT_EQ(LoadRows("p.people", {{{"ann", "gold"}}}), "ok");
  EXPECT_EQ(Ask("ann"), "allow 200 by p.a");
  const std::vector<std::byte> next = test::CompileText(Policy("plan", "b"));
  for (std::size_t i = 0; i < base::budget::kUnfreedViewCountMax; ++i) {
    ASSERT_TRUE(engine_.Load(next).has_value()) << i;
  }
  EXPECT_EQ(reader().decision().rule(), "p.a") << "pinned: still readable";
  const Result<std::uint64_t> busy = engine_.Load(next);
  ASSERT_FALSE(busy.has_value());
  EXPECT_EQ(busy.error().code, ErrorCode::kBusy);
  EXPECT_NE(busy.error().message.find("reader 0 (generation 3)"), std::string::npos) << busy.error().message;
  reader().Release();
  EXPECT_TRUE(engine_.Load(next).has_value());
  EXPECT_EQ(Ask("ann"), "allow 200 by p.b");
}

TEST_F(LoadTest, ReadersHaveABudgetAndGiveTheirPlaceBack) {
  EXPECT_FALSE(Engine::Create({0}).has_value());
  EXPECT_FALSE(Engine::Create({static_cast<std::uint32_t>(base::budget::kReaderCountMax) + 1}).has_value());
  Engine small = Engine::Create({1}).value();
  {
    const Reader one = small.NewReader().value();
    const Result<Reader> two = small.NewReader();
    ASSERT_FALSE(two.has_value());
    EXPECT_EQ(two.error().code, ErrorCode::kBusy);
  }
  EXPECT_TRUE(small.NewReader().has_value());
}

TEST_F(LoadTest, FilesAndWhatTheySay) {
  const Result<std::uint64_t> missing = engine_.LoadFile("no/such/file.wardc");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  const std::string path = testing::TempDir() + "engine_load_test.wardc";
  const std::vector<std::byte> bytes = test::CompileText(Policy("plan", "a"));
  std::FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  ASSERT_EQ(std::fclose(file), 0);
  ASSERT_TRUE(engine_.LoadFile(path).has_value());
  ASSERT_EQ(std::remove(path.c_str()), 0);
  EXPECT_EQ(LoadRows("p.people", {{{"ann", "gold"}}, {{"bob", ""}}}), "ok");
  const BundleInfo info = engine_.info();
  EXPECT_EQ(info.name, "test");
  EXPECT_EQ(info.digest.size(), 64U);
  EXPECT_EQ(info.generation, 2U);
  EXPECT_EQ(info.rule_count, 2U);
  ASSERT_EQ(info.operations.size(), 1U);
  EXPECT_EQ(info.operations[0].route, "GET /x");
  ASSERT_EQ(info.tables.size(), 2U);
  EXPECT_EQ(info.tables[0].name, "p.people");
  EXPECT_TRUE(info.tables[0].loaded);
  EXPECT_EQ(info.tables[0].row_count, 2U);
  EXPECT_FALSE(info.tables[1].loaded);
}

}  // namespace
}  // namespace ward
