// bytecode: the instructions, from opcodes.def.
#ifndef WARD_SRC_BYTECODE_OPCODE_H_
#define WARD_SRC_BYTECODE_OPCODE_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace ward::bytecode {

enum class Op : std::uint16_t {
#define WARD_OP(name, result, a, b, c) name,
#include "bytecode/opcodes.def"
#undef WARD_OP
};

enum class OpResult : std::uint8_t { kValue, kTruth };

enum class Operand : std::uint8_t {
  kNone,
  kSlot,
  kConstant,
  kParameter,
  kTable,
  kColumn,
  kKeys,
  kSchedule,
  kPrefixSet,
  kOperations,
  kOrdinal,
  kTruthValue,
  kCount,
  kOrdinals,
  kConstants,
  kZones,
  kTruths,
};

struct OpInfo {
  std::string_view name;  // "kInRange"
  OpResult result = OpResult::kValue;
  Operand a = Operand::kNone;
  Operand b = Operand::kNone;
  Operand c = Operand::kNone;
};

// By the number of the op; every op has its row.
[[nodiscard]] std::span<const OpInfo> AllOps();

}  // namespace ward::bytecode

#endif  // WARD_SRC_BYTECODE_OPCODE_H_
