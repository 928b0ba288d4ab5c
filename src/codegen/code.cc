#include "codegen/code.h"

#include <algorithm>
#include <span>

#include "base/check.h"
#include "lookup/string_domain.h"

namespace ward::codegen {
namespace {

using bytecode::Op;

bytecode::Instruction Make(Op op, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0) {
  return {static_cast<std::uint16_t>(op), 0, a, b, c};
}

}  // namespace

Code::Code(const ir::Program& program, const Domains& domains, Pools& pools)
    : program_(program),
      domains_(domains),
      pools_(pools),
      value_slots_(program.values.size(), kNone),
      atom_slots_(program.atoms.size(), kNone),
      atom_instructions_(program.atoms.size(), kNone) {
  for (std::size_t i = 0; i < program.values.size(); ++i) {
    const ir::Value& value = program.values[i];
    if (value.op == ir::ValueOp::kInput) value_slots_[i] = value.input.value();
  }
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    const ir::Input& input = program.inputs[i];
    records_.push_back(ValueRecord(input.type, input.enumeration, domains.OfInput(ir::InputId::FromIndex(i))));
    records_.back().secret = input.secret;
  }
}

Code::Record Code::ValueRecord(ValueType type, ir::EnumId enumeration, std::uint32_t domain) const {
  Record record;
  record.type = static_cast<std::uint8_t>(type);
  record.enumeration = enumeration.value();
  if (type == ValueType::kBool) record.ordinals = 3;
  if (type == ValueType::kEnum || type == ValueType::kEnumSet) record.domain = domains_.OfEnum(enumeration);
  if (type == ValueType::kString || type == ValueType::kStringSet) record.domain = domain;
  if (record.domain != kNone) record.ordinals = domains_.OrdinalLimit(record.domain);
  return record;
}

std::uint32_t Code::Emit(const bytecode::Instruction& instruction, Record record) {
  WARD_CHECK(!frozen_);
  code_.push_back(instruction);
  records_.push_back(std::move(record));
  return Size32(records_.size() - 1);
}

std::uint32_t Code::Known(ir::ValueId value) const {
  const std::uint32_t slot = value_slots_[value.index()];
  WARD_CHECK(slot != kNone);
  return slot;
}

std::vector<std::uint32_t> Code::ComputedOperands(const std::vector<ir::ValueId>& args) const {
  std::vector<std::uint32_t> slots;
  slots.reserve(args.size());
  for (const ir::ValueId arg : args) {
    if (Known(arg) >= input_count()) slots.push_back(Known(arg));
  }
  return slots;
}

// Values come after their arguments, so nesting is as deep as the language allows look-ups and `+` to nest.
std::uint32_t Code::SlotOf(ir::ValueId id) {
  if (value_slots_[id.index()] != kNone) return value_slots_[id.index()];
  std::vector<ir::ValueId> pending{id};
  while (!pending.empty()) {
    const ir::ValueId top = pending.back();
    const ir::Value& value = program_.values[top.index()];
    const std::size_t before = pending.size();
    for (const ir::ValueId arg : value.args) {
      if (value_slots_[arg.index()] == kNone) pending.push_back(arg);
    }
    if (pending.size() > before) continue;
    pending.pop_back();
    if (value_slots_[top.index()] != kNone) continue;
    Record record = ValueRecord(value.type, value.enumeration, domains_.OfValue(top));
    record.operands = ComputedOperands(value.args);
    value_slots_[top.index()] = Emit(Encode(value), std::move(record));
  }
  return value_slots_[id.index()];
}

std::uint32_t Code::SlotOf(ir::AtomId id) {
  std::uint32_t& slot = atom_slots_[id.index()];
  if (slot != kNone) return slot;
  Prepare(id);
  const ir::Atom& atom = program_.atoms[id.index()];
  Record record;
  record.type = bytecode::kTruthType;
  record.ordinals = 3;
  record.operands = ComputedOperands(atom.args);
  return slot = Emit(Encode(atom), std::move(record));
}

std::uint32_t Code::SlotOf(bytecode::Truth truth) {
  const auto found = truth_slots_.find(truth);
  if (found != truth_slots_.end()) return found->second;
  Record record;
  record.type = bytecode::kTruthType;
  record.ordinals = 3;
  return truth_slots_[truth] = Emit(Make(Op::kTruth, static_cast<std::uint32_t>(truth)), std::move(record));
}

std::uint32_t Code::SlotOf(bytecode::Op op, std::vector<SignedTruth> operands) {
  std::sort(operands.begin(), operands.end());
  operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
  const auto found = connective_slots_.find({op, operands});
  if (found != connective_slots_.end()) return found->second;
  Record record;
  record.type = bytecode::kTruthType;
  record.ordinals = 3;
  for (const SignedTruth operand : operands) record.operands.push_back(operand / 2);
  const bytecode::Instruction instruction = Make(op, 0, Size32(operands.size()), pools_.Operands(operands).first());
  return connective_slots_[{op, std::move(operands)}] = Emit(instruction, std::move(record));
}

