// codegen: slots and the instructions that compute them.
//
// Slots 0 .. inputs-1 are the inputs. Each value, test or connective that somebody asks a slot of gets the next one,
// after its operands: slot = inputs + instruction. After Freeze() no slot is made any more; Instruction() then gives
// the tests that nobody asked a slot of an instruction of their own, for explanations.
#ifndef WARD_SRC_CODEGEN_CODE_H_
#define WARD_SRC_CODEGEN_CODE_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "bytecode/image.h"
#include "codegen/domains.h"
#include "codegen/pools.h"
#include "ir/ir.h"

namespace ward::codegen {

// A truth with its sign, as operands of kAnd and kOr hold it: 2 * slot + negated.
using SignedTruth = std::uint32_t;

class Code {
 public:
  // Borrows all three.
  Code(const ir::Program& program, const Domains& domains, Pools& pools);

  // ---- before Freeze
  std::uint32_t SlotOf(ir::ValueId value);
  std::uint32_t SlotOf(ir::AtomId atom);
  std::uint32_t SlotOf(bytecode::Truth truth);
  // `op`: kAnd or kOr. Order and repetition of operands mean nothing.
  std::uint32_t SlotOf(bytecode::Op op, std::vector<SignedTruth> operands);
  // The slots of an atom's values, so that Instruction(atom) can be made later.
  void Prepare(ir::AtomId atom);

  void Freeze();

  // ---- after Freeze
  std::uint32_t Instruction(ir::AtomId atom);

  // Of a kRange over an enum: the ordinals that are true.
  [[nodiscard]] std::vector<std::uint32_t> OrdinalsInRange(const ir::Atom& atom) const;

  // What one slot needs, itself last. Empty for inputs.
  [[nodiscard]] bytecode::Range Steps(std::uint32_t slot) const { return slots_[slot].steps(); }

  // ---- any time; of a slot that exists
  [[nodiscard]] std::uint32_t Ordinals(std::uint32_t slot) const { return records_[slot].ordinals; }
  [[nodiscard]] std::uint32_t input_count() const { return Size32(program_.inputs.size()); }

  // ---- the product; after Freeze
  [[nodiscard]] const std::vector<bytecode::Slot>& slots() const { return slots_; }
  [[nodiscard]] const std::vector<bytecode::Instruction>& code() const { return code_; }
  [[nodiscard]] const std::vector<std::uint32_t>& steps() const { return steps_; }
  [[nodiscard]] std::uint32_t computed() const { return computed_; }
  [[nodiscard]] std::uint32_t presence_words() const { return presence_words_; }
  // The longest list of steps of one slot.
  [[nodiscard]] std::uint32_t longest_steps() const { return longest_steps_; }

 private:
  struct Record {
    std::uint8_t type = 0;
    bool secret = false;
    std::uint32_t enumeration = kNone;
    std::uint32_t domain = kNone;
    std::uint32_t ordinals = 0;
    std::vector<std::uint32_t> operands;  // computed slots it reads
  };

  [[nodiscard]] Record ValueRecord(ValueType type, ir::EnumId enumeration, std::uint32_t domain) const;
  [[nodiscard]] std::uint32_t Emit(const bytecode::Instruction& instruction, Record record);
  // The operands must have their slots.
  [[nodiscard]] bytecode::Instruction Encode(const ir::Atom& atom);
  [[nodiscard]] bytecode::Instruction Encode(const ir::Value& value);
  [[nodiscard]] bytecode::Instruction EncodeIn(const ir::Atom& atom);
  [[nodiscard]] bytecode::Instruction EncodeRange(const ir::Atom& atom);
  [[nodiscard]] std::uint32_t Member(const ir::Atom& atom) const;
  [[nodiscard]] std::uint32_t Zones(const ir::Atom& atom);
  [[nodiscard]] std::uint32_t Known(ir::ValueId value) const;
  [[nodiscard]] std::uint32_t Keys(const std::vector<ir::ValueId>& args);
  [[nodiscard]] std::uint32_t Ordinals(const ir::Atom& atom);
  [[nodiscard]] std::uint32_t Constants(const ir::Atom& atom);
  [[nodiscard]] std::vector<std::uint32_t> ComputedOperands(const std::vector<ir::ValueId>& args) const;
  void ListSteps();

  const ir::Program& program_;
  const Domains& domains_;
  Pools& pools_;
  std::vector<Record> records_;                   // by slot
  std::vector<std::uint32_t> value_slots_;        // by ValueId
  std::vector<std::uint32_t> atom_slots_;         // by AtomId
  std::vector<std::uint32_t> atom_instructions_;  // by AtomId, those without a slot
  std::map<bytecode::Truth, std::uint32_t> truth_slots_;
  std::map<std::pair<bytecode::Op, std::vector<SignedTruth>>, std::uint32_t> connective_slots_;
  std::vector<bytecode::Instruction> code_;
  std::vector<bytecode::Slot> slots_;
  std::vector<std::uint32_t> steps_;
  std::uint32_t computed_ = 0;
  std::uint32_t presence_words_ = 0;
  std::uint32_t longest_steps_ = 0;
  bool frozen_ = false;
};

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_CODE_H_
