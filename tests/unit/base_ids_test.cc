#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>

#include "base/ids.h"

namespace ward::base {
namespace {

struct RuleTag;
struct SymbolTag;
using RuleId = Id<RuleTag>;
using SymbolId = Id<SymbolTag>;

static_assert(!std::is_convertible_v<RuleId, SymbolId>);
static_assert(!std::is_convertible_v<RuleId, std::uint32_t>);
static_assert(!std::is_convertible_v<std::uint32_t, RuleId>);
static_assert(sizeof(RuleId) == 4);

TEST(IdTest, DefaultIsNone) {
  EXPECT_FALSE(RuleId().has_value());
  EXPECT_EQ(RuleId(), RuleId::kNone);
  EXPECT_TRUE(RuleId(0).has_value());
}

TEST(IdTest, OrdersByNumberAndNoneLast) {
  EXPECT_LT(RuleId(1), RuleId(2));
  EXPECT_LT(RuleId(0xFFFFFFFE), RuleId::kNone);
}

TEST(IdTest, HashesAsAKey) {
  std::unordered_set<RuleId> set{RuleId(1), RuleId(2), RuleId(1)};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_TRUE(set.contains(RuleId(2)));
}

TEST(IdDeathTest, RefusesAnIndexThatDoesNotFit) {
  EXPECT_DEATH((void)RuleId::FromIndex(std::size_t{0xFFFFFFFF}), "check failed");
}

}  // namespace
}  // namespace ward::base
