#include "engine/value_text.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/clock.h"
#include "base/header_names.h"
#include "lookup/string_domain.h"
#include "ward/schema.h"

namespace ward::engine {
namespace {

using border::Cell;
using border::Scratch;

constexpr std::size_t kNumberBytes = 64;

std::optional<std::string_view> Keep(std::string_view text, Scratch& scratch) {
  const std::span<char> place = scratch.TakeBytes(text.size());
  if (place.size() != text.size()) return std::nullopt;
  std::copy(text.begin(), text.end(), place.begin());
  return std::string_view(place.data(), place.size());
}

template <typename... Args>
std::optional<std::string_view> Print(Scratch& scratch, fmt::format_string<Args...> format, Args&&... args) {
  std::array<char, kNumberBytes> text;
  const auto result = fmt::format_to_n(text.begin(), text.size(), format, std::forward<Args>(args)...);
  if (result.size > text.size()) return std::nullopt;
  return Keep({text.data(), result.size}, scratch);
}

std::optional<std::string_view> Seconds(std::int64_t ns, Scratch& scratch) {
  const std::int64_t whole = ns / base::kNsPerSecond;
  const std::int64_t rest = ns % base::kNsPerSecond;
  if (rest == 0) return Print(scratch, "{}", whole);
  const std::string_view sign = ns < 0 && whole == 0 ? "-" : "";
  return Print(scratch, "{}{}.{:09}", sign, whole, rest < 0 ? -rest : rest);
}

// The date of a day number, by the inverse of the usual count of days from March.
struct Date {
  std::int64_t year = 0;
  std::int64_t month = 0;
  std::int64_t day = 0;
};
Date DateOf(std::int64_t days) {
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

std::optional<std::string_view> Timestamp(std::int64_t ns, Scratch& scratch) {
  const std::int64_t seconds = ns / base::kNsPerSecond - (ns % base::kNsPerSecond < 0 ? 1 : 0);
  const std::int64_t days = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0);
  const std::int64_t of_day = seconds - days * 86400;
  const Date date = DateOf(days);
  return Print(scratch, "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", date.year, date.month, date.day, of_day / 3600,
               of_day / 60 % 60, of_day % 60);
}

// The canonical text; inet_ntop writes RFC 5952.
std::string_view AddressText(base::IpAddress address, std::array<char, INET6_ADDRSTRLEN>& text) {
  const std::array<std::uint8_t, 16> bytes = address.bytes();
  const void* from = address.is_v4() ? bytes.data() + 12 : bytes.data();
  const int family = address.is_v4() ? AF_INET : AF_INET6;
  const char* end = ::inet_ntop(family, from, text.data(), static_cast<socklen_t>(text.size()));
  return end == nullptr ? std::string_view() : std::string_view(text.data());
}

std::string_view EnumName(const bytecode::Image& image, const bytecode::Slot& slot, std::int64_t index) {
  const bytecode::Range& values = image.enums[slot.enumeration()].values();
  if (index < 0 || index >= values.count()) return {};
  return image.TextOf(image.texts[values.first() + static_cast<std::uint32_t>(index)]);
}

template <typename T, typename TextOf>
std::optional<std::string_view> Join(std::span<const T> members, TextOf text_of, Scratch& scratch) {
  std::size_t size = members.empty() ? 0 : members.size() - 1;
  for (const T& member : members) size += text_of(member).size();
  const std::span<char> place = scratch.TakeBytes(size);
  if (place.size() != size) return std::nullopt;
  auto at = place.begin();
  for (const T& member : members) {
    if (at != place.begin()) *at++ = ',';
    const std::string_view text = text_of(member);
    at = std::copy(text.begin(), text.end(), at);
  }
  return std::string_view(place.data(), size);
}

std::optional<std::string_view> AnyText(const bytecode::Image& image, const bytecode::Slot& slot, const Cell& cell,
                                        Scratch& scratch) {
  std::array<char, INET6_ADDRSTRLEN> address;
  switch (static_cast<ValueType>(slot.type())) {
    case ValueType::kString:
      return cell.text();
    case ValueType::kBool:
      return cell.number() != 0 ? "true" : "false";
    case ValueType::kInt:
    case ValueType::kSize:
      return Print(scratch, "{}", cell.number());
    case ValueType::kDuration:
      return Seconds(cell.number(), scratch);
    case ValueType::kTimestamp:
      return Timestamp(cell.number(), scratch);
    case ValueType::kClock:
      return Print(scratch, "{:02}:{:02}:{:02}", cell.number() / 3600, cell.number() / 60 % 60, cell.number() % 60);
    case ValueType::kEnum:
      return EnumName(image, slot, cell.number());
    case ValueType::kIp:
      return Keep(AddressText(cell.ip(), address), scratch);
    case ValueType::kCidr:
      return Print(scratch, "{}/{}", AddressText(cell.cidr().network, address), cell.cidr().length);
    case ValueType::kEnumSet:
      return Join(
          cell.enum_set(),
          [&](std::uint32_t ordinal) { return EnumName(image, slot, std::int64_t{ordinal} - lookup::kOrdinalFirst); },
          scratch);
    case ValueType::kStringSet:
      return Join(
          cell.string_set(), [](std::string_view member) { return member; }, scratch);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> ValueText(const bytecode::Image& image, const bytecode::Slot& slot, const Cell& cell,
                                          Scratch& scratch) {
  if (!cell.present() || (slot.flags() & bytecode::kSlotSecret) != 0 || slot.type() == bytecode::kTruthType) {
    return std::nullopt;
  }
  const std::optional<std::string_view> text = AnyText(image, slot, cell, scratch);
  return text && base::IsHeaderValue(*text) ? text : std::nullopt;
}

}  // namespace ward::engine
