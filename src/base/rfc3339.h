// base: points in time as text, `2026-11-02T09:00:00+01:00`.
//
// Source: RFC 3339, section 5.6; also the bare date of the policy language (midnight UTC) and times without seconds.
// Unit: nanoseconds since 1970-01-01T00:00:00Z. Leap seconds (`:60`) are not accepted: POSIX time has none.
#ifndef WARD_SRC_BASE_RFC3339_H_
#define WARD_SRC_BASE_RFC3339_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ward::base {

// Days from 1970-01-01 to a date of the proleptic Gregorian calendar. Requires: month 1..12.
[[nodiscard]] std::int64_t DaysFromCivil(std::int64_t year, unsigned month, unsigned day);

// The whole text, or nothing: an impossible date, a missing offset, or a time beyond 1677..2262 (int64 nanoseconds).
[[nodiscard]] std::optional<std::int64_t> ParseRfc3339(std::string_view text);

// In UTC with as many decimals as needed: `2026-11-02T08:00:00Z`.
[[nodiscard]] std::string FormatRfc3339(std::int64_t unix_ns);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_RFC3339_H_
