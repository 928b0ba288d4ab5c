#include "codegen/posix_tz.h"

#include <chrono>

namespace ward::codegen {
namespace {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] char peek() const { return text_.empty() ? '\0' : text_.front(); }
  bool Take(char expected) {
    if (peek() != expected || at_end()) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<int> Number(int max) {
    if (peek() < '0' || peek() > '9') return std::nullopt;
    int number = 0;
    while (peek() >= '0' && peek() <= '9') {
      number = number * 10 + (peek() - '0');
      if (number > max) return std::nullopt;
      text_.remove_prefix(1);
    }
    return number;
  }
  // `CET` or `<+0330>`; at least three characters.
  bool Name() {
    const bool quoted = Take('<');
    std::size_t size = 0;
    while (!at_end() && IsNameChar(peek(), quoted)) {
      text_.remove_prefix(1);
      ++size;
    }
    return size >= 3 && (!quoted || Take('>'));
  }
  // [+-]hh[:mm[:ss]] in seconds.
  std::optional<std::int32_t> Clock() {
    const bool negative = Take('-');
    if (!negative) Take('+');
    std::int32_t seconds = 0;
    const std::optional<int> hours = Number(167);
    if (!hours) return std::nullopt;
    seconds = *hours * 3600;
    for (const int unit : {60, 1}) {
      if (!Take(':')) break;
      const std::optional<int> part = Number(59);
      if (!part) return std::nullopt;
      seconds += *part * unit;
    }
    return negative ? -seconds : seconds;
  }

 private:
  static bool IsNameChar(char c, bool quoted) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
  }
  std::string_view text_;
};

std::optional<YearlyChange> ParseChange(Cursor& text) {
  YearlyChange change;
  if (text.Take('M')) {
    change.kind = YearlyChange::Kind::kWeekday;
    const std::optional<int> month = text.Number(12);
    if (!month || *month < 1 || !text.Take('.')) return std::nullopt;
    const std::optional<int> week = text.Number(5);
    if (!week || *week < 1 || !text.Take('.')) return std::nullopt;
    const std::optional<int> day = text.Number(6);
    if (!day) return std::nullopt;
    change.month = *month;
    change.week = *week;
    change.day = *day;
  } else {
    if (!text.Take('J')) change.kind = YearlyChange::Kind::kZeroBased;
    const std::optional<int> day = text.Number(365);
    if (!day || (change.kind == YearlyChange::Kind::kJulian && *day < 1)) return std::nullopt;
    change.day = *day;
  }
  if (text.Take('/')) {
    const std::optional<std::int32_t> second = text.Clock();
    if (!second) return std::nullopt;
    change.second = *second;
  }
  return change;
}

}  // namespace

std::int64_t YearlyChange::At(int year_number) const {
  using std::chrono::year;
  const year in_year{year_number};
  std::chrono::sys_days date;
  switch (kind) {
    case Kind::kJulian:
      date = std::chrono::sys_days{in_year / 1 / 1} + std::chrono::days{day - 1};
      if (in_year.is_leap() && day >= 60) date += std::chrono::days{1};
      break;
    case Kind::kZeroBased:
      date = std::chrono::sys_days{in_year / 1 / 1} + std::chrono::days{day};
      break;
    case Kind::kWeekday: {
      const std::chrono::month in_month{static_cast<unsigned>(month)};
      const std::chrono::weekday weekday{static_cast<unsigned>(day)};
      date = week == 5 ? std::chrono::sys_days{in_year / in_month / weekday[std::chrono::last]}
                       : std::chrono::sys_days{in_year / in_month / weekday[static_cast<unsigned>(week)]};
      break;
    }
  }
  return std::int64_t{date.time_since_epoch().count()} * 86400 + second;
}

std::optional<PosixTz> ParsePosixTz(std::string_view text) {
  Cursor cursor(text);
  PosixTz tz;
  if (!cursor.Name()) return std::nullopt;
  // POSIX counts west as positive.
  const std::optional<std::int32_t> standard = cursor.Clock();
  if (!standard) return std::nullopt;
  tz.standard_offset = -*standard;
  if (cursor.at_end()) return tz;
  if (!cursor.Name()) return std::nullopt;
  tz.has_daylight = true;
  tz.daylight_offset = tz.standard_offset + 3600;
  if (cursor.peek() != ',') {
    const std::optional<std::int32_t> daylight = cursor.Clock();
    if (!daylight) return std::nullopt;
    tz.daylight_offset = -*daylight;
  }
  if (!cursor.Take(',')) return std::nullopt;
  const std::optional<YearlyChange> start = ParseChange(cursor);
  if (!start || !cursor.Take(',')) return std::nullopt;
  const std::optional<YearlyChange> end = ParseChange(cursor);
  if (!end || !cursor.at_end()) return std::nullopt;
  tz.start = *start;
  tz.end = *end;
  return tz;
}

}  // namespace ward::codegen
