// testing: constants of a test as the text cells that live tables and parameters take.
#ifndef WARD_SRC_TESTING_CELL_TEXT_H_
#define WARD_SRC_TESTING_CELL_TEXT_H_

#include <cstdint>
#include <string>

#include "semantic/program.h"

namespace ward::testing {

// Durations in seconds, times as RFC 3339, a set as base/set_text.h has it.
[[nodiscard]] std::string CellText(const semantic::Program& program, const semantic::Constant& constant);

// 90 seconds, 1.5 seconds: exact.
[[nodiscard]] std::string SecondsText(std::int64_t nanoseconds);
// 08:00:00
[[nodiscard]] std::string ClockText(std::int64_t seconds);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_CELL_TEXT_H_
