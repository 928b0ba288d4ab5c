// Edits that do not touch each other, and where the rest of the text lies after them.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lint/replacements.h"

namespace ward::lint {
namespace {

Location At(std::uint32_t begin, std::uint32_t end) {
  Location location;
  location.file = "a";
  location.byte_begin = begin;
  location.byte_end = end;
  return location;
}

Diagnostic::Fix FixOf(std::vector<Diagnostic::Edit> edits) { return {"", std::move(edits)}; }

std::pair<std::int64_t, std::int64_t> After(const Moves& moves, std::uint32_t begin) {
  const Moves::Range range = moves.After(At(begin, begin));
  return {range.first, range.last};
}

TEST(ReplacementsTest, TakesAllEditsOfAFixOrNone) {
  Replacements all;
  EXPECT_TRUE(all.Add(FixOf({{At(2, 4), "xyz"}, {At(7, 7), "!"}})));
  EXPECT_TRUE(all.Add(FixOf({{At(2, 4), "xyz"}}))) << "the same edit twice";
  EXPECT_FALSE(all.Add(FixOf({{At(2, 4), "other"}})));
  EXPECT_FALSE(all.Add(FixOf({{At(0, 1), "a"}, {At(4, 5), "b"}}))) << "the second one touches";
  EXPECT_FALSE(all.Add(FixOf({{At(7, 7), "?"}}))) << "two insertions at one place have no order";
  EXPECT_FALSE(all.Add(FixOf({{At(0, 9), ""}})));
  EXPECT_TRUE(all.Add(FixOf({{At(0, 1), "A"}})));
  EXPECT_EQ(all.Apply("a", "0123456789"), "A1xyz456!789");
  EXPECT_EQ(all.Apply("a", "0123"), std::nullopt);
}

TEST(ReplacementsTest, TellsWhereTheRestLies) {
  Replacements all;
  ASSERT_TRUE(all.Add(FixOf({{At(2, 4), "xyz"}, {At(7, 9), ""}})));  // 01xyz4569
  const Moves moves(all);
  using Pair = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(After(moves, 1), Pair(1, 1));
  EXPECT_EQ(After(moves, 2), Pair(2, 5)) << "anywhere in what was put in, or right behind it";
  EXPECT_EQ(After(moves, 4), Pair(2, 5));
  EXPECT_EQ(After(moves, 5), Pair(6, 6));
  EXPECT_EQ(After(moves, 8), Pair(8, 8));
  EXPECT_EQ(After(moves, 10), Pair(9, 9));
  EXPECT_FALSE(moves.IsPutIn(At(1, 1)));
  EXPECT_TRUE(moves.IsPutIn(At(2, 2)));
  EXPECT_TRUE(moves.IsPutIn(At(4, 4)));
  EXPECT_FALSE(moves.IsPutIn(At(5, 5)));
  EXPECT_FALSE(moves.IsPutIn(At(8, 8)));
}

}  // namespace
}  // namespace ward::lint
