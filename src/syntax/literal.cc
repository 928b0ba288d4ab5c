#include "syntax/literal.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "base/utf8.h"

namespace ward::syntax {
namespace {

LiteralError Wrong(std::string_view spelling, std::string message, std::string hint = {}) {
  return LiteralError{0, static_cast<std::uint32_t>(spelling.size()), std::move(message), std::move(hint)};
}

// -1_000. Nothing if it does not fit.
std::optional<std::int64_t> ReadDigits(std::string_view digits) {
  std::string plain;
  for (const char c : digits) {
    if (c != '_') plain += c;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size()) return std::nullopt;
  return value;
}

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 11> kDurationUnits = {{{"ms", 1'000'000},
                                                  {"second", base::kNsPerSecond},
                                                  {"seconds", base::kNsPerSecond},
                                                  {"minute", 60 * base::kNsPerSecond},
                                                  {"minutes", 60 * base::kNsPerSecond},
                                                  {"hour", 3'600 * base::kNsPerSecond},
                                                  {"hours", 3'600 * base::kNsPerSecond},
                                                  {"day", 86'400 * base::kNsPerSecond},
                                                  {"days", 86'400 * base::kNsPerSecond},
                                                  {"week", 604'800 * base::kNsPerSecond},
                                                  {"weeks", 604'800 * base::kNsPerSecond}}};
constexpr std::array<Unit, 8> kSizeUnits = {{{"byte", 1},
                                             {"bytes", 1},
                                             {"kB", 1'000},
                                             {"MB", 1'000'000},
                                             {"GB", 1'000'000'000},
                                             {"KiB", std::int64_t{1} << 10},
                                             {"MiB", std::int64_t{1} << 20},
                                             {"GiB", std::int64_t{1} << 30}}};

// "15 minutes"; "minute" alone is one.
template <typename Units>
std::optional<std::int64_t> ReadQuantity(std::string_view spelling, const Units& units) {
  const std::size_t unit_at = spelling.find_last_of(" \t") + 1;  // 0 if there is no blank
  std::int64_t factor = 0;
  for (const Unit& unit : units) {
    if (unit.name == spelling.substr(unit_at)) factor = unit.factor;
  }
  std::int64_t count = 1;
  if (unit_at > 0) {
    const std::optional<std::int64_t> digits = ReadDigits(spelling.substr(0, spelling.find_first_of(" \t")));
    if (!digits) return std::nullopt;
    count = *digits;
  }
  std::int64_t product = 0;
  if (__builtin_mul_overflow(count, factor, &product)) return std::nullopt;
  return product;
}

std::int32_t TwoDigitsAt(std::string_view text, std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

LiteralError WrongPart(std::uint32_t begin, std::uint32_t end, std::string message) {
  return LiteralError{begin, end, std::move(message), {}};
}

struct TimeOfDay {
  std::int64_t nanoseconds = 0;  // since midnight UTC, offset taken off: may be negative
};

// "09:00:00.5+01:00", at `at` of the spelling.
LiteralOr<TimeOfDay> ReadTimeOfDay(std::string_view spelling, std::uint32_t at) {
  const std::int64_t hours = TwoDigitsAt(spelling, at);
  const std::int64_t minutes = TwoDigitsAt(spelling, at + 3);
  if (hours > 23) return WrongPart(at, at + 2, fmt::format("there is no hour {}", hours));
  if (minutes > 59) return WrongPart(at + 3, at + 5, fmt::format("there is no minute {}", minutes));
  std::int64_t seconds = 0;
  std::int64_t fraction = 0;
  std::uint32_t here = at + 5;
  if (spelling[here] == ':') {
    seconds = TwoDigitsAt(spelling, here + 1);
    if (seconds > 59) return WrongPart(here + 1, here + 3, fmt::format("there is no second {}", seconds));
    here += 3;
    if (spelling[here] == '.') {
      std::int64_t digit_value = base::kNsPerSecond / 10;
      for (++here; spelling[here] >= '0' && spelling[here] <= '9'; ++here) {
        fraction += (spelling[here] - '0') * digit_value;
        digit_value /= 10;
      }
    }
  }
  std::int64_t offset = 0;
  if (spelling[here] != 'Z') {
    const std::int64_t offset_hours = TwoDigitsAt(spelling, here + 1);
    const std::int64_t offset_minutes = TwoDigitsAt(spelling, here + 4);
    if (offset_hours > 23 || offset_minutes > 59) {
      return WrongPart(here, here + 6, fmt::format("there is no offset {}", spelling.substr(here, 6)));
    }
    offset = (offset_hours * 60 + offset_minutes) * (spelling[here] == '-' ? -60 : 60);
  }
  return TimeOfDay{(hours * 3'600 + minutes * 60 + seconds - offset) * base::kNsPerSecond + fraction};
}

}  // namespace

LiteralOr<std::int64_t> ReadInt(std::string_view spelling) {
  if (const std::optional<std::int64_t> value = ReadDigits(spelling)) return *value;
  return Wrong(spelling, "this number is too big", "numbers go from -2^63 to 2^63 - 1");
}

LiteralOr<DurationLiteral> ReadDuration(std::string_view spelling) {
  if (const auto value = ReadQuantity(spelling, kDurationUnits)) return DurationLiteral{*value};
  return Wrong(spelling, "this duration is too long", "durations end at about 292 years");
}

LiteralOr<SizeLiteral> ReadSize(std::string_view spelling) {
  if (const auto value = ReadQuantity(spelling, kSizeUnits)) return SizeLiteral{*value};
  return Wrong(spelling, "this size is too big", "sizes end at 2^63 - 1 bytes");
}

LiteralOr<TimestampLiteral> ReadTimestamp(std::string_view spelling) {
  const int year = TwoDigitsAt(spelling, 0) * 100 + TwoDigitsAt(spelling, 2);
  const auto month = static_cast<unsigned>(TwoDigitsAt(spelling, 5));
  const auto day = static_cast<unsigned>(TwoDigitsAt(spelling, 8));
  if (year < 1678 || year > 2261) {
    LiteralError error = WrongPart(0, 4, fmt::format("the year {} is out of reach", spelling.substr(0, 4)));
    error.hint = "timestamps go from 1678 to 2261";
    return error;
  }
  if (month < 1 || month > 12) return WrongPart(5, 7, fmt::format("there is no month {}", spelling.substr(5, 2)));
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) {
    return WrongPart(8, 10, fmt::format("{} has no day {}", spelling.substr(0, 7), spelling.substr(8, 2)));
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  std::int64_t nanoseconds = days * 86'400 * base::kNsPerSecond;
  if (spelling.size() > 10) {
    const LiteralOr<TimeOfDay> time = ReadTimeOfDay(spelling, 11);
    if (const auto* error = std::get_if<LiteralError>(&time)) return *error;
    nanoseconds += std::get<TimeOfDay>(time).nanoseconds;
  }
  return TimestampLiteral{nanoseconds};
}

LiteralOr<ClockLiteral> ReadClock(std::string_view spelling) {
  const std::int32_t hours = TwoDigitsAt(spelling, 0);
  const std::int32_t minutes = TwoDigitsAt(spelling, 3);
  const std::int32_t seconds = spelling.size() > 5 ? TwoDigitsAt(spelling, 6) : 0;
  if (hours > 24) return WrongPart(0, 2, fmt::format("there is no hour {}", hours));
  if (minutes > 59) return WrongPart(3, 5, fmt::format("there is no minute {}", minutes));
  if (seconds > 59) return WrongPart(6, 8, fmt::format("there is no second {}", seconds));
  const std::int32_t value = hours * 3'600 + minutes * 60 + seconds;
  if (value > 86'400) return Wrong(spelling, "a day ends at 24:00");
  return ClockLiteral{value};
}

LiteralOr<AddressLiteral> ReadAddress(std::string_view spelling) {
  AddressLiteral address;
  const std::size_t slash = spelling.find('/');
  const std::string text(spelling.substr(0, slash));
  address.is_v4 = text.find(':') == std::string::npos;
  if (inet_pton(address.is_v4 ? AF_INET : AF_INET6, text.c_str(), address.bytes.data()) != 1) {
    return LiteralError{0, static_cast<std::uint32_t>(text.size()), fmt::format("`{}` is no IP address", text),
                        address.is_v4 ? "four numbers from 0 to 255, without leading zeros" : ""};
  }
  if (slash != std::string_view::npos) {
    const std::string_view bits = spelling.substr(slash + 1);
    const std::int64_t bits_max = address.is_v4 ? 32 : 128;
    const std::optional<std::int64_t> value = ReadDigits(bits);
    if (!value || *value > bits_max) {
      return WrongPart(
          static_cast<std::uint32_t>(slash) + 1, static_cast<std::uint32_t>(spelling.size()),
          fmt::format("a prefix of an IPv{} address has at most {} bits", address.is_v4 ? 4 : 6, bits_max));
    }
    address.prefix_bits = static_cast<std::uint8_t>(*value);
  }
  return address;
}

namespace {

// `\u{e9}` at text[at]; the length of the escape, and its character appended.
LiteralOr<std::uint32_t> ReadCodePoint(std::string_view text, std::uint32_t at, std::string& result) {
  const std::size_t close = text.find('}', at);
  const std::string_view digits = at + 2 < text.size() && text[at + 2] == '{' && close != std::string_view::npos
                                      ? text.substr(at + 3, close - at - 3)
                                      : std::string_view();
  std::uint32_t code_point = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code_point, 16);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    LiteralError wrong = WrongPart(at, at + 2, "`\\u` needs the number of a character in braces");
    wrong.hint = "write `\\u{e9}` for é";
    return wrong;
  }
  if (!base::AppendUtf8(result, code_point)) {
    return WrongPart(at, static_cast<std::uint32_t>(close) + 1, fmt::format("there is no character {}", digits));
  }
  return static_cast<std::uint32_t>(close) + 1 - at;
}

}  // namespace

LiteralOr<std::string> Unescape(std::string_view between_quotes, Braces braces) {
  std::string result;
  result.reserve(between_quotes.size());
  for (std::uint32_t at = 0; at < between_quotes.size();) {
    const char c = between_quotes[at];
    if (c != '\\') {
      result += c;
      ++at;
      continue;
    }
    const char escaped = at + 1 < between_quotes.size() ? between_quotes[at + 1] : '\0';
    if (escaped == 'u') {
      const LiteralOr<std::uint32_t> length = ReadCodePoint(between_quotes, at, result);
      if (const auto* error = std::get_if<LiteralError>(&length)) return *error;
      at += std::get<std::uint32_t>(length);
      continue;
    }
    if (escaped == '"' || escaped == '\\' || (escaped == '{' && braces == Braces::kPlaceholders)) {
      result += escaped;
    } else if (escaped == 'n') {
      result += '\n';
    } else if (escaped == 't') {
      result += '\t';
    } else {
      const std::size_t length = base::Utf8SequenceLength(between_quotes.substr(at + 1));
      const std::uint32_t end = at + 1 + static_cast<std::uint32_t>(length);
      LiteralError error =
          WrongPart(at, end, fmt::format("there is no escape `{}`", between_quotes.substr(at, end - at)));
      error.hint = "write `\\\\` for a backslash; known are \\\" \\\\ \\n \\t \\u{..}";
      return error;
    }
    at += 2;
  }
  return result;
}

}  // namespace ward::syntax
