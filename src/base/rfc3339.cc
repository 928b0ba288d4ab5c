#include "base/rfc3339.h"

#include <fmt/format.h>

#include "base/clock.h"

namespace ward::base {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

// Reads a text from the left; every step says whether it fitted.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] bool done() const { return text_.empty(); }

  bool Take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool TakeDigits(std::size_t count, unsigned& value) {
    if (text_.size() < count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return false;
      value = value * 10 + static_cast<unsigned>(text_[i] - '0');
    }
    text_.remove_prefix(count);
    return true;
  }

  // Decimals of a second; beyond nanoseconds they are dropped.
  bool TakeFraction(std::int64_t& nanoseconds) {
    std::int64_t scale = kNsPerSecond / 10;
    std::size_t digits = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      nanoseconds += (text_.front() - '0') * scale;
      scale /= 10;
      ++digits;
      text_.remove_prefix(1);
    }
    return digits > 0;
  }

 private:
  std::string_view text_;
};

bool DateExists(unsigned year, unsigned month, unsigned day) {
  static constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1U : 0U);
}

// Reads `Z` or `+hh:mm`; the result is seconds east of UTC.
bool TakeOffset(Cursor& cursor, std::int64_t& offset) {
  if (cursor.Take('Z') || cursor.Take('z')) return true;
  const bool east = cursor.Take('+');
  if (!east && !cursor.Take('-')) return false;
  unsigned hours = 0;
  unsigned minutes = 0;
  if (!cursor.TakeDigits(2, hours) || !cursor.Take(':') || !cursor.TakeDigits(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset = static_cast<std::int64_t>(hours * 3600 + minutes * 60) * (east ? 1 : -1);
  return true;
}

bool TakeTime(Cursor& cursor, std::int64_t& seconds, std::int64_t& nanoseconds) {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  if (!cursor.TakeDigits(2, hour) || !cursor.Take(':') || !cursor.TakeDigits(2, minute)) return false;
  if (cursor.Take(':')) {
    if (!cursor.TakeDigits(2, second)) return false;
    if (cursor.Take('.') && !cursor.TakeFraction(nanoseconds)) return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  std::int64_t offset = 0;
  if (!TakeOffset(cursor, offset)) return false;
  seconds += static_cast<std::int64_t>(hour * 3600 + minute * 60 + second) - offset;
  return true;
}

}  // namespace

// Source: the era arithmetic of the proleptic Gregorian calendar, a year that begins in March: the leap day is last.
std::int64_t DaysFromCivil(std::int64_t year, unsigned month, unsigned day) {
  const std::int64_t shifted = month <= 2 ? year - 1 : year;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const std::int64_t year_of_era = shifted - era * 400;
  const std::int64_t month_from_march = (static_cast<std::int64_t>(month) + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + static_cast<std::int64_t>(day) - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  constexpr std::int64_t kDaysToUnixEpoch = 719'468;
  return era * 146'097 + day_of_era - kDaysToUnixEpoch;
}

std::optional<std::int64_t> ParseRfc3339(std::string_view text) {
  Cursor cursor(text);
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (!cursor.TakeDigits(4, year) || !cursor.Take('-') || !cursor.TakeDigits(2, month) || !cursor.Take('-') ||
      !cursor.TakeDigits(2, day) || !DateExists(year, month, day)) {
    return std::nullopt;
  }
  std::int64_t seconds = DaysFromCivil(year, month, day) * kSecondsPerDay;
  std::int64_t nanoseconds = 0;
  if (!cursor.done()) {
    if (!cursor.Take('T') && !cursor.Take('t')) return std::nullopt;
    if (!TakeTime(cursor, seconds, nanoseconds) || !cursor.done()) return std::nullopt;
  }
  std::int64_t result = 0;
  if (__builtin_mul_overflow(seconds, kNsPerSecond, &result) || __builtin_add_overflow(result, nanoseconds, &result)) {
    return std::nullopt;
  }
  return result;
}

std::string FormatRfc3339(std::int64_t unix_ns) {
  std::int64_t seconds = unix_ns / kNsPerSecond;
  std::int64_t nanoseconds = unix_ns % kNsPerSecond;
  if (nanoseconds < 0) {
    nanoseconds += kNsPerSecond;
    --seconds;
  }
  std::int64_t days = seconds / kSecondsPerDay;
  std::int64_t of_day = seconds % kSecondsPerDay;
  if (of_day < 0) {
    of_day += kSecondsPerDay;
    --days;
  }
  // The inverse of DaysFromCivil.
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day, of_day / 3600,
                                 of_day / 60 % 60, of_day % 60);
  if (nanoseconds != 0) {
    text += fmt::format(".{:09}", nanoseconds);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

}  // namespace ward::base
