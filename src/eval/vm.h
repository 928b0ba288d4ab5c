// eval: computes slots on demand, each at most once a request, and answers the walk about their classes.
//
// Code is a data-flow graph: a computed slot lists the instructions it needs, in order, and those already done are
// skipped. No recursion, no allocation after construction, no lock. Meaning of every instruction: bytecode/opcodes.def.
// One Vm per thread; what Begin() is given must live until the next Begin(). Cost: a step is a few nanoseconds, a
// table look-up one probe.
#ifndef WARD_SRC_EVAL_VM_H_
#define WARD_SRC_EVAL_VM_H_

#include <cstdint>
#include <span>

#include "bytecode/image.h"
#include "data/constants.h"
#include "data/table.h"
#include "eval/slots.h"
#include "eval/truth.h"
#include "lookup/prefix_table.h"

namespace ward::eval {

// What does not change with the request. Borrowed.
struct World {
  const bytecode::Image* image = nullptr;
  const data::Constants* constants = nullptr;
  std::span<const data::Table* const> tables;        // by number
  std::span<const Cell> parameters;                  // by number
  std::span<const lookup::PrefixTable> prefix_sets;  // by number
};

class Vm {
 public:
  // Allocates; nothing after it does.
  explicit Vm(const bytecode::Image& image) : slots_(image) {}

  // A new request. `inputs`: a cell an input; it may be filled until a slot that needs it is asked for.
  void Begin(const World& world, std::span<const Cell> inputs) {
    world_ = &world;
    image_ = world.image;
    inputs_ = inputs;
    operation_ = bytecode::kNone;
    zone_ = bytecode::kNone;
    slots_.Begin();
  }
  void SetOperation(std::uint32_t operation) { operation_ = operation; }
  // kNone: the zone is missing.
  void SetZone(std::uint32_t zone) { zone_ = zone; }

  // The slot's value, computed now if need be.
  [[nodiscard]] const Cell& Value(std::uint32_t slot) {
    if (slot < inputs_.size()) return inputs_[slot];
    if (!slots_.has_cell(slot)) Compute(slot);
    return slots_.cell(slot);
  }
  // Requires: a slot of three-valued type.
  [[nodiscard]] Truth TruthOf(std::uint32_t slot) { return static_cast<Truth>(Value(slot).number()); }
  // The result of any instruction that is a test, also of those without a slot; for explanations.
  [[nodiscard]] Truth Test(std::uint32_t instruction);

  // ---- SlotClasses
  [[nodiscard]] std::uint32_t Ordinal(std::uint32_t slot) {
    if (slots_.has_ordinal(slot)) [[likely]]
      return slots_.ordinal(slot);
    return FindOrdinal(slot, Value(slot));
  }
  [[nodiscard]] Reading Number(std::uint32_t slot) {
    const Cell& cell = Value(slot);
    return {cell.number(), cell.present()};
  }
  [[nodiscard]] std::uint32_t Member(std::uint32_t slot, std::uint32_t member) {
    return FindMember(slot, Value(slot), member);
  }

 private:
  void Compute(std::uint32_t slot);
  // Of a slot whose value is known.
  std::uint32_t FindOrdinal(std::uint32_t slot, const Cell& cell);
  std::uint32_t FindMember(std::uint32_t slot, const Cell& set, std::uint32_t member);
  void FillPresence(std::uint32_t slot, const Cell& set);

  // Operands must be known: inputs, or computed before.
  [[nodiscard]] Cell Execute(const bytecode::Instruction& instruction);
  [[nodiscard]] Truth ExecuteTest(const bytecode::Instruction& instruction);
  [[nodiscard]] Truth ExecuteUnary(const bytecode::Instruction& instruction, const Cell& a);
  [[nodiscard]] Truth ExecuteBinary(bytecode::Op op, std::uint32_t a, std::uint32_t b);

  [[nodiscard]] const Cell& At(std::uint32_t slot) const {
    return slot < inputs_.size() ? inputs_[slot] : slots_.cell(slot);
  }
  [[nodiscard]] ValueType TypeOf(std::uint32_t slot) const {
    return static_cast<ValueType>(image_->slots[slot].type());
  }
  [[nodiscard]] Cell LookUp(const bytecode::Instruction& instruction) const;
  [[nodiscard]] Cell ZoneCell() const;
  [[nodiscard]] Truth InOrdinals(const bytecode::Instruction& instruction);
  [[nodiscard]] Truth InConstants(const bytecode::Instruction& instruction, const Cell& a) const;
  [[nodiscard]] Truth AnyConstantText(const bytecode::Instruction& instruction, std::string_view text) const;
  [[nodiscard]] Truth Same(ValueType type, const Cell& a, const Cell& b) const;
  [[nodiscard]] Truth SetTest(bytecode::Op op, ValueType type, const Cell& a, const Cell& b) const;
  [[nodiscard]] Truth HasValue(ValueType set_type, const Cell& set, const Cell& value) const;
  [[nodiscard]] Truth InTable(const bytecode::Instruction& instruction) const;
  [[nodiscard]] Truth WithinTree(const bytecode::Instruction& instruction) const;
  [[nodiscard]] Truth ZoneIn(const bytecode::Instruction& instruction) const;
  [[nodiscard]] Truth OperationIn(const bytecode::Instruction& instruction) const;
  [[nodiscard]] Truth Connective(const bytecode::Instruction& instruction) const;

  Slots slots_;
  // Of the request.
  const World* world_ = nullptr;
  const bytecode::Image* image_ = nullptr;
  std::span<const Cell> inputs_;
  std::uint32_t operation_ = bytecode::kNone;
  std::uint32_t zone_ = bytecode::kNone;
};
static_assert(SlotClasses<Vm>);

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_VM_H_
