// No rule of the grammar can loop without consuming, or recurse to the left.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tao/pegtl/contrib/analyze.hpp>

#include "grammar/ward.h"

namespace ward::grammar {
namespace {

template <typename Form>
class LineFormTest : public ::testing::Test {};

using Forms =
    ::testing::Types<Annotation, PolicyLine, UseLine, ParameterLine, TypeLine, AttributesLine, AttributeLine, ApiLine,
                     GroupLine, OperationLine, ZoneLine, NetworksClause, EverythingElseClause, RequiresClause, RoleLine,
                     ConditionLine, ScheduleLine, TableLine, ColumnsLine, RowLine, RuleLine, AllowClause, RequireClause,
                     WhenClause, WithClause, BecauseClause, ReplyClause, Placeholder, LimitLine, InTotalClause,
                     PerClause, NoFasterClause, AtMostClause, CountsClause, CostsClause, ExcessClause, LostClause,
                     InsteadClause, GivenLine, BindingLine, TestLine, GivenStep, WithStep, SendStep, ExpectStep,
                     CellsLine, SendCell, ExpectCell, BindCell, ProveLine, ComparedClause, NeverClause>;
TYPED_TEST_SUITE(LineFormTest, Forms);

TYPED_TEST(LineFormTest, HasNoEndlessLoop) { EXPECT_EQ(peg::analyze<TypeParam>(-1), 0U); }

// A loop that consumes nothing is what the analysis finds.
struct Endless : peg::star<peg::opt<peg::one<'a'>>> {};
TEST(Analyze, FindsALoop) { EXPECT_NE(peg::analyze<Endless>(-1), 0U); }

template <typename Rule>
std::string Prefix(std::string_view text) {
  peg::memory_input in(text.data(), text.data() + text.size(), "");
  if (!peg::parse<Rule>(in)) return "no match";
  return std::string(text.substr(0, static_cast<std::size_t>(in.current() - text.data())));
}

TEST(Kw, EndsWhereANameWould) {
  EXPECT_EQ(Prefix<Kw<"is">>("is x"), "is");
  EXPECT_EQ(Prefix<Kw<"is">>("is-not"), "no match");
  EXPECT_EQ(Prefix<Kw<"is">>("island"), "no match");
  EXPECT_EQ(Prefix<Kw<"is">>("is"), "is");
  EXPECT_EQ(Prefix<Kw<"is not">>("is \t  not x"), "is \t  not");
  EXPECT_EQ(Prefix<Kw<"is not">>("isnot"), "no match");
}

TEST(Name, IsKebabCaseAndNotReserved) {
  EXPECT_EQ(Prefix<Name>("max-token-age: x"), "max-token-age");
  EXPECT_EQ(Prefix<Name>("a - b"), "a");
  EXPECT_EQ(Prefix<Name>("a--b"), "a");
  EXPECT_EQ(Prefix<Name>("when"), "no match");
  EXPECT_EQ(Prefix<Name>("when-late"), "when-late");
  EXPECT_EQ(Prefix<Name>("5a"), "no match");
}

TEST(Address, IsToldFromAtomsAndClocks) {
  EXPECT_EQ(Prefix<Address>("10.0.0.0/8, x"), "10.0.0.0/8");
  EXPECT_EQ(Prefix<Address>("fd00::/8"), "fd00::/8");
  EXPECT_EQ(Prefix<Address>("::1"), "::1");
  EXPECT_EQ(Prefix<Address>("1:2:3:4:5:6:7:8"), "1:2:3:4:5:6:7:8");
  EXPECT_EQ(Prefix<Address>("::ffff:10.0.0.1"), "::ffff:10.0.0.1");
  EXPECT_EQ(Prefix<Address>("dead:beef"), "no match");
  EXPECT_EQ(Prefix<Address>("08:00"), "no match");
}

TEST(Route, HasParametersAndStars) {
  EXPECT_EQ(Prefix<Route>("/orders/{order: int}/x anonymous"), "/orders/{order: int}/x");
  EXPECT_EQ(Prefix<Route>("/a/*/b/**"), "/a/*/b/**");
  EXPECT_EQ(Prefix<Route>("/"), "/");
}

}  // namespace
}  // namespace ward::grammar
