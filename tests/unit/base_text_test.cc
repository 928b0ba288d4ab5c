#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/edit_distance.h"
#include "base/interner.h"
#include "base/json_text.h"
#include "base/legible.h"
#include "base/markup.h"
#include "base/one_line.h"
#include "base/set_text.h"
#include "base/utf8.h"

namespace ward::base {
namespace {

TEST(Utf8Test, AcceptsEveryEncodedCodePointAndNoOther) {
  std::size_t accepted = 0;
  for (char32_t c = 0; c <= 0x110000; ++c) {
    std::string text;
    if (!AppendUtf8(text, c)) continue;
    ++accepted;
    ASSERT_FALSE(FirstInvalidUtf8(text).has_value()) << static_cast<unsigned>(c);
    ASSERT_EQ(CountColumns(text), 1U);
    ASSERT_EQ(DecodeUtf8(text), c);
  }
  EXPECT_EQ(accepted, 0x110000U - 0x800U);
}

TEST(Utf8Test, FindsWhatIsNotWellFormed) {
  using namespace std::string_view_literals;
  for (const std::string_view bad :
       {"\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x9F\xBF"sv, "\xED\xA0\x80"sv, "\xF0\x8F\xBF\xBF"sv,
        "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xE2\x82"sv, "\xFF"sv, "\xC3("sv}) {
    EXPECT_EQ(FirstInvalidUtf8("ab" + std::string(bad)), 2U);
  }
  EXPECT_EQ(FirstInvalidUtf8(""), std::nullopt);
  EXPECT_EQ(Utf8SequenceLength(""), 0U);
}

TEST(SetTextTest, WhatGoesInComesOut) {
  using Members = std::vector<std::string>;
  const auto members_of = [](std::string_view text) -> std::optional<Members> {
    Members members;
    const bool good = ForEachMember(text, [&members](std::string_view member) { members.emplace_back(member); });
    return good ? std::optional(members) : std::nullopt;
  };
  for (const Members& members : {Members{}, Members{"a"}, Members{"a", "b"}, Members{""}, Members{"", ""},
                                 Members{"read admin", "", "b"}, Members{"\x1F", "a"}, Members{"1:", " "},
                                 Members{"x\x1F"
                                         "y z"}}) {
    EXPECT_EQ(members_of(SetText(members)), members) << SetText(members);
    EXPECT_FALSE(SetText(members).empty()) << "an empty cell is a missing one";
  }
  EXPECT_EQ(SetText({"a", "b"}), "a b");
  EXPECT_EQ(SetText({"read admin"}),
            "\x1F"
            "10:read admin");
  EXPECT_EQ(members_of("  a   b "), (Members{"a", "b"}));
  for (const std::string_view bad : {"\x1F"
                                     "a",
                                     "\x1F"
                                     "2:a",
                                     "\x1F"
                                     "1",
                                     "\x1F:a", "\x1F-1:a",
                                     "\x1F"
                                     "1:ab",
                                     "\x1F"
                                     "99999999999999999999:a"}) {
    EXPECT_EQ(members_of(bad), std::nullopt) << bad;
  }
}

TEST(MarkupTest, NoTextBecomesATag) {
  EXPECT_EQ(EscapedMarkup("<a href=\"x\">&amp;'"), "&lt;a href=\"x\"&gt;&amp;amp;'");
}

TEST(OneLineTest, JoinsWhatAnAuthorBroke) {
  EXPECT_EQ(OnOneLine("a   is  b"), "a is b");
  EXPECT_EQ(OnOneLine("x in [  # first, \"these\"\r\n    a,\n# more\n    b ]"), "x in [a, b]");
  EXPECT_EQ(OnOneLine("f( \"a  # b\\\" ]\n\" )"), "f(\"a  # b\\\" ]\n\")");
  EXPECT_EQ(OnOneLine("\"never closed\\"), "\"never closed\\");
  EXPECT_EQ(OnOneLine(" \n"), "");
}

TEST(LegibleTest, ShowsWhatNobodySees) {
  using namespace std::string_view_literals;
  EXPECT_EQ(Legible("a\tb\x1b[31m\0c"sv), "a b?[31m?c");
  EXPECT_EQ(Legible("\xC2\x9B|\xC2\x85|\xE2\x80\xA8|\xE2\x80\xAE|\xE2\x80\x8B|\xEF\xBB\xBF|\xF3\xA0\x81\xA1"),
            "?|?|?|?|?|?|?");
  // Letters, wide ones, the joiner of emoji and of Persian, and their variation selector stay; bytes that are none go.
  const std::string_view letters = "\xC3\xA9\xE6\x97\xA5\xE2\x80\x8C\xE2\x80\x8D\xEF\xB8\x8F\xF0\x9F\x98\x80";
  EXPECT_EQ(Legible(letters), letters);
  EXPECT_EQ(Legible("\xFF\xE2\x82"), "???");
}

TEST(InternerTest, EqualTextsShareAnId) {
  Interner names;
  const SymbolId a = names.Intern("alpha");
  const std::string_view text = names.Text(a);
  for (int i = 0; i < 1000; ++i) names.Intern(std::to_string(i));
  EXPECT_EQ(names.Intern(std::string("al") + "pha"), a);
  EXPECT_EQ(names.Text(a).data(), text.data());
  EXPECT_EQ(names.Find("alpha"), a);
  EXPECT_EQ(names.Find("beta"), SymbolId::kNone);
  EXPECT_EQ(names.count(), 1001U);
}

TEST(InternerTest, MovingKeepsShortTextsValid) {
  Interner names;
  const SymbolId a = names.Intern("a");
  const Interner moved = std::move(names);
  EXPECT_EQ(moved.Text(a), "a");
  EXPECT_EQ(moved.Find("a"), a);
}

// The plain matrix, without the band.
std::size_t SlowDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(EditDistanceTest, EqualsThePlainMatrixOnAllShortWords) {
  std::vector<std::string> words{""};
  for (std::size_t i = 0; i < words.size() && words[i].size() < 5; ++i) {
    for (const char c : {'a', 'b', 'c'}) {
      if (words.size() < 300) words.push_back(words[i] + c);
    }
  }
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      const std::size_t slow = SlowDistance(a, b);
      for (std::size_t cutoff = 0; cutoff <= 4; ++cutoff) {
        const std::optional<std::size_t> fast = EditDistance(a, b, cutoff);
        ASSERT_EQ(fast.has_value(), slow <= cutoff) << a << " " << b << " " << cutoff;
        if (fast.has_value()) {
          ASSERT_EQ(*fast, slow) << a << " " << b << " " << cutoff;
        }
      }
    }
  }
}

TEST(NearestNameTest, FindsTheSlip) {
  const std::array<std::string_view, 4> names{"orders:write", "orders:read", "payments:write", "everything"};
  EXPECT_EQ(NearestName("order:read", names), "orders:read");
  EXPECT_EQ(NearestName("everthing", names), "everything");
  EXPECT_EQ(NearestName("evreything", names), "everything");
  EXPECT_EQ(NearestName("zone", names), std::nullopt);
}

TEST(NearestNameTest, TieIsDecidedByOrderOfBytesNotOfCandidates) {
  EXPECT_EQ(NearestName("cat", std::array<std::string_view, 2>{"car", "bat"}), "bat");
  EXPECT_EQ(NearestName("cat", std::array<std::string_view, 2>{"bat", "car"}), "bat");
}

TEST(JsonStringTest, EscapesAndRepairs) {
  std::string json;
  AppendJsonString(json, std::string_view("a\"\\\n\t\x01\x7F\xC3\xA9\xFF/", 11));
  EXPECT_EQ(json, "\"a\\\"\\\\\\n\\t\\u0001\\u007f\xC3\xA9\xEF\xBF\xBD/\"");
}

}  // namespace
}  // namespace ward::base
