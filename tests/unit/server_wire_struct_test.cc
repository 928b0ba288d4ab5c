#include <google/protobuf/struct.pb.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire_cursor.h"
#include "server/wire_struct.h"

namespace ward::server {
namespace {

std::string StructBytes(std::string_view json) {
  google::protobuf::Struct message;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(std::string(json), &message).ok()) << json;
  return message.SerializeAsString();
}

ValueKind KindAt(std::string_view message, std::vector<std::string_view> path) { return FindPath(message, path).kind; }

TEST(WireStructTest, FindsValuesOfEveryKind) {
  const std::string bytes = StructBytes(
      R"({"sub":"ann","age":7.5,"ok":true,"none":null,"realm_access":{"roles":["a","b"]},"n":{"e":{"s":{"t":1}}}})");
  EXPECT_EQ(FindField(bytes, "sub").bytes, "ann");
  EXPECT_EQ(FindField(bytes, "age").number, 7.5);
  EXPECT_TRUE(FindField(bytes, "ok").boolean);
  EXPECT_EQ(FindField(bytes, "none").kind, ValueKind::kNull);
  EXPECT_EQ(FindField(bytes, "other").kind, ValueKind::kAbsent);
  const std::array<std::string_view, 2> roles{"realm_access", "roles"};
  const WireValue list = FindPath(bytes, roles);
  ASSERT_EQ(list.kind, ValueKind::kList);
  std::array<std::string_view, 4> texts;
  const TextList read = ReadTexts(list.bytes, texts);
  EXPECT_TRUE(read.valid);
  ASSERT_EQ(read.count, 2U);
  EXPECT_EQ(texts[0], "a");
  EXPECT_EQ(texts[1], "b");
  EXPECT_EQ(KindAt(bytes, {"n", "e", "s", "t"}), ValueKind::kNumber);
  EXPECT_EQ(KindAt(bytes, {"n", "e", "x", "t"}), ValueKind::kAbsent);
  EXPECT_EQ(KindAt(bytes, {"sub", "x"}), ValueKind::kInvalid);
  EXPECT_EQ(KindAt(bytes, {}), ValueKind::kStruct);
}

TEST(WireStructTest, ListsOfOtherThingsAreNoTexts) {
  std::array<std::string_view, 2> texts;
  const auto list_of = [](std::string_view json) { return FindField(StructBytes(json), "l"); };
  EXPECT_TRUE(ReadTexts("", texts).valid);
  const std::string mixed = StructBytes(R"({"l":["a",1]})");
  EXPECT_FALSE(ReadTexts(FindField(mixed, "l").bytes, texts).valid);
  const std::string full = StructBytes(R"({"l":["a","b"]})");
  EXPECT_TRUE(ReadTexts(FindField(full, "l").bytes, texts).valid);
  const std::string over = StructBytes(R"({"l":["a","b","c"]})");
  EXPECT_FALSE(ReadTexts(FindField(over, "l").bytes, texts).valid);
  EXPECT_EQ(list_of(R"({"l":{}})").kind, ValueKind::kStruct);
}

TEST(WireStructTest, WhatReadsTwoWaysIsInvalid) {
  const std::string one = StructBytes(R"({"sub":"ann"})");
  EXPECT_EQ(FindField(one + one, "sub").kind, ValueKind::kInvalid);  // a name twice
  EXPECT_EQ(FindField(one + one, "other").kind, ValueKind::kAbsent);
  EXPECT_EQ(FindField(one + "\x0a", "sub").kind, ValueKind::kInvalid);  // damaged after it
  const std::string_view two_contents(
      "\x1a\x01"
      "a\x20\x01",
      5);  // a text and a bool
  EXPECT_EQ(WireValue::FromBytes(two_contents).kind, ValueKind::kInvalid);
  EXPECT_EQ(WireValue::FromBytes("").kind, ValueKind::kInvalid);              // no content
  EXPECT_EQ(WireValue::FromBytes("\x1a\x01\xff").kind, ValueKind::kInvalid);  // not UTF-8
  EXPECT_EQ(WireValue::FromBytes("\x10\x01").kind, ValueKind::kInvalid);      // a number as varint
  EXPECT_EQ(WireValue::FromBytes("\x28\x01").kind, ValueKind::kInvalid);      // a struct as varint
}

TEST(WireStructTest, NestingCostsNothing) {
  // 500 structs in one another, more than protobuf's own parser takes.
  std::string value = "\x20\x01";
  const auto wrap = [](std::string_view field, std::string_view content) {
    std::string out(field);
    std::size_t size = content.size();
    for (; size >= 128; size >>= 7U) out += static_cast<char>(size | 128U);
    out += static_cast<char>(size);
    return out + std::string(content);
  };
  for (int i = 0; i < 500; ++i) {
    value = wrap("\x2a", wrap("\x0a", wrap("\x0a", "a") + wrap("\x12", value)));
  }
  const std::string message = wrap("\x0a", wrap("\x0a", "a") + wrap("\x12", value));
  EXPECT_EQ(FindField(message, "a").kind, ValueKind::kStruct);
  EXPECT_EQ(KindAt(message, {"a", "a", "a", "a"}), ValueKind::kStruct);
  EXPECT_EQ(KindAt(message, {"a", "b"}), ValueKind::kAbsent);
}

TEST(WireStructTest, MutatedBytesAgreeWithProtobuf) {
  const google::protobuf::LogSilencer silent;
  constexpr unsigned kSeed = 5;
  std::mt19937 random(kSeed);
  const std::string original =
      StructBytes(R"({"sub":"ann","iat":1700000000,"scope":"a b","roles":["x","y"],"ok":true})");
  int agreed = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes = original;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    const WireValue ours = FindField(bytes, "sub");
    google::protobuf::Struct oracle;
    if (ours.kind != ValueKind::kString || !oracle.ParseFromString(bytes)) continue;
    ASSERT_EQ(oracle.fields().at("sub").string_value(), ours.bytes) << "seed " << kSeed << " round " << i;
    ++agreed;
  }
  EXPECT_GT(agreed, 10'000);
}

TEST(WireCursorTest, VarintsAtTheirEdges) {
  const auto number = [](std::string_view bytes) -> std::int64_t {
    WireCursor cursor(bytes);
    return cursor.Next() && !cursor.Next() && !cursor.failed() ? static_cast<std::int64_t>(cursor.number()) : -7;
  };
  EXPECT_EQ(number(std::string_view("\x08\x00", 2)), 0);
  EXPECT_EQ(number("\x08\x7f"), 127);
  EXPECT_EQ(number("\x08\x80\x01"), 128);
  EXPECT_EQ(number("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), -1);  // all 64 bits
  EXPECT_EQ(number("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), -7);  // a 65th
  EXPECT_EQ(number("\x08\xff"), -7);
  EXPECT_EQ(number("\x0d\x01\x00\x00"), -7);
  EXPECT_EQ(number(std::string_view("\x0d\x01\x00\x00\x80", 5)), 0x80000001);
}

}  // namespace
}  // namespace ward::server
