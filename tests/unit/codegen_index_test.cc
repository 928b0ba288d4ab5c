// The walk over generated nodes against a plain Kleene evaluation of every rule's formula, on random slot classes.
//   WARD_SEED=7 build/.../bin/codegen_index_test
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bytecode/load.h"
#include "codegen/codegen.h"
#include "differential/dice.h"
#include "eval/truth.h"
#include "eval/walk.h"
#include "ir/builder.h"

namespace ward::codegen {
namespace {

using bytecode::GroupKind;
using bytecode::Truth;
using differential::Dice;

constexpr std::size_t kColours = 4;  // an enum: dense rows
constexpr std::size_t kNames = 300;  // constants of one string: sparse rows and splits
constexpr std::size_t kInputs = 8;
enum Input : std::uint32_t { kColour, kGrade, kName, kCity, kSize, kAge, kTags, kFlag };

// What one request says: per input nothing, or a number (enum index, number of a name, bits of a set).
struct Facts {
  std::array<std::optional<std::int64_t>, kInputs> value;
};

ir::Program Schema() {
  ir::Program program;
  program.name = "random";
  program.enums.push_back({"colour", false, {"red", "green", "blue", "grey"}});
  program.enums.push_back({"grade", true, {"none", "low", "mid", "high"}});
  program.enums.push_back({"tag", false, {"a", "b", "c", "d", "e", "f"}});
  const auto add = [&](const char* name, ValueType type, ir::EnumId enumeration = {}) {
    ir::Input input;
    input.name = name;
    input.source = AttributeSource::kContext;
    input.path = {name};
    input.type = type;
    input.enumeration = enumeration;
    program.inputs.push_back(std::move(input));
  };
  add("colour", ValueType::kEnum, ir::EnumId(0));
  add("grade", ValueType::kEnum, ir::EnumId(1));
  add("name", ValueType::kString);
  add("city", ValueType::kString);
  add("size", ValueType::kInt);
  add("age", ValueType::kDuration);
  add("tags", ValueType::kEnumSet, ir::EnumId(2));
  add("flag", ValueType::kBool);
  ir::Operation operation;
  operation.name = "go";
  operation.action = "go";
  program.operations.push_back(std::move(operation));
  return program;
}

std::string NameText(std::size_t number) { return "name-" + std::to_string(number); }

// Random rules over the schema; `keyed` rules all say `name is X and ..`.
class Policy {
 public:
  Policy(std::uint64_t seed, std::size_t rules, bool keyed) : dice_(seed), keyed_(keyed) {
    builder_.program() = Schema();
    for (std::uint32_t i = 0; i < kInputs; ++i) inputs_.push_back(builder_.AddInput(ir::InputId(i)));
    const ir::OperationSetId all = builder_.Add(std::vector{ir::OperationId(0)});
    for (std::size_t i = 0; i < rules; ++i) AddRule(i, all);
  }
  ir::Program Finish() && { return std::move(builder_).Finish(); }

 private:
  ir::NodeId Test(ir::Atom atom) {
    ir::Test test;
    test.atom = builder_.Add(std::move(atom));
    test.negated = dice_.Percent(25);
    return builder_.AddTest(builder_.Add(test));
  }

  ir::Atom In(Input input, ValueType type, ir::EnumId enumeration, std::size_t limit, std::size_t count) {
    ir::Atom atom;
    atom.op = ir::AtomOp::kIn;
    atom.args = {inputs_[input]};
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t number = dice_.Below(limit);
      atom.constants.push_back(type == ValueType::kString
                                   ? builder_.AddText(NameText(number))
                                   : builder_.AddNumber(type, static_cast<std::int64_t>(number), enumeration));
    }
    return atom;
  }

