// One lie at a time: each promise that runs rely on is checked, and its refusal says what and where.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bytecode/bounds.h"
#include "bytecode/load.h"
#include "bytecode/verify.h"
#include "differential/image_exercise.h"

namespace ward::bytecode {
namespace {

class BytecodeVerify : public testing::Test {
 protected:
  void SetUp() override {
    bytes_ = differential::CompileBranchedProgram();
    Result<Image> loaded = Load(bytes_);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
    image_ = std::move(loaded).value();
    ASSERT_FALSE(image_.branches.empty());
    ASSERT_FALSE(image_.leaves.empty());
  }

  // What Load says when element `index` of one of the image's spans is another value.
  template <typename T>
  std::string Refusal(std::span<const T> list, std::size_t index, const T& lie) {
    const auto* memory = reinterpret_cast<const std::uint8_t*>(image_.memory.get());
    const auto* element = reinterpret_cast<const std::uint8_t*>(&list[index]);
    std::vector<std::uint8_t> damaged = bytes_;
    std::memcpy(damaged.data() + (element - memory), &lie, sizeof lie);
    const Result<Image> image = Load(damaged);
    return image.has_value() ? "accepted" : image.error().message;
  }

  // Of `damaged`, a copy of the file: makes element `index` another value.
  template <typename T>
  void Lie(std::vector<std::uint8_t>& damaged, std::span<const T> list, std::size_t index, const T& lie) {
    const auto* memory = reinterpret_cast<const std::uint8_t*>(image_.memory.get());
    std::memcpy(damaged.data() + (reinterpret_cast<const std::uint8_t*>(&list[index]) - memory), &lie, sizeof lie);
  }

  // The first element for which `is` holds.
  template <typename T, typename Is>
  std::size_t Find(std::span<const T> list, Is is) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (is(list[i])) return i;
    }
    ADD_FAILURE() << "the program has no such element";
    return 0;
  }
  std::size_t FindOp(Op op) {
    return Find(image_.code, [op](const Instruction& i) { return i.op() == static_cast<std::uint16_t>(op); });
  }
  std::string N(std::size_t number) { return std::to_string(number); }

  std::vector<std::uint8_t> bytes_;
  Image image_;
};

TEST_F(BytecodeVerify, ALeafWithAHoleWouldNameAnothersRule) {
  const Leaf& leaf = image_.leaves[0];
  const Leaf lie(leaf.all() << 1, 0, leaf.rows(), leaf.dense(), leaf.block());
  EXPECT_NE(Refusal(image_.leaves, 0, lie).find("bytecode: leaf 0 has terms 0x"), std::string::npos);
}

TEST_F(BytecodeVerify, ALeafsRowsLieInItsBlock) {
  const std::size_t i = Find(image_.leaves, [](const Leaf& leaf) { return leaf.rows().count() > 0; });
  const Leaf& leaf = image_.leaves[i];
  const Leaf lie(leaf.all(), leaf.certain(), leaf.rows(), leaf.dense(), 1);
  EXPECT_EQ(Refusal(image_.leaves, i, lie), "bytecode: leaf " + N(i) + ": row 0 has words beyond the block");
}

TEST_F(BytecodeVerify, ADenseRowIsAsLongAsItsSlotHasClasses) {
  const std::size_t i = Find(image_.rows, [](const Row& row) { return row.mode() == 0; });
  const Row& row = image_.rows[i];
  const Row lie(row.slot(), row.classes() - 1, row.words(), row.first(), row.count(), row.mode());
  EXPECT_EQ(Refusal(image_.rows, i, lie), "bytecode: row " + N(i) + " does not fit slot " + N(row.slot()));
}

