// Time zones as they are read against the C library's answers, and TZ strings by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "codegen/posix_tz.h"
#include "codegen/timezone.h"

namespace ward::codegen {
namespace {

const std::string kFolder = "/usr/share/zoneinfo";
constexpr std::int64_t kLastSecond = INT64_MAX / 1'000'000'000;  // of a timestamp, in the year 2262

std::int32_t OffsetAt(const TimeZoneRules& rules, std::int64_t at) {
  const auto after = std::upper_bound(rules.changes.begin(), rules.changes.end(), at,
                                      [](std::int64_t t, const OffsetChange& change) { return t < change.at; });
  return after == rules.changes.begin() ? rules.first_offset : std::prev(after)->offset;
}

TEST(CodegenTimezone, EqualsTheCLibrary) {
  std::mt19937_64 random(4);
  for (const char* name :
       {"UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo",
        "Europe/Dublin", "Africa/Casablanca", "Asia/Tehran", "Pacific/Chatham", "America/Nuuk", "Antarctica/Troll"}) {
    SCOPED_TRACE(name);
    const Result<TimeZoneRules> rules = ReadTimeZone(kFolder, name);
    ASSERT_TRUE(rules.has_value()) << rules.error().message;
    setenv("TZ", name, 1);
    tzset();
    for (int i = 0; i < 2000; ++i) {
      std::time_t at = static_cast<std::time_t>(random() % kLastSecond);
      // Half of them around a change, where mistakes would be.
      if (i % 2 == 0 && !rules->changes.empty()) {
        at = rules->changes[random() % rules->changes.size()].at + static_cast<std::time_t>(random() % 3) - 1;
        if (at < 0 || at >= kLastSecond) continue;
      }
      std::tm local{};
      ASSERT_NE(localtime_r(&at, &local), nullptr);
      ASSERT_EQ(OffsetAt(*rules, at), local.tm_gmtoff) << at;
    }
  }
}

TEST(CodegenTimezone, RulesReachAsFarAsTimestamps) {
  const Result<TimeZoneRules> paris = ReadTimeZone(kFolder, "Europe/Paris");
  ASSERT_TRUE(paris.has_value());
  ASSERT_FALSE(paris->changes.empty());
  // The last one is the end of summer time, October 2262.
  EXPECT_EQ(paris->changes.back(), (OffsetChange{9'240'397'200, 3600}));
  for (std::size_t i = 1; i < paris->changes.size(); ++i) {
    EXPECT_LT(paris->changes[i - 1].at, paris->changes[i].at);
    EXPECT_NE(paris->changes[i - 1].offset, paris->changes[i].offset);
  }
}

TEST(CodegenTimezone, UnknownNamesAreRefused) {
  for (const char* name : {"Europe/Atlantis", "Europe", "", "../../etc/passwd", "/etc/passwd", "tzdata.zi/"}) {
    const Result<TimeZoneRules> rules = ReadTimeZone(kFolder, name);
    ASSERT_FALSE(rules.has_value()) << name;
    EXPECT_EQ(rules.error().code, ErrorCode::kNotFound) << name;
  }
}

TEST(CodegenTimezone, DamagedFilesAreRefused) {
  EXPECT_EQ(ParseTimeZone("").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(ParseTimeZone("TZif2").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(ParseTimeZone(std::string(200, '\xFF')).error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(ParseTimeZone("TZif1" + std::string(60, '\0')).error().code, ErrorCode::kCorrupt);
  // Counts that reach beyond the file.
  EXPECT_EQ(ParseTimeZone("TZif2" + std::string(15, '\0') + std::string(24, '\x01')).error().code, ErrorCode::kCorrupt);
}

TEST(CodegenTimezone, PosixRules) {
  const std::optional<PosixTz> paris = ParsePosixTz("CET-1CEST,M3.5.0,M10.5.0/3");
  ASSERT_TRUE(paris.has_value());
  EXPECT_EQ(paris->standard_offset, 3600);
  EXPECT_EQ(paris->daylight_offset, 7200);
  EXPECT_EQ(paris->start.At(2026), 1'774'749'600);  // 2026-03-29 02:00 on the wall
  EXPECT_EQ(paris->end.At(2026), 1'792'897'200);    // 2026-10-25 03:00

  const std::optional<PosixTz> plain = ParsePosixTz("<+0530>-5:30");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->standard_offset, 19800);
  EXPECT_FALSE(plain->has_daylight);

  // Negative and long times, as Godthab and Casablanca have them; days of the year.
  EXPECT_EQ(ParsePosixTz("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")->start.second, -3600);
  EXPECT_EQ(ParsePosixTz("EST5EDT,J60,300/26:30")->end.second, 95400);
  // J60 is the first of March in every year; day 59 only in common ones.
  EXPECT_EQ(ParsePosixTz("EST5EDT,J60/0,300")->start.At(2024), 1'709'251'200);
  EXPECT_EQ(ParsePosixTz("EST5EDT,59/0,300")->start.At(2024), 1'709'164'800);

  for (const char* bad : {"", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
                          "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0x", "CET-999"}) {
    EXPECT_FALSE(ParsePosixTz(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace ward::codegen