  ir::Atom RandomAtom() {
    ir::Atom atom;
    switch (dice_.Below(8)) {
      case 0:
        return In(kColour, ValueType::kEnum, ir::EnumId(0), kColours, dice_.Between(1, 2));
      case 1:
        return In(kName, ValueType::kString, {}, kNames, dice_.Between(1, 12));
      case 2:
        return In(kCity, ValueType::kString, {}, 6, dice_.Between(1, 2));
      case 3:
        return In(kSize, ValueType::kInt, {}, 10, dice_.Between(1, 3));
      case 4:
        atom.op = ir::AtomOp::kIsTrue;
        atom.args = {inputs_[kFlag]};
        return atom;
      case 5:
        atom.op = ir::AtomOp::kHas;
        atom.args = {inputs_[kTags]};
        atom.constants = {
            builder_.AddNumber(ValueType::kEnum, static_cast<std::int64_t>(dice_.Below(6)), ir::EnumId(2))};
        return atom;
      case 6:
        atom.op = ir::AtomOp::kRange;
        atom.args = {inputs_[kGrade]};
        atom.low = static_cast<std::int64_t>(dice_.Below(4));
        return atom;
      default:
        atom.op = ir::AtomOp::kRange;
        atom.args = {inputs_[dice_.Percent(50) ? kAge : kSize]};
        atom.low = static_cast<std::int64_t>(dice_.Below(100));
        atom.high = dice_.Percent(50) ? INT64_MAX : atom.low + static_cast<std::int64_t>(dice_.Below(50));
        return atom;
    }
  }

  ir::NodeId Formula(int depth) {
    if (depth == 0 || dice_.Percent(40)) return Test(RandomAtom());
    std::vector<ir::NodeId> parts;
    const std::size_t count = dice_.Between(2, 4);
    for (std::size_t i = 0; i < count; ++i) parts.push_back(Formula(depth - 1));
    return dice_.Percent(60) ? builder_.AddAnd(parts) : builder_.AddOr(parts);
  }

  ir::NodeId Key() {
    ir::Test test;
    test.atom = builder_.Add(In(kName, ValueType::kString, {}, kNames, dice_.Between(1, 2)));
    return builder_.AddTest(builder_.Add(test));
  }

  void AddRule(std::size_t number, ir::OperationSetId operations) {
    static constexpr std::array kKinds = {ir::RuleKind::kDeny, ir::RuleKind::kDeny, ir::RuleKind::kAllow,
                                          ir::RuleKind::kAllow, ir::RuleKind::kOn};
    ir::Rule rule;
    rule.name = "rule-" + std::to_string(number);
    rule.kind = kKinds[dice_.Below(kKinds.size())];
    rule.shadow = dice_.Percent(10);
    rule.status = dice_.Percent(30) ? 401 : 403;
    if (dice_.Percent(15)) rule.obligations.tags = {"t"};
    rule.operations = operations;
    rule.formula = Formula(3);
    if (keyed_) {
      const std::vector<ir::NodeId> parts{Key(), Formula(1)};
      rule.formula = builder_.AddAnd(parts);
    }
    rule.anonymous_formula = rule.formula;
    builder_.program().rules.push_back(std::move(rule));
  }

  Dice dice_;
  bool keyed_;
  ir::Builder builder_;
  std::vector<ir::ValueId> inputs_;
};

// ---- plain evaluation

Truth EvaluateAtom(const ir::Program& program, const ir::Atom& atom, const Facts& facts) {
  const std::optional<std::int64_t>& value = facts.value[program.values[atom.args[0].index()].input.index()];
  if (!value) return Truth::kDoubt;
  const auto is = [&](ir::ConstantId id) {
    const ir::Constant& constant = program.constants[id.index()];
    return constant.type == ValueType::kString ? constant.text == NameText(static_cast<std::size_t>(*value))
                                               : constant.number == *value;
  };
  if (atom.op == ir::AtomOp::kIsTrue) return eval::TruthOf(*value != 0);
  if (atom.op == ir::AtomOp::kIn) {
    return eval::TruthOf(std::any_of(atom.constants.begin(), atom.constants.end(), is));
  }
  if (atom.op == ir::AtomOp::kHas) {
    return eval::TruthOf((*value >> program.constants[atom.constants[0].index()].number & 1) != 0);
  }
  return eval::TruthOf(atom.low <= *value && *value <= atom.high);
}

Truth Evaluate(const ir::Program& program, ir::NodeId id, const Facts& facts) {
  const ir::Node& node = program.nodes[id.index()];
  if (node.kind == ir::NodeKind::kTest) {
    const ir::Test& test = program.tests[node.test.index()];
    const Truth truth = EvaluateAtom(program, program.atoms[test.atom.index()], facts);
    return test.negated ? eval::Not(truth) : truth;
  }
  const bool conjunction = node.kind == ir::NodeKind::kAnd || node.kind == ir::NodeKind::kTrue;
  Truth truth = eval::TruthOf(conjunction);
  for (std::uint32_t c = 0; c < node.child_count; ++c) {
    const Truth part = Evaluate(program, program.children[node.first_child + c], facts);
    truth = conjunction ? eval::And(truth, part) : eval::Or(truth, part);
  }
  return truth;
}

// ---- slot classes from facts

class FactClasses {
 public:
  FactClasses(const bytecode::Image& image, const Facts& facts) : image_(image), facts_(facts) {}

