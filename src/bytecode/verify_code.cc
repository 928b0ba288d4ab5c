// Slots and code: every operand exists, has a smaller number and the type its instruction takes.
//
// Cells carry no type at run time; that an instruction reads a text where there is a text rests on this file alone.
#include <algorithm>
#include <cstddef>

#include "base/budgets.h"
#include "bytecode/verify.h"
#include "ward/schema.h"

namespace ward::bytecode {
namespace {

constexpr std::uint8_t TypeNumber(ValueType type) { return static_cast<std::uint8_t>(type); }

bool IsSet(std::uint8_t type) {
  return type == TypeNumber(ValueType::kEnumSet) || type == TypeNumber(ValueType::kStringSet);
}
bool IsNumber(std::uint8_t type) {
  return type == TypeNumber(ValueType::kInt) || type == TypeNumber(ValueType::kDuration) ||
         type == TypeNumber(ValueType::kTimestamp) || type == TypeNumber(ValueType::kClock) ||
         type == TypeNumber(ValueType::kSize);
}
bool IsOrdered(std::uint8_t type) { return IsNumber(type) || type == TypeNumber(ValueType::kEnum); }

Result<void> VerifySlot(const Image& image, std::size_t number) {
  const Slot& slot = image.slots[number];
  if (slot.type() >= kValueTypeCount && slot.type() != kTruthType) return Corrupt("slot {} has no type", number);
  const bool is_enum = slot.type() == TypeNumber(ValueType::kEnum) || slot.type() == TypeNumber(ValueType::kEnumSet);
  if (is_enum ? slot.enumeration() >= image.enums.size() : slot.enumeration() != kNone) {
    return Corrupt("slot {} has enum {}", number, slot.enumeration());
  }
  const bool is_text =
      slot.type() == TypeNumber(ValueType::kString) || slot.type() == TypeNumber(ValueType::kStringSet);
  std::uint32_t ordinals = 0;
  if (is_enum || is_text) {
    if (slot.domain() >= image.domains.size() ||
        (is_enum && slot.domain() != image.enums[slot.enumeration()].domain())) {
      return Corrupt("slot {} has domain {}", number, slot.domain());
    }
    ordinals = image.domains[slot.domain()].ordinal_limit();
  } else if (slot.domain() != kNone) {
    return Corrupt("slot {} has domain {}", number, slot.domain());
  } else if (slot.type() == kTruthType || slot.type() == TypeNumber(ValueType::kBool)) {
    ordinals = 3;
  }
  if (slot.ordinals() != ordinals) return Corrupt("slot {} has {} ordinals, not {}", number, slot.ordinals(), ordinals);
  return {};
}

// Presence bits of all sets, one behind the other.
Result<void> VerifyPresence(const Image& image) {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < image.slots.size(); ++i) {
    const Slot& slot = image.slots[i];
    if (!IsSet(slot.type())) {
      if (slot.presence() != kNone || slot.presence_words() != 0) return Corrupt("slot {} is no set", i);
      continue;
    }
    // In 64 bits: a domain may claim any number of ordinals.
    const std::uint64_t words = (std::uint64_t{slot.ordinals()} - lookup::kOrdinalFirst + 63) / 64;
    if (slot.presence() != next || slot.presence_words() != words) return Corrupt("slot {}: its presence bits", i);
    next += words;
  }
  if (next != image.presence_words) return Corrupt("presence bits need {} words, not {}", next, image.presence_words);
  return {};
}

// Looks at one instruction. `limit`: slots below this exist already.
class InstructionCheck {
 public:
  InstructionCheck(const Image& image, std::size_t number, Work& work)
      : image_(image),
        work_(work),
        number_(number),
        instruction_(image.code[number]),
        limit_(std::min(image.inputs.size() + number, image.slots.size())) {}

