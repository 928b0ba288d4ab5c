// From a formula to terms: what is distributed, absorbed, left as code, and what never happens.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "codegen/code.h"
#include "codegen/codegen.h"
#include "codegen/terms.h"
#include "ir/builder.h"

namespace ward::codegen {
namespace {

// Strings x0, x1, ..; test i.j says `xi is "j"`.
class Sketch {
 public:
  Sketch() {
    for (std::uint32_t i = 0; i < 40; ++i) {
      ir::Input input;
      input.name = "x" + std::to_string(i);
      input.source = AttributeSource::kContext;
      builder.program().inputs.push_back(std::move(input));
    }
    ir::Zone zone;
    zone.name = "inside";
    builder.program().zones.push_back(std::move(zone));
    ir::Operation operation;
    operation.name = "go";
    builder.program().operations.push_back(std::move(operation));
  }
  ir::NodeId Is(std::uint32_t input, int value, bool negated = false) {
    ir::Atom atom;
    atom.op = ir::AtomOp::kIn;
    atom.args = {builder.AddInput(ir::InputId(input))};
    atom.constants = {builder.AddText(std::to_string(value))};
    return Test(std::move(atom), negated);
  }
  ir::NodeId InZone(bool negated = false) {
    ir::Atom atom;
    atom.op = ir::AtomOp::kZoneIn;
    atom.zones = {ir::ZoneId(0)};
    return Test(std::move(atom), negated);
  }
  ir::NodeId Test(ir::Atom atom, bool negated) {
    ir::Test test;
    test.atom = builder.Add(std::move(atom));
    test.negated = negated;
    return builder.AddTest(builder.Add(test));
  }
  ir::NodeId And(std::vector<ir::NodeId> parts) { return builder.AddAnd(parts); }
  ir::NodeId Or(std::vector<ir::NodeId> parts) { return builder.AddOr(parts); }

  Terms Build(ir::NodeId formula, Context context = {}) {
    program = builder.program();
    const base::SourceMap sources;
    Pools pools(program, sources);
    const Domains domains(program);
    Code code(program, domains, pools);
    TermBuilder terms(program, domains, code, 256);
    Terms result = terms.Of(formula, context);
    opaque = 0;
    for (std::size_t i = 1; i < terms.literals().size(); ++i) {
      if (terms.literals()[i].slot >= program.inputs.size()) ++opaque;
    }
    return result;
  }

