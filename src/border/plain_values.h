// border: texts of numbers, booleans, seconds and clock times as values (dates: base/rfc3339.h).
//
// Strict: all of the text is the value, no blanks, no sign but `-`, no locale. What is no such text is nothing, and the
// attribute is missing. Seconds become nanoseconds; what is beyond 64 bits of them (years 1678 to 2261) is no value: were it
// cut to the last one, milliseconds taken for seconds would pass for a date, and always be fresh. Source: RFC 7519 section 2 (NumericDate).
// Thread-safe: pure. Nothing allocates.
#ifndef WARD_SRC_BORDER_PLAIN_VALUES_H_
#define WARD_SRC_BORDER_PLAIN_VALUES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace ward::border {

// `-?[0-9]+` within 64 bits.
[[nodiscard]] std::optional<std::int64_t> ParseInteger(std::string_view text);
// `true` or `false`.
[[nodiscard]] std::optional<bool> ParseBool(std::string_view text);
// `08:00`, `23:59:59`: seconds since midnight.
[[nodiscard]] std::optional<std::int64_t> ParseClock(std::string_view text);
// `-?[0-9]+(\.[0-9]+)?` seconds as nanoseconds; digits beyond the ninth are dropped.
[[nodiscard]] std::optional<std::int64_t> ParseSeconds(std::string_view text);

// Seconds as nanoseconds. Beyond 64 bits, or not a number: nothing.
[[nodiscard]] std::optional<std::int64_t> SecondsToNs(std::int64_t seconds);
[[nodiscard]] std::optional<std::int64_t> SecondsToNs(double seconds);
// The integer that a floating number is, if it is one that has no rounding behind it (below 2^53).
[[nodiscard]] std::optional<std::int64_t> WholeNumber(double number);

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_PLAIN_VALUES_H_