TEST_F(BytecodeVerify, AnIntervalLooksAtANumber) {
  const std::size_t i = Find(image_.rows, [](const Row& row) { return row.mode() == 2; });
  const auto text = static_cast<std::uint32_t>(Find(
      image_.slots, [](const Slot& slot) { return slot.type() == static_cast<std::uint8_t>(ValueType::kString); }));
  const Row& row = image_.rows[i];
  const Row lie(text, row.classes(), row.words(), row.first(), row.count(), row.mode());
  EXPECT_EQ(Refusal(image_.rows, i, lie), "bytecode: row " + N(i) + " does not fit slot " + N(text));
}

TEST_F(BytecodeVerify, ABranchBelowItselfWouldNeverEnd) {
  const Branch& branch = image_.branches[0];
  const Branch lie(branch.kind(), branch.slot(), branch.children(), branch.keys(), Child(BranchNode(0), 0, 0),
                   branch.doubt());
  EXPECT_EQ(Refusal(image_.branches, 0, lie), "bytecode: branch 0 has a child that is not below it");
}

TEST_F(BytecodeVerify, ALeafsBlockLiesInTheWords) {
  const std::size_t i = Find(image_.groups, [](const Group& group) { return IsLeaf(group.root().node()); });
  const Group& group = image_.groups[i];
  const auto words = static_cast<std::uint32_t>(image_.words.size());
  const std::uint32_t block = image_.leaves[NodeNumber(group.root().node())].block();
  const Group lie(group.kind(), group.tells(), Child(group.root().node(), group.root().rules(), words - block + 1),
                  group.bound());
  EXPECT_EQ(Refusal(image_.groups, i, lie), "bytecode: group " + N(i) + " has no root");
}

TEST_F(BytecodeVerify, RulesOfAGroupLieInTheirVector) {
  const Group& group = image_.groups[0];
  const auto beyond = static_cast<std::uint32_t>(image_.rule_refs.size());
  const Group lie(group.kind(), group.tells(), Child(group.root().node(), beyond, group.root().words()), group.bound());
  EXPECT_EQ(Refusal(image_.groups, 0, lie), "bytecode: group 0 has rules beyond their vector");
  const auto rules = static_cast<std::uint32_t>(image_.rules.size());
  EXPECT_EQ(Refusal(image_.rule_refs, 0, rules), "bytecode: rule reference 0 of no rule");
}

TEST_F(BytecodeVerify, AGroupCostsWhatItClaims) {
  const Group& group = image_.groups[0];
  const Bound& b = group.bound();
  const Group stack(group.kind(), group.tells(), group.root(), Bound(b.visits(), b.words(), b.steps(), 0, b.matches()));
  EXPECT_EQ(Refusal(image_.groups, 0, stack), "bytecode: group 0 does not cost what it claims");
  const std::size_t i = Find(image_.groups, [](const Group& g) { return g.tells() == 0; });
  const Group& quiet = image_.groups[i];
  // It would write matches that no reader has room for.
  const Group tells(quiet.kind(), 1, quiet.root(), quiet.bound());
  EXPECT_EQ(Refusal(image_.groups, i, tells), "bytecode: group " + N(i) + " does not cost what it claims");
  const Program& program = image_.programs[0];
  const Program cheap(program.groups(), Bound(0, 0, 0, 0, 0));
  EXPECT_EQ(Refusal(image_.programs, 0, cheap), "bytecode: program 0 does not cost what it claims");
}

TEST_F(BytecodeVerify, AnInstructionReadsWhatCameBefore) {
  const std::size_t i = FindOp(Op::kPresent);
  const Instruction& good = image_.code[i];
  const auto own = static_cast<std::uint32_t>(std::min(image_.inputs.size() + i, image_.slots.size()));
  EXPECT_EQ(Refusal(image_.code, i, Instruction(good.op(), 0, own, 0, 0)),
            "bytecode: instruction " + N(i) + " (kPresent) has an operand that comes later");
  EXPECT_EQ(Refusal(image_.code, i, Instruction(good.op(), 0, good.a(), 1, 0)),
            "bytecode: instruction " + N(i) + " (kPresent) has an operand too many");
  EXPECT_EQ(Refusal(image_.code, i, Instruction(999, 0, good.a(), 0, 0)),
            "bytecode: instruction " + N(i) + ": unknown op");
}