  std::uint32_t Ordinal(std::uint32_t slot) {
    if (slot >= image_.input_count()) return static_cast<std::uint32_t>(TruthOf(slot));
    const std::optional<std::int64_t>& value = facts_.value[slot];
    if (!value) return 0;
    const bytecode::Slot& record = image_.slots[slot];
    if (slot == kFlag) return 1 + static_cast<std::uint32_t>(*value);
    if (static_cast<ValueType>(record.type()) == ValueType::kString) {
      return image_.domain_views[record.domain()].Find(NameText(static_cast<std::size_t>(*value)));
    }
    return 2 + static_cast<std::uint32_t>(*value);
  }
  eval::Reading Number(std::uint32_t slot) { return {facts_.value[slot].value_or(0), facts_.value[slot].has_value()}; }
  std::uint32_t Member(std::uint32_t slot, std::uint32_t member) {
    if (!facts_.value[slot]) return 0;
    return 1 + static_cast<std::uint32_t>(*facts_.value[slot] >> (member - 2) & 1);
  }

 private:
  // Opaque parts of formulas: connectives and the tests below them.
  Truth TruthOf(std::uint32_t slot) {
    const bytecode::Instruction& code = image_.InstructionOf(slot);
    const auto op = static_cast<bytecode::Op>(code.op());
    const bool has_list = bytecode::AllOps()[code.op()].b == bytecode::Operand::kCount;
    const std::span<const std::uint32_t> list =
        image_.operands.subspan(has_list ? code.c() : 0, has_list ? code.b() : 0);
    if (op == bytecode::Op::kAnd || op == bytecode::Op::kOr) {
      Truth truth = eval::TruthOf(op == bytecode::Op::kAnd);
      for (const std::uint32_t operand : list) {
        Truth part = TruthOf(operand / 2);
        if ((operand & 1U) != 0) part = eval::Not(part);
        truth = op == bytecode::Op::kAnd ? eval::And(truth, part) : eval::Or(truth, part);
      }
      return truth;
    }
    if (op == bytecode::Op::kIsTrue) return static_cast<Truth>(Ordinal(code.a()));
    if (op == bytecode::Op::kHas) return static_cast<Truth>(Member(code.a(), code.b()));
    if (op == bytecode::Op::kInOrdinals) {
      const std::uint32_t ordinal = Ordinal(code.a());
      if (ordinal == 0) return Truth::kDoubt;
      return eval::TruthOf(std::binary_search(list.begin(), list.end(), ordinal));
    }
    const eval::Reading reading = Number(code.a());
    if (!reading.present) return Truth::kDoubt;
    if (op == bytecode::Op::kInRange) {
      return eval::TruthOf(image_.constants[code.b()].number() <= reading.number &&
                           reading.number <= image_.constants[code.c()].number());
    }
    EXPECT_EQ(op, bytecode::Op::kInConstants);
    return eval::TruthOf(std::any_of(list.begin(), list.end(), [&](std::uint32_t constant) {
      return image_.constants[constant].number() == reading.number;
    }));
  }

