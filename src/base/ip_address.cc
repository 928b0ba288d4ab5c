#include "base/ip_address.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

#include "base/check.h"

namespace ward::base {
namespace {

constexpr std::size_t kGroupCount = 8;
using Groups = std::array<std::uint16_t, kGroupCount>;

// A decimal number of one to three digits without leading zeros, at most `limit`; moves `text` behind it.
std::optional<std::uint32_t> TakeDecimal(std::string_view& text, std::uint32_t limit) {
  std::uint32_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9') {
    value = value * 10 + static_cast<std::uint32_t>(text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || digits > 3 || value > limit || (digits > 1 && text.front() == '0')) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

std::optional<std::uint32_t> ParseV4(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    const std::optional<std::uint32_t> value = TakeDecimal(text, 255);
    if (!value.has_value()) return std::nullopt;
    address = address << 8 | *value;
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

std::optional<std::uint16_t> TakeHex(std::string_view& text) {
  std::uint32_t value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && digits < 5; ++digits) {
    const char c = text[digits];
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value << 4 | static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value << 4 | static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      break;
    }
  }
  if (digits == 0 || digits > 4) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<std::uint16_t>(value);
}

// The groups of one side of "::", or of the whole text: hex groups with single colons between them; the last two may
// be written as IPv4. The number of groups, or nothing.
std::optional<std::size_t> ParseGroups(std::string_view text, Groups& groups) {
  if (text.empty()) return 0;
  std::size_t count = 0;
  for (;;) {
    if (count == kGroupCount) return std::nullopt;
    if (text.find(':') == std::string_view::npos && text.find('.') != std::string_view::npos) {
      const std::optional<std::uint32_t> v4 = ParseV4(text);
      if (!v4.has_value() || count + 2 > kGroupCount) return std::nullopt;
      groups[count] = static_cast<std::uint16_t>(*v4 >> 16);
      groups[count + 1] = static_cast<std::uint16_t>(*v4 & 0xFFFF);
      return count + 2;
    }
    const std::optional<std::uint16_t> group = TakeHex(text);
    if (!group.has_value()) return std::nullopt;
    groups[count++] = *group;
    if (text.empty()) return count;
    if (text.front() != ':') return std::nullopt;
    text.remove_prefix(1);
  }
}

std::optional<Groups> ParseV6(std::string_view text) {
  Groups groups{};
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const std::optional<std::size_t> count = ParseGroups(text, groups);
    if (count != kGroupCount) return std::nullopt;
    return groups;
  }
  const std::string_view before = text.substr(0, gap);
  if (before.find('.') != std::string_view::npos) return std::nullopt;  // IPv4 stands last only
  Groups after{};
  const std::optional<std::size_t> head = ParseGroups(before, groups);
  const std::optional<std::size_t> tail = ParseGroups(text.substr(gap + 2), after);
  // "::" stands for at least one group.
  if (!head.has_value() || !tail.has_value() || *head + *tail >= kGroupCount) return std::nullopt;
  for (std::size_t i = 0; i < *tail; ++i) groups[kGroupCount - *tail + i] = after[i];
  return groups;
}

// Address text as it stands, before a mapped address is folded: whether it was written as IPv6 tells how wide a
// prefix length may be.
struct RawAddress {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool written_as_v6 = false;
};

std::optional<RawAddress> ParseRaw(std::string_view text) {
  if (text.find(':') == std::string_view::npos) {
    const std::optional<std::uint32_t> v4 = ParseV4(text);
    if (!v4.has_value()) return std::nullopt;
    return RawAddress{0, IpAddress::FromV4(*v4).low(), false};
  }
  const std::optional<Groups> groups = ParseV6(text);
  if (!groups.has_value()) return std::nullopt;
  RawAddress raw{0, 0, true};
  for (std::size_t i = 0; i < kGroupCount / 2; ++i) {
    raw.high = raw.high << 16 | (*groups)[i];
    raw.low = raw.low << 16 | (*groups)[i + kGroupCount / 2];
  }
  return raw;
}

// The 64-bit words of a mask of `length` leading ones.
std::pair<std::uint64_t, std::uint64_t> LeadingOnes(int length) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  const std::uint64_t high = length == 0 ? 0 : length >= 64 ? kAll : kAll << (64 - length);
  const std::uint64_t low = length <= 64 ? 0 : length >= 128 ? kAll : kAll << (128 - length);
  return {high, low};
}

}  // namespace

