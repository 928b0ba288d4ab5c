// lookup: the error of a table whose bytes are damaged or hostile.
#ifndef WARD_SRC_LOOKUP_CORRUPT_H_
#define WARD_SRC_LOOKUP_CORRUPT_H_

#include <string>
#include <utility>

#include "ward/error.h"

namespace ward::lookup {

[[nodiscard]] inline Error Corrupt(std::string message) { return {ErrorCode::kCorrupt, std::move(message)}; }

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_CORRUPT_H_
