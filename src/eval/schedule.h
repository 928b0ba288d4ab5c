// eval: whether a moment lies in a schedule, on the wall clock of the schedule's time zone.
//
// A span runs from its first clock up to, not including, its second; one over midnight belongs to the day it starts on.
// Thread-safe: pure. Cost: log2(transitions) and one step a span.
#ifndef WARD_SRC_EVAL_SCHEDULE_H_
#define WARD_SRC_EVAL_SCHEDULE_H_

#include <cstdint>

#include "bytecode/image.h"

namespace ward::eval {

// `unix_ns`: nanoseconds since 1970-01-01T00:00:00Z.
[[nodiscard]] bool IsWithinSchedule(const bytecode::Image& image, const bytecode::Schedule& schedule,
                                    std::int64_t unix_ns);

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_SCHEDULE_H_
