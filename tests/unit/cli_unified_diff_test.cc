#include <gtest/gtest.h>

#include <string>

#include "cli/unified_diff.h"

namespace ward::cli {
namespace {

std::string Diff(std::string_view before, std::string_view after) {
  return UnifiedDiff("a.ward", before, after, Colours::kNo);
}

TEST(UnifiedDiff, IsEmptyForEqualTexts) {
  EXPECT_EQ(Diff("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(Diff("", ""), "");
}

TEST(UnifiedDiff, ShowsThreeLinesAroundAChange) {
  EXPECT_EQ(Diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- a.ward\n+++ a.ward\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, CutsDistantChangesApart) {
  std::string before;
  for (int i = 1; i <= 30; ++i) before += std::to_string(i) + "\n";
  std::string after = before;
  after.replace(after.find("\n2\n"), 3, "\n");
  after.replace(after.find("\n29\n"), 4, "\n29\nmore\n");
  EXPECT_EQ(
      Diff(before, after),
      "--- a.ward\n+++ a.ward\n@@ -1,5 +1,4 @@\n 1\n-2\n 3\n 4\n 5\n@@ -27,4 +26,5 @@\n 27\n 28\n 29\n+more\n 30\n");
}

TEST(UnifiedDiff, JoinsChangesThatShareTheirContext) {
  EXPECT_EQ(Diff("a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n"),
            "--- a.ward\n+++ a.ward\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n");
  EXPECT_EQ(Diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n"),
            "--- a.ward\n+++ a.ward\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n");
}

TEST(UnifiedDiff, NamesTheLineBeforeNothing) {
  EXPECT_EQ(Diff("", "a\n"), "--- a.ward\n+++ a.ward\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(Diff("a\nb\n", ""), "--- a.ward\n+++ a.ward\n@@ -1,2 +0,0 @@\n-a\n-b\n");
}

TEST(UnifiedDiff, SaysWhereTheLastLineBreakIsMissing) {
  EXPECT_EQ(Diff("a", "a\n"), "--- a.ward\n+++ a.ward\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(UnifiedDiff, ShowsCarriageReturns) {
  EXPECT_EQ(Diff("a\r\n", "a\n"), "--- a.ward\n+++ a.ward\n@@ -1 +1 @@\n-a\r\n+a\n");
}

TEST(UnifiedDiff, ColoursOnRequest) {
  const std::string text = UnifiedDiff("a.ward", "a\n", "b\n", Colours::kYes);
  EXPECT_NE(text.find("\x1b[31m-a\x1b[0m\n"), std::string::npos);
  EXPECT_NE(text.find("\x1b[32m+b\x1b[0m\n"), std::string::npos);
}

}  // namespace
}  // namespace ward::cli
