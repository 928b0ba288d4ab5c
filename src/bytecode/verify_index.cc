// The index: nodes, rows and groups. A walk that follows them reads inside its vectors, ends, and costs what it claims.
#include <algorithm>
#include <bit>
#include <cstddef>

#include "bytecode/bounds.h"
#include "bytecode/verify.h"
#include "lookup/interval_cuts.h"
#include "ward/schema.h"

namespace ward::bytecode {
namespace {

// Open-addressed pairs: a power of two, one of them free, values in 1 .. value_limit - 1.
bool PairsAreGood(const Image& image, const Range& range, std::uint32_t value_limit) {
  if (!std::has_single_bit(range.count()) || range.first() > image.keys.size() ||
      2 * std::uint64_t{range.count()} > image.keys.size() - range.first()) {
    return false;
  }
  const std::span<const std::uint32_t> pairs = image.keys.subspan(range.first(), 2 * std::size_t{range.count()});
  bool has_free = false;
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    if (pairs[i] == 0) {
      has_free = true;
    } else if (pairs[i + 1] == 0 || pairs[i + 1] >= value_limit) {
      return false;
    }
  }
  return has_free;
}

bool IsNumeric(std::uint8_t type) {
  switch (static_cast<ValueType>(type)) {
    case ValueType::kInt:
    case ValueType::kDuration:
    case ValueType::kTimestamp:
    case ValueType::kClock:
    case ValueType::kSize:
      return true;
    case ValueType::kBool:
    case ValueType::kString:
    case ValueType::kIp:
    case ValueType::kCidr:
    case ValueType::kEnum:
    case ValueType::kEnumSet:
    case ValueType::kStringSet:
      return false;
  }
  return false;
}

bool HasOrdinalClass(const Slot& slot) {
  return slot.type() == kTruthType || slot.type() == static_cast<std::uint8_t>(ValueType::kBool) ||
         slot.type() == static_cast<std::uint8_t>(ValueType::kString) ||
         slot.type() == static_cast<std::uint8_t>(ValueType::kEnum);
}

bool IsSet(const Slot& slot) {
  return slot.type() == static_cast<std::uint8_t>(ValueType::kEnumSet) ||
         slot.type() == static_cast<std::uint8_t>(ValueType::kStringSet);
}

Result<void> VerifyRow(const Image& image, std::size_t number, Work& work) {
  const Row& row = image.rows[number];
  if (row.slot() >= image.slots.size()) return Corrupt("row {} looks at slot {}", number, row.slot());
  if (!work.Spend(1 + std::uint64_t{row.count()})) return TooEntangled();
  const Slot& slot = image.slots[row.slot()];
  bool good = false;
  switch (static_cast<RowMode>(row.mode())) {
    case RowMode::kDense:
      good = HasOrdinalClass(slot) && row.classes() == slot.ordinals();
      break;
    case RowMode::kSparse:
      good = HasOrdinalClass(slot) && row.classes() >= lookup::kOrdinalFirst &&
             PairsAreGood(image, Range(row.first(), row.count()), row.classes());
      break;
    case RowMode::kInterval: {
      const Range range(row.first(), row.count());
      good = IsNumeric(slot.type()) && Inside(range, image.cuts.size()) &&
             row.classes() == std::uint64_t{row.count()} + 2 &&
             lookup::IntervalCuts(Slice(image.cuts, range)).Verify().has_value();
      break;
    }
    case RowMode::kMember:
      good = IsSet(slot) && row.first() >= lookup::kOrdinalFirst && row.first() < slot.ordinals() && row.classes() == 3;
      break;
  }
  if (!good) return Corrupt("row {} does not fit slot {}", number, row.slot());
  return {};
}

Result<void> VerifyLeaf(const Image& image, std::size_t number, Work& work) {
  const Leaf& leaf = image.leaves[number];
  // Terms fill the word from its lowest bit, or the rules beside them would not be theirs.
  if (leaf.all() == 0 || (leaf.all() & (leaf.all() + 1)) != 0 || (leaf.certain() & ~leaf.all()) != 0) {
    return Corrupt("leaf {} has terms {:#x}, certain {:#x}", number, leaf.all(), leaf.certain());
  }
  if (!Inside(leaf.rows(), image.rows.size()) || leaf.dense() > leaf.rows().count()) {
    return Corrupt("leaf {} has rows outside their vector", number);
  }
  const std::span<const Row> rows = Slice(image.rows, leaf.rows());
  if (!work.Spend(rows.size())) return TooEntangled();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    if (row.words() == 0 || std::uint64_t{row.words()} + row.classes() > leaf.block()) {
      return Corrupt("leaf {}: row {} has words beyond the block", number, i);
    }
    if (i < leaf.dense() && static_cast<RowMode>(row.mode()) != RowMode::kDense) {
      return Corrupt("leaf {}: row {} is not dense", number, i);
    }
  }
  return {};
}

