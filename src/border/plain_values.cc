#include "border/plain_values.h"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

#include "base/ascii.h"
#include "base/clock.h"

namespace ward::border {
namespace {

// Takes fixed pieces off the front of a text; failed for good once something did not fit.
class FixedText {
 public:
  explicit FixedText(std::string_view text) : rest_(text) {}

  // Exactly `digits` digits, at most `max`.
  int Number(std::size_t digits, int max) {
    if (rest_.size() < digits) return Fail();
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!base::IsAsciiDigit(rest_[i])) return Fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value <= max ? value : Fail();
  }
  bool Skip(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Expect(char wanted) {
    if (!Skip(wanted)) Fail();
  }
  // The digits behind a decimal point as nanoseconds; at least one.
  std::int64_t Fraction() {
    std::int64_t ns = 0;
    std::int64_t unit = base::kNsPerSecond;
    std::size_t digits = 0;
    for (; digits < rest_.size() && base::IsAsciiDigit(rest_[digits]); ++digits) {
      unit /= 10;
      ns += (rest_[digits] - '0') * unit;
    }
    if (digits == 0) Fail();
    rest_.remove_prefix(digits);
    return ns;
  }
  [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

 private:
  int Fail() {
    failed_ = true;
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> ParseClock(std::string_view text) {
  FixedText rest(text);
  int seconds = rest.Number(2, 23) * 3600;
  rest.Expect(':');
  seconds += rest.Number(2, 59) * 60;
  if (rest.Skip(':')) seconds += rest.Number(2, 59);
  if (!rest.done()) return std::nullopt;
  return seconds;
}

std::optional<std::int64_t> ParseSeconds(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole_text = text.substr(0, point);
  const bool negative = whole_text.starts_with('-');
  if (whole_text.size() == (negative ? 1U : 0U)) return std::nullopt;
  std::int64_t whole = 0;
  const char* end = whole_text.data() + whole_text.size();
  const auto [stop, error] = std::from_chars(whole_text.data(), end, whole);
  if (stop != end || error != std::errc()) return std::nullopt;
  if (point == std::string_view::npos) return SecondsToNs(whole);
  FixedText rest(text.substr(point + 1));
  const std::int64_t fraction_ns = rest.Fraction();
  if (!rest.done()) return std::nullopt;
  const std::optional<std::int64_t> whole_ns = SecondsToNs(whole);
  std::int64_t ns = 0;
  if (!whole_ns || __builtin_add_overflow(*whole_ns, negative ? -fraction_ns : fraction_ns, &ns)) return std::nullopt;
  return ns;
}

std::optional<std::int64_t> SecondsToNs(std::int64_t seconds) {
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(seconds, base::kNsPerSecond, &ns)) return std::nullopt;
  return ns;
}

std::optional<std::int64_t> SecondsToNs(double seconds) {
  // 2^63 as a double is exact.
  constexpr double kLimit = 9223372036854775808.0;
  const double ns = seconds * 1e9;
  if (!(ns > -kLimit && ns < kLimit)) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(ns));
}

std::optional<std::int64_t> WholeNumber(double number) {
  constexpr double kExact = 9007199254740992.0;
  if (!(number > -kExact && number < kExact) || std::trunc(number) != number) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace ward::border
