// Random policies in random layouts: whatever the layout, the formatted text reads as the author's does, keeps every
// comment, compiles to the same decisions, and is formatted already.
#include <gtest/gtest.h>

#include <cstdint>

#include "diag/render.h"
#include "differential/seeds.h"
#include "format/format.h"
#include "format/random_source.h"
#include "format/same_meaning.h"
#include "ward/compiler.h"

namespace ward::formatting {
namespace {

constexpr std::uint64_t kPolicies = 1'500;
constexpr std::uint64_t kPoliciesCompiled = 150;

std::string Formatted(const std::string& text) {
  const format::FormatResult result = format::FormatText("a.ward", text);
  EXPECT_TRUE(result.ok) << text << "\n----\n" << (result.findings.empty() ? "" : diag::RenderLines(result.findings));
  return result.text;
}

TEST(RandomLayouts, KeepTreeAndCommentsAndAreFormattedOnce) {
  for (std::uint64_t i = 0; i < kPolicies && !testing::Test::HasFailure(); ++i) {
    const std::uint64_t seed = differential::FirstSeed() + i;
    SCOPED_TRACE(seed);
    const std::string text = Noisy(RandomSource(seed), seed, {});
    const std::string once = Formatted(text);
    const Reading before = Read(text);
    const Reading after = Read(once);
    ASSERT_TRUE(before.ok) << text;
    ASSERT_TRUE(after.ok) << text << "\n----\n" << once;
    EXPECT_EQ(before.tree, after.tree) << text << "\n----\n" << once;
    EXPECT_EQ(before.comments, after.comments) << text << "\n----\n" << once;
    EXPECT_EQ(once, Formatted(once)) << text;
  }
}

// Without comments and blank lines the layout is no choice of the author at all.
TEST(RandomLayouts, HaveOneForm) {
  for (std::uint64_t i = 0; i < kPolicies && !testing::Test::HasFailure(); ++i) {
    const std::uint64_t seed = differential::FirstSeed() + i;
    SCOPED_TRACE(seed);
    const Source source = RandomSource(seed);
    const Noise noise{.blanks = true, .clauses = true, .blank_lines = false, .comments = false};
    EXPECT_EQ(Formatted(Plain(source)), Formatted(Noisy(source, seed, noise)));
  }
}

TEST(RandomLayouts, CompileToTheSameDecisions) {
  std::uint64_t compiled = 0;
  std::string refused;
  for (std::uint64_t i = 0; i < kPoliciesCompiled && !testing::Test::HasFailure(); ++i) {
    const std::uint64_t seed = differential::FirstSeed() + i;
    SCOPED_TRACE(seed);
    const std::string text = Noisy(RandomSource(seed), seed, {});
    const Result<CompileResult> before = CompileSources({{"a.ward", text}}, {});
    const Result<CompileResult> after = CompileSources({{"a.ward", Formatted(text)}}, {});
    ASSERT_TRUE(before.has_value() && after.has_value());
    ASSERT_EQ(before->ok(), after->ok());
    EXPECT_EQ(before->diagnostics.size(), after->diagnostics.size());
    if (!before->ok()) {
      refused += diag::RenderLines(before->diagnostics);
      continue;
    }
    ++compiled;
    EXPECT_EQ(WithoutPlaces(before->bytecode), WithoutPlaces(after->bytecode)) << text;
  }
  EXPECT_GE(compiled, kPoliciesCompiled / 2) << refused;
}

}  // namespace
}  // namespace ward::formatting