  Result<void> Run() {
    if (instruction_.op() >= AllOps().size()) return Corrupt("instruction {}: unknown op", number_);
    const OpInfo& info = AllOps()[instruction_.op()];
    WARD_RETURN_IF_ERROR(Check(info.a, instruction_.a()));
    WARD_RETURN_IF_ERROR(Check(info.b, instruction_.b()));
    WARD_RETURN_IF_ERROR(Check(info.c, instruction_.c()));
    if (!TypesFit()) return Wrong("operands of these types");
    if (number_ >= image_.computed) return info.result == OpResult::kTruth ? Result<void>{} : Wrong("no slot");
    const Slot& slot = image_.slots[image_.inputs.size() + number_];
    const bool truth = slot.type() == kTruthType;
    if (truth != (info.result == OpResult::kTruth)) return Wrong("a slot of another type");
    if (!truth && !ResultFits(slot)) return Wrong("a slot of another type");
    return {};
  }

 private:
  [[nodiscard]] Error Wrong(std::string_view what) const {
    return Corrupt("instruction {} ({}) has {}", number_, AllOps()[instruction_.op()].name, what);
  }
  [[nodiscard]] Result<void> Need(bool condition, std::string_view what) const {
    if (!condition) return Wrong(what);
    return {};
  }
  [[nodiscard]] const Slot& SlotAt(std::uint32_t number) const { return image_.slots[number]; }

  // A list of `b` elements from c.
  [[nodiscard]] Result<std::span<const std::uint32_t>> List() const {
    const Range range(instruction_.c(), instruction_.b());
    if (!Inside(range, image_.operands.size())) return Wrong("a list outside the operands");
    if (!work_.Spend(range.count())) return TooEntangled();
    return Slice(image_.operands, range);
  }

  Result<void> Check(Operand kind, std::uint32_t operand) {
    switch (kind) {
      case Operand::kNone:
        return Need(operand == 0, "an operand too many");
      case Operand::kSlot:
        return Need(operand < limit_, "an operand that comes later");
      case Operand::kConstant:
        return Need(operand < image_.constants.size(), "no such constant");
      case Operand::kParameter:
        return Need(operand < image_.parameters.size(), "no such parameter");
      case Operand::kTable:
        return Need(operand < image_.tables.size(), "no such table");
      case Operand::kColumn:
        return Need(operand < image_.tables[instruction_.a()].columns().count(), "no such column");
      case Operand::kKeys:
        return CheckKeys(operand);
      case Operand::kSchedule:
        return Need(operand < image_.schedules.size(), "no such schedule");
      case Operand::kPrefixSet:
        return Need(operand < image_.prefix_sets.size(), "no such list of prefixes");
      case Operand::kOperations:
        return Need(operand < image_.operation_sets.size(), "no such set of operations");
      case Operand::kOrdinal:
        return Need(operand >= lookup::kOrdinalFirst && operand < SlotAt(instruction_.a()).ordinals(),
                    "no such member");
      case Operand::kTruthValue:
        return Need(operand <= 2, "no such truth");
      case Operand::kCount:
        return Need(operand <= image_.operands.size(), "a list too long");
      case Operand::kOrdinals:
        return CheckOrdinals();
      case Operand::kConstants:
        return CheckConstants();
      case Operand::kZones:
        return CheckZones();
      case Operand::kTruths:
        return CheckTruths();
    }
    return Wrong("an unknown operand");
  }

  Result<void> CheckKeys(std::uint32_t first) {
    const Table& table = image_.tables[instruction_.a()];
    if (!Inside(Range(first, table.keys()), image_.operands.size())) return Wrong("keys outside the operands");
    if (!work_.Spend(table.keys())) return TooEntangled();
    for (std::uint32_t i = 0; i < table.keys(); ++i) {
      const std::uint32_t slot = image_.operands[first + i];
      if (slot >= limit_) return Wrong("a key that comes later");
      const Column& column = image_.columns[table.columns().first() + i];
      // A table keyed by prefixes is asked for an address.
      const std::uint8_t wanted =
          column.type() == TypeNumber(ValueType::kCidr) ? TypeNumber(ValueType::kIp) : column.type();
      if (SlotAt(slot).type() != wanted || SlotAt(slot).enumeration() != column.enumeration()) {
        return Wrong("a key of another type");
      }
    }
    return {};
  }

