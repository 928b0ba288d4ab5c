#include <gtest/gtest.h>

#include <string>

#include "base/source.h"

namespace ward::base {
namespace {

TEST(SourceFileTest, CountsLinesAndColumnsFromOne) {
  const SourceFile file("a.ward", "ab\ncd\n");
  EXPECT_EQ(file.line_count(), 3U);
  EXPECT_EQ(file.Locate(0), (Position{1, 1}));
  EXPECT_EQ(file.Locate(2), (Position{1, 3}));
  EXPECT_EQ(file.Locate(3), (Position{2, 1}));
  EXPECT_EQ(file.Locate(6), (Position{3, 1}));
}

TEST(SourceFileTest, ColumnsAreCodePointsAndBadBytesCountOne) {
  const SourceFile file("a.ward", "\xC3\xA9\xE2\x82\xAC\xFFx");
  EXPECT_EQ(file.Locate(2).column, 2U);
  EXPECT_EQ(file.Locate(5).column, 3U);
  EXPECT_EQ(file.Locate(6).column, 4U);
  EXPECT_EQ(file.Locate(7).column, 5U);
}

TEST(SourceFileTest, LineTextLeavesOutTheBreak) {
  const SourceFile file("a.ward", "one\r\ntwo\n\nlast\r");
  EXPECT_EQ(file.LineText(1), "one");
  EXPECT_EQ(file.LineText(2), "two");
  EXPECT_EQ(file.LineText(3), "");
  EXPECT_EQ(file.LineText(4), "last\r");
}

TEST(SourceFileTest, EmptyTextHasOneEmptyLine) {
  const SourceFile file("a.ward", "");
  EXPECT_EQ(file.line_count(), 1U);
  EXPECT_EQ(file.LineText(1), "");
  EXPECT_EQ(file.Locate(0), (Position{1, 1}));
}

TEST(SourceFileDeathTest, RefusesAPlaceOutsideTheText) {
  const SourceFile file("a.ward", "ab");
  EXPECT_DEATH((void)file.Locate(3), "check failed");
  EXPECT_DEATH((void)file.LineText(2), "check failed");
}

TEST(SourceMapTest, FilesKeepTheirTextWhileOthersArrive) {
  SourceMap sources;
  const FileId first = sources.Add("a.ward", "policy a");
  const std::string_view text = sources.file(first).text();
  for (int i = 0; i < 100; ++i) sources.Add("b.ward", "policy b");
  EXPECT_EQ(sources.file(first).text().data(), text.data());
  EXPECT_EQ(sources.Text(Span{first, 7, 8}), "a");
  EXPECT_EQ(sources.count(), 101U);
}

TEST(SpanTest, JoinCoversBoth) {
  const FileId file(0);
  EXPECT_EQ(Join(Span{file, 2, 4}, Span{file, 7, 9}), (Span{file, 2, 9}));
}

}  // namespace
}  // namespace ward::base