void Code::Prepare(ir::AtomId atom) {
  for (const ir::ValueId arg : program_.atoms[atom.index()].args) static_cast<void>(SlotOf(arg));
}

std::uint32_t Code::Instruction(ir::AtomId id) {
  WARD_CHECK(frozen_);
  if (atom_slots_[id.index()] != kNone) return atom_slots_[id.index()] - input_count();
  std::uint32_t& number = atom_instructions_[id.index()];
  if (number == kNone) {
    number = Size32(code_.size());
    code_.push_back(Encode(program_.atoms[id.index()]));
  }
  return number;
}

std::uint32_t Code::Keys(const std::vector<ir::ValueId>& args) {
  std::vector<std::uint32_t> slots;
  slots.reserve(args.size());
  for (const ir::ValueId arg : args) slots.push_back(Known(arg));
  return pools_.Operands(slots).first();
}

bytecode::Instruction Code::Encode(const ir::Value& value) {
  switch (value.op) {
    case ir::ValueOp::kInput:
      break;  // has no instruction
    case ir::ValueOp::kConstant:
      return Make(Op::kConstant, pools_.Constant(value.constant));
    case ir::ValueOp::kParameter:
      return Make(Op::kParameter, value.parameter.value());
    case ir::ValueOp::kLookup:
      return Make(Op::kLookup, value.table.value(), value.column, Keys(value.args));
    case ir::ValueOp::kAdd:
      return Make(Op::kAdd, Known(value.args[0]), Known(value.args[1]));
    case ir::ValueOp::kSubtract:
      return Make(Op::kSubtract, Known(value.args[0]), Known(value.args[1]));
    case ir::ValueOp::kOrElse:
      return Make(Op::kOrElse, Known(value.args[0]), Known(value.args[1]));
    case ir::ValueOp::kOperation:
      return Make(Op::kOperation);
    case ir::ValueOp::kZone:
      return Make(Op::kZone);
  }
  WARD_CHECK(false && "an input needs no instruction");
  return {};
}

std::uint32_t Code::Ordinals(const ir::Atom& atom) {
  std::vector<std::uint32_t> ordinals;
  for (const ir::ConstantId id : atom.constants) {
    const ir::Constant& constant = program_.constants[id.index()];
    ordinals.push_back(constant.type == ValueType::kString
                           ? domains_.Ordinal(atom.args[0], constant.text)
                           : lookup::kOrdinalFirst + static_cast<std::uint32_t>(constant.number));
  }
  std::sort(ordinals.begin(), ordinals.end());
  return pools_.Operands(ordinals).first();
}

std::uint32_t Code::Constants(const ir::Atom& atom) {
  std::vector<std::uint32_t> constants;
  for (const ir::ConstantId id : atom.constants) constants.push_back(pools_.Constant(id));
  return pools_.Operands(constants).first();
}

// An order of an enum is a list of its values.
std::vector<std::uint32_t> Code::OrdinalsInRange(const ir::Atom& atom) const {
  const ir::EnumId id = program_.values[atom.args[0].index()].enumeration;
  const auto count = static_cast<std::int64_t>(program_.enums[id.index()].values.size());
  std::vector<std::uint32_t> ordinals;
  for (std::int64_t i = std::max<std::int64_t>(atom.low, 0); i <= std::min(atom.high, count - 1); ++i) {
    ordinals.push_back(lookup::kOrdinalFirst + static_cast<std::uint32_t>(i));
  }
  return ordinals;
}

bytecode::Instruction Code::EncodeIn(const ir::Atom& atom) {
  const std::uint32_t a = Known(atom.args[0]);
  const ValueType type = program_.values[atom.args[0].index()].type;
  const std::uint32_t count = Size32(atom.constants.size());
  if (type == ValueType::kString || type == ValueType::kEnum) return Make(Op::kInOrdinals, a, count, Ordinals(atom));
  return Make(Op::kInConstants, a, count, Constants(atom));
}

bytecode::Instruction Code::EncodeRange(const ir::Atom& atom) {
  const std::uint32_t a = Known(atom.args[0]);
  const ir::Value& value = program_.values[atom.args[0].index()];
  if (value.type == ValueType::kEnum) {
    const bytecode::Range ordinals = pools_.Operands(OrdinalsInRange(atom));
    return Make(Op::kInOrdinals, a, ordinals.count(), ordinals.first());
  }
  const std::uint32_t low = pools_.Number(value.type, value.enumeration, atom.low);
  const std::uint32_t high = pools_.Number(value.type, value.enumeration, atom.high);
  return Make(Op::kInRange, a, low, high);
}

