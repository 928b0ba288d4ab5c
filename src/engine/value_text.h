// engine: values as people and headers read them.
//
// Numbers in decimal, booleans `true` and `false`, enums by name, durations in seconds, timestamps as RFC 3339, sets
// separated by commas. Nothing allocates: what has to be written goes to the scratch.
#ifndef WARD_SRC_ENGINE_VALUE_TEXT_H_
#define WARD_SRC_ENGINE_VALUE_TEXT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "border/cell.h"
#include "border/scratch.h"
#include "bytecode/image.h"

namespace ward::engine {

// Nothing if the value is missing, its slot secret, its text unfit for a header (a control character: it could end the
// line), or the scratch full. `slot` says how to read the cell.
[[nodiscard]] std::optional<std::string_view> ValueText(const bytecode::Image& image, const bytecode::Slot& slot,
                                                        const border::Cell& cell, border::Scratch& scratch);

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_VALUE_TEXT_H_
