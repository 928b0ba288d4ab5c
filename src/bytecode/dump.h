// bytecode: an image as text that a person can read: `ward dump`, tests.
//
// The same image gives the same text. Nothing reads it back, so it may change with every version.
#ifndef WARD_SRC_BYTECODE_DUMP_H_
#define WARD_SRC_BYTECODE_DUMP_H_

#include <string>

#include "bytecode/image.h"

namespace ward::bytecode {

// All of it: slots, code, index, zones, operations, tables, rules.
[[nodiscard]] std::string Dump(const Image& image);
}  // namespace ward::bytecode

#endif  // WARD_SRC_BYTECODE_DUMP_H_