  ir::Builder builder;
  ir::Program program;
  int opaque = 0;  // literals that code decides
};

TEST(CodegenTerms, AndDistributesOverOr) {
  Sketch s;
  const Terms terms = s.Build(s.And({s.Is(0, 1), s.Or({s.Is(1, 1), s.Is(2, 1)})}));
  ASSERT_EQ(terms.size(), 2U);
  EXPECT_EQ(terms[0].size(), 2U);
  EXPECT_EQ(terms[1].size(), 2U);
}

TEST(CodegenTerms, AbsorptionDropsImpliedTerms) {
  Sketch s;
  EXPECT_EQ(s.Build(s.Or({s.Is(0, 1), s.And({s.Is(0, 1), s.Is(1, 1)})})).size(), 1U);
  EXPECT_EQ(Absorb({{4, 6}, {4}, {6, 8}, {4, 6, 8}}), (Terms{{4}, {6, 8}}));
}

// `a or not a` is in doubt when a is, and `a and not a` too: Kleene has no excluded middle.
TEST(CodegenTerms, AContradictionIsNotFalseAndATautologyNotTrue) {
  Sketch s;
  EXPECT_EQ(s.Build(s.Or({s.Is(0, 1), s.Is(0, 1, true)})).size(), 2U);
  const Terms contradiction = s.Build(s.And({s.Is(0, 1), s.Is(0, 1, true)}));
  ASSERT_EQ(contradiction.size(), 1U);
  EXPECT_EQ(contradiction[0].size(), 2U);
}

TEST(CodegenTerms, AProductTooLargeBecomesCode) {
  Sketch s;
  std::vector<ir::NodeId> factors;
  for (std::uint32_t i = 0; i < 8; i += 2) factors.push_back(s.Or({s.Is(i, 1), s.Is(i + 1, 1), s.Is(i + 20, 1)}));
  // 3^4 = 81 terms: one factor stays a truth, 27 are left.
  EXPECT_EQ(s.Build(s.And(factors)).size(), 27U);
  EXPECT_EQ(s.opaque, 1);
}

// `rows` alternatives times `columns`: at the budget they are multiplied out, one beyond it a factor becomes code.
TEST(CodegenTerms, AProductAtTheBudgetIsMultipliedOut) {
  const auto build = [](Sketch& s, std::uint32_t rows, std::uint32_t columns) {
    std::vector<ir::NodeId> left;
    std::vector<ir::NodeId> right;
    for (std::uint32_t i = 0; i < rows; ++i) left.push_back(s.Is(i, 1));
    for (std::uint32_t i = 0; i < columns; ++i) right.push_back(s.Is(rows + i, 1));
    return s.Build(s.And({s.Or(left), s.Or(right)})).size();
  };
  static_assert(base::budget::kTermsPerProductMax == 4 * 16 && base::budget::kTermsPerProductMax + 1 == 5 * 13);
  Sketch edge;
  EXPECT_EQ(build(edge, 4, 16), base::budget::kTermsPerProductMax);
  EXPECT_EQ(edge.opaque, 0);
  Sketch beyond;
  EXPECT_EQ(build(beyond, 5, 13), 5U);
  EXPECT_EQ(beyond.opaque, 1);
}

TEST(CodegenTerms, AUnionBeyondTheBudgetBecomesCode) {
  Sketch s;
  std::vector<ir::NodeId> parts;
  for (int i = 0; i < 300; ++i) parts.push_back(s.And({s.Is(0, i), s.Is(1, i)}));
  const ir::NodeId large = s.Or(parts);
  parts.resize(256);
  const ir::NodeId fitting = s.Or(parts);
  EXPECT_EQ(s.Build(fitting).size(), 256U);
  EXPECT_EQ(s.opaque, 0);
  const Terms code = s.Build(large);
  ASSERT_EQ(code.size(), 1U);
  EXPECT_EQ(code[0].size(), 1U);
  EXPECT_EQ(s.opaque, 1);
}

TEST(CodegenTerms, ZonesAreDecidedOrInDoubt) {
  Sketch s;
  const ir::NodeId formula = s.And({s.Is(0, 1), s.InZone()});
  EXPECT_EQ(s.Build(formula, {ir::ZoneId(0), {}}), s.Build(s.Is(0, 1)));
  EXPECT_TRUE(s.Build(formula, {ir::ZoneId(1), {}}).empty());
  const Terms doubt = s.Build(formula);
  ASSERT_EQ(doubt.size(), 1U);
  EXPECT_EQ(doubt[0].front(), kDoubtLiteral);
  EXPECT_EQ(doubt[0].size(), 2U);
  // Negated, a doubt is a doubt.
  EXPECT_EQ(s.Build(s.InZone(true)), (Terms{{kDoubtLiteral}}));
}

TEST(CodegenTerms, FormulasThatMultiplyAreReported) {
  Sketch s;
  ir::NodeId formula = s.Is(0, 0);
  for (int i = 1; i < 20; ++i) {
    // Each uses the one before twice, beside something else so that nothing folds.
    formula = s.Or({s.And({formula, s.Is(1, i)}), s.And({formula, s.Is(2, i)})});
  }
  ir::Rule rule;
  rule.name = "too-much";
  rule.operations = s.builder.Add(std::vector{ir::OperationId(0)});
  rule.formula = rule.anonymous_formula = formula;
  s.builder.program().rules.push_back(std::move(rule));
  const base::SourceMap sources;
  diag::Sink sink;
  EXPECT_FALSE(Generate(s.builder.program(), sources, {}, sink).has_value());
  ASSERT_GE(sink.reported().size(), 1U);
  EXPECT_EQ(sink.reported()[0].kind, diag::Kind::kBudgetExceeded);
  EXPECT_NE(sink.reported()[0].message.find("`too-much`"), std::string::npos);
}

TEST(CodegenTerms, CostBeyondTheBudgetIsReported) {
  Sketch s;
  ir::Rule rule;
  rule.name = "r";
  rule.operations = s.builder.Add(std::vector{ir::OperationId(0)});
  rule.formula = rule.anonymous_formula = s.And({s.Is(0, 1), s.Is(1, 1)});
  s.builder.program().rules.push_back(std::move(rule));
  const base::SourceMap sources;
  diag::Sink sink;
  Options options;
  options.steps_per_operation_max = 3;  // one node, two words
  EXPECT_TRUE(Generate(s.builder.program(), sources, options, sink).has_value());
  options.steps_per_operation_max = 2;
  EXPECT_FALSE(Generate(s.builder.program(), sources, options, sink).has_value());
  ASSERT_EQ(sink.reported().size(), 1U);
  EXPECT_EQ(sink.reported()[0].message, "a decision on `go` may take 3 steps, 2 at most");
}

}  // namespace
}  // namespace ward::codegen
