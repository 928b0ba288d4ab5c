// compile: what each operation can cost at most, for `ward compile --stats`.
#ifndef WARD_SRC_COMPILE_COSTS_H_
#define WARD_SRC_COMPILE_COSTS_H_

#include <vector>

#include "bytecode/image.h"
#include "ir/ir.h"
#include "ward/compiler.h"

namespace ward::compile {

// By qualified name; the worst zone state counts. Requires: `image` was compiled from `program`.
[[nodiscard]] std::vector<OperationCost> CostsOf(const ir::Program& program, const bytecode::Image& image);

}  // namespace ward::compile

#endif  // WARD_SRC_COMPILE_COSTS_H_