  Result<void> CheckOrdinals() {
    WARD_ASSIGN_OR_RETURN(const std::span<const std::uint32_t> list, List());
    const std::uint32_t limit = SlotAt(instruction_.a()).ordinals();
    bool good = std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end();
    good = good && (list.empty() || (list.front() >= lookup::kOrdinalFirst && list.back() < limit));
    return Need(good, "ordinals that are not the slot's");
  }

  Result<void> CheckConstants() {
    WARD_ASSIGN_OR_RETURN(const std::span<const std::uint32_t> list, List());
    const Slot& slot = SlotAt(instruction_.a());
    return Need(std::all_of(list.begin(), list.end(), [&](std::uint32_t c) { return IsConstantOf(c, slot); }),
                "constants of another type");
  }

  Result<void> CheckZones() {
    WARD_ASSIGN_OR_RETURN(const std::span<const std::uint32_t> list, List());
    return Need(std::all_of(list.begin(), list.end(), [&](std::uint32_t zone) { return zone < image_.zones.size(); }),
                "no such zone");
  }

  Result<void> CheckTruths() {
    WARD_ASSIGN_OR_RETURN(const std::span<const std::uint32_t> list, List());
    return Need(std::all_of(list.begin(), list.end(),
                            [&](std::uint32_t t) { return t / 2 < limit_ && SlotAt(t / 2).type() == kTruthType; }),
                "operands that are no truths");
  }

  [[nodiscard]] bool IsConstantOf(std::uint32_t constant, const Slot& slot) const {
    return constant < image_.constants.size() && image_.constants[constant].type() == slot.type() &&
           image_.constants[constant].enumeration() == slot.enumeration();
  }

  [[nodiscard]] bool SameType(const Slot& a, const Slot& b) const {
    return a.type() == b.type() && a.enumeration() == b.enumeration();
  }

  [[nodiscard]] bool IsString(std::uint32_t slot) const {
    return SlotAt(slot).type() == TypeNumber(ValueType::kString);
  }

  [[nodiscard]] bool IsStringSet(std::uint32_t slot) const {
    return SlotAt(slot).type() == TypeNumber(ValueType::kStringSet);
  }

  // A value that the set can have as a member.
  [[nodiscard]] bool IsMemberOf(const Slot& value, const Slot& set) const {
    if (set.type() == TypeNumber(ValueType::kStringSet)) return value.type() == TypeNumber(ValueType::kString);
    return set.type() == TypeNumber(ValueType::kEnumSet) && value.type() == TypeNumber(ValueType::kEnum) &&
           value.enumeration() == set.enumeration();
  }

  [[nodiscard]] bool IsTreeOfStrings(const Table& table) const {
    return (table.flags() & kTableTree) != 0 && table.keys() == 1 &&
           image_.columns[table.columns().first()].type() == TypeNumber(ValueType::kString);
  }

