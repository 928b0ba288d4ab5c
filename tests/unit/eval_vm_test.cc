// The vm's instructions, each on present, missing and dropped operands (LANGUAGE section (d)).
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "border/scratch.h"
#include "eval/schedule.h"
#include "eval/text_tests.h"
#include "eval/vm.h"
#include "image_builder.h"

namespace ward::eval {
namespace {

using bytecode::Op;
using test::ImageBuilder;
using test::kNone;

constexpr Truth kDoubt = Truth::kDoubt;
constexpr Truth kFalse = Truth::kFalse;
constexpr Truth kTrue = Truth::kTrue;

// An image under construction with its tables, run with given inputs.
class VmTest : public testing::Test {
 protected:
  void Finish() {
    image_ = builder_.image();
    constants_.emplace(image_);
    for (std::uint32_t i = 0; i < image_.tables.size(); ++i) {
      owned_.push_back(data::Table::FromImage(image_, *constants_, i).value());
    }
    vm_.emplace(image_);
    inputs_.assign(image_.inputs.size(), Cell{});
  }
  // Live tables replaced by rows of text.
  void Load(std::uint32_t table, const std::vector<std::vector<std::string>>& rows) {
    const std::vector<data::TextRow> views(rows.begin(), rows.end());
    owned_[table] = data::Table::FromText(image_, table, views).value();
  }
  Vm& Start() {
    tables_.clear();
    for (const data::Table& table : owned_) tables_.push_back(&table);
    world_ = {&image_, &*constants_, tables_, parameters_, {}};
    vm_->Begin(world_, inputs_);
    return *vm_;
  }
  Truth Run(std::uint32_t slot) { return Start().TruthOf(slot); }
  Cell Value(std::uint32_t slot) { return Start().Value(slot); }

