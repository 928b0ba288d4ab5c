// Values of literals, and why a spelling has none.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "syntax/literal.h"

namespace ward::syntax {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

template <typename T>
std::string Why(const LiteralOr<T>& literal, std::string_view spelling) {
  const auto* error = std::get_if<LiteralError>(&literal);
  if (!error) return "good";
  return std::string(spelling.substr(error->begin, error->end - error->begin)) + ": " + error->message;
}

TEST(ReadInt, ReachesToTheEdges) {
  EXPECT_EQ(std::get<0>(ReadInt("-5")), -5);
  EXPECT_EQ(std::get<0>(ReadInt("1_000_000")), 1'000'000);
  EXPECT_EQ(std::get<0>(ReadInt("9223372036854775807")), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(std::get<0>(ReadInt("-9223372036854775808")), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(Why(ReadInt("9223372036854775808"), "9223372036854775808"), "9223372036854775808: this number is too big");
}

TEST(ReadDuration, CountsInNanoseconds) {
  EXPECT_EQ(std::get<0>(ReadDuration("20 ms")).nanoseconds, 20'000'000);
  EXPECT_EQ(std::get<0>(ReadDuration("1 second")).nanoseconds, kSecond);
  EXPECT_EQ(std::get<0>(ReadDuration("-90  \tminutes")).nanoseconds, -5'400 * kSecond);
  EXPECT_EQ(std::get<0>(ReadDuration("2 weeks")).nanoseconds, 1'209'600 * kSecond);
  EXPECT_EQ(std::get<0>(ReadDuration("minute")).nanoseconds, 60 * kSecond);
  EXPECT_EQ(std::get<0>(ReadDuration("106751 days")).nanoseconds, std::int64_t{106'751} * 86'400 * kSecond);
  EXPECT_EQ(Why(ReadDuration("106752 days"), "106752 days"), "106752 days: this duration is too long");
}

TEST(ReadSize, KnowsDecimalAndBinaryUnits) {
  EXPECT_EQ(std::get<0>(ReadSize("64 KiB")).bytes, 65'536);
  EXPECT_EQ(std::get<0>(ReadSize("64 kB")).bytes, 64'000);
  EXPECT_EQ(std::get<0>(ReadSize("1 byte")).bytes, 1);
  EXPECT_EQ(std::get<0>(ReadSize("3 GiB")).bytes, 3LL << 30);
  EXPECT_EQ(Why(ReadSize("9_000_000_000_000 GB"), ""), ": this size is too big");
}

TEST(ReadTimestamp, IsTimeSince1970) {
  EXPECT_EQ(std::get<0>(ReadTimestamp("1970-01-01")).nanoseconds, 0);
  EXPECT_EQ(std::get<0>(ReadTimestamp("2027-02-01")).nanoseconds, 1'801'440'000 * kSecond);
  EXPECT_EQ(std::get<0>(ReadTimestamp("2026-11-02T09:00:00+01:00")).nanoseconds, 1'793'606'400 * kSecond);
  EXPECT_EQ(std::get<0>(ReadTimestamp("2026-11-02T09:00Z")).nanoseconds, 1'793'610'000 * kSecond);
  EXPECT_EQ(std::get<0>(ReadTimestamp("1970-01-01T00:00:00.25Z")).nanoseconds, kSecond / 4);
  EXPECT_EQ(std::get<0>(ReadTimestamp("1970-01-01T00:00:00.1234567899Z")).nanoseconds, 123'456'789);
  EXPECT_EQ(std::get<0>(ReadTimestamp("2024-02-29T23:59:59-05:30")).nanoseconds, 1'709'270'999 * kSecond);
}

TEST(ReadTimestamp, RefusesWhatNoCalendarHas) {
  const auto why = [](std::string_view spelling) { return Why(ReadTimestamp(spelling), spelling); };
  EXPECT_EQ(why("2026-13-40"), "13: there is no month 13");
  EXPECT_EQ(why("2026-00-10"), "00: there is no month 00");
  EXPECT_EQ(why("2026-02-29"), "29: 2026-02 has no day 29");
  EXPECT_EQ(why("2026-02-00"), "00: 2026-02 has no day 00");
  EXPECT_EQ(why("2026-02-01T24:00:00Z"), "24: there is no hour 24");
  EXPECT_EQ(why("2026-02-01T23:60:00Z"), "60: there is no minute 60");
  EXPECT_EQ(why("2026-02-01T23:00:60Z"), "60: there is no second 60");
  EXPECT_EQ(why("2026-02-01T23:00:00+25:00"), "+25:00: there is no offset +25:00");
  EXPECT_EQ(why("1677-12-31"), "1677: the year 1677 is out of reach");
  EXPECT_EQ(why("1678-01-01"), "good");
  EXPECT_EQ(why("2261-12-31T23:59:59Z"), "good");
  EXPECT_EQ(why("2262-01-01"), "2262: the year 2262 is out of reach");
}

TEST(ReadClock, EndsAtMidnight) {
  EXPECT_EQ(std::get<0>(ReadClock("08:00")).seconds, 28'800);
  EXPECT_EQ(std::get<0>(ReadClock("23:59:59")).seconds, 86'399);
  EXPECT_EQ(std::get<0>(ReadClock("24:00")).seconds, 86'400);
  EXPECT_EQ(Why(ReadClock("24:01"), "24:01"), "24:01: a day ends at 24:00");
  EXPECT_EQ(Why(ReadClock("12:61"), "12:61"), "61: there is no minute 61");
  EXPECT_EQ(Why(ReadClock("25:00"), "25:00"), "25: there is no hour 25");
}

TEST(ReadAddress, ReadsBothFamilies) {
  const auto v4 = std::get<0>(ReadAddress("10.1.2.3/8"));
  EXPECT_TRUE(v4.is_v4);
  EXPECT_EQ(v4.bytes[0], 10);
  EXPECT_EQ(v4.bytes[3], 3);
  EXPECT_EQ(v4.prefix_bits, 8);
  const auto v6 = std::get<0>(ReadAddress("fd00::1"));
  EXPECT_FALSE(v6.is_v4);
  EXPECT_EQ(v6.bytes[0], 0xFD);
  EXPECT_EQ(v6.bytes[15], 1);
  EXPECT_FALSE(v6.prefix_bits.has_value());
}

TEST(ReadAddress, RefusesWhatIsNone) {
  const auto why = [](std::string_view spelling) { return Why(ReadAddress(spelling), spelling); };
  EXPECT_EQ(why("10.0.0.256"), "10.0.0.256: `10.0.0.256` is no IP address");
  EXPECT_EQ(why("010.0.0.1"), "010.0.0.1: `010.0.0.1` is no IP address");
  EXPECT_EQ(why("1::2::3"), "1::2::3: `1::2::3` is no IP address");
  EXPECT_EQ(why("10.0.0.0/33"), "33: a prefix of an IPv4 address has at most 32 bits");
  EXPECT_EQ(why("fd00::/128"), "good");
  EXPECT_EQ(why("fd00::/129"), "129: a prefix of an IPv6 address has at most 128 bits");
  EXPECT_EQ(why("fd00::/99999999999999999999"),
            "99999999999999999999: a prefix of an IPv6 address has at most 128 bits");
}

TEST(Unescape, KnowsFiveEscapes) {
  EXPECT_EQ(std::get<0>(Unescape(R"(\"\\\n\t\u{e9}\u{1F600})", Braces::kPlain)), "\"\\\n\t\u00e9\U0001F600");
  EXPECT_EQ(std::get<0>(Unescape(R"(a{b}\{c)", Braces::kPlaceholders)), "a{b}{c");
}

TEST(Unescape, RefusesOthers) {
  const auto why = [](std::string_view text) { return Why(Unescape(text, Braces::kPlain), text); };
  EXPECT_EQ(why(R"(ab\q)"), "\\q: there is no escape `\\q`");
  EXPECT_EQ(why("\\\u00e9"), "\\\u00e9: there is no escape `\\\u00e9`");
  EXPECT_EQ(why(R"(\{)"), "\\{: there is no escape `\\{`");
  EXPECT_EQ(why(R"(\u00e9)"), "\\u: `\\u` needs the number of a character in braces");
  EXPECT_EQ(why(R"(\u{})"), "\\u: `\\u` needs the number of a character in braces");
  EXPECT_EQ(why(R"(\u{12)"), "\\u: `\\u` needs the number of a character in braces");
  EXPECT_EQ(why(R"(\u{D800})"), "\\u{D800}: there is no character D800");
  EXPECT_EQ(why(R"(\u{110000})"), "\\u{110000}: there is no character 110000");
  EXPECT_EQ(why(R"(\u{fffffffff})"), "\\u: `\\u` needs the number of a character in braces");
}

}  // namespace
}  // namespace ward::syntax