IpAddress IpAddress::FromBytes(const std::array<std::uint8_t, 16>& bytes) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8 | bytes[i];
    low = low << 8 | bytes[i + 8];
  }
  return {high, low};
}

std::array<std::uint8_t, 16> IpAddress::bytes() const {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high_ >> (56 - 8 * i));
    bytes[i + 8] = static_cast<std::uint8_t>(low_ >> (56 - 8 * i));
  }
  return bytes;
}

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::optional<RawAddress> raw = ParseRaw(text);
  if (!raw.has_value()) return std::nullopt;
  return IpAddress{raw->high, raw->low};
}

std::string IpAddress::ToString() const {
  if (is_v4()) {
    return fmt::format("{}.{}.{}.{}", v4() >> 24, v4() >> 16 & 0xFF, v4() >> 8 & 0xFF, v4() & 0xFF);
  }
  Groups groups{};
  for (std::size_t i = 0; i < kGroupCount / 2; ++i) {
    groups[i] = static_cast<std::uint16_t>(high_ >> (48 - 16 * i));
    groups[i + kGroupCount / 2] = static_cast<std::uint16_t>(low_ >> (48 - 16 * i));
  }
  // RFC 5952 4.2: the longest run of at least two zero groups, the first of several, is written "::".
  std::size_t gap = 0;
  std::size_t gap_count = 1;
  for (std::size_t i = 0; i < kGroupCount; ++i) {
    std::size_t end = i;
    while (end < kGroupCount && groups[end] == 0) ++end;
    if (end - i > gap_count) {
      gap = i;
      gap_count = end - i;
    }
  }
  const bool has_gap = gap_count > 1;
  std::string text;
  for (std::size_t i = 0; i < kGroupCount;) {
    if (has_gap && i == gap) {
      text += "::";
      i += gap_count;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += fmt::format("{:x}", groups[i]);
    ++i;
  }
  return text;
}

bool Cidr::Contains(IpAddress address) const {
  return address.family() == network.family() && MakeCidr(address, length).network == network;
}

std::string Cidr::ToString() const { return fmt::format("{}/{}", network.ToString(), length); }

Cidr MakeCidr(IpAddress address, int length) {
  WARD_CHECK(length >= 0 && length <= address.width_bits());
  const auto [high, low] = LeadingOnes(length + 128 - address.width_bits());
  return {IpAddress::FromV6(address.high() & high, address.low() & low), length};
}

std::optional<CidrText> ParseCidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<RawAddress> raw = ParseRaw(text.substr(0, slash));
  if (!raw.has_value()) return std::nullopt;
  std::string_view rest = text.substr(slash + 1);
  const std::optional<std::uint32_t> written = TakeDecimal(rest, raw->written_as_v6 ? 128 : 32);
  if (!written.has_value() || !rest.empty()) return std::nullopt;
  const int length = static_cast<int>(*written) + (raw->written_as_v6 ? 0 : 96);
  const auto [high, low] = LeadingOnes(length);
  CidrText result;
  result.cidr.network = IpAddress::FromV6(raw->high & high, raw->low & low);
  result.cidr.length = result.cidr.network.is_v4() ? length - 96 : length;
  result.has_host_bits = (raw->high & ~high) != 0 || (raw->low & ~low) != 0;
  return result;
}

}  // namespace ward::base