  // After Check of all operands.
  [[nodiscard]] bool TypesFit() const {
    const std::uint32_t a = instruction_.a();
    const std::uint32_t b = instruction_.b();
    const std::uint32_t c = instruction_.c();
    switch (static_cast<Op>(instruction_.op())) {
      case Op::kConstant:
      case Op::kParameter:
      case Op::kLookup:
      case Op::kOperation:
      case Op::kZone:
      case Op::kTruth:
      case Op::kInTable:
      case Op::kZoneIn:
      case Op::kOperationIn:
      case Op::kAnd:
      case Op::kOr:
        return true;
      case Op::kPresent:
        return SlotAt(a).type() != kTruthType;
      case Op::kAdd:
      case Op::kSubtract:
        return IsNumber(SlotAt(a).type()) && IsNumber(SlotAt(b).type());
      case Op::kIsTrue:
        return SlotAt(a).type() == TypeNumber(ValueType::kBool);
      case Op::kInOrdinals:
        return IsString(a) || SlotAt(a).type() == TypeNumber(ValueType::kEnum);
      case Op::kInConstants:
        return !IsString(a) && SlotAt(a).type() != TypeNumber(ValueType::kEnum) && SlotAt(a).type() != kTruthType;
      case Op::kInRange:
        return IsNumber(SlotAt(a).type()) && IsConstantOf(b, SlotAt(a)) && IsConstantOf(c, SlotAt(a));
      case Op::kOrElse:
      case Op::kEqual:
        return SameType(SlotAt(a), SlotAt(b)) && SlotAt(a).type() != kTruthType;
      case Op::kLess:
      case Op::kLessOrEqual:
        return SameType(SlotAt(a), SlotAt(b)) && IsOrdered(SlotAt(a).type());
      case Op::kInPrefixes:
        return SlotAt(a).type() == TypeNumber(ValueType::kIp);
      case Op::kHas:
        return IsSet(SlotAt(a).type());
      case Op::kHasValue:
        return IsMemberOf(SlotAt(b), SlotAt(a));
      case Op::kHasAny:
      case Op::kHasAll:
        return SameType(SlotAt(a), SlotAt(b)) && IsSet(SlotAt(a).type());
      case Op::kWithinTree:
        return IsTreeOfStrings(image_.tables[a]) &&
               ((IsString(b) && IsString(c)) || (IsString(b) && IsStringSet(c)) || (IsStringSet(b) && IsString(c)));
      case Op::kWithinSchedule:
        return SlotAt(a).type() == TypeNumber(ValueType::kTimestamp);
      case Op::kStartsWith:
      case Op::kEndsWith:
        return IsString(a);
      case Op::kGlob:
      case Op::kUnder:
      case Op::kPathGlob:
        return IsString(a) && IsConstantOf(b, SlotAt(a));
    }
    return false;
  }

  [[nodiscard]] bool ResultFits(const Slot& slot) const {
    const std::uint32_t a = instruction_.a();
    const auto is = [&](std::uint8_t type, std::uint32_t enumeration) {
      return slot.type() == type && slot.enumeration() == enumeration;
    };
    switch (static_cast<Op>(instruction_.op())) {
      case Op::kConstant:
        return is(image_.constants[a].type(), image_.constants[a].enumeration());
      case Op::kParameter:
        return is(image_.parameters[a].type(), image_.parameters[a].enumeration());
      case Op::kLookup: {
        const Column& column = image_.columns[image_.tables[a].columns().first() + instruction_.b()];
        return is(column.type(), column.enumeration());
      }
      case Op::kAdd:
      case Op::kSubtract:
        return IsNumber(slot.type());
      case Op::kOrElse:
        return SameType(slot, SlotAt(a));
      case Op::kOperation:
        return slot.type() == TypeNumber(ValueType::kString);
      case Op::kZone:
        return slot.type() == TypeNumber(ValueType::kEnum) &&
               image_.enums[slot.enumeration()].values().count() >= image_.zones.size();
      case Op::kTruth:
      case Op::kIsTrue:
      case Op::kInOrdinals:
      case Op::kInConstants:
      case Op::kInRange:
      case Op::kEqual:
      case Op::kLess:
      case Op::kLessOrEqual:
      case Op::kInPrefixes:
      case Op::kHas:
      case Op::kHasValue:
      case Op::kHasAny:
      case Op::kHasAll:
      case Op::kInTable:
      case Op::kWithinTree:
      case Op::kWithinSchedule:
      case Op::kStartsWith:
      case Op::kEndsWith:
      case Op::kGlob:
      case Op::kUnder:
      case Op::kPathGlob:
      case Op::kPresent:
      case Op::kZoneIn:
      case Op::kOperationIn:
      case Op::kAnd:
      case Op::kOr:
        break;
    }
    return false;
  }

