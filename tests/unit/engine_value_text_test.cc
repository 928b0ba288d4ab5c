// Values as headers and sentences show them; what could break a header is not shown.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "engine/value_text.h"
#include "image_builder.h"

namespace ward::engine {
namespace {

using border::Cell;

class ValueTextTest : public testing::Test {
 protected:
  std::string Text(ValueType type, const Cell& cell, std::uint8_t flags = 0) {
    const bytecode::Slot slot(static_cast<std::uint8_t>(type), flags, 0, 0, test::kNone, 0, test::kNone, 0, {});
    return std::string(ValueText(image_, slot, cell, scratch_).value_or("-"));
  }

  test::ImageBuilder builder_;
  bytecode::Image image_ = [this] {
    builder_.Enum({"free", "gold"});
    return builder_.image();
  }();
  border::Scratch scratch_{4096};
};

constexpr std::int64_t kSecond = 1'000'000'000;

TEST_F(ValueTextTest, EveryType) {
  EXPECT_EQ(Text(ValueType::kBool, Cell::Number(0)), "false");
  EXPECT_EQ(Text(ValueType::kInt, Cell::Number(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(Text(ValueType::kSize, Cell::Number(65536)), "65536");
  EXPECT_EQ(Text(ValueType::kString, Cell::Text("a\tb")), "a\tb");
  EXPECT_EQ(Text(ValueType::kDuration, Cell::Number(90 * kSecond)), "90");
  EXPECT_EQ(Text(ValueType::kDuration, Cell::Number(-kSecond / 2)), "-0.500000000");
  EXPECT_EQ(Text(ValueType::kDuration, Cell::Number(-kSecond * 5 / 2)), "-2.500000000");
  EXPECT_EQ(Text(ValueType::kTimestamp, Cell::Number(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(Text(ValueType::kTimestamp, Cell::Number(-1)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(Text(ValueType::kTimestamp, Cell::Number(951782400LL * kSecond)), "2000-02-29T00:00:00Z");
  EXPECT_EQ(Text(ValueType::kTimestamp, Cell::Number(INT64_MIN)), "1677-09-21T00:12:43Z");
  EXPECT_EQ(Text(ValueType::kClock, Cell::Number(8 * 3600 + 5)), "08:00:05");
  EXPECT_EQ(Text(ValueType::kEnum, Cell::Number(1)), "gold");
  const base::IpAddress address = base::IpAddress::Parse("::ffff:192.0.2.1").value();
  EXPECT_EQ(Text(ValueType::kIp, Cell::Ip(&address)), "192.0.2.1");
  const base::Cidr prefix = base::ParseCidr("2001:DB8::/32")->cidr;
  EXPECT_EQ(Text(ValueType::kCidr, Cell::Cidr(&prefix)), "2001:db8::/32");
  const std::array<std::uint32_t, 2> values = {2, 3};
  EXPECT_EQ(Text(ValueType::kEnumSet, Cell::EnumSet(values, 0)), "free,gold");
  const std::array<std::string_view, 2> texts = {"a", "b"};
  EXPECT_EQ(Text(ValueType::kStringSet, Cell::StringSet(texts)), "a,b");
  EXPECT_EQ(Text(ValueType::kStringSet, Cell::StringSet({})), "");
}

TEST_F(ValueTextTest, WhatMayNotBeShown) {
  EXPECT_EQ(Text(ValueType::kString, Cell()), "-") << "missing";
  EXPECT_EQ(Text(ValueType::kString, Cell::Text("x"), bytecode::kSlotSecret), "-");
  for (const char* bad : {"a\rb", "a\nb", "a\x7f", "\x01"}) EXPECT_EQ(Text(ValueType::kString, Cell::Text(bad)), "-");
  const std::array<std::string_view, 2> texts = {"a", "b\r\nx: y"};
  EXPECT_EQ(Text(ValueType::kStringSet, Cell::StringSet(texts)), "-");
  border::Scratch none(0);
  const bytecode::Slot slot(static_cast<std::uint8_t>(ValueType::kInt), 0, 0, 0, test::kNone, 0, test::kNone, 0, {});
  EXPECT_EQ(ValueText(image_, slot, Cell::Number(5), none), std::nullopt) << "a full scratch";
}

}  // namespace
}  // namespace ward::engine
