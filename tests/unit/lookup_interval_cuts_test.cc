#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

#include "lookup/interval_cuts.h"

namespace ward::lookup {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

TEST(IntervalCuts, CutsBelongToTheClassAbove) {
  const std::vector<std::int64_t> cuts = BuildIntervalCuts({900, 0, 900, -5});
  EXPECT_EQ(cuts, (std::vector<std::int64_t>{-5, 0, 900}));
  const IntervalCuts view(cuts);
  EXPECT_EQ(view.ClassOf(kMin), 1U);
  EXPECT_EQ(view.ClassOf(-6), 1U);
  EXPECT_EQ(view.ClassOf(-5), 2U);
  EXPECT_EQ(view.ClassOf(0), 3U);
  EXPECT_EQ(view.ClassOf(899), 3U);
  EXPECT_EQ(view.ClassOf(900), 4U);
  EXPECT_EQ(view.ClassOf(kMax), 4U);
  EXPECT_EQ(view.class_count(), 5U);
}

TEST(IntervalCuts, WithoutCutsThereIsOneClass) {
  EXPECT_EQ(IntervalCuts().ClassOf(kMin), 1U);
  EXPECT_EQ(IntervalCuts().ClassOf(kMax), 1U);
  EXPECT_TRUE(IntervalCuts().Verify().has_value());
}

TEST(IntervalCuts, AgreesWithCountingForEverySizeAndAtTheBorders) {
  std::mt19937_64 random(5);
  for (std::size_t count = 0; count < 200; ++count) {
    std::vector<std::int64_t> cuts{kMin, kMax};
    for (std::size_t i = 2; i < count; ++i) cuts.push_back(static_cast<std::int64_t>(random()) >> (random() % 60));
    cuts.resize(std::min(count, cuts.size()));
    cuts = BuildIntervalCuts(cuts);
    const IntervalCuts view(cuts);
    ASSERT_TRUE(view.Verify().has_value());
    std::vector<std::int64_t> values{kMin, kMin + 1, -1, 0, 1, kMax - 1, kMax};
    for (const std::int64_t cut : cuts) {
      values.push_back(cut);
      if (cut > kMin) values.push_back(cut - 1);
      if (cut < kMax) values.push_back(cut + 1);
    }
    for (const std::int64_t value : values) {
      std::uint32_t expected = 1;
      for (const std::int64_t cut : cuts) expected += cut <= value ? 1 : 0;
      ASSERT_EQ(view.ClassOf(value), expected) << value << " among " << cuts.size();
    }
  }
}

TEST(IntervalCuts, AnyContentIsSafeAndDisorderIsNamed) {
  const std::vector<std::int64_t> cuts{5, 3, 3, 9};
  EXPECT_EQ(IntervalCuts(cuts).Verify().error().message, "interval cuts: cut 1 is 3, after 5");
  for (std::int64_t value = 0; value < 12; ++value) EXPECT_LT(IntervalCuts(cuts).ClassOf(value), 6U);
}

}  // namespace
}  // namespace ward::lookup