  const Image& image_;
  Work& work_;
  std::size_t number_;
  const Instruction& instruction_;
  std::size_t limit_;
};

// Calls `visit` with every slot that an instruction reads. Requires: the instruction was checked.
template <typename Visit>
void ForEachOperand(const Image& image, const Instruction& instruction, Visit visit) {
  const OpInfo& info = AllOps()[instruction.op()];
  const auto one = [&](Operand kind, std::uint32_t operand) {
    if (kind == Operand::kSlot) visit(operand);
    if (kind == Operand::kKeys) {
      const std::uint32_t keys = image.tables[instruction.a()].keys();
      for (const std::uint32_t slot : image.operands.subspan(operand, keys)) visit(slot);
    }
    if (kind == Operand::kTruths) {
      for (const std::uint32_t truth : image.operands.subspan(operand, instruction.b())) visit(truth / 2);
    }
  };
  one(info.a, instruction.a());
  one(info.b, instruction.b());
  one(info.c, instruction.c());
}

// The steps of a computed slot are ascending, end with itself, and hold whatever each of them reads.
Result<void> VerifySteps(const Image& image, std::size_t number, Work& work) {
  const Range& range = image.slots[number].steps();
  if (number < image.inputs.size()) {
    if (range.count() != 0) return Corrupt("slot {} is an input and has steps", number);
    return {};
  }
  if (!Inside(range, image.steps.size()) || range.count() == 0 ||
      range.count() > base::budget::kInstructionsPerAtomMax) {
    return Corrupt("slot {} has {} steps", number, range.count());
  }
  if (!work.Spend(range.count())) return TooEntangled();
  const std::span<const std::uint32_t> steps = Slice(image.steps, range);
  if (steps.back() != number || steps.front() < image.inputs.size() ||
      std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) != steps.end()) {
    return Corrupt("slot {}: its steps do not lead to it", number);
  }
  bool complete = true;
  bool paid = true;
  for (const std::uint32_t step : steps) {
    ForEachOperand(image, image.InstructionOf(step), [&](std::uint32_t operand) {
      paid = paid && work.Spend(1);
      if (operand >= image.inputs.size() && paid) {
        complete = complete && std::binary_search(steps.begin(), steps.end(), operand);
      }
    });
    if (!paid) return TooEntangled();
  }
  if (!complete) return Corrupt("slot {}: its steps lack an operand", number);
  return {};
}

}  // namespace

Result<void> VerifySlots(const Image& image, Work& work) {
  if (!work.Spend(image.slots.size())) return TooEntangled();
  for (std::size_t i = 0; i < image.slots.size(); ++i) {
    if (i < image.inputs.size() && image.slots[i].type() == kTruthType) return Corrupt("input {} is a truth", i);
    // The clock fills its slots itself; all other inputs are typed at the border.
    if (i < image.inputs.size() && static_cast<AttributeSource>(image.inputs[i].source()) == AttributeSource::kNow &&
        image.slots[i].type() != TypeNumber(ValueType::kTimestamp)) {
      return Corrupt("input {} is the time, and no timestamp", i);
    }
    WARD_RETURN_IF_ERROR(VerifySlot(image, i));
  }
  return VerifyPresence(image);
}

Result<void> VerifyCode(const Image& image, Work& work) {
  for (std::size_t i = 0; i < image.code.size(); ++i) {
    WARD_RETURN_IF_ERROR(InstructionCheck(image, i, work).Run());
  }
  for (std::size_t i = 0; i < image.slots.size(); ++i) WARD_RETURN_IF_ERROR(VerifySteps(image, i, work));
  return {};
}

}  // namespace ward::bytecode
