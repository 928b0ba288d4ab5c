#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ir/builder.h"
#include "ir/rank.h"
#include "ir/verify.h"
#include "ir/waive.h"
#include "ir_fixture.h"

namespace ward::ir {
namespace {

TEST(Builder, EqualPartsAreOne) {
  Sketch s;
  const ValueId owner = s.Input("context.owner", ValueType::kString);
  const ValueId team = s.Input("context.team", ValueType::kString);
  EXPECT_EQ(s.builder.AddText("x"), s.builder.AddText("x"));
  EXPECT_NE(s.builder.AddText("1"), s.builder.AddNumber(ValueType::kInt, 1));
  EXPECT_NE(s.builder.AddNumber(ValueType::kInt, 1), s.builder.AddNumber(ValueType::kSize, 1));
  EXPECT_EQ(s.Set({2, 0, 2}), s.Set({0, 2}));
  EXPECT_EQ(s.MakeAtom(AtomOp::kEqual, {owner, team}), s.MakeAtom(AtomOp::kEqual, {team, owner}));
  EXPECT_NE(s.MakeAtom(AtomOp::kHasAny, {owner, team}), s.MakeAtom(AtomOp::kHasAny, {team, owner}));
  const ConstantId a = s.builder.AddText("a");
  const ConstantId b = s.builder.AddText("b");
  EXPECT_EQ(s.MakeAtom(AtomOp::kIn, {owner}, {b, a, b}), s.MakeAtom(AtomOp::kIn, {owner}, {a, b}));
  EXPECT_EQ(s.builder.Add({OperationId(1), OperationId(0), OperationId(1)}), s.everything);
}

TEST(Builder, ManyConstantsStayApart) {
  Builder builder;
  std::vector<ConstantId> ids;
  for (std::int64_t i = 0; i < 20'000; ++i) ids.push_back(builder.AddNumber(ValueType::kInt, i));
  for (std::int64_t i = 0; i < 20'000; ++i) {
    ASSERT_EQ(builder.AddNumber(ValueType::kInt, i), ids[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(builder.program().constants.size(), 20'000U);
}

TEST(Builder, JunctionsAreFlatWithoutTwins) {
  Sketch s;
  const ValueId owner = s.Input("context.owner", ValueType::kString);
  const NodeId x = s.Leaf(s.Is(owner, "x"));
  const NodeId y = s.Leaf(s.Is(owner, "y"));
  const NodeId z = s.Leaf(s.Is(owner, "z"));
  const NodeId xy = s.builder.AddAnd(std::vector{x, y});
  const NodeId nested = s.builder.AddAnd(std::vector{xy, x, z, xy});
  const Program& p = s.builder.program();
  EXPECT_EQ(p.nodes[nested.index()].child_count, 3U);
  EXPECT_EQ(nested, s.builder.AddAnd(std::vector{x, y, z}));
  EXPECT_EQ(s.builder.AddAnd(std::vector{x}), x);
  // `or` inside `and` stays, constants without a test vanish, `x or not x` is never rewritten.
  const NodeId either = s.builder.AddOr(std::vector{x, s.Leaf(s.Is(owner, "x"), Clause::kWhen, true)});
  EXPECT_EQ(p.nodes[either.index()].kind, NodeKind::kOr);
  EXPECT_EQ(s.builder.AddAnd(std::vector{either, s.builder.AddTrue()}), either);
  EXPECT_EQ(p.nodes[s.builder.AddAnd({}).index()].kind, NodeKind::kTrue);
  EXPECT_EQ(p.nodes[s.builder.AddOr({}).index()].kind, NodeKind::kFalse);
  // A constant that stands for a test is kept, so that an explanation can show it.
  const NodeId waived = s.builder.AddTrue(p.nodes[x.index()].test);
  EXPECT_EQ(p.nodes[s.builder.AddAnd(std::vector{waived, y}).index()].child_count, 2U);
}

TEST(Waive, EachClauseOfEachKind) {
  struct Row {
    RuleKind kind;
    Clause clause;
    bool counts_as;  // in the text of its clause
  };
  const std::vector<Row> rows = {
      {RuleKind::kAllow, Clause::kWhen, false},  {RuleKind::kAllow, Clause::kUnless, true},
      {RuleKind::kDeny, Clause::kWhen, false},   {RuleKind::kDeny, Clause::kUnless, false},
      {RuleKind::kDeny, Clause::kRequire, true}, {RuleKind::kOn, Clause::kWhen, true},
      {RuleKind::kOn, Clause::kUnless, false},
  };
  for (const Row& row : rows) {
    for (const bool test_negated : {false, true}) {
      Sketch s;
      const ValueId sub = s.Input("token.sub", ValueType::kString, AttributeSource::kToken);
      const ValueId owner = s.Input("context.owner", ValueType::kString);
      const NodeId identity = s.Leaf(s.Is(sub, "x"), row.clause, test_negated, true);
      const NodeId other = s.Leaf(s.Is(owner, "x"), row.clause);
      Waiver waiver(s.builder);
      const NodeId waived = waiver.Waive(s.builder.AddAnd(std::vector{identity, other}), row.kind);
      const Program& p = s.builder.program();
      const Node& node = p.nodes[p.children[p.nodes[waived.index()].first_child].index()];
      EXPECT_EQ(WaivedTruth(row.kind, row.clause), row.counts_as);
      // `unless` and `require` stand negated in the formula. Whether the test itself is negated
      // plays no part.
      const bool expected = row.counts_as != (row.clause != Clause::kWhen);
      EXPECT_EQ(node.kind, expected ? NodeKind::kTrue : NodeKind::kFalse);
      EXPECT_EQ(p.tests[node.test.index()].atom, s.Is(sub, "x"));
      EXPECT_EQ(waiver.Waive(other, row.kind), other);
      EXPECT_EQ(waiver.WaivedTests(s.builder.AddOr(std::vector{other, identity})).size(), 1U);
    }
  }
}

TEST(Rank, SeverityThenName) {
  std::vector<Rule> rules(4);
  rules[0].name = "b";
  rules[1].name = "a";
  rules[2].name = "c";
  rules[2].severity = Severity::kCritical;
  rules[3].name = "A";
  rules[3].severity = Severity::kLow;
  SortByRank(rules);
  std::string order;
  for (const Rule& rule : rules) order += rule.name;
  EXPECT_EQ(order, "cabA");
}

Program WellFormed() {
  Sketch s;
  const ValueId owner = s.Input("context.owner", ValueType::kString);
  const ValueId scopes = s.Input("token.scopes", ValueType::kEnumSet, AttributeSource::kToken, Sketch::kScope);
  const NodeId x = s.Leaf(s.Is(owner, "x"));
  const NodeId has =
      s.Leaf(s.MakeAtom(AtomOp::kHas, {scopes}, {s.builder.AddNumber(ValueType::kEnum, 1, Sketch::kScope)}));
  s.AddRule("a", RuleKind::kAllow, s.builder.AddAnd(std::vector{x, has}));
  s.AddRule("b", RuleKind::kDeny, s.builder.AddOr(std::vector{x, has}));
  return s.builder.program();
}

TEST(Verify, FindsWhatIsWrong) {
  EXPECT_EQ(Verify(WellFormed()), std::vector<std::string>());
  const auto complaint = [](auto damage) {
    Program p = WellFormed();
    damage(p);
    const std::vector<std::string> complaints = Verify(p);
    return complaints.empty() ? std::string() : complaints.front();
  };
  EXPECT_EQ(complaint([](Program& p) { p.children[0] = NodeId(3); }), "node 2: a child comes after its parent");
  EXPECT_EQ(complaint([](Program& p) { p.values[0].input = InputId(9); }), "value 0: input out of range");
  EXPECT_EQ(complaint([](Program& p) { p.values[1].type = ValueType::kStringSet; }),
            "value 1: has an enum without being one");
  EXPECT_EQ(complaint([](Program& p) { p.atoms[1].args[0] = ValueId(0); }), "atom 1: a set");
  EXPECT_EQ(complaint([](Program& p) { p.atoms[1].constants.clear(); }), "atom 1: needs one constant");
  EXPECT_EQ(complaint([](Program& p) { p.constants[1].number = 3; }), "constant 1: no value of its enum");
  EXPECT_EQ(complaint([](Program& p) { std::swap(p.rules[0], p.rules[1]); }),
            "rule 1: rules stand by rank, names are unique");
  EXPECT_EQ(complaint([](Program& p) { p.rules[0].formula = NodeId(); }), "rule 0: formula out of range");
  EXPECT_EQ(complaint([](Program& p) { p.rules[1].zone = ZoneId(0); }), "rule 1: only a zone requirement has a zone");
  EXPECT_EQ(complaint([](Program& p) { p.tests[0].atom = AtomId(7); }), "test 0: atom out of range");
}

}  // namespace
}  // namespace ward::ir
