// bytecode: bytes to a verified Image, or what is wrong with them and where.
#ifndef WARD_SRC_BYTECODE_LOAD_H_
#define WARD_SRC_BYTECODE_LOAD_H_

#include <ward/error.h>

#include <cstdint>
#include <span>

#include "bytecode/image.h"

namespace ward::bytecode {

// Copies `bytes` once into private memory (a mapped file could change after the check), then verifies the copy.
// Errors: kCorrupt for damaged or hostile bytes, kUnsupported for another format version, kTooLarge beyond
// budget::kBytecodeSizeBytesMax. Time: linear in the file; what would take much longer to check is refused.
[[nodiscard]] Result<Image> Load(std::span<const std::uint8_t> bytes);

}  // namespace ward::bytecode

#endif  // WARD_SRC_BYTECODE_LOAD_H_
