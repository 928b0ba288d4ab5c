#include <gtest/gtest.h>

#include <ctime>
#include <random>

#include "base/rfc3339.h"

namespace ward::base {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(Rfc3339, ReadsWhatTheStandardShows) {
  EXPECT_EQ(ParseRfc3339("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ParseRfc3339("1985-04-12T23:20:50.52Z"), 482'196'050 * kSecond + 520'000'000);
  EXPECT_EQ(ParseRfc3339("1996-12-19T16:39:57-08:00"), 851'042'397 * kSecond);
  EXPECT_EQ(ParseRfc3339("2026-11-02T09:00:00+01:00"), ParseRfc3339("2026-11-02T08:00:00Z"));
  EXPECT_EQ(ParseRfc3339("2027-02-01"), ParseRfc3339("2027-02-01T00:00Z"));
}

TEST(Rfc3339, RefusesWhatIsNoPointInTime) {
  for (const char* text :
       {"", "2026", "2026-13-40", "2026-02-29", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Z ",
        "2026-01-01 00:00:00Z", "9999-01-01T00:00:00Z", "26-01-01T00:00:00Z", "+2026-01-01"}) {
    EXPECT_EQ(ParseRfc3339(text), std::nullopt) << text;
  }
  EXPECT_TRUE(ParseRfc3339("2024-02-29").has_value());
}

TEST(Rfc3339, PrintsWhatItReads) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::int64_t> any(INT64_MIN / 2, INT64_MAX / 2);
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t when = any(random);
    EXPECT_EQ(ParseRfc3339(FormatRfc3339(when)), when) << FormatRfc3339(when);
  }
  EXPECT_EQ(FormatRfc3339(500'000'000), "1970-01-01T00:00:00.5Z");
}

// The C library's calendar as oracle.
TEST(Rfc3339, AgreesWithTimegm) {
  std::mt19937_64 random(8);
  std::uniform_int_distribution<std::int64_t> any(-4'000'000'000, 8'000'000'000);
  for (int i = 0; i < 20'000; ++i) {
    const std::time_t when = any(random);
    std::tm parts{};
    gmtime_r(&when, &parts);
    EXPECT_EQ(DaysFromCivil(parts.tm_year + 1900, static_cast<unsigned>(parts.tm_mon + 1),
                            static_cast<unsigned>(parts.tm_mday)) *
                      86'400 +
                  parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec,
              when);
  }
}

}  // namespace
}  // namespace ward::base