std::uint32_t Code::Member(const ir::Atom& atom) const {
  const ir::Constant& member = program_.constants[atom.constants[0].index()];
  if (member.type == ValueType::kString) return domains_.Ordinal(atom.args[0], member.text);
  return lookup::kOrdinalFirst + static_cast<std::uint32_t>(member.number);
}

std::uint32_t Code::Zones(const ir::Atom& atom) {
  std::vector<std::uint32_t> zones;
  for (const ir::ZoneId zone : atom.zones) zones.push_back(zone.value());
  return pools_.Operands(zones).first();
}

bytecode::Instruction Code::Encode(const ir::Atom& atom) {
  const std::uint32_t count = Size32(atom.constants.size());
  const std::uint32_t a = atom.args.empty() ? 0 : Known(atom.args[0]);
  const std::uint32_t b = atom.args.size() < 2 ? 0 : Known(atom.args[1]);
  switch (atom.op) {
    case ir::AtomOp::kIsTrue:
      return Make(Op::kIsTrue, a);
    case ir::AtomOp::kIn:
      return EncodeIn(atom);
    case ir::AtomOp::kRange:
      return EncodeRange(atom);
    case ir::AtomOp::kEqual:
      return Make(Op::kEqual, a, b);
    case ir::AtomOp::kLess:
      return Make(Op::kLess, a, b);
    case ir::AtomOp::kLessOrEqual:
      return Make(Op::kLessOrEqual, a, b);
    case ir::AtomOp::kInPrefixes:
      return Make(Op::kInPrefixes, a, pools_.PrefixSet(atom.constants));
    case ir::AtomOp::kHas:
      return Make(Op::kHas, a, Member(atom));
    case ir::AtomOp::kHasValue:
      return Make(Op::kHasValue, a, b);
    case ir::AtomOp::kHasAny:
      return Make(Op::kHasAny, a, b);
    case ir::AtomOp::kHasAll:
      return Make(Op::kHasAll, a, b);
    case ir::AtomOp::kInTable:
      return Make(Op::kInTable, atom.table.value(), 0, Keys(atom.args));
    case ir::AtomOp::kWithinTree:
      return Make(Op::kWithinTree, atom.table.value(), a, b);
    case ir::AtomOp::kWithinSchedule:
      return Make(Op::kWithinSchedule, a, atom.schedule.value());
    case ir::AtomOp::kStartsWith:
      return Make(Op::kStartsWith, a, count, Constants(atom));
    case ir::AtomOp::kEndsWith:
      return Make(Op::kEndsWith, a, count, Constants(atom));
    case ir::AtomOp::kGlob:
      return Make(Op::kGlob, a, pools_.Constant(atom.constants[0]));
    case ir::AtomOp::kUnder:
      return Make(Op::kUnder, a, pools_.Constant(atom.constants[0]));
    case ir::AtomOp::kPathGlob:
      return Make(Op::kPathGlob, a, pools_.Constant(atom.constants[0]));
    case ir::AtomOp::kPresent:
      return Make(Op::kPresent, a);
    case ir::AtomOp::kZoneIn:
      return Make(Op::kZoneIn, 0, Size32(atom.zones.size()), Zones(atom));
    case ir::AtomOp::kOperationIn:
      return Make(Op::kOperationIn, atom.operations.value());
  }
  return {};
}

void Code::ListSteps() {
  std::vector<bytecode::Range> ranges(records_.size(), bytecode::Range(0, 0));
  for (std::uint32_t slot = input_count(); slot < records_.size(); ++slot) {
    std::vector<std::uint32_t> needed{slot};
    for (const std::uint32_t operand : records_[slot].operands) {
      const auto first = steps_.begin() + ranges[operand].first();
      needed.insert(needed.end(), first, first + ranges[operand].count());
    }
    std::sort(needed.begin(), needed.end());
    needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
    ranges[slot] = {Size32(steps_.size()), Size32(needed.size())};
    longest_steps_ = std::max(longest_steps_, ranges[slot].count());
    steps_.insert(steps_.end(), needed.begin(), needed.end());
  }
  for (std::uint32_t slot = 0; slot < records_.size(); ++slot) {
    const Record& record = records_[slot];
    const auto type = static_cast<ValueType>(record.type);
    std::uint32_t first_word = kNone;
    std::uint32_t word_count = 0;
    if (record.type != bytecode::kTruthType && (type == ValueType::kEnumSet || type == ValueType::kStringSet)) {
      first_word = presence_words_;
      word_count = (record.ordinals - lookup::kOrdinalFirst + 63) / 64;
      presence_words_ += word_count;
    }
    slots_.emplace_back(record.type, record.secret ? bytecode::kSlotSecret : std::uint8_t{0}, std::uint16_t{0},
                        record.enumeration, record.domain, record.ordinals, first_word, word_count, ranges[slot]);
  }
}

void Code::Freeze() {
  WARD_CHECK(!frozen_);
  frozen_ = true;
  computed_ = Size32(code_.size());
  ListSteps();
}

}  // namespace ward::codegen
