#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ward/error.h"

namespace ward {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::kInvalidArgument, "odd"};
  return number / 2;
}

Result<int> Quarter(int number) {
  WARD_ASSIGN_OR_RETURN(const int half, Half(number));
  WARD_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

Result<void> CheckEven(int number) {
  WARD_RETURN_IF_ERROR(Half(number));
  return {};
}

TEST(ResultTest, CarriesAValueOrAnError) {
  EXPECT_EQ(Half(4).value(), 2);
  EXPECT_EQ(*Half(4), 2);
  EXPECT_FALSE(Half(3).has_value());
  EXPECT_EQ(Half(3).error(), (Error{ErrorCode::kInvalidArgument, "odd"}));
  EXPECT_EQ(Half(3).value_or(7), 7);
}

TEST(ResultTest, MacrosLeaveWithTheFirstError) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).error().message, "odd");
  EXPECT_EQ(Quarter(5).error().message, "odd");
  EXPECT_TRUE(CheckEven(2).has_value());
  EXPECT_EQ(CheckEven(1).error().message, "odd");
}

TEST(ResultTest, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(ResultTest, ConvertsWhatTheValueIsMadeFrom) {
  const Result<std::string> result = "text";
  EXPECT_EQ(result->size(), 4U);
}

TEST(ResultDeathTest, LookingAtTheWrongSideEndsTheProcess) {
  EXPECT_DEATH((void)Half(3).value(), "value\\(\\) of an error");
  EXPECT_DEATH((void)Half(2).error(), "error\\(\\) of a value");
  EXPECT_DEATH((void)CheckEven(2).error(), "error\\(\\) of a value");
}

}  // namespace
}  // namespace ward