// A cell knows no type: what an instruction takes for a text must be one.
TEST_F(BytecodeVerify, AnInstructionReadsItsType) {
  const auto number = static_cast<std::uint32_t>(
      Find(image_.slots, [](const Slot& slot) { return slot.type() == static_cast<std::uint8_t>(ValueType::kInt); }));
  const std::size_t i = FindOp(Op::kInPrefixes);
  const Instruction& good = image_.code[i];
  EXPECT_EQ(Refusal(image_.code, i, Instruction(good.op(), 0, number, good.b(), 0)),
            "bytecode: instruction " + N(i) + " (kInPrefixes) has operands of these types");
}

TEST_F(BytecodeVerify, StepsHoldEveryOperand) {
  const std::size_t i = Find(image_.slots, [](const Slot& slot) { return slot.steps().count() > 1; });
  const Slot& slot = image_.slots[i];
  const std::uint32_t last = slot.steps().first() + slot.steps().count() - 1;
  const Slot lie(slot.type(), slot.flags(), 0, slot.enumeration(), slot.domain(), slot.ordinals(), slot.presence(),
                 slot.presence_words(), Range(last, 1));
  EXPECT_EQ(Refusal(image_.slots, i, lie), "bytecode: slot " + N(i) + ": its steps lack an operand");
}

TEST_F(BytecodeVerify, ASlotHasTheOrdinalsOfItsDomain) {
  const std::size_t i = Find(image_.slots, [](const Slot& slot) { return slot.ordinals() > 2; });
  const Slot& slot = image_.slots[i];
  const Slot lie(slot.type(), slot.flags(), 0, slot.enumeration(), slot.domain(), slot.ordinals() - 1, slot.presence(),
                 slot.presence_words(), slot.steps());
  EXPECT_EQ(Refusal(image_.slots, i, lie),
            "bytecode: slot " + N(i) + " has " + N(slot.ordinals() - 1) + " ordinals, not " + N(slot.ordinals()));
}

// So many ordinals that the words for their bits wrap to none: every member would lie outside.
TEST_F(BytecodeVerify, PresenceBitsHaveRoomForEveryOrdinal) {
  const std::size_t i = Find(
      image_.slots, [](const Slot& slot) { return slot.type() == static_cast<std::uint8_t>(ValueType::kStringSet); });
  const std::uint32_t number = image_.slots[i].domain();
  std::vector<std::uint8_t> damaged = bytes_;
  const Domain& domain = image_.domains[number];
  Lie(damaged, image_.domains, number,
      Domain(domain.seed(), domain.entries(), domain.pilots(), domain.tails(), UINT32_MAX, 0));
  for (std::size_t s = 0; s < image_.slots.size(); ++s) {
    const Slot& slot = image_.slots[s];
    if (slot.domain() != number) continue;
    Lie(damaged, image_.slots, s,
        Slot(slot.type(), slot.flags(), 0, slot.enumeration(), slot.domain(), UINT32_MAX, slot.presence(), 0,
             slot.steps()));
  }
  const Result<Image> image = Load(damaged);
  ASSERT_FALSE(image.has_value());
  EXPECT_EQ(image.error().message, "bytecode: slot " + N(i) + ": its presence bits");
}

