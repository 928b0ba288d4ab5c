#include "semantic/text_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "base/ascii.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "semantic/path_text.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

constexpr std::int64_t kMaxSeconds = 9'223'372'036;  // of int64 nanoseconds

struct Unit {
  std::string_view one;
  std::string_view many;
  std::int64_t factor;
};
constexpr std::array<Unit, 6> kDurations{{{"week", "weeks", 604'800 * base::kNsPerSecond},
                                          {"day", "days", 86'400 * base::kNsPerSecond},
                                          {"hour", "hours", 3'600 * base::kNsPerSecond},
                                          {"minute", "minutes", 60 * base::kNsPerSecond},
                                          {"second", "seconds", base::kNsPerSecond},
                                          {"ms", "ms", 1'000'000}}};
constexpr std::array<Unit, 7> kSizes{{{"GiB", "GiB", 1'073'741'824},
                                      {"GB", "GB", 1'000'000'000},
                                      {"MiB", "MiB", 1'048'576},
                                      {"MB", "MB", 1'000'000},
                                      {"KiB", "KiB", 1'024},
                                      {"kB", "kB", 1'000},
                                      {"byte", "bytes", 1}}};

std::optional<std::int64_t> WholeNumber(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && i > 0 && digits.size() > (digits[0] == '-' ? 1U : 0U)) continue;
    digits.push_back(text[i]);
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return value;
}

// Seconds with up to nine decimals, in nanoseconds.
std::optional<std::int64_t> Seconds(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto whole = WholeNumber(text.substr(0, dot));
  if (!whole.has_value() || *whole > kMaxSeconds || *whole < -kMaxSeconds) return std::nullopt;
  if (dot == std::string_view::npos) return *whole * base::kNsPerSecond;
  std::string fraction(text.substr(dot + 1));
  if (fraction.empty() || fraction.size() > 9 || fraction.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  fraction.resize(9, '0');
  const std::int64_t part = std::strtoll(fraction.c_str(), nullptr, 10);
  std::int64_t result = 0;
  if (__builtin_add_overflow(*whole * base::kNsPerSecond, text.starts_with('-') ? -part : part, &result))
    return std::nullopt;
  return result;
}

template <std::size_t N>
std::optional<std::int64_t> WithUnit(std::string_view text, const std::array<Unit, N>& units) {
  const std::size_t blank = text.find_first_of(" \t");
  if (blank == std::string_view::npos) return std::nullopt;
  const auto number = WholeNumber(text.substr(0, blank));
  const std::string_view word = text.substr(std::min(text.size(), text.find_first_not_of(" \t", blank)));
  for (const Unit& unit : units) {
    std::int64_t result = 0;
    if (word != unit.one && word != unit.many) continue;
    if (!number.has_value() || __builtin_mul_overflow(*number, unit.factor, &result)) return std::nullopt;
    return result;
  }
  return std::nullopt;
}

// Exactly `count` digits at `at`, in 0..most; moves `at`.
std::optional<int> Digits(std::string_view text, std::size_t& at, std::size_t count, int most) {
  int value = 0;
  if (at + count > text.size()) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i, ++at) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

bool Skip(std::string_view text, std::size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

// HH:MM[:SS], in seconds; moves `at`.
std::optional<std::int64_t> ClockAt(std::string_view text, std::size_t& at) {
  const auto hour = Digits(text, at, 2, 23);
  if (!hour || !Skip(text, at, ':')) return std::nullopt;
  const auto minute = Digits(text, at, 2, 59);
  if (!minute) return std::nullopt;
  int second = 0;
  if (Skip(text, at, ':')) {
    const auto seconds = Digits(text, at, 2, 59);
    if (!seconds) return std::nullopt;
    second = *seconds;
  }
  return *hour * 3600 + *minute * 60 + second;
}

// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days from civil).
std::int64_t DaysSince1970(int year, int month, int day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = y / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

int DaysOfMonth(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

std::optional<std::int64_t> Fraction(std::string_view text, std::size_t& at) {
  if (!Skip(text, at, '.')) return 0;
  std::int64_t value = 0;
  std::int64_t unit = base::kNsPerSecond;
  const std::size_t begin = at;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    unit /= 10;
    value += (text[at++] - '0') * unit;
  }
  return at > begin ? std::optional(value) : std::nullopt;
}

// Seconds east of Greenwich, `Z` or +01:00.
std::optional<std::int64_t> Offset(std::string_view text, std::size_t& at) {
  if (Skip(text, at, 'Z') || Skip(text, at, 'z')) return 0;
  const bool east = Skip(text, at, '+');
  if (!east && !Skip(text, at, '-')) return std::nullopt;
  const auto hour = Digits(text, at, 2, 23);
  if (!hour || !Skip(text, at, ':')) return std::nullopt;
  const auto minute = Digits(text, at, 2, 59);
  if (!minute) return std::nullopt;
  return (east ? 1 : -1) * (*hour * 3600 + *minute * 60);
}

// 2027-02-01 (midnight UTC) or RFC 3339.
std::optional<std::int64_t> Timestamp(std::string_view text) {
  std::size_t at = 0;
  const auto year = Digits(text, at, 4, 9999);
  if (!year || !Skip(text, at, '-')) return std::nullopt;
  const auto month = Digits(text, at, 2, 12);
  if (!month || *month == 0 || !Skip(text, at, '-')) return std::nullopt;
  const auto day = Digits(text, at, 2, DaysOfMonth(*year, *month));
  if (!day || *day == 0) return std::nullopt;
  std::int64_t seconds = DaysSince1970(*year, *month, *day) * 86'400;
  std::int64_t fraction = 0;
  if (at < text.size()) {
    if (!Skip(text, at, 'T') && !Skip(text, at, 't') && !Skip(text, at, ' ')) return std::nullopt;
    const auto clock = ClockAt(text, at);
    const auto part = clock ? Fraction(text, at) : std::nullopt;
    const auto offset = part ? Offset(text, at) : std::nullopt;
    if (!offset || at != text.size()) return std::nullopt;
    seconds += *clock - *offset;
    fraction = *part;
  }
  if (seconds > kMaxSeconds - 1 || seconds < -kMaxSeconds) return std::nullopt;
  return seconds * base::kNsPerSecond + fraction;
}

std::optional<std::int64_t> Clock(std::string_view text) {
  std::size_t at = 0;
  const auto seconds = ClockAt(text, at);
  return at == text.size() ? seconds : std::nullopt;
}

std::optional<std::int64_t> Number(TypeKind kind, std::string_view text) {
  if (kind == TypeKind::kBool) {
    return text == "true"    ? std::optional<std::int64_t>(1)
           : text == "false" ? std::optional<std::int64_t>(0)
                             : std::nullopt;
  }
  if (kind == TypeKind::kInt) return WholeNumber(text);
  if (kind == TypeKind::kClock) return Clock(text);
  if (kind == TypeKind::kSize) {
    const auto bytes = WholeNumber(text);
    const auto size = bytes ? bytes : WithUnit(text, kSizes);
    return size && *size >= 0 ? size : std::nullopt;
  }
  if (const auto seconds = Seconds(text)) return seconds;
  return kind == TypeKind::kDuration ? WithUnit(text, kDurations) : Timestamp(text);
}

std::optional<base::Cidr> Address(TypeKind kind, std::string_view text) {
  if (const auto address = base::IpAddress::Parse(text)) return base::MakeCidr(*address, address->width_bits());
  if (kind == TypeKind::kIp) return std::nullopt;
  const auto parsed = base::ParseCidr(text);
  return parsed && !parsed->has_host_bits ? std::optional(parsed->cidr) : std::nullopt;
}

using Outcome = std::variant<const Constant*, NoValue>;

Outcome TextValue(Model& model, const Type& type, std::string_view text) {
  if (type.kind == TypeKind::kPath) {
    if (const auto fault = PathTextFault(text)) return NoValue{fmt::format("`{}`: {}", text, *fault), {}};
  }
  if (type.kind == TypeKind::kString && text.size() > type.max_bytes) {
    return NoValue{fmt::format("this is {} bytes long, and the column's type allows {}", text.size(), type.max_bytes),
                   {}};
  }
  Constant* constant = model.NewConstant(type);
  constant->text = model.Keep(type.kind == TypeKind::kHost ? base::AsciiFolded(text) : std::string(text));
  return constant;
}

Outcome EnumValue(Model& model, const Type& type, std::string_view text) {
  if (const auto value = model.ValueOf(type.enumeration, text)) {
    Constant* constant = model.NewConstant(type);
    constant->number = *value;
    return constant;
  }
  const auto& values = model.program.enums[type.enumeration.index()].values;
  const auto nearest = base::NearestName(text, values);
  return NoValue{fmt::format("`{}` is no {}", text, model.TypeName(type)), std::string(nearest.value_or(""))};
}

Outcome SetFromText(Model& model, const Type& type, std::string_view text) {
  std::vector<const Constant*> members;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    Outcome member = ValueFromText(model, ElementType(type), word);
    if (std::holds_alternative<NoValue>(member)) return member;
    members.push_back(std::get<const Constant*>(member));
    text.remove_prefix(word.size());
  }
  return SetOf(model, type, std::move(members));
}

}  // namespace

std::variant<const Constant*, NoValue> ValueFromText(Model& model, const Type& type, std::string_view text) {
  switch (type.kind) {
    case TypeKind::kString:
    case TypeKind::kHost:
    case TypeKind::kPath:
      return TextValue(model, type, text);
    case TypeKind::kEnum:
      return EnumValue(model, type, text);
    case TypeKind::kSetOfEnum:
    case TypeKind::kSetOfString:
      return SetFromText(model, type, text);
    case TypeKind::kIp:
    case TypeKind::kCidr:
      if (const auto address = Address(type.kind, text)) {
        Constant* constant = model.NewConstant(type);
        constant->cidr = *address;
        return constant;
      }
      break;
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kDuration:
    case TypeKind::kTimestamp:
    case TypeKind::kClock:
    case TypeKind::kSize:
      if (const auto number = Number(type.kind, text)) {
        Constant* constant = model.NewConstant(type);
        constant->number = *number;
        return constant;
      }
      break;
    case TypeKind::kOperation:
    case TypeKind::kPresence:
      break;
  }
  return NoValue{fmt::format("`{}` is no {}", text, model.TypeName(type)), {}};
}

const Constant* SetOf(Model& model, const Type& set, std::vector<const Constant*> members) {
  const auto less = [](const Constant* a, const Constant* b) {
    return std::pair(a->number, a->text) < std::pair(b->number, b->text);
  };
  const auto same = [](const Constant* a, const Constant* b) { return a->number == b->number && a->text == b->text; };
  std::sort(members.begin(), members.end(), less);
  members.erase(std::unique(members.begin(), members.end(), same), members.end());
  Constant* constant = model.NewConstant(set);
  constant->members = model.KeepList(members);
  return constant;
}

std::string DurationText(std::int64_t nanoseconds) {
  for (const Unit& unit : kDurations) {
    if (nanoseconds % unit.factor != 0 || nanoseconds == 0) continue;
    const std::int64_t count = nanoseconds / unit.factor;
    return fmt::format("{} {}", count, count == 1 ? unit.one : unit.many);
  }
  return nanoseconds == 0 ? "0 seconds" : fmt::format("{} ms", nanoseconds / 1'000'000);
}

std::string ConstantText(const Model& model, const Constant& constant) {
  switch (constant.type.kind) {
    case TypeKind::kBool:
      return constant.number != 0 ? "true" : "false";
    case TypeKind::kDuration:
      return DurationText(constant.number);
    case TypeKind::kEnum:
      return std::string(
          model.program.enums[constant.type.enumeration.index()].values[static_cast<std::size_t>(constant.number)]);
    case TypeKind::kString:
    case TypeKind::kHost:
      return fmt::format("\"{}\"", constant.text);
    case TypeKind::kPath:
      return std::string(constant.text);
    case TypeKind::kSize:
      return fmt::format("{} bytes", constant.number);
    case TypeKind::kClock:
      return fmt::format("{:02}:{:02}", constant.number / 3600, constant.number / 60 % 60);
    case TypeKind::kIp:
      return constant.cidr.network.ToString();
    case TypeKind::kCidr:
      return constant.cidr.ToString();
    case TypeKind::kInt:
    case TypeKind::kTimestamp:
    case TypeKind::kSetOfEnum:
    case TypeKind::kSetOfString:
    case TypeKind::kOperation:
    case TypeKind::kPresence:
      return std::to_string(constant.number);
  }
  return {};
}

}  // namespace ward::semantic
