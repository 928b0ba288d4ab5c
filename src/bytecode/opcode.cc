#include "bytecode/opcode.h"

#include <array>

namespace ward::bytecode {
namespace {

constexpr std::array kOps = {
#define WARD_OP(name, result, a, b, c) OpInfo{#name, OpResult::result, Operand::a, Operand::b, Operand::c},
#include "bytecode/opcodes.def"
#undef WARD_OP
};

}  // namespace

std::span<const OpInfo> AllOps() { return kOps; }

}  // namespace ward::bytecode
