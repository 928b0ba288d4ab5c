// Sets of values against membership of sample points: the algebra of constant-condition.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "lint/regions.h"

namespace ward::lint {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

bool Holds(const Region& region, std::int64_t number) {
  return !region.Meet(Region::OfNumbers({{number, number}})).empty();
}

TEST(RegionTest, NumbersAgreeWithMembership) {
  const std::vector<std::vector<Region::Interval>> cases = {{},
                                                            {{kMin, kMax}},
                                                            {{kMin, -3}, {0, 0}, {5, kMax}},
                                                            {{1, 2}, {3, 4}},
                                                            {{2, 6}, {4, 9}},
                                                            {{kMax, kMax}},
                                                            {{kMin, kMin}}};
  const std::vector<std::int64_t> points = {kMin, kMin + 1, -4, -3, -2, 0, 1, 2, 3, 4, 5, 6, 9, 10, kMax - 1, kMax};
  const auto within = [](const std::vector<Region::Interval>& intervals, std::int64_t point) {
    for (const auto& [low, high] : intervals) {
      if (low <= point && point <= high) return true;
    }
    return false;
  };
  for (const auto& a : cases) {
    for (const auto& b : cases) {
      const Region left = Region::OfNumbers(a);
      const Region right = Region::OfNumbers(b);
      for (const std::int64_t point : points) {
        EXPECT_EQ(Holds(left, point), within(a, point));
        EXPECT_EQ(Holds(left.Complement(), point), !within(a, point));
        EXPECT_EQ(Holds(left.Meet(right), point), within(a, point) && within(b, point));
        EXPECT_EQ(Holds(left.Join(right), point), within(a, point) || within(b, point));
      }
    }
  }
}

TEST(RegionTest, NeighboursBecomeOne) {
  // Otherwise "all but" of two halves would not be empty.
  EXPECT_TRUE(Region::OfNumbers({{kMin, 4}, {5, kMax}}).Complement().empty());
  EXPECT_TRUE(Region::OfNumbers({{5, kMax}, {kMin, 4}}).Complement().empty());
  EXPECT_FALSE(Region::OfNumbers({{kMin, 4}, {6, kMax}}).Complement().empty());
}

TEST(RegionTest, TextsAreListedOrAllOthers) {
  const Region ab = Region::OfTexts({"a", "b"});
  const Region bc = Region::OfTexts({"b", "c"});
  const auto holds = [](const Region& region, const std::string& text) {
    return !region.Meet(Region::OfTexts({text})).empty();
  };
  for (const Region& left : {ab, ab.Complement()}) {
    for (const Region& right : {bc, bc.Complement()}) {
      for (const std::string text : {"a", "b", "c", "d"}) {
        EXPECT_EQ(holds(left.Meet(right), text), holds(left, text) && holds(right, text)) << text;
        EXPECT_EQ(holds(left.Join(right), text), holds(left, text) || holds(right, text)) << text;
      }
    }
  }
  EXPECT_TRUE(ab.Meet(ab.Complement()).empty());
  EXPECT_TRUE(ab.Join(ab.Complement()).Complement().empty());
  EXPECT_FALSE(ab.Complement().Meet(bc.Complement()).empty()) << "texts are not to be exhausted";
}

}  // namespace
}  // namespace ward::lint
