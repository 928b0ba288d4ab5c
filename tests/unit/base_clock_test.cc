#include <gtest/gtest.h>

#include <chrono>

#include "base/clock.h"

namespace ward::base {
namespace {

TEST(VirtualClockTest, StandsUntilMoved) {
  VirtualClock clock(1'000);
  EXPECT_EQ(clock.NowNs(), 1'000);
  clock.Advance(std::chrono::milliseconds(2));
  EXPECT_EQ(clock.NowNs(), 2'001'000);
  clock.Set(5);
  EXPECT_EQ(clock.NowNs(), 5);
}

TEST(SystemClockTest, IsOfThisCenturyInNanoseconds) {
  const SystemClock clock;
  constexpr std::int64_t k2024 = 1'704'067'200'000'000'000;
  constexpr std::int64_t k2200 = 7'258'118'400'000'000'000;
  EXPECT_GT(clock.NowNs(), k2024);
  EXPECT_LT(clock.NowNs(), k2200);
}

}  // namespace
}  // namespace ward::base
