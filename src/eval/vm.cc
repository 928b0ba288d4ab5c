#include "eval/vm.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>

#include "base/budgets.h"
#include "base/check.h"
#include "eval/schedule.h"
#include "eval/set_tests.h"
#include "eval/text_tests.h"
#include "lookup/string_domain.h"

namespace ward::eval {
namespace {

using bytecode::Instruction;
using bytecode::Op;

// The verifier lets no table have a longer key.
using Key = std::array<Cell, base::budget::kTableKeyColumnCountMax>;

std::int64_t AddSaturating(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

std::int64_t SubtractSaturating(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

Cell TruthCell(Truth truth) { return Cell::Number(static_cast<std::int64_t>(truth)); }

}  // namespace

void Vm::Compute(std::uint32_t slot) {
  for (const std::uint32_t step : Slice(image_->steps, image_->slots[slot].steps())) {
    if (!slots_.has_cell(step)) slots_.SetCell(step, Execute(image_->InstructionOf(step)));
  }
}

Truth Vm::Test(std::uint32_t instruction) {
  if (instruction < image_->computed) return TruthOf(static_cast<std::uint32_t>(inputs_.size()) + instruction);
  const Instruction& test = image_->code[instruction];
  // Its operands have slots; computing them here keeps ExecuteTest free of look-ups on demand.
  const bytecode::OpInfo& info = bytecode::AllOps()[test.op()];
  const auto need = [this](bytecode::Operand kind, std::uint32_t operand, std::uint32_t count) {
    if (kind == bytecode::Operand::kSlot) static_cast<void>(Value(operand));
    if (kind == bytecode::Operand::kKeys) {
      for (std::uint32_t i = 0; i < count; ++i) static_cast<void>(Value(image_->operands[operand + i]));
    }
    if (kind == bytecode::Operand::kTruths) {
      for (std::uint32_t i = 0; i < count; ++i) static_cast<void>(Value(image_->operands[operand + i] / 2));
    }
  };
  const std::uint32_t count = info.c == bytecode::Operand::kKeys ? image_->tables[test.a()].keys() : test.b();
  need(info.a, test.a(), 0);
  need(info.b, test.b(), 0);
  need(info.c, test.c(), count);
  return ExecuteTest(test);
}

std::uint32_t Vm::FindOrdinal(std::uint32_t slot, const Cell& cell) {
  const bytecode::Slot& info = image_->slots[slot];
  std::uint32_t ordinal = lookup::kOrdinalDoubt;
  if (info.type() == bytecode::kTruthType) {
    ordinal = static_cast<std::uint32_t>(cell.number());
  } else if (cell.present()) {
    switch (TypeOf(slot)) {
      case ValueType::kString:
        ordinal = info.domain() == bytecode::kNone ? lookup::kOrdinalNone
                                                   : image_->domain_views[info.domain()].Find(cell.text());
        break;
      case ValueType::kEnum:
        ordinal = lookup::kOrdinalFirst + static_cast<std::uint32_t>(cell.number());
        break;
      case ValueType::kBool:
        ordinal = 1 + static_cast<std::uint32_t>(cell.number());
        break;
      case ValueType::kInt:
      case ValueType::kDuration:
      case ValueType::kTimestamp:
      case ValueType::kClock:
      case ValueType::kSize:
      case ValueType::kIp:
      case ValueType::kCidr:
      case ValueType::kEnumSet:
      case ValueType::kStringSet:
        ordinal = lookup::kOrdinalNone;
        break;
    }
  }
  slots_.SetOrdinal(slot, ordinal);
  return ordinal;
}

std::uint32_t Vm::FindMember(std::uint32_t slot, const Cell& set, std::uint32_t member) {
  if (!set.present()) return lookup::kOrdinalDoubt;
  if (!slots_.has_presence(slot)) FillPresence(slot, set);
  const std::uint32_t bit = member - lookup::kOrdinalFirst;
  const std::span<const std::uint64_t> bits = slots_.presence(image_->slots[slot]);
  return 1 + static_cast<std::uint32_t>(bits[bit / 64] >> (bit % 64) & 1);
}

void Vm::FillPresence(std::uint32_t slot, const Cell& set) {
  const bytecode::Slot& info = image_->slots[slot];
  const std::span<std::uint64_t> bits = slots_.presence(info);
  std::fill(bits.begin(), bits.end(), 0);
  const auto add = [&](std::uint32_t ordinal) {
    if (ordinal < lookup::kOrdinalFirst || ordinal >= info.ordinals()) return;
    const std::uint32_t bit = ordinal - lookup::kOrdinalFirst;
    bits[bit / 64] |= std::uint64_t{1} << (bit % 64);
  };
  if (TypeOf(slot) == ValueType::kEnumSet) {
    for (const std::uint32_t ordinal : set.enum_set()) add(ordinal);
  } else {
    const lookup::StringDomain& domain = image_->domain_views[info.domain()];
    for (const std::string_view text : set.string_set()) add(domain.Find(text));
  }
  slots_.SetPresence(slot);
}

Cell Vm::Execute(const Instruction& instruction) {
  const auto op = static_cast<Op>(instruction.op());
  const std::uint32_t a = instruction.a();
  const std::uint32_t b = instruction.b();
  if (op == Op::kConstant) return world_->constants->cell(a);
  if (op == Op::kParameter) return world_->parameters[a];
  if (op == Op::kLookup) return LookUp(instruction);
  if (op == Op::kOrElse) return At(a).present() ? At(a) : At(b);
  if (op == Op::kOperation) {
    return operation_ == bytecode::kNone ? Cell{} : Cell::Text(image_->TextOf(image_->operations[operation_].name()));
  }
  if (op == Op::kZone) return ZoneCell();
  if (op == Op::kAdd || op == Op::kSubtract) {
    if (!At(a).present() || !At(b).present()) return {};
    const std::int64_t x = At(a).number();
    const std::int64_t y = At(b).number();
    return Cell::Number(op == Op::kAdd ? AddSaturating(x, y) : SubtractSaturating(x, y));
  }
  return TruthCell(ExecuteTest(instruction));
}

// Tests that look at absence, or at no slot at all; the others go on to ExecuteUnary and ExecuteBinary.
Truth Vm::ExecuteTest(const Instruction& instruction) {
  const auto op = static_cast<Op>(instruction.op());
  const std::uint32_t a = instruction.a();
  switch (op) {
    case Op::kTruth:
      return static_cast<Truth>(a);
    case Op::kPresent:
      return eval::TruthOf(At(a).present());
    case Op::kInOrdinals:
      return InOrdinals(instruction);
    case Op::kHas:
      return static_cast<Truth>(FindMember(a, At(a), instruction.b()));
    case Op::kInTable:
      return InTable(instruction);
    case Op::kWithinTree:
      return WithinTree(instruction);
    case Op::kZoneIn:
      return ZoneIn(instruction);
    case Op::kOperationIn:
      return OperationIn(instruction);
    case Op::kAnd:
    case Op::kOr:
      return Connective(instruction);
    case Op::kEqual:
    case Op::kLess:
    case Op::kLessOrEqual:
    case Op::kHasValue:
    case Op::kHasAny:
    case Op::kHasAll:
      return ExecuteBinary(op, a, instruction.b());
    case Op::kIsTrue:
    case Op::kInConstants:
    case Op::kInRange:
    case Op::kInPrefixes:
    case Op::kWithinSchedule:
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kGlob:
    case Op::kUnder:
    case Op::kPathGlob:
      return At(a).present() ? ExecuteUnary(instruction, At(a)) : Truth::kDoubt;
    case Op::kConstant:
    case Op::kParameter:
    case Op::kLookup:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kOrElse:
    case Op::kOperation:
    case Op::kZone:
      break;  // values; the verifier lets none of them stand where a test must
  }
  return Truth::kDoubt;
}

// Requires: `a` is present.
Truth Vm::ExecuteUnary(const Instruction& instruction, const Cell& a) {
  const std::uint32_t b = instruction.b();
  const auto op = static_cast<Op>(instruction.op());
  const auto constant_text = [this](std::uint32_t number) { return world_->constants->cell(number).text(); };
  if (op == Op::kIsTrue) return eval::TruthOf(a.number() != 0);
  if (op == Op::kInConstants) return InConstants(instruction, a);
  if (op == Op::kInRange) {
    return eval::TruthOf(world_->constants->cell(b).number() <= a.number() &&
                         a.number() <= world_->constants->cell(instruction.c()).number());
  }
  if (op == Op::kInPrefixes) return eval::TruthOf(world_->prefix_sets[b].Find(a.ip()) != 0);
  if (op == Op::kWithinSchedule) return eval::TruthOf(IsWithinSchedule(*image_, image_->schedules[b], a.number()));
  if (op == Op::kStartsWith || op == Op::kEndsWith) return AnyConstantText(instruction, a.text());
  if (op == Op::kGlob) return eval::TruthOf(MatchesGlob(constant_text(b), a.text()));
  if (op == Op::kUnder) return eval::TruthOf(IsUnder(constant_text(b), a.text()));
  return eval::TruthOf(MatchesPathGlob(constant_text(b), a.text()));
}

Truth Vm::ExecuteBinary(Op op, std::uint32_t a_slot, std::uint32_t b_slot) {
  const Cell& a = At(a_slot);
  const Cell& b = At(b_slot);
  if (!a.present() || !b.present()) return Truth::kDoubt;
  if (op == Op::kEqual) return Same(TypeOf(a_slot), a, b);
  if (op == Op::kLess) return eval::TruthOf(a.number() < b.number());
  if (op == Op::kLessOrEqual) return eval::TruthOf(a.number() <= b.number());
  if (op == Op::kHasValue) return HasValue(TypeOf(a_slot), a, b);
  return SetTest(op, TypeOf(a_slot), a, b);
}

Cell Vm::LookUp(const Instruction& instruction) const {
  const data::Table& table = *world_->tables[instruction.a()];
  const std::uint32_t parts = image_->tables[instruction.a()].keys();
  Key key;
  if (!table.loaded()) return {};
  for (std::uint32_t i = 0; i < parts; ++i) {
    key[i] = At(image_->operands[instruction.c() + i]);
    if (!key[i].present()) return {};
  }
  const std::optional<std::uint32_t> row = table.Find(std::span(key).first(parts));
  return row ? table.cell(*row, instruction.b()) : Cell{};
}

Cell Vm::ZoneCell() const { return zone_ == bytecode::kNone ? Cell{} : Cell::Number(zone_); }

Truth Vm::InOrdinals(const Instruction& instruction) {
  const std::uint32_t slot = instruction.a();
  const std::uint32_t ordinal = slots_.has_ordinal(slot) ? slots_.ordinal(slot) : FindOrdinal(slot, At(slot));
  if (ordinal == lookup::kOrdinalDoubt) return Truth::kDoubt;
  const std::span<const std::uint32_t> listed = image_->operands.subspan(instruction.c(), instruction.b());
  return eval::TruthOf(std::binary_search(listed.begin(), listed.end(), ordinal));
}

Truth Vm::InConstants(const Instruction& instruction, const Cell& a) const {
  Truth any = Truth::kFalse;
  for (const std::uint32_t number : image_->operands.subspan(instruction.c(), instruction.b())) {
    any = Or(any, Same(TypeOf(instruction.a()), a, world_->constants->cell(number)));
  }
  return any;
}

Truth Vm::AnyConstantText(const Instruction& instruction, std::string_view text) const {
  const std::span<const std::uint32_t> numbers = image_->operands.subspan(instruction.c(), instruction.b());
  const bool at_start = static_cast<Op>(instruction.op()) == Op::kStartsWith;
  return eval::TruthOf(std::any_of(numbers.begin(), numbers.end(), [&](std::uint32_t number) {
    const std::string_view piece = world_->constants->cell(number).text();
    return at_start ? text.starts_with(piece) : text.ends_with(piece);
  }));
}

Truth Vm::Same(ValueType type, const Cell& a, const Cell& b) const {
  switch (type) {
    case ValueType::kString:
      return eval::TruthOf(a.text() == b.text());
    case ValueType::kIp:
      return eval::TruthOf(a.ip() == b.ip());
    case ValueType::kCidr:
      return eval::TruthOf(a.cidr() == b.cidr());
    case ValueType::kEnumSet:
    case ValueType::kStringSet:
      return SetTest(Op::kEqual, type, a, b);
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kDuration:
    case ValueType::kTimestamp:
    case ValueType::kClock:
    case ValueType::kSize:
    case ValueType::kEnum:
      return eval::TruthOf(a.number() == b.number());
  }
  return Truth::kDoubt;
}

Truth Vm::SetTest(Op op, ValueType type, const Cell& a, const Cell& b) const {
  const auto test = [op, &a, &b](const auto& x, const auto& y) {
    if (op == Op::kEqual) return SameSet(x, y, a.has_dropped() || b.has_dropped());
    if (op == Op::kHasAll) return Includes(x, y, b.has_dropped());
    if (Shares(x, y)) return Truth::kTrue;
    return a.has_dropped() && b.has_dropped() ? Truth::kDoubt : Truth::kFalse;
  };
  return type == ValueType::kEnumSet ? test(a.enum_set(), b.enum_set()) : test(a.string_set(), b.string_set());
}

Truth Vm::HasValue(ValueType set_type, const Cell& set, const Cell& value) const {
  if (set_type == ValueType::kEnumSet) {
    const std::uint32_t ordinal = lookup::kOrdinalFirst + static_cast<std::uint32_t>(value.number());
    return eval::TruthOf(std::binary_search(set.enum_set().begin(), set.enum_set().end(), ordinal));
  }
  return eval::TruthOf(std::binary_search(set.string_set().begin(), set.string_set().end(), value.text()));
}

Truth Vm::InTable(const Instruction& instruction) const {
  const data::Table& table = *world_->tables[instruction.a()];
  const std::uint32_t parts = image_->tables[instruction.a()].keys();
  Key key;
  if (!table.loaded()) return Truth::kDoubt;
  for (std::uint32_t i = 0; i < parts; ++i) {
    key[i] = At(image_->operands[instruction.c() + i]);
    if (!key[i].present()) return Truth::kDoubt;
  }
  return eval::TruthOf(table.Find(std::span(key).first(parts)).has_value());
}

Truth Vm::WithinTree(const Instruction& instruction) const {
  const data::Table& table = *world_->tables[instruction.a()];
  const Cell& node = At(instruction.b());
  const Cell& top = At(instruction.c());
  if (!table.loaded() || !node.present() || !top.present()) return Truth::kDoubt;
  const data::Tree& tree = table.tree();
  const auto any = [](std::span<const std::string_view> members, auto holds) {
    return eval::TruthOf(std::any_of(members.begin(), members.end(), holds));
  };
  if (TypeOf(instruction.b()) == ValueType::kStringSet) {
    return any(node.string_set(), [&](std::string_view member) { return tree.Within(member, top.text()); });
  }
  if (TypeOf(instruction.c()) == ValueType::kStringSet) {
    return any(top.string_set(), [&](std::string_view member) { return tree.Within(node.text(), member); });
  }
  return eval::TruthOf(tree.Within(node.text(), top.text()));
}

Truth Vm::ZoneIn(const Instruction& instruction) const {
  if (zone_ == bytecode::kNone) return Truth::kDoubt;
  const std::span<const std::uint32_t> zones = image_->operands.subspan(instruction.c(), instruction.b());
  return eval::TruthOf(std::binary_search(zones.begin(), zones.end(), zone_));
}

Truth Vm::OperationIn(const Instruction& instruction) const {
  const std::span<const std::uint32_t> set = Slice(image_->set_operations, image_->operation_sets[instruction.a()]);
  return eval::TruthOf(std::binary_search(set.begin(), set.end(), operation_));
}

Truth Vm::Connective(const Instruction& instruction) const {
  const bool is_and = static_cast<Op>(instruction.op()) == Op::kAnd;
  Truth result = eval::TruthOf(is_and);
  for (const std::uint32_t operand : image_->operands.subspan(instruction.c(), instruction.b())) {
    const auto truth = static_cast<Truth>(At(operand / 2).number());
    const Truth side = (operand & bytecode::kNegatedBit) != 0 ? Not(truth) : truth;
    result = is_and ? And(result, side) : Or(result, side);
  }
  return result;
}

}  // namespace ward::eval
