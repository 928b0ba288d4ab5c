// codegen: a POSIX TZ string, `CET-1CEST,M3.5.0,M10.5.0/3`: what a time zone does after its last recorded change.
#ifndef WARD_SRC_CODEGEN_POSIX_TZ_H_
#define WARD_SRC_CODEGEN_POSIX_TZ_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace ward::codegen {

// A day of each year, and a time on it.
struct YearlyChange {
  enum class Kind : std::uint8_t {
    kJulian,     // day 1 .. 365, 29 February is never counted
    kZeroBased,  // day 0 .. 365, 29 February is counted
    kWeekday,    // of `month`, the `week`-th `day` (0 = Sunday); week 5 is the last
  } kind = Kind::kJulian;
  int day = 1;
  int week = 1;
  int month = 1;
  std::int32_t second = 7200;  // on the wall clock before the change; may be negative or beyond the day

  // Unix seconds of the change as if the clock ran on UTC.
  [[nodiscard]] std::int64_t At(int year) const;
};

struct PosixTz {
  std::int32_t standard_offset = 0;  // seconds east of UTC
  bool has_daylight = false;
  std::int32_t daylight_offset = 0;
  YearlyChange start;  // of daylight saving time
  YearlyChange end;
};

// Nothing if the text is no TZ string with explicit rules.
[[nodiscard]] std::optional<PosixTz> ParsePosixTz(std::string_view text);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_POSIX_TZ_H_