// Each branch lists the one below it twice: 2^40 leaves, and a decision that no one would live to see.
TEST_F(BytecodeVerify, AWalkIsNoLongerThanTheBudget) {
  constexpr std::uint32_t kLevels = 40;
  std::vector<Child> children;
  std::vector<Branch> branches;
  for (std::uint32_t level = 0; level < kLevels; ++level) {
    const Child below(level == 0 ? LeafNode(0) : BranchNode(level - 1), 0, 0);
    branches.emplace_back(static_cast<std::uint32_t>(BranchKind::kList), 0, Range(2 * level, 2), Range(), Child(),
                          Child());
    children.insert(children.end(), 2, below);
  }
  image_.children = children;
  image_.branches = branches;
  const NodeBounds nodes = DeriveNodeBounds(image_);
  const Group open(static_cast<std::uint16_t>(GroupKind::kAllow), 0, Child(BranchNode(kLevels - 1), 0, 0), Bound());
  const std::vector<Group> groups = {
      Group(open.kind(), 0, open.root(), DeriveGroupBound(open, nodes, image_.computed))};
  const std::vector<Bound> bounds = {groups[0].bound()};
  const std::vector<std::uint32_t> listed = {0};
  const std::vector<Program> programs = {Program(Range(0, 1), DeriveProgramBound(bounds, image_.computed))};
  image_.groups = groups;
  image_.program_groups = listed;
  image_.programs = programs;
  image_.bound = programs[0].bound();
  Work work(image_.size_bytes);
  const Result<void> verified = VerifyIndex(image_, work);
  ASSERT_FALSE(verified.has_value());
  EXPECT_NE(verified.error().message.find("bytecode: program 0 may take "), std::string::npos)
      << verified.error().message;
}

// A thousand attributes whose names are one and the same long text: more of them than tables of names can hold.
TEST_F(BytecodeVerify, NamesOfInputsAreNoLongerThanAFile) {
  const std::string text = std::string(image_.text) + std::string(std::size_t{2} << 20, 'x');
  const auto offset = static_cast<std::uint32_t>(image_.text.size());
  const Input& good = image_.inputs[0];
  const std::vector<Input> inputs(1'000, Input(Text(offset, std::uint32_t{2} << 20), Range(), good.split(),
                                               good.max_bytes(), good.source(), good.flags(), 0));
  image_.text = text;
  image_.inputs = inputs;
  Work work(image_.size_bytes);
  const Result<void> verified = VerifyStrings(image_, work);
  ASSERT_FALSE(verified.has_value());
  EXPECT_EQ(verified.error().message, TooEntangled().message);
}

TEST_F(BytecodeVerify, TheTimeIsATimestamp) {
  const std::size_t i = Find(image_.inputs, [](const Input& input) {
    return input.source() == static_cast<std::uint8_t>(AttributeSource::kContext);
  });
  const Input& input = image_.inputs[i];
  const Input lie(input.name(), input.path(), input.split(), input.max_bytes(),
                  static_cast<std::uint8_t>(AttributeSource::kNow), input.flags(), 0);
  ASSERT_NE(image_.slots[i].type(), static_cast<std::uint8_t>(ValueType::kTimestamp));
  EXPECT_EQ(Refusal(image_.inputs, i, lie), "bytecode: input " + N(i) + " is the time, and no timestamp");
}

TEST_F(BytecodeVerify, AFormulaLeavesOneTruth) {
  const Rule& rule = image_.rules[0];
  const std::size_t last = rule.formula().first() + rule.formula().count() - 1;
  const std::uint32_t lie = 0 << kFormulaOpBits | static_cast<std::uint32_t>(FormulaOp::kTrue);
  if (rule.formula().count() > 1) {
    EXPECT_NE(Refusal(image_.formula_steps, last, lie).find("bytecode: a formula"), std::string::npos);
  }
  const std::uint32_t unknown =
      (UINT32_MAX >> kFormulaOpBits) << kFormulaOpBits | static_cast<std::uint32_t>(FormulaOp::kTest);
  EXPECT_EQ(Refusal(image_.formula_steps, last, unknown), "bytecode: a formula asks test 536870911");
}

TEST_F(BytecodeVerify, AChainHasAStateForEveryOutcome) {
  const auto states = static_cast<std::uint32_t>(image_.zone_states.size());
  EXPECT_EQ(Refusal(image_.chain_states, 0, states), "bytecode: a chain leads to no zone state");
}

}  // namespace
}  // namespace ward::bytecode
