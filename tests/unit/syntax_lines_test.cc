// Logical lines: what continues, what does not, and where comments go.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "syntax/lines.h"

namespace ward::syntax {
namespace {

struct Cut {
  std::string code;
  bool indented = false;
  bool open_bracket = false;
  std::vector<std::string> comments;  // "place text"

  friend bool operator==(const Cut&, const Cut&) = default;
};

std::string Place(const Comment& comment) {
  switch (comment.place) {
    case Comment::Place::kBefore:
      return "before";
    case Comment::Place::kDoc:
      return "doc";
    case Comment::Place::kInside:
      return "inside";
    case Comment::Place::kTrailing:
      return "trailing";
  }
  return "";
}

std::vector<Cut> CutLines(const std::string& text) {
  std::vector<Cut> cuts;
  LineReader reader(base::FileId(0), text, 0);
  while (const auto line = reader.Next()) {
    Cut cut{text.substr(line->begin, line->end - line->begin), line->indented(), line->open_bracket.has_value(), {}};
    for (const Comment& comment : reader.comments()) {
      cut.comments.push_back(Place(comment) + " " + text.substr(comment.span.begin, comment.span.size()));
    }
    cuts.push_back(cut);
  }
  return cuts;
}

std::vector<std::string> Codes(const std::string& text) {
  std::vector<std::string> codes;
  for (const Cut& cut : CutLines(text)) codes.push_back(cut.code);
  return codes;
}

using Lines = std::vector<std::string>;

TEST(LineReader, OneLineOfCodeIsOneLine) {
  EXPECT_EQ(Codes("a\n  b\n\n  c\n"), (Lines{"a", "b", "c"}));
  EXPECT_EQ(Codes("a\n  b"), (Lines{"a", "b"}));
  EXPECT_EQ(Codes(""), Lines{});
  EXPECT_EQ(Codes("\n \n\t\n"), Lines{});
}

TEST(LineReader, AndOrContinuesOnlyAsAWordOnAnIndentedLine) {
  EXPECT_EQ(Codes("a\n  b\n  and c\n   or d\n"), (Lines{"a", "b\n  and c\n   or d"}));
  EXPECT_EQ(Codes("x\n  b\n  and c\n"), (Lines{"x", "b\n  and c"}));
  EXPECT_EQ(Codes("x\n  b\n  android\n"), (Lines{"x", "b", "android"}));
  EXPECT_EQ(Codes("x\n  b\nand c\n"), (Lines{"x", "b", "and c"}));
  EXPECT_EQ(Codes("x\n  b\n\n  # why\n  or c\n"), (Lines{"x", "b\n\n  # why\n  or c"}));
}

TEST(LineReader, ACommaContinues) {
  EXPECT_EQ(Codes("x\n  a,  # one\n  b\n  c\n"), (Lines{"x", "a,  # one\n  b", "c"}));
  EXPECT_EQ(Codes("x\n  a,\nb\n"), (Lines{"x", "a,", "b"}));
}

TEST(LineReader, BracketsContinueToTheMarginAtMost) {
  EXPECT_EQ(Codes("x\n  (a\n  b)\n  c\n"), (Lines{"x", "(a\n  b)", "c"}));
  EXPECT_EQ(Codes("x\n  [a\n  b\ny\n"), (Lines{"x", "[a", "b", "y"}));
  EXPECT_EQ(Codes("x\n  a \"(\"\n  b\n"), (Lines{"x", "a \"(\"", "b"}));
  EXPECT_EQ(Codes("x\n  a # (\n  b\n"), (Lines{"x", "a", "b"}));
}

TEST(LineReader, AnUnclosedBracketEndsItsPhysicalLineAndSaysSo) {
  const std::vector<Cut> cuts = CutLines("x\n  a\n  and (b\n  c (\n  d\ny\n");
  ASSERT_EQ(cuts.size(), 5U);
  EXPECT_EQ(cuts[1].code, "a\n  and (b");
  EXPECT_TRUE(cuts[1].open_bracket);
  EXPECT_EQ(cuts[2].code, "c (");
  EXPECT_TRUE(cuts[2].open_bracket);
  EXPECT_EQ(cuts[3].code, "d");
  EXPECT_FALSE(cuts[3].open_bracket);
}

TEST(LineReader, ManyUnclosedBracketsCostLinearTime) {
  std::string text = "x\n";
  for (int i = 0; i < 200'000; ++i) text += "  (a\n";
  EXPECT_EQ(Codes(text).size(), 200'001U);  // quadratic, this would be 2e10 steps
}

TEST(LineReader, StringsEndWithTheLine) {
  EXPECT_EQ(Codes("x\n  a \"b (\n  c\n"), (Lines{"x", "a \"b (", "c"}));
  EXPECT_EQ(Codes("x\n  a \"b\\\" # c\"\n"), (Lines{"x", "a \"b\\\" # c\""}));
  EXPECT_EQ(Codes("x\n  a \"b\\\n  c\n"), (Lines{"x", "a \"b\\", "c"}));
}

TEST(LineReader, CommentsKnowTheirPlace) {
  const std::vector<Cut> cuts =
      CutLines("# top\n\n## doc\nx # x\n  ## about a\n  a,  # one\n  # two\n  b # three\n# end\n");
  ASSERT_EQ(cuts.size(), 2U);
  EXPECT_EQ(cuts[0].comments, (Lines{"before # top", "doc ## doc", "trailing # x"}));
  EXPECT_EQ(cuts[1].comments, (Lines{"doc ## about a", "inside # one", "inside # two", "trailing # three"}));
}

TEST(LineReader, CarriageReturnsBelongToTheBreak) {
  EXPECT_EQ(Codes("x\r\n  a \r\n  and b\r\n"), (Lines{"x", "a \r\n  and b"}));
  EXPECT_EQ(Codes("x\r\n  \"a\r\n  b"), (Lines{"x", "\"a", "b"}));
}

TEST(LineReader, IndentationIsBlanksOrTabs) {
  const std::vector<Cut> cuts = CutLines("a\n b\n\tc\n");
  ASSERT_EQ(cuts.size(), 3U);
  EXPECT_FALSE(cuts[0].indented);
  EXPECT_TRUE(cuts[1].indented);
  EXPECT_TRUE(cuts[2].indented);
}

}  // namespace
}  // namespace ward::syntax