// `branches`: how many branches exist below whoever holds the child.
bool IsGoodChild(const Image& image, const Child& child, std::size_t branches) {
  if (child.node() == kNoNode) return true;
  const std::uint32_t number = NodeNumber(child.node());
  if (!IsLeaf(child.node())) return number < branches;
  return number < image.leaves.size() &&
         std::uint64_t{child.words()} + image.leaves[number].block() <= image.words.size();
}

Result<void> VerifyBranch(const Image& image, std::size_t number, Work& work) {
  const Branch& branch = image.branches[number];
  if (branch.kind() > static_cast<std::uint32_t>(BranchKind::kList) ||
      !Inside(branch.children(), image.children.size())) {
    return Corrupt("branch {} lies outside its vectors", number);
  }
  if (!work.Spend(1 + std::uint64_t{branch.children().count()} + branch.keys().count())) return TooEntangled();
  const std::span<const Child> children = Slice(image.children, branch.children());
  const bool below = std::all_of(children.begin(), children.end(),
                                 [&](const Child& child) { return IsGoodChild(image, child, number); });
  if (!below || !IsGoodChild(image, branch.rest(), number) || !IsGoodChild(image, branch.doubt(), number)) {
    return Corrupt("branch {} has a child that is not below it", number);
  }
  if (static_cast<BranchKind>(branch.kind()) == BranchKind::kList) return {};
  if (branch.slot() >= image.slots.size() || !HasOrdinalClass(image.slots[branch.slot()])) {
    return Corrupt("branch {} splits by slot {}", number, branch.slot());
  }
  if (branch.keys().count() != 0 && !PairsAreGood(image, branch.keys(), branch.children().count() + 1)) {
    return Corrupt("branch {} has keys that lead nowhere", number);
  }
  return {};
}

bool Same(const Bound& a, const Bound& b) {
  return a.visits() == b.visits() && a.words() == b.words() && a.steps() == b.steps() && a.stack() == b.stack() &&
         a.matches() == b.matches();
}

Result<void> VerifyGroups(const Image& image, const NodeBounds& nodes) {
  for (std::size_t i = 0; i < image.groups.size(); ++i) {
    const Group& group = image.groups[i];
    if (group.kind() > static_cast<std::uint16_t>(GroupKind::kShadowOn) || group.tells() > 1) {
      return Corrupt("group {} has kind {}", i, group.kind());
    }
    if (!IsGoodChild(image, group.root(), image.branches.size())) return Corrupt("group {} has no root", i);
    if (group.root().rules() + nodes.Of(group.root().node()).extent > image.rule_refs.size()) {
      return Corrupt("group {} has rules beyond their vector", i);
    }
    if (!Same(group.bound(), DeriveGroupBound(group, nodes, image.computed))) {
      return Corrupt("group {} does not cost what it claims", i);
    }
  }
  return {};
}

Result<void> VerifyPrograms(const Image& image, Work& work) {
  Bound largest(0, 0, 0, 0, 0);
  for (std::size_t i = 0; i < image.programs.size(); ++i) {
    const Program& program = image.programs[i];
    if (!Inside(program.groups(), image.program_groups.size())) return Corrupt("program {} has no groups", i);
    if (!work.Spend(program.groups().count())) return TooEntangled();
    std::vector<Bound> bounds;
    for (const std::uint32_t group : Slice(image.program_groups, program.groups())) {
      if (group >= image.groups.size()) return Corrupt("program {} lists group {}", i, group);
      bounds.push_back(image.groups[group].bound());
    }
    if (!Same(program.bound(), DeriveProgramBound(bounds, image.computed))) {
      return Corrupt("program {} does not cost what it claims", i);
    }
    const Bound& bound = program.bound();
    const std::uint64_t steps = std::uint64_t{bound.visits()} + bound.words() + bound.steps();
    if (steps > base::budget::kStepsPerOperationMax) return TooCostly(i, steps);
    largest = Larger(largest, program.bound());
  }
  if (!Same(largest, image.bound)) return Corrupt("the bundle does not cost what it claims");
  return {};
}

}  // namespace

Result<void> VerifyIndex(const Image& image, Work& work) {
  for (std::size_t i = 0; i < image.rows.size(); ++i) WARD_RETURN_IF_ERROR(VerifyRow(image, i, work));
  for (std::size_t i = 0; i < image.leaves.size(); ++i) WARD_RETURN_IF_ERROR(VerifyLeaf(image, i, work));
  for (std::size_t i = 0; i < image.branches.size(); ++i) WARD_RETURN_IF_ERROR(VerifyBranch(image, i, work));
  for (std::size_t i = 0; i < image.rule_refs.size(); ++i) {
    if ((image.rule_refs[i] & ~kAnswers401) >= image.rules.size()) return Corrupt("rule reference {} of no rule", i);
  }
  const NodeBounds nodes = DeriveNodeBounds(image);
  WARD_RETURN_IF_ERROR(VerifyGroups(image, nodes));
  return VerifyPrograms(image, work);
}

}  // namespace ward::bytecode
