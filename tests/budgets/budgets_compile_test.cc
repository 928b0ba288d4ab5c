#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "ward/compiler.h"

namespace ward {
namespace {

namespace budget = base::budget;

constexpr const char* kHead =
    "policy p governs shop\n"
    "api shop at \"shop.example\"\n"
    "  buy  GET  /buy\n"
    "attributes of token\n"
    "  sub: string up to 65_536\n"
    "rule all\n"
    "  allow everything\n";

// What the compiler says, one line for each finding.
std::string Compile(const std::vector<SourceText>& sources) {
  const Result<CompileResult> result = CompileSources(sources, CompileOptions{});
  if (!result.has_value()) return "refused: " + result.error().message + "\n";
  std::string findings;
  for (const Diagnostic& found : result->diagnostics) {
    if (found.severity == Severity::kError) findings += found.code + " " + found.message + "\n";
  }
  EXPECT_EQ(findings.empty(), !result->bytecode.empty());
  return findings;
}

std::string CompileText(std::string text) { return Compile({{"p.ward", std::move(text)}}); }

// `make(n)` is a policy with n of something. At `edge` it compiles; one more is refused in words
// that hold the number, and by nothing but the budget.
void ExpectEdge(std::size_t edge, const std::function<std::string(std::size_t)>& make) {
  EXPECT_EQ(CompileText(make(edge)), "");
  const std::string beyond = CompileText(make(edge + 1));
  EXPECT_NE(beyond.find("E33 "), std::string::npos) << beyond;
  EXPECT_NE(beyond.find(std::to_string(edge)), std::string::npos) << beyond;
  EXPECT_EQ(std::count(beyond.begin(), beyond.end(), '\n'), 1) << beyond;
}

std::string Repeat(std::string_view text, std::size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

TEST(SourceBudgetTest, FileSize) {
  ExpectEdge(budget::kFileSizeBytesMax, [](std::size_t size) {
    std::string text = kHead;
    text += "#";
    text.append(size - text.size() - 1, 'x');
    return text + "\n";
  });
}

TEST(SourceBudgetTest, Nesting) {
  for (const auto& [open, close] : {std::pair("(", ")"), std::pair("not ", "")}) {
    const auto make = [open = open, close = close](std::size_t depth) {
      return kHead + fmt::format("rule n\n  deny buy\n  when {}token.sub is \"a\"{}\n", Repeat(open, depth),
                                 Repeat(close, depth));
    };
    // The test itself is one level.
    EXPECT_EQ(CompileText(make(budget::kNestingMax - 1)), "");
    const std::string beyond = CompileText(make(budget::kNestingMax));
    EXPECT_NE(beyond.find("E33 "), std::string::npos) << beyond;
    EXPECT_NE(beyond.find(std::to_string(budget::kNestingMax)), std::string::npos) << beyond;
  }
  // Far beyond, nothing recurses to the end of the stack.
  const std::string deep =
      CompileText(kHead + fmt::format("rule n\n  deny buy\n  when {}true{}\n", Repeat("(", 1'000'000), ""));
  EXPECT_NE(deep.find("E33 "), std::string::npos) << deep;
}

TEST(SourceBudgetTest, NameLength) {
  ExpectEdge(budget::kNameBytesMax, [](std::size_t size) {
    return kHead + fmt::format("rule {}\n  deny buy\n  when token.sub is \"a\"\n", std::string(size, 'n'));
  });
}

TEST(SourceBudgetTest, StringLiteral) {
  ExpectEdge(budget::kStringLiteralBytesMax, [](std::size_t size) {
    return kHead + fmt::format("rule s\n  deny buy\n  when token.sub is \"{}\"\n", std::string(size, 's'));
  });
}

TEST(SourceBudgetTest, StringLiteralCountsAfterUnescaping) {
  EXPECT_EQ(CompileText(kHead + fmt::format("rule s\n  deny buy\n  when token.sub is \"{}\"\n",
                                            Repeat("\\\"", budget::kStringLiteralBytesMax))),
            "");
}

TEST(ProgramBudgetTest, RouteSegments) {
  ExpectEdge(budget::kRouteSegmentCountMax, [](std::size_t count) {
    return fmt::format(
        "policy p governs shop\napi shop at \"shop.example\"\n  buy  GET  {}\n"
        "rule all\n  allow everything\n",
        Repeat("/s", count));
  });
}

TEST(ProgramBudgetTest, Actions) {
  ExpectEdge(budget::kActionBytesMax, [](std::size_t count) {
    return fmt::format(
        "policy p governs shop\napi shop\n  buy  action \"buy\" on \"{}\"\nrule all\n  allow everything\n",
        std::string(count - 3, 'r'));
  });
}

TEST(ProgramBudgetTest, Zones) {
  ExpectEdge(budget::kZoneCountMax, [](std::size_t count) {
    std::string text = kHead;
    for (std::size_t i = 0; i < count; ++i) {
      text += fmt::format("zone z{}\n  networks 10.{}.{}.0/24\n", i, i / 256, i % 256);
    }
    return text;
  });
}

TEST(ProgramBudgetTest, LookupDepth) {
  const auto make = [](std::size_t depth) {
    return kHead + std::string("table t live\n  | k: string key | v: string |\nrule l\n  deny buy\n  when ") +
           Repeat("t[", depth) + "token.sub" + Repeat("].v", depth) + " is \"a\"\n";
  };
  EXPECT_EQ(CompileText(make(budget::kLookupDepthMax)), "");
  EXPECT_EQ(CompileText(make(budget::kLookupDepthMax + 1)).substr(0, 4), "E45 ");
}

TEST(ProgramBudgetTest, PathsIntoARequest) {
  for (const char* const before : {"", "request.json."}) {
    ExpectEdge(budget::kRequestClaimDepthMax, [before](std::size_t depth) {
      return fmt::format("{}attributes of context\n  deep: string, from {}a{}\n", kHead, before,
                         Repeat(".a", depth - 1));
    });
  }
}

TEST(ProgramBudgetTest, StringUpTo) {
  ExpectEdge(budget::kStringValueBytesMax, [](std::size_t size) {
    return fmt::format("{}attributes of context\n  note: string up to {}\n", kHead, size);
  });
}

TEST(ProgramBudgetTest, Inlining) {
  const auto make = [](std::size_t depth) {
    std::string text = kHead;
    text += "condition c0 means token.sub is \"a\"\n";
    for (std::size_t i = 1; i < depth; ++i) text += fmt::format("condition c{} means c{}\n", i, i - 1);
    return text + fmt::format("rule i\n  deny buy\n  when c{}\n", depth - 1);
  };
  EXPECT_EQ(CompileText(make(budget::kInliningDepthMax)), "");
  const std::string beyond = CompileText(make(budget::kInliningDepthMax + 1));
  EXPECT_NE(beyond.find("E33 "), std::string::npos) << beyond;
}

TEST(ProgramBudgetTest, Roles) {
  ExpectEdge(budget::kRoleCountMax, [](std::size_t count) {
    std::string text = kHead;
    for (std::size_t i = 0; i < count; ++i) text += fmt::format("role r{}\n", i);
    return text;
  });
}

TEST(ProgramBudgetTest, NestedGroups) {
  ExpectEdge(budget::kNestingMax, [](std::size_t depth) {
    std::string text = "policy p governs shop\napi shop\n  buy  GET  /buy\n";
    for (std::size_t i = depth; i > 0; --i) text += fmt::format("  group g{} is g{}\n", i, i - 1);
    return text + "  group g0 is buy\nrule all\n  allow everything\n";
  });
}

TEST(ProgramBudgetTest, TermsOfASum) {
  ExpectEdge(budget::kNestingMax, [](std::size_t count) {
    return kHead + fmt::format("rule s\n  deny buy\n  when now{} before 2030-01-01\n", Repeat(" + 1 second", count));
  });
}

TEST(ProgramBudgetTest, CallsOfConditionsInOneClause) {
  ExpectEdge(budget::kInlinedConditionsMax, [](std::size_t count) {
    std::string text =
        kHead + std::string("condition c(n: int) means n more than 1_000_000\nrule i\n  deny buy\n  when c(0)");
    for (std::size_t i = 1; i < count; ++i) text += fmt::format("\n    or c({})", i);
    return text + "\n";
  });
}

// What ends in the number of something, as the message says it; 0 if it does not.
std::size_t NumberAfter(const std::string& message, std::string_view words) {
  const std::size_t at = message.find(words);
  return at == std::string::npos ? 0 : std::stoul(message.substr(at + words.size()));
}

// Alternatives beyond the terms of a rule are one opaque test: bytecode, up to a budget; then no formula at all.
std::string Alternatives(std::size_t count) {
  std::string text = kHead + std::string("rule f\n  deny buy\n  when token.sub starts with \"a0\"");
  for (std::size_t i = 1; i < count; ++i) text += fmt::format("\n    or token.sub starts with \"a{}\"", i);
  return text + "\n";
}

std::string Opaque(std::size_t count) {
  return Compile(
      {{"ward.toml", "name = \"p\"\nedition = 1\n[budget]\nterms-per-rule = 1\n"}, {"p.ward", Alternatives(count)}});
}

TEST(ProgramBudgetTest, InstructionsOfATest) {
  const auto needed = [](std::size_t count) { return NumberAfter(Opaque(count), "one test needs "); };
  constexpr std::size_t kMany = 3 * budget::kInstructionsPerAtomMax;
  const std::size_t many = needed(kMany);
  const std::size_t each = needed(kMany + 1) - many;
  ASSERT_GT(each, 0U);
  ASSERT_GT(many, budget::kInstructionsPerAtomMax);
  const std::size_t beyond = (many - budget::kInstructionsPerAtomMax + each - 1) / each;
  EXPECT_EQ(Opaque(kMany - beyond), "");
  EXPECT_GT(needed(kMany - beyond + 1), budget::kInstructionsPerAtomMax);
}

TEST(ProgramBudgetTest, TestsOfAFormula) {
  const std::string words = fmt::format("`p.f` has more than {} tests", budget::kFormulaTestsMax);
  // The `or` counts as one.
  EXPECT_EQ(CompileText(Alternatives(budget::kFormulaTestsMax - 1)).find(words), std::string::npos);
  EXPECT_NE(CompileText(Alternatives(budget::kFormulaTestsMax)).find(words), std::string::npos);
}

TEST(SourceBudgetTest, FilesOfABundle) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / fmt::format("ward-files-{}", ::getpid());
  std::filesystem::create_directories(folder);
  const auto write = [&](std::size_t i) {
    std::ofstream(folder / fmt::format("p{}.ward", i)) << fmt::format("policy p{}\n", i);
  };
  for (std::size_t i = 0; i < budget::kBundleFileCountMax; ++i) write(i);
  const Result<CompileResult> edge = CompilePath(folder.string(), CompileOptions{});
  EXPECT_TRUE(edge.has_value());
  write(budget::kBundleFileCountMax);
  const Result<CompileResult> beyond = CompilePath(folder.string(), CompileOptions{});
  std::filesystem::remove_all(folder);
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(beyond.error().message.find(std::to_string(budget::kBundleFileCountMax)), std::string::npos);
}

// `groups` networks, each with `depth` zones inside one another that all have a `when`: 2^depth - 1 sets of candidates
// and `depth` zones each; besides them, no zone at all and no address.
std::string NestedZones(std::size_t groups, std::size_t depth, std::size_t first) {
  std::string text;
  for (std::size_t g = first; g < first + groups; ++g) {
    for (std::size_t d = 0; d < depth; ++d) {
      text +=
          fmt::format("zone z{0}-{1}\n  networks 10.{0}.0.0/{2}\n  when connection.client-cert.subject is \"a{1}\"\n",
                      g, d, 16 + d);
    }
  }
  return text;
}

TEST(ProgramBudgetTest, ZoneStates) {
  const std::string edge = kHead + NestedZones(15, budget::kZoneConditionsPerAddressMax, 0) + NestedZones(1, 7, 15) +
                           NestedZones(1, 3, 16) + NestedZones(1, 2, 17);
  EXPECT_EQ(CompileText(edge), "");
  const std::string beyond = CompileText(edge + "zone plain\n  networks 192.0.2.0/24\n");
  EXPECT_NE(beyond.find("E33 "), std::string::npos) << beyond;
  EXPECT_NE(beyond.find(std::to_string(budget::kZoneStateCountMax)), std::string::npos) << beyond;
}

TEST(TableBudgetTest, Columns) {
  ExpectEdge(budget::kTableColumnCountMax, [](std::size_t count) {
    std::string text = kHead;
    text += "table t live\n  | k: string key |";
    for (std::size_t i = 1; i < count; ++i) text += fmt::format(" c{}: int |", i);
    return text + "\n";
  });
}

// A longer key would never be found, and `is missing` would hold of every row.
TEST(TableBudgetTest, KeyColumns) {
  ExpectEdge(budget::kTableKeyColumnCountMax, [](std::size_t count) {
    std::string text = kHead;
    text += "table t live\n  |";
    for (std::size_t i = 0; i < count; ++i) text += fmt::format(" k{}: string key |", i);
    return fmt::format("{} v: int |\nrule r\n  deny buy\n  when t[\"a\"{}] is present\n", text,
                       Repeat(", \"a\"", count - 1));
  });
}

// Budgets that ward.toml can lower; the edge is the configured number.
struct Configured {
  const char* key;
  std::size_t edge;
  std::function<std::string(std::size_t)> make;
};

TEST(ManifestBudgetTest, ConfiguredNumbersAreEdges) {
  const std::vector<Configured> budgets{
      {"rules", 10,
       [](std::size_t count) {
         std::string text = kHead;
         for (std::size_t i = 1; i < count; ++i) text += fmt::format("rule r{}\n  allow buy\n", i);
         return text;
       }},
      {"operations", 10,
       [](std::size_t count) {
         std::string text = "policy p governs shop\napi shop at \"shop.example\"\n";
         for (std::size_t i = 0; i < count; ++i) text += fmt::format("  o{}  GET  /o{}\n", i, i);
         return text + "rule all\n  allow everything\n";
       }},
      {"constants", 10,
       [](std::size_t count) {
         std::string text = kHead;
         text += "rule c\n  deny buy\n  when token.sub in [\"a0\"";
         for (std::size_t i = 1; i < count; ++i) text += fmt::format(", \"a{}\"", i);
         return text + "]\n";
       }},
      {"table-rows", 10,
       [](std::size_t count) {
         std::string text = kHead;
         text += "table t\n  | k: int key |\n";
         for (std::size_t i = 0; i < count; ++i) text += fmt::format("  | {} |\n", i);
         return text;
       }},
  };
  for (const Configured& configured : budgets) {
    const std::string manifest =
        fmt::format("name = \"p\"\nedition = 1\n[budget]\n{} = {}\n", configured.key, configured.edge);
    EXPECT_EQ(Compile({{"ward.toml", manifest}, {"p.ward", configured.make(configured.edge)}}), "") << configured.key;
    const std::string beyond = Compile({{"ward.toml", manifest}, {"p.ward", configured.make(configured.edge + 1)}});
    EXPECT_NE(beyond.find("E33 "), std::string::npos) << configured.key << ": " << beyond;
    EXPECT_NE(beyond.find(std::to_string(configured.edge)), std::string::npos) << beyond;
  }
}

TEST(ManifestBudgetTest, StepsOfAnOperation) {
  const std::string manifest = "name = \"p\"\nedition = 1\n[budget]\nsteps-per-operation = 1\n";
  const std::string text =
      kHead + std::string("rule d\n  deny buy\n  when token.sub is \"a\"\n   and now after 2020-01-01\n");
  EXPECT_EQ(CompileText(text), "");
  const std::string beyond = Compile({{"ward.toml", manifest}, {"p.ward", text}});
  EXPECT_NE(beyond.find("E33 "), std::string::npos) << beyond;
  EXPECT_NE(beyond.find("buy"), std::string::npos) << beyond;
}

TEST(ManifestBudgetTest, StepsOfAnOperationAtTheEdge) {
  const std::string text =
      kHead + std::string("rule d\n  deny buy\n  when token.sub is \"a\"\n   and now after 2020-01-01\n");
  const Result<CompileResult> free = CompileSources({{"p.ward", text}}, CompileOptions{});
  ASSERT_TRUE(free.has_value());
  ASSERT_FALSE(free->stats.costs.empty());
  const auto with_steps = [&](std::size_t steps) {
    return Compile(
        {{"ward.toml", fmt::format("name = \"p\"\nedition = 1\n[budget]\nsteps-per-operation = {}\n", steps)},
         {"p.ward", text}});
  };
  const std::size_t worst = free->stats.costs[0].steps;
  EXPECT_EQ(with_steps(worst), "");
  EXPECT_NE(with_steps(worst - 1).find("E33 "), std::string::npos);
}

TEST(ManifestBudgetTest, NothingIsRaisedAboveItsCeiling) {
  const std::vector<std::pair<std::string, std::size_t>> ceilings{
      {"rules", budget::kRuleCountMax},
      {"operations", budget::kOperationCountMax},
      {"constants", budget::kConstantCountMax},
      {"terms-per-rule", budget::kTermsPerRuleMax},
      {"steps-per-operation", budget::kStepsPerOperationMax},
      {"table-rows", budget::kTableRowCountMax}};
  for (const auto& [key, ceiling] : ceilings) {
    const auto manifest = [&key = key](std::size_t number) {
      return fmt::format("name = \"p\"\nedition = 1\n[budget]\n{} = {}\n", key, number);
    };
    EXPECT_EQ(Compile({{"ward.toml", manifest(ceiling)}, {"p.ward", kHead}}), "") << key;
    EXPECT_NE(Compile({{"ward.toml", manifest(ceiling + 1)}, {"p.ward", kHead}}), "") << key;
  }
}

TEST(ManifestBudgetTest, TrustedHops) {
  const auto manifest = [](std::size_t hops) {
    return fmt::format("name = \"p\"\nedition = 1\n[server]\ntrusted-hops = {}\n", hops);
  };
  EXPECT_EQ(Compile({{"ward.toml", manifest(budget::kRequestForwardedHopCountMax)}, {"p.ward", kHead}}), "");
  EXPECT_NE(Compile({{"ward.toml", manifest(budget::kRequestForwardedHopCountMax + 1)}, {"p.ward", kHead}}), "");
}

// A rule whose disjunctive form explodes stays one opaque test: it compiles, with any budget.
TEST(ManifestBudgetTest, TermsOfARuleOnlyChangeHowItIsTested) {
  std::string test = "(token.sub is \"a0\" or token.sub is \"b0\")";
  for (int i = 1; i < 14; ++i) {
    test += fmt::format("\n   and (token.sub is \"a{}\" or token.sub is \"b{}\")", i, i);
  }
  const std::string text = kHead + fmt::format("rule t\n  deny buy\n  when {}\n", test);
  EXPECT_EQ(CompileText(text), "");
  EXPECT_EQ(Compile({{"ward.toml", "name = \"p\"\nedition = 1\n[budget]\nterms-per-rule = 1\n"}, {"p.ward", text}}),
            "");
}

}  // namespace
}  // namespace ward
