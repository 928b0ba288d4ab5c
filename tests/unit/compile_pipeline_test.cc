// The public compiler: what comes back for a good bundle, a bad one, and the world's failures.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ward/compiler.h"

namespace ward {
namespace {

constexpr const char* kManifest = "name = \"shop\"\nedition = 1\n";

constexpr const char* kPolicy = R"(policy shop governs shop
attributes of token
  sub: string
table owners live
  | shop: string | order: int key | owner: string |
api shop at "shop.example.com"
  read   GET    /orders/{order: int}
  cancel DELETE /orders/{order: int}
rule owners-read
  allow read
  when owners[path.order].owner is token.sub
rule only-some-cancel
  deny cancel
  when owners[path.order].shop is not "main"
)";

Result<CompileResult> Compile(std::vector<SourceText> sources) { return CompileSources(sources, {}); }

TEST(Compile, AGoodBundleGivesBytecodeAndCosts) {
  const Result<CompileResult> result = Compile({{"ward.toml", kManifest}, {"shop.ward", kPolicy}});
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_TRUE(result->ok());
  EXPECT_TRUE(result->diagnostics.empty());
  EXPECT_FALSE(result->bytecode.empty());
  EXPECT_EQ(result->stats.files, 1U);
  EXPECT_EQ(result->stats.policies, 1U);
  EXPECT_EQ(result->stats.rules, 2U);
  EXPECT_EQ(result->stats.operations, 2U);
  EXPECT_EQ(result->stats.bytecode_bytes, result->bytecode.size());
  ASSERT_EQ(result->stats.costs.size(), 2U);
  EXPECT_EQ(result->stats.costs[0].operation, "shop.cancel");
  EXPECT_EQ(result->stats.costs[1].operation, "shop.read");
  for (const OperationCost& cost : result->stats.costs) {
    EXPECT_EQ(cost.rules, 1U);
    EXPECT_EQ(cost.tests, 1U);
    EXPECT_GT(cost.steps, 0U);
    EXPECT_LT(cost.steps, 20U);
  }
  std::string phases;
  for (const auto& [phase, ms] : result->stats.phases_ms) {
    phases += phase + " ";
    EXPECT_GE(ms, 0.0);
  }
  EXPECT_EQ(phases, "read parse check lower generate verify live tables ");
}

TEST(Compile, SameInputSameBytes) {
  const Result<CompileResult> a = Compile({{"ward.toml", kManifest}, {"shop.ward", kPolicy}});
  const Result<CompileResult> b = Compile({{"shop.ward", kPolicy}, {"ward.toml", kManifest}});
  ASSERT_TRUE(a.has_value() && b.has_value());
  EXPECT_FALSE(a->bytecode.empty());
  EXPECT_EQ(a->bytecode, b->bytecode);
}

TEST(Compile, AllErrorsOfAllFilesAndNoBytecode) {
  const std::string other =
      "policy other governs everything\nrule x\n  deny everithing\nrule y\n  deny nothing-known\n";
  const Result<CompileResult> result =
      Compile({{"ward.toml", "name = 7\nedition = 1\n"}, {"shop.ward", kPolicy}, {"other.ward", other}});
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(result->ok());
  EXPECT_TRUE(result->bytecode.empty());
  std::vector<std::string> files;
  for (const Diagnostic& d : result->diagnostics) files.push_back(d.location.file);
  EXPECT_EQ(files, (std::vector<std::string>{"other.ward", "other.ward", "ward.toml"}));
}

TEST(Compile, CheckOnlyGivesNoBytecode) {
  const Result<CompileResult> result =
      CompileSources({{"ward.toml", kManifest}, {"shop.ward", kPolicy}}, {.check_only = true});
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->ok());
  EXPECT_TRUE(result->bytecode.empty());
}

