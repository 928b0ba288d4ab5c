// Raw values become cells of their slot's type, or nothing at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/budgets.h"
#include "border/claim_tree.h"
#include "border/json_reader.h"
#include "border/named_values.h"
#include "border/plain_values.h"
#include "border/slot_writer.h"

namespace ward::border {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

lookup::StringDomainData Domain(const std::vector<std::string>& texts) {
  std::vector<lookup::StringDomainConstant> constants;
  for (const std::string& text : texts) {
    constants.push_back({text, lookup::kOrdinalFirst + static_cast<std::uint32_t>(constants.size())});
  }
  return lookup::BuildStringDomain(constants).value();
}

ValueSpec Spec(ValueType type) {
  ValueSpec spec;
  spec.type = type;
  return spec;
}

std::vector<std::uint32_t> Ordinals(const Cell& set) { return {set.enum_set().begin(), set.enum_set().end()}; }

class ConvertTest : public testing::Test {
 protected:
  Cell Text(ValueType type, std::string_view text, TextOrigin origin = TextOrigin::kText) {
    return FromText(Spec(type), text, origin, scratch_);
  }

  Scratch scratch_{64 * 1024};
};

TEST_F(ConvertTest, SpelledNumbersOnlyWhereAllIsText) {
  EXPECT_EQ(Text(ValueType::kInt, "-42").number(), -42);
  EXPECT_FALSE(Text(ValueType::kInt, "42", TextOrigin::kJson).present());
  for (const char* bad : {"", "4 2", "+1", "0x10", "1.0", "9223372036854775808", "1e3", " 1"}) {
    EXPECT_FALSE(Text(ValueType::kInt, bad).present()) << bad;
  }
  EXPECT_EQ(Text(ValueType::kBool, "true").number(), 1);
  EXPECT_FALSE(Text(ValueType::kBool, "True").present());
  EXPECT_FALSE(Text(ValueType::kBool, "true", TextOrigin::kJson).present());
  EXPECT_FALSE(Text(ValueType::kSize, "-1").present());
  EXPECT_EQ(Text(ValueType::kDuration, "1.5").number(), kSecond * 3 / 2);
  EXPECT_EQ(Text(ValueType::kDuration, "-0.25").number(), -kSecond / 4);
  // The last nanosecond of a 64-bit number, and one beyond.
  EXPECT_EQ(Text(ValueType::kDuration, "9223372036.854775807").number(), INT64_MAX);
  EXPECT_EQ(Text(ValueType::kDuration, "-9223372036.854775808").number(), INT64_MIN);
  EXPECT_FALSE(Text(ValueType::kDuration, "9223372036.854775808").present());
  EXPECT_FALSE(Text(ValueType::kDuration, "-9223372036.854775809").present());
  EXPECT_FALSE(Text(ValueType::kDuration, "99999999999999999999").present());
  EXPECT_FALSE(Text(ValueType::kDuration, ".5").present());
  EXPECT_FALSE(Text(ValueType::kDuration, "5.").present());
}

TEST_F(ConvertTest, TimesInBothForms) {
  EXPECT_EQ(Text(ValueType::kTimestamp, "1970-01-01T00:01:00Z", TextOrigin::kJson).number(), 60 * kSecond);
  EXPECT_EQ(Text(ValueType::kTimestamp, "60").number(), 60 * kSecond);
  EXPECT_FALSE(Text(ValueType::kTimestamp, "60", TextOrigin::kJson).present());
  EXPECT_EQ(FromInteger(Spec(ValueType::kTimestamp), 60).number(), 60 * kSecond);
  EXPECT_EQ(FromReal(Spec(ValueType::kTimestamp), 0.5).number(), kSecond / 2);
  EXPECT_TRUE(FromInteger(Spec(ValueType::kTimestamp), 9'223'372'036).present());
  EXPECT_FALSE(FromInteger(Spec(ValueType::kTimestamp), 9'223'372'037).present());
  EXPECT_FALSE(FromInteger(Spec(ValueType::kTimestamp), INT64_MAX).present());
  EXPECT_FALSE(FromReal(Spec(ValueType::kTimestamp), 1e10).present());
  EXPECT_FALSE(FromReal(Spec(ValueType::kTimestamp), -1e10).present());
  EXPECT_EQ(Text(ValueType::kClock, "23:59:59").number(), 86399);
  EXPECT_EQ(Text(ValueType::kClock, "08:00").number(), 8 * 3600);
  EXPECT_FALSE(Text(ValueType::kClock, "24:00").present());
  EXPECT_FALSE(Text(ValueType::kClock, "8:00").present());
}

TEST_F(ConvertTest, WholeRealsAreIntegers) {
  EXPECT_EQ(FromReal(Spec(ValueType::kInt), 5.0).number(), 5);
  EXPECT_FALSE(FromReal(Spec(ValueType::kInt), 5.5).present());
  EXPECT_FALSE(FromReal(Spec(ValueType::kInt), 1e17).present());
  EXPECT_FALSE(FromInteger(Spec(ValueType::kString), 5).present());
  EXPECT_FALSE(FromBool(Spec(ValueType::kInt), true).present());
}

TEST(FromTextTest, ATextWithoutUpToIsAsLongAsTheBudget) {
  Scratch scratch(4096);
  const std::string text(base::budget::kStringValueBytesDefault + 1, 'x');
  const ValueSpec spec;
  EXPECT_TRUE(FromText(spec, std::string_view(text).substr(1), TextOrigin::kText, scratch).present());
  EXPECT_FALSE(FromText(spec, text, TextOrigin::kText, scratch).present());
}

TEST_F(ConvertTest, StringsHaveALengthAndAddressesAForm) {
  ValueSpec spec = Spec(ValueType::kString);
  spec.max_bytes = 4;
  EXPECT_EQ(FromText(spec, "abcd", TextOrigin::kJson, scratch_).text(), "abcd");
  EXPECT_FALSE(FromText(spec, "abcde", TextOrigin::kJson, scratch_).present());
  spec.lower_case = true;
  EXPECT_EQ(FromText(spec, "AbC", TextOrigin::kJson, scratch_).text(), "abc");
  EXPECT_EQ(Text(ValueType::kIp, "::ffff:10.0.0.1").ip().v4(), 0x0A000001U);
  EXPECT_FALSE(Text(ValueType::kIp, "10.0.0.1/32").present());
  EXPECT_EQ(Text(ValueType::kCidr, "10.0.0.0/8").cidr().length, 8);
  EXPECT_FALSE(Text(ValueType::kCidr, "10.0.0.1/8").present());
}

// Stands for the forms of paths and hosts: no blanks at all, a dash at the end goes, upper case is folded.
std::string_view TestForm(std::string_view text, std::span<char> scratch) {
  if (text.find(' ') != std::string_view::npos) return {};
  if (text.ends_with('-')) return text.substr(0, text.size() - 1);
  if (text != "ABC") return text;
  std::fill_n(scratch.begin(), 3, 'x');
  return {scratch.data(), 3};
}

TEST_F(ConvertTest, NormalFormsTakeNoMoreRoomThanTheyNeed) {
  ValueSpec spec = Spec(ValueType::kString);
  spec.normal_form = &TestForm;
  const std::size_t free = scratch_.free_bytes();
  EXPECT_EQ(FromText(spec, "abc-", TextOrigin::kJson, scratch_).text(), "abc");
  EXPECT_FALSE(FromText(spec, "a c", TextOrigin::kJson, scratch_).present());
  EXPECT_FALSE(FromText(spec, "", TextOrigin::kJson, scratch_).present());
  EXPECT_EQ(scratch_.free_bytes(), free);
  EXPECT_EQ(FromText(spec, "ABC", TextOrigin::kText, scratch_).text(), "xxx");
  EXPECT_EQ(scratch_.free_bytes(), free - 3);
  EXPECT_FALSE(FromText(spec, std::string(257, 'a'), TextOrigin::kText, scratch_).present());
  Scratch full(kNormalFormBytesMin - 1);
  EXPECT_FALSE(FromText(spec, "abc", TextOrigin::kText, full).present());
}

TEST_F(ConvertTest, SetsDropWhatTheirEnumDoesNotList) {
  const lookup::StringDomainData data = Domain({"read", "write"});
  const lookup::StringDomain domain = data.View();
  ValueSpec spec = Spec(ValueType::kEnumSet);
  spec.split = " ";
  spec.domain = &domain;
  const Cell known = FromText(spec, " read  write ", TextOrigin::kJson, scratch_);
  ASSERT_TRUE(known.present());
  EXPECT_EQ(Ordinals(known), (std::vector<std::uint32_t>{2, 3}));
  EXPECT_FALSE(known.has_dropped());
  const Cell more = FromText(spec, "write export", TextOrigin::kJson, scratch_);
  EXPECT_EQ(Ordinals(more), (std::vector<std::uint32_t>{3}));
  EXPECT_TRUE(more.has_dropped());
  EXPECT_TRUE(FromText(spec, "", TextOrigin::kJson, scratch_).present()) << "an empty text is an empty set";
  spec.split = {};
  EXPECT_FALSE(FromText(spec, "read", TextOrigin::kJson, scratch_).present()) << "no separator: lists only";
  spec.type = ValueType::kEnum;
  EXPECT_EQ(FromText(spec, "write", TextOrigin::kJson, scratch_).number(), 1);
  EXPECT_FALSE(FromText(spec, "export", TextOrigin::kJson, scratch_).present());
}

TEST_F(ConvertTest, SetsOfStringsKeepTheirTextsSorted) {
  ValueSpec spec = Spec(ValueType::kStringSet);
  const std::array<std::string_view, 4> members = {"b", "a", "c", "a"};
  const Cell cell = FromList(spec, members, scratch_);
  ASSERT_TRUE(cell.present());
  const std::span<const std::string_view> kept = cell.string_set();
  EXPECT_EQ(std::vector<std::string_view>(kept.begin(), kept.end()), (std::vector<std::string_view>{"a", "b", "c"}));
  spec.max_bytes = 1;
  const std::array<std::string_view, 2> long_member = {"b", "aa"};
  EXPECT_FALSE(FromList(spec, long_member, scratch_).present());
  const std::vector<std::string_view> edge(base::budget::kSetMemberCountMax, "x");
  EXPECT_TRUE(FromList(spec, edge, scratch_).present());
  const std::vector<std::string_view> beyond(base::budget::kSetMemberCountMax + 1, "x");
  EXPECT_FALSE(FromList(spec, beyond, scratch_).present());
}

TEST_F(ConvertTest, AFullScratchMakesTheValueMissing) {
  Scratch small(8);
  const std::array<std::string_view, 2> members = {"b", "a"};
  EXPECT_FALSE(FromList(Spec(ValueType::kStringSet), members, small).present());
  ValueSpec folded = Spec(ValueType::kString);
  folded.lower_case = true;
  EXPECT_FALSE(FromText(folded, "ABCDEFGHI", TextOrigin::kJson, small).present());
}

class WriterTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kSlots = 4;

  WriterTest() { specs_.fill(Spec(ValueType::kString)); }

  std::string Value(std::uint32_t slot) const {
    return cells_[slot].present() ? std::string(cells_[slot].text()) : std::string("-");
  }
  std::string Values() const { return Value(0) + " " + Value(1) + " " + Value(2) + " " + Value(3); }

  std::array<ValueSpec, kSlots> specs_;
  std::array<Cell, kSlots> cells_;
  Scratch scratch_{256 * 1024};
  SlotWriter writer_{specs_, cells_, scratch_};
};

TEST_F(WriterTest, LaterReplacesButInvalidStays) {
  writer_.SetText(0, "a", TextOrigin::kText);
  writer_.SetText(0, "b", TextOrigin::kText);
  writer_.SetInvalid(1);
  writer_.SetText(1, "c", TextOrigin::kText);
  EXPECT_EQ(Values(), "b - - -");
  EXPECT_EQ(writer_.ill_typed_count(), 1U);
  EXPECT_TRUE(writer_.is_ill_typed(1));
  EXPECT_FALSE(writer_.is_ill_typed(0));
  writer_.Withdraw(2);
  writer_.SetText(2, "c", TextOrigin::kText);
  EXPECT_EQ(Values(), "b - - -");
  EXPECT_FALSE(writer_.is_ill_typed(2));
  EXPECT_EQ(writer_.touched().size(), 3U);
  writer_.Clear();
  EXPECT_EQ(Values(), "- - - -");
  writer_.SetText(1, "c", TextOrigin::kText);
  EXPECT_EQ(Values(), "- c - -");
}

TEST_F(WriterTest, HeadersOfAnyCaseTwiceIsMissing) {
  const std::array<NameTable::Entry, 3> entries = {{{"x-id", 0}, {"x-tenant", 1}, {"x-id", 2}}};
  const NameTable table(entries);
  const std::array<NameValue, 4> headers = {{{"X-Id", "7"}, {"x-other", "o"}, {"X-TENANT", "t"}, {"x-tenant", "u"}}};
  ReadHeaders(table, headers, writer_);
  EXPECT_EQ(Values(), "7 - 7 -");
  writer_.Clear();
  const std::vector<NameValue> many(base::budget::kRequestHeaderCountMax + 1, NameValue{"x-other", ""});
  std::vector<NameValue> with_id = many;
  with_id.front() = {"x-id", "7"};
  ReadHeaders(table, with_id, writer_);
  EXPECT_EQ(Values(), "- - - -");
}

TEST_F(WriterTest, QueriesAreDecodedOnce) {
  const std::array<NameTable::Entry, 3> entries = {{{"a", 0}, {"b c", 1}, {"d", 2}}};
  const NameTable table(entries);
  ReadUrlEncoded(table, "a=1%2B+%25%32%35&b%20c=&&x=9&d", writer_);
  EXPECT_EQ(Values(), "1+ %25   -");
  writer_.Clear();
  ReadUrlEncoded(table, "a=%zz&%61=2&b+c=%00&d=1&d=1", writer_);
  EXPECT_EQ(Values(), "- - - -");
}

TEST_F(WriterTest, ListsAtTheirBudgetAndOneBeyond) {
  const std::array<NameTable::Entry, 1> entries = {{{"a", 0}}};
  const NameTable table(entries);
  const auto query = [](std::size_t members) {
    std::string text = "a=1";
    for (std::size_t i = 1; i < members; ++i) text += "&x";
    return text;
  };
  const std::string full = query(base::budget::kRequestQueryParameterCountMax);
  ReadUrlEncoded(table, full, writer_);
  EXPECT_EQ(Value(0), "1");
  writer_.Clear();
  const std::string overfull = full + "&x";
  ReadUrlEncoded(table, overfull, writer_);
  EXPECT_EQ(Value(0), "-");
  writer_.Clear();
  const std::string filler(base::budget::kRequestHeaderBytesMax - 4, 'f');
  const std::array<NameValue, 2> edge = {{{"a", "1"}, {"ff", std::string_view(filler)}}};
  ReadHeaders(table, edge, writer_);
  EXPECT_EQ(Value(0), "1");
  writer_.Clear();
  const std::array<NameValue, 2> beyond = {{{"a", "1"}, {"fff", std::string_view(filler)}}};
  ReadHeaders(table, beyond, writer_);
  EXPECT_EQ(Value(0), "-");
}

class JsonTest : public WriterTest {
 protected:
  JsonTest() {
    specs_[1] = Spec(ValueType::kStringSet);
    specs_[2] = Spec(ValueType::kInt);
    specs_[3] = Spec(ValueType::kBool);
  }
  bool Read(std::string_view text) {
    writer_.Clear();
    const std::vector<std::string_view> sub = {"sub"};
    const std::vector<std::string_view> roles = {"realm_access", "roles"};
    const std::vector<std::string_view> level = {"realm_access", "level"};
    const std::vector<std::string_view> flag = {"flag"};
    const std::array<ClaimPath, 4> paths = {{{sub, 0}, {roles, 1}, {level, 2}, {flag, 3}}};
    return json_.Read(ClaimTree(paths), text, writer_);
  }

  JsonReader json_;
};

TEST_F(JsonTest, PathsDeeperThanTheBudgetAreNotRead) {
  const std::vector<std::string_view> deep(base::budget::kRequestClaimDepthMax + 1, "a");
  const std::array<ClaimPath, 2> paths = {{{std::span(deep).first(deep.size() - 1), 0}, {deep, 1}}};
  const auto nested = [](std::size_t depth) {
    std::string text = "1";
    for (std::size_t i = 0; i < depth; ++i) text = R"({"a":)" + text + "}";
    return text;
  };
  specs_[0].type = specs_[1].type = ValueType::kInt;
  ASSERT_TRUE(json_.Read(ClaimTree(paths), nested(deep.size() - 1), writer_));
  EXPECT_TRUE(cells_[0].present());
  writer_.Clear();
  ASSERT_TRUE(json_.Read(ClaimTree(paths), nested(deep.size()), writer_));
  EXPECT_FALSE(cells_[0].present());
  EXPECT_FALSE(cells_[1].present());
}

TEST_F(JsonTest, FindsNestedMembers) {
  ASSERT_TRUE(Read(R"({"x":[{}],"sub":"ann","realm_access":{"level":3,"roles":["b","a"]},"flag":true})"));
  EXPECT_EQ(Value(0), "ann");
  ASSERT_TRUE(cells_[1].present());
  EXPECT_EQ(cells_[1].string_set().size(), 2U);
  EXPECT_EQ(cells_[2].number(), 3);
  EXPECT_EQ(cells_[3].number(), 1);
}

TEST_F(JsonTest, WrongTypesAreMissing) {
  ASSERT_TRUE(Read(R"({"sub":5,"realm_access":{"level":"3","roles":["a",1]},"flag":null})"));
  for (const Cell& cell : cells_) EXPECT_FALSE(cell.present());
  ASSERT_TRUE(Read(R"({"sub":{"a":1},"realm_access":[1],"flag":"true"})"));
  for (const Cell& cell : cells_) EXPECT_FALSE(cell.present());
}

TEST_F(JsonTest, AMemberGivenTwiceIsMissingWithAllBelowIt) {
  ASSERT_TRUE(Read(R"({"sub":"a","sub":"b","realm_access":{"level":3},"realm_access":{"roles":[]},"flag":false})"));
  EXPECT_FALSE(cells_[0].present());
  EXPECT_FALSE(cells_[1].present());
  EXPECT_FALSE(cells_[2].present());
  EXPECT_TRUE(cells_[3].present());
}

TEST_F(JsonTest, NothingIsSetFromAFaultyText) {
  for (const char* bad : {"", "[]", "5", "{", R"({"sub":"a"} x)", R"({"sub":"a"}{})", R"({"sub":"a",})",
                          "{\"sub\":\"\xff\"}", R"({"sub":"\ud800"})"}) {
    EXPECT_FALSE(Read(bad)) << bad;
    EXPECT_FALSE(cells_[0].present()) << bad;
  }
  const std::string deep =
      std::string(base::budget::kNestingMax + 1, '[') + std::string(base::budget::kNestingMax + 1, ']');
  EXPECT_FALSE(Read("{\"x\":" + deep + "}"));
  const std::string big(base::budget::kRequestBodyBytesMax, ' ');
  EXPECT_FALSE(Read(big + "{}"));
  EXPECT_TRUE(Read(big.substr(2) + "{}"));
}

}  // namespace
}  // namespace ward::border
