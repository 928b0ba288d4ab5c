#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
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
    EXPECT_EQ(CompileText(make(budget::kNestingMax - 2)), "");
    const std::string beyond = CompileText(make(budget::kNestingMax + 1));
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
  EXPECT_EQ(CompileText(make(budget::kInliningDepthMax - 1)), "");
  const std::string beyond = CompileText(make(budget::kInliningDepthMax + 2));
  EXPECT_NE(beyond.find("E33 "), std::string::npos) << beyond;
}

TEST(TableBudgetTest, Columns) {
  ExpectEdge(budget::kTableColumnCountMax, [](std::size_t count) {
    std::string text = kHead;
    text += "table t live\n  | k: string key |";
    for (std::size_t i = 1; i < count; ++i) text += fmt::format(" c{}: int |", i);
    return text + "\n";
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

TEST(ManifestBudgetTest, NothingIsRaisedAboveItsCeiling) {
  const std::string manifest =
      fmt::format("name = \"p\"\nedition = 1\n[budget]\nrules = {}\n", budget::kRuleCountMax + 1);
  EXPECT_NE(Compile({{"ward.toml", manifest}, {"p.ward", kHead}}), "");
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