TEST(Compile, LiveRowsComeWithTheKeyFirst) {
  const std::string manifest = std::string(kManifest) + "[tables]\n\"shop.owners\" = \"owners.csv\"\n";
  const auto rows_of = [&](const std::string& csv) {
    const Result<CompileResult> result =
        Compile({{"ward.toml", manifest}, {"shop.ward", kPolicy}, {"owners.csv", csv}});
    return result->live_tables;
  };
  const std::vector<std::vector<std::string>> expected = {{"7", "main", "ann"}, {"8", "", "bob"}};
  const std::vector<LiveTableData> plain = rows_of("main,7,ann\n,8,bob\n");
  ASSERT_EQ(plain.size(), 1U);
  EXPECT_EQ(plain[0].table, "shop.owners");
  EXPECT_EQ(plain[0].file, "owners.csv");
  EXPECT_EQ(plain[0].rows, expected);
  EXPECT_EQ(rows_of("owner,order,shop\nann,7,main\nbob,8,\n")[0].rows, expected);
  // What a member holds makes no members of it.
  const std::string spaced = R"([["main", "7", "x"], ["", "8", ["read admin", ""]], ["", "9", []]])";
  const Result<CompileResult> json =
      Compile({{"ward.toml", std::string(kManifest) + "[tables]\n\"shop.owners\" = \"owners.json\"\n"},
               {"shop.ward", kPolicy},
               {"owners.json", spaced}});
  ASSERT_EQ(json->live_tables.size(), 1U);
  EXPECT_EQ(json->live_tables[0].rows[1][2],
            "\x1F"
            "10:read admin0:");
  EXPECT_EQ(json->live_tables[0].rows[2][2], " ");
  // Rows are read again at run time: they are no part of what was compiled.
  const auto bytes_of = [&](const std::string& csv) {
    return Compile({{"ward.toml", manifest}, {"shop.ward", kPolicy}, {"owners.csv", csv}})->bytecode;
  };
  EXPECT_EQ(bytes_of("main,7,ann\n"), bytes_of("main,9,bob\n"));
}

TEST(Compile, LiveRowsThatDoNotFitAreReported) {
  const std::string manifest = std::string(kManifest) + "[tables]\n\"shop.owners\" = \"owners.csv\"\n";
  const Result<CompileResult> short_row =
      Compile({{"ward.toml", manifest}, {"shop.ward", kPolicy}, {"owners.csv", "main,7\n"}});
  ASSERT_EQ(short_row->diagnostics.size(), 1U);
  EXPECT_EQ(short_row->diagnostics[0].message, "this row has 2 cells, table `shop.owners` has 3 columns");
  EXPECT_EQ(short_row->diagnostics[0].location.file, "owners.csv");
  EXPECT_TRUE(short_row->bytecode.empty());
  const Result<CompileResult> no_file = Compile({{"ward.toml", manifest}, {"shop.ward", kPolicy}});
  ASSERT_EQ(no_file->diagnostics.size(), 1U);
  EXPECT_EQ(no_file->diagnostics[0].location.file, "ward.toml");
}

TEST(Compile, ShippedPoliciesComeInByUse) {
  const std::string text =
      "policy shop governs shop\nuse private-network from ward.networks\napi shop at \"shop.example.com\"\n"
      "  read GET /x\nrule inside\n  allow read\n  when private-network\n";
  const Result<CompileResult> used = Compile({{"ward.toml", kManifest}, {"shop.ward", text}});
  ASSERT_TRUE(used.has_value());
  EXPECT_TRUE(used->ok()) << used->diagnostics[0].message;
  EXPECT_EQ(used->stats.files, 2U);
  // By ward.toml: its rules are on.
  const Result<CompileResult> listed =
      Compile({{"ward.toml", "name = \"shop\"\nedition = 1\npolicies = [\"ward.hygiene\"]\n"}, {"shop.ward", text}});
  ASSERT_TRUE(listed.has_value());
  EXPECT_TRUE(listed->ok()) << listed->diagnostics[0].message;
  EXPECT_EQ(listed->stats.files, 3U);
  EXPECT_GT(listed->stats.rules, used->stats.rules);
}

TEST(Compile, TheGatewayExampleCompiles) {
  const Result<CompileResult> result = CompilePath(WARD_SOURCE_DIR "/examples/gateway", {});
  ASSERT_TRUE(result.has_value()) << result.error().message;
  for (const Diagnostic& d : result->diagnostics) {
    EXPECT_NE(d.severity, Severity::kError)
        << d.location.file << ":" << d.location.line << ": " << d.code << " " << d.message;
  }
  EXPECT_FALSE(result->bytecode.empty());
  EXPECT_EQ(result->live_tables.size(), 4U);
  // What to watch: the manifest, nine policies, and the data files they name.
  EXPECT_GE(result->files.size(), 14U);
  EXPECT_TRUE(std::all_of(result->files.begin(), result->files.end(),
                          [](const std::string& file) { return file.front() == '/'; }));
}

TEST(Compile, TheWorldCanBeWrong) {
  const Result<CompileResult> missing = CompilePath("/no/such/folder", {});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  const Result<CompileResult> twice = Compile({{"a.ward", ""}, {"a.ward", ""}});
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace ward