  ImageBuilder builder_;
  bytecode::Image image_;
  std::optional<data::Constants> constants_;
  std::vector<data::Table> owned_;
  std::vector<const data::Table*> tables_;
  std::vector<Cell> parameters_;
  std::vector<Cell> inputs_;
  World world_;
  std::optional<Vm> vm_;
};

std::uint8_t Type(ValueType type) { return static_cast<std::uint8_t>(type); }

TEST_F(VmTest, NumbersSaturateAndMissingIsDoubt) {
  const std::uint32_t a = builder_.Input(ValueType::kInt);
  const std::uint32_t b = builder_.Input(ValueType::kInt);
  const std::uint32_t sum = builder_.Compute(Op::kAdd, a, b, 0, Type(ValueType::kInt));
  const std::uint32_t difference = builder_.Compute(Op::kSubtract, a, b, 0, Type(ValueType::kInt));
  const std::uint32_t fallback = builder_.Compute(Op::kOrElse, a, b, 0, Type(ValueType::kInt));
  const std::uint32_t less = builder_.Test(Op::kLess, a, b);
  const std::uint32_t low = builder_.Number(ValueType::kInt, -1);
  const std::uint32_t high = builder_.Number(ValueType::kInt, 1);
  const std::uint32_t range = builder_.Test(Op::kInRange, a, low, high);
  const std::uint32_t present = builder_.Test(Op::kPresent, a);
  Finish();
  EXPECT_FALSE(Value(sum).present());
  EXPECT_EQ(Run(less), kDoubt);
  EXPECT_EQ(Run(range), kDoubt);
  EXPECT_EQ(Run(present), kFalse);
  inputs_[b] = Cell::Number(-5);
  EXPECT_EQ(Value(fallback).number(), -5);
  inputs_[a] = Cell::Number(INT64_MIN);
  EXPECT_EQ(Value(sum).number(), INT64_MIN);
  EXPECT_EQ(Value(difference).number(), INT64_MIN + 5);
  EXPECT_EQ(Run(less), kTrue);
  EXPECT_EQ(Run(range), kFalse);
  EXPECT_EQ(Run(present), kTrue);
  EXPECT_EQ(Value(fallback).number(), INT64_MIN);
  inputs_[a] = Cell::Number(INT64_MAX);
  EXPECT_EQ(Value(difference).number(), INT64_MAX);
  inputs_[a] = Cell::Number(1);
  EXPECT_EQ(Run(range), kTrue);
}

TEST_F(VmTest, ClassesOfEverySortOfSlot) {
  const std::uint32_t names = builder_.Domain({"ann", "bob"});
  const std::uint32_t text = builder_.Input(ValueType::kString, names);
  const std::uint32_t flag = builder_.Input(ValueType::kBool);
  const std::uint32_t value = builder_.Input(ValueType::kEnum, names);
  const std::uint32_t values = builder_.Input(ValueType::kEnumSet, names);
  const std::uint32_t texts = builder_.Input(ValueType::kStringSet, names);
  Finish();
  Vm& vm = Start();
  for (const std::uint32_t slot : {text, flag, value}) EXPECT_EQ(vm.Ordinal(slot), 0U);
  EXPECT_EQ(vm.Member(values, 2), 0U);
  const std::array<std::uint32_t, 1> ordinals = {3};
  const std::array<std::string_view, 2> members = {"ann", "zoe"};
  inputs_ = {Cell::Text("bob"), Cell::Number(1), Cell::Number(0), Cell::EnumSet(ordinals, 1), Cell::StringSet(members)};
  Start();
  EXPECT_EQ(vm.Ordinal(text), 3U);
  EXPECT_EQ(vm.Ordinal(flag), 2U);
  EXPECT_EQ(vm.Ordinal(value), 2U);
  EXPECT_EQ(vm.Member(values, 2), 1U);
  EXPECT_EQ(vm.Member(values, 3), 2U);
  EXPECT_EQ(vm.Member(texts, 2), 2U);
  EXPECT_EQ(vm.Member(texts, 3), 1U);
  inputs_[text] = Cell::Text("eve");
  Start();
  EXPECT_EQ(vm.Ordinal(text), 1U);
}

TEST_F(VmTest, SetsOfAnEnumDoubtOnlyWhatDroppedMembersCouldChange) {
  const std::uint32_t names = builder_.Domain({"a", "b", "c"});
  const std::uint32_t x = builder_.Input(ValueType::kEnumSet, names);
  const std::uint32_t y = builder_.Input(ValueType::kEnumSet, names);
  const std::uint32_t one = builder_.Input(ValueType::kEnum, names);
  const std::uint32_t equal = builder_.Test(Op::kEqual, x, y);
  const std::uint32_t any = builder_.Test(Op::kHasAny, x, y);
  const std::uint32_t all = builder_.Test(Op::kHasAll, x, y);
  const std::uint32_t has = builder_.Test(Op::kHasValue, x, one);
  const std::uint32_t has_b = builder_.Test(Op::kHas, x, 3);
  const std::uint32_t constant = builder_.Set(ValueType::kEnumSet, {0, 1});
  const std::uint32_t is = builder_.Test(Op::kInConstants, x, 1, builder_.Operands({constant}).first());
  Finish();
  const std::array<std::uint32_t, 2> ab = {2, 3};
  const std::array<std::uint32_t, 1> c = {4};
  const auto run = [&](std::span<const std::uint32_t> left, std::uint8_t left_dropped,
                       std::span<const std::uint32_t> right, std::uint8_t right_dropped) {
    inputs_ = {Cell::EnumSet(left, left_dropped), Cell::EnumSet(right, right_dropped), Cell::Number(1)};
    return std::array<Truth, 6>{Run(equal), Run(any), Run(all), Run(has), Run(has_b), Run(is)};
  };
  using Answers = std::array<Truth, 6>;
  EXPECT_EQ(run(ab, 0, ab, 0), (Answers{kTrue, kTrue, kTrue, kTrue, kTrue, kTrue}));
  EXPECT_EQ(run(ab, 1, ab, 0), (Answers{kDoubt, kTrue, kTrue, kTrue, kTrue, kDoubt}));
  EXPECT_EQ(run(ab, 0, ab, 1), (Answers{kDoubt, kTrue, kDoubt, kTrue, kTrue, kTrue}));
  EXPECT_EQ(run(ab, 1, c, 0), (Answers{kFalse, kFalse, kFalse, kTrue, kTrue, kDoubt}));
  EXPECT_EQ(run(ab, 1, c, 1), (Answers{kFalse, kDoubt, kFalse, kTrue, kTrue, kDoubt}));
  EXPECT_EQ(run(c, 1, c, 0), (Answers{kDoubt, kTrue, kTrue, kFalse, kFalse, kFalse}));
}

TEST_F(VmTest, LookUpsOfLookUpsAndTablesThatAreNotThere) {
  const std::uint32_t key = builder_.Input(ValueType::kString);
  const std::uint32_t people =
      builder_.Table({{"id", ValueType::kString, kNone, 1}, {"boss"}}, bytecode::kTableLive, {});
  const std::uint32_t parts = builder_.Operands({key}).first();
  const std::uint32_t boss = builder_.Compute(Op::kLookup, people, 1, parts, Type(ValueType::kString));
  const std::uint32_t parts_of_boss = builder_.Operands({boss}).first();
  const std::uint32_t top = builder_.Compute(Op::kLookup, people, 1, parts_of_boss, Type(ValueType::kString));
  const std::uint32_t known = builder_.Test(Op::kInTable, people, 0, parts);
  Finish();
  inputs_[key] = Cell::Text("ann");
  EXPECT_EQ(Run(known), kDoubt) << "not loaded";
  EXPECT_FALSE(Value(boss).present());
  Load(people, {{"ann", "bob"}, {"bob", "cy"}, {"cy", ""}});
  EXPECT_EQ(Value(top).text(), "cy");
  EXPECT_EQ(Run(known), kTrue);
  inputs_[key] = Cell::Text("bob");
  EXPECT_FALSE(Value(top).present()) << "an empty cell";
  inputs_[key] = Cell::Text("zoe");
  EXPECT_EQ(Run(known), kFalse);
  EXPECT_FALSE(Value(boss).present());
  inputs_[key] = Cell{};
  EXPECT_EQ(Run(known), kDoubt);
}

TEST_F(VmTest, WithinATree) {
  const std::uint32_t who = builder_.Input(ValueType::kString);
  const std::uint32_t groups = builder_.Input(ValueType::kStringSet);
  const std::uint32_t top = builder_.Input(ValueType::kString);
  const std::uint32_t teams = builder_.Table({{"id", ValueType::kString, kNone, 1}, {"parents", ValueType::kStringSet}},
                                             bytecode::kTableLive | bytecode::kTableTree, {});
  const std::uint32_t one = builder_.Test(Op::kWithinTree, teams, who, top);
  const std::uint32_t some = builder_.Test(Op::kWithinTree, teams, groups, top);
  Finish();
  const std::array<std::string_view, 2> members = {"dev", "zoo"};
  inputs_ = {Cell::Text("dev"), Cell::StringSet(members), Cell::Text("all")};
  EXPECT_EQ(Run(one), kDoubt) << "not loaded";
  Load(teams, {{"dev", "eng"}, {"eng", "all"}});
  EXPECT_EQ(Run(one), kTrue);
  EXPECT_EQ(Run(some), kTrue);
  inputs_[who] = Cell::Text("zoo");
  EXPECT_EQ(Run(one), kFalse) << "who has no row has no ancestors";
  inputs_[top] = Cell::Text("zoo");
  EXPECT_EQ(Run(one), kTrue);
  inputs_[top] = Cell{};
  EXPECT_EQ(Run(some), kDoubt);
}

TEST_F(VmTest, ConnectivesAreStrongKleene) {
  const std::uint32_t a = builder_.Input(ValueType::kBool);
  const std::uint32_t b = builder_.Input(ValueType::kBool);
  const std::uint32_t x = builder_.Test(Op::kIsTrue, a);
  const std::uint32_t y = builder_.Test(Op::kIsTrue, b);
  const std::uint32_t both = builder_.Test(Op::kAnd, 0, 2, builder_.Operands({2 * x, 2 * y}).first());
  const std::uint32_t either = builder_.Test(Op::kOr, 0, 2, builder_.Operands({2 * x, 2 * y + 1}).first());
  const std::uint32_t nothing = builder_.Test(Op::kAnd, 0, 0, 0);
  Finish();
  const auto cell = [](Truth truth) { return truth == kDoubt ? Cell{} : Cell::Number(truth == kTrue ? 1 : 0); };
  for (const Truth p : {kDoubt, kFalse, kTrue}) {
    for (const Truth q : {kDoubt, kFalse, kTrue}) {
      inputs_ = {cell(p), cell(q)};
      EXPECT_EQ(Run(both), p == kFalse || q == kFalse ? kFalse : p == kTrue && q == kTrue ? kTrue : kDoubt);
      EXPECT_EQ(Run(either), p == kTrue || q == kFalse ? kTrue : p == kFalse && q == kTrue ? kFalse : kDoubt);
    }
  }
  EXPECT_EQ(Run(nothing), kTrue);
}

TEST_F(VmTest, ZonesAndOperationsOfTheRequest) {
  builder_.Input(ValueType::kBool);
  const std::uint32_t zone_in = builder_.Test(Op::kZoneIn, 0, 2, builder_.Operands({1, 4}).first());
  const std::uint32_t zone = builder_.Compute(Op::kZone, 0, 0, 0, Type(ValueType::kEnum));
  Finish();
  EXPECT_EQ(Run(zone_in), kDoubt);
  EXPECT_FALSE(Value(zone).present());
  Vm& vm = Start();
  vm.SetZone(4);
  EXPECT_EQ(vm.TruthOf(zone_in), kTrue);
  EXPECT_EQ(vm.Value(zone).number(), 4);
  Start().SetZone(2);
  EXPECT_EQ(vm.TruthOf(zone_in), kFalse);
}

TEST(TextTestsTest, Globs) {
  EXPECT_TRUE(MatchesGlob("abc", "abc"));
  EXPECT_FALSE(MatchesGlob("abc", "abcd"));
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_TRUE(MatchesGlob("a*c", "ac"));
  EXPECT_TRUE(MatchesGlob("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(MatchesGlob("a*a", "a")) << "one letter is not two";
  EXPECT_FALSE(MatchesGlob("*b*bc", "abc"));
}

// Against the plainest definition of a glob.
bool SlowGlob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return SlowGlob(pattern.substr(1), text) || (!text.empty() && SlowGlob(pattern, text.substr(1)));
  }
  return !text.empty() && pattern.front() == text.front() && SlowGlob(pattern.substr(1), text.substr(1));
}

TEST(TextTestsTest, RandomGlobsAgreeWithTheDefinition) {
  std::mt19937 random(3);
  const auto word = [&random](std::string_view letters) {
    std::string text;
    for (unsigned i = random() % 8; i > 0; --i) text += letters[random() % letters.size()];
    return text;
  };
  for (int i = 0; i < 50'000; ++i) {
    const std::string pattern = word("ab**");
    const std::string text = word("ab");
    ASSERT_EQ(MatchesGlob(pattern, text), SlowGlob(pattern, text)) << pattern << " " << text;
  }
}

TEST(TextTestsTest, PathsBySegment) {
  EXPECT_TRUE(IsUnder("/admin", "/admin"));
  EXPECT_TRUE(IsUnder("/admin", "/admin/x"));
  EXPECT_FALSE(IsUnder("/admin", "/administrator"));
  EXPECT_TRUE(IsUnder("/", "/x"));
  EXPECT_TRUE(MatchesPathGlob("/a/*/c", "/a/b/c"));
  EXPECT_FALSE(MatchesPathGlob("/a/*", "/a"));
  EXPECT_FALSE(MatchesPathGlob("/a/*", "/a/b/c"));
  EXPECT_TRUE(MatchesPathGlob("/a/**", "/a"));
  EXPECT_TRUE(MatchesPathGlob("/a/**", "/a/b/c"));
  EXPECT_FALSE(MatchesPathGlob("/a/**", "/b"));
}

TEST(ScheduleTest, SpansOnTheWallClock) {
  ImageBuilder builder;
  constexpr std::int64_t kMonday = 4 * 86400;  // 1970-01-05
  // One hour east, two from Monday noon UTC on.
  const std::vector<bytecode::Transition> transitions = {{kMonday + 43200, 7200, 0}};
  const std::uint32_t office = builder.Schedule({{0, 4, 0, 8 * 3600, 18 * 3600}}, transitions, 3600);
  const std::uint32_t nights = builder.Schedule({{4, 4, 0, 22 * 3600, 6 * 3600}, {5, 6, 0, 0, 86400}}, {}, 0);
  const std::uint32_t wrap = builder.Schedule({{6, 0, 0, 0, 86400}}, {}, 0);
  const bytecode::Image image = builder.image();
  const auto at = [&image](std::uint32_t schedule, std::int64_t seconds) {
    return IsWithinSchedule(image, image.schedules[schedule], seconds * 1'000'000'000);
  };
  EXPECT_TRUE(at(office, kMonday + 7 * 3600)) << "08:00 one hour east";
  EXPECT_FALSE(at(office, kMonday + 7 * 3600 - 1));
  EXPECT_TRUE(at(office, kMonday + 16 * 3600 - 1)) << "17:59:59 two hours east";
  EXPECT_FALSE(at(office, kMonday + 16 * 3600));
  constexpr std::int64_t kDay = 86400;
  EXPECT_TRUE(at(nights, kMonday + 4 * kDay + 22 * 3600));
  EXPECT_TRUE(at(nights, kMonday + 5 * kDay + 5 * 3600)) << "still Friday's night";
  EXPECT_FALSE(at(nights, kMonday + 4 * kDay + 5 * 3600)) << "Thursday's night is none";
  EXPECT_FALSE(at(nights, kMonday + 7 * kDay));
  EXPECT_TRUE(at(wrap, kMonday));
  EXPECT_TRUE(at(wrap, kMonday - 1));
  EXPECT_FALSE(at(wrap, kMonday + kDay));
  EXPECT_TRUE(at(wrap, -kDay * 4)) << "before 1970: 1969-12-28 was a Sunday";
}

}  // namespace
}  // namespace ward::eval