  const bytecode::Image& image_;
  const Facts& facts_;
};

Facts RandomFacts(Dice& dice) {
  static constexpr std::array<std::size_t, kInputs> kLimits = {kColours, 4, kNames + 5, 7, 130, 130, 64, 2};
  Facts facts;
  const std::size_t hidden = dice.Pick(std::vector<std::size_t>{0, 10, 50});
  for (std::size_t i = 0; i < kInputs; ++i) {
    if (!dice.Percent(hidden)) facts.value[i] = static_cast<std::int64_t>(dice.Below(kLimits[i]));
  }
  return facts;
}

struct Expected {
  eval::Findings findings;
  std::map<std::pair<GroupKind, std::uint32_t>, bool> matches;  // certain
};

Expected Scan(const ir::Program& program, const Facts& facts) {
  Expected expected;
  const auto better = [](std::uint32_t& best, std::uint32_t rule) { best = std::min(best, rule); };
  for (std::uint32_t i = 0; i < program.rules.size(); ++i) {
    const ir::Rule& rule = program.rules[i];
    const Truth truth = Evaluate(program, rule.formula, facts);
    const bool certain = truth == Truth::kTrue;
    if (truth == Truth::kFalse || (rule.kind == ir::RuleKind::kAllow && !certain)) continue;
    GroupKind kind = rule.shadow ? GroupKind::kShadowOn : GroupKind::kOn;
    if (rule.kind == ir::RuleKind::kDeny) kind = rule.shadow ? GroupKind::kShadowDeny : GroupKind::kDeny;
    if (rule.kind == ir::RuleKind::kAllow) kind = rule.shadow ? GroupKind::kShadowAllow : GroupKind::kAllow;
    if (kind == GroupKind::kAllow) better(expected.findings.allow, i);
    if (kind == GroupKind::kDeny && rule.status == 401) {
      better(expected.findings.challenge, i);
      if (certain) better(expected.findings.certain_challenge, i);
    } else if (kind == GroupKind::kDeny) {
      better(certain ? expected.findings.deny : expected.findings.doubt, i);
    }
    const bool told = (kind != GroupKind::kDeny && kind != GroupKind::kAllow) || !rule.obligations.empty();
    if (told) expected.matches[{kind, i}] = certain;
  }
  return expected;
}

class Compiled {
 public:
  explicit Compiled(const ir::Program& program) {
    const base::SourceMap sources;
    diag::Sink sink;
    const auto bytes = Generate(program, sources, {}, sink);
    for (const diag::Diagnostic& found : sink.reported()) ADD_FAILURE() << found.message;
    if (!bytes) return;
    Result<bytecode::Image> loaded = bytecode::Load(*bytes);
    if (!loaded.has_value()) {
      ADD_FAILURE() << loaded.error().message;
      return;
    }
    image.emplace(std::move(loaded).value());
  }
  std::optional<bytecode::Image> image;
};

// The set of node kinds that a bundle has, so that a test knows what it covered.
std::string NodeKinds(const bytecode::Image& image) {
  std::map<std::string, int> kinds;
  for (const bytecode::Branch& branch : image.branches) {
    const bool split = static_cast<bytecode::BranchKind>(branch.kind()) == bytecode::BranchKind::kSplit;
    ++kinds[!split ? "list" : branch.keys().count() != 0 ? "sparse split" : "dense split"];
  }
  for (const bytecode::Row& row : image.rows) ++kinds["row " + std::to_string(row.mode())];
  std::string text;
  for (const auto& [kind, count] : kinds) text += kind + "; ";
  return text;
}

void Compare(const ir::Program& program, const bytecode::Image& image, std::size_t requests, Dice& dice) {
  eval::Walk walk(image);
  const bytecode::Program& groups = image.ProgramOf(0, image.nothing_matches);
  for (std::size_t i = 0; i < requests; ++i) {
    const Facts facts = RandomFacts(dice);
    FactClasses classes(image, facts);
    const eval::Findings findings = walk.Run(image, groups, classes);
    const Expected expected = Scan(program, facts);
    ASSERT_EQ(findings.deny, expected.findings.deny);
    ASSERT_EQ(findings.challenge, expected.findings.challenge);
    ASSERT_EQ(findings.certain_challenge, expected.findings.certain_challenge);
    // A rule with a certain and a doubtful term is certain; where a rule is, nobody asks for the doubtful ones.
    const bool doubt_counts = expected.findings.deny == bytecode::kNone;
    if (doubt_counts) {
      ASSERT_EQ(findings.doubt, expected.findings.doubt);
    }
    ASSERT_EQ(findings.refuses(), expected.findings.refuses());
    if (!findings.refuses()) {
      ASSERT_EQ(findings.allow, expected.findings.allow);
    }
    std::map<std::pair<GroupKind, std::uint32_t>, bool> matches;
    for (const eval::Match& match : walk.matches()) {
      ASSERT_TRUE(matches.emplace(std::pair(match.kind, match.rule), match.certain).second) << "told twice";
    }
    ASSERT_EQ(matches, expected.matches);
  }
}

std::uint64_t Seed() {
  const char* text = std::getenv("WARD_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

TEST(CodegenIndex, WalkEqualsKleeneScanOnSmallPolicies) {
  for (std::uint64_t round = 0; round < 60; ++round) {
    SCOPED_TRACE(testing::Message() << "WARD_SEED=" << Seed() << " round " << round);
    Dice dice(Seed() * 1000 + round);
    const ir::Program program = Policy(dice.Next(), dice.Between(1, 40), dice.Percent(30)).Finish();
    const Compiled compiled(program);
    ASSERT_TRUE(compiled.image.has_value());
    Compare(program, *compiled.image, 200, dice);
    if (HasFatalFailure()) return;
  }
}

TEST(CodegenIndex, WalkEqualsKleeneScanOnSplitsAndLists) {
  std::string kinds;
  for (const bool keyed : {false, true}) {
    SCOPED_TRACE(testing::Message() << "WARD_SEED=" << Seed() << " keyed " << keyed);
    Dice dice(Seed() * 77 + (keyed ? 1 : 0));
    const ir::Program program = Policy(dice.Next(), 1500, keyed).Finish();
    const Compiled compiled(program);
    ASSERT_TRUE(compiled.image.has_value());
    kinds += NodeKinds(*compiled.image);
    Compare(program, *compiled.image, 300, dice);
    if (HasFatalFailure()) return;
  }
  for (const char* kind : {"list", "split", "row 0", "row 1", "row 2", "row 3"}) {
    EXPECT_NE(kinds.find(kind), std::string::npos) << kind << " is not covered: " << kinds;
  }
}

TEST(CodegenIndex, SameProgramSameBytes) {
  const ir::Program program = Policy(5, 200, true).Finish();
  const base::SourceMap sources;
  diag::Sink sink;
  EXPECT_EQ(Generate(program, sources, {}, sink), Generate(program, sources, {}, sink));
}

// Rules that differ only in one compared constant share everything but their numbers.
TEST(CodegenIndex, EqualRemaindersAreOneNode) {
  ir::Builder builder;
  builder.program() = Schema();
  const ir::ValueId name = builder.AddInput(ir::InputId(kName));
  const ir::ValueId flag = builder.AddInput(ir::InputId(kFlag));
  const ir::OperationSetId all = builder.Add(std::vector{ir::OperationId(0)});
  for (std::size_t i = 0; i < 2000; ++i) {
    ir::Atom is;
    is.op = ir::AtomOp::kIn;
    is.args = {name};
    is.constants = {builder.AddText(NameText(i))};
    ir::Atom flagged;
    flagged.op = ir::AtomOp::kIsTrue;
    flagged.args = {flag};
    std::vector<ir::NodeId> parts;
    for (ir::Atom* atom : {&is, &flagged}) {
      ir::Test test;
      test.atom = builder.Add(*atom);
      parts.push_back(builder.AddTest(builder.Add(test)));
    }
    ir::Rule rule;
    rule.name = "r" + std::to_string(i);
    rule.kind = i % 2 == 0 ? ir::RuleKind::kAllow : ir::RuleKind::kDeny;
    rule.operations = all;
    rule.formula = rule.anonymous_formula = builder.AddAnd(parts);
    builder.program().rules.push_back(std::move(rule));
  }
  const ir::Program program = std::move(builder).Finish();
  const Compiled compiled(program);
  ASSERT_TRUE(compiled.image.has_value());
  EXPECT_EQ(compiled.image->branches.size(), 2U);
  // One shape; its rows differ in class 0 between allow and deny, which is in the words.
  EXPECT_LE(compiled.image->leaves.size(), 2U);
  EXPECT_LE(compiled.image->words.size(), 16U);
  EXPECT_EQ(compiled.image->bound.visits(), 4U);
}

}  // namespace
}  // namespace ward::codegen
