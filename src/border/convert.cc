#include "border/convert.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/ascii.h"
#include "base/budgets.h"
#include "base/ip_address.h"
#include "base/rfc3339.h"
#include "base/set_text.h"
#include "border/plain_values.h"

namespace ward::border {
namespace {

Cell NumberOrMissing(std::optional<std::int64_t> number) { return number ? Cell::Number(*number) : Cell{}; }

Cell AddressCell(std::string_view text, Scratch& scratch) {
  const std::optional<base::IpAddress> address = base::IpAddress::Parse(text);
  if (!address) return {};
  const std::span<base::IpAddress> place = scratch.Take<base::IpAddress>(1);
  if (place.empty()) return {};
  place[0] = *address;
  return Cell::Ip(place.data());
}

Cell TextCell(const ValueSpec& spec, std::string_view text, Scratch& scratch) {
  if (text.size() > spec.max_bytes) return {};
  if (spec.normal_form == nullptr) return Cell::Text(text);
  const std::span<char> place = scratch.TakeBytes(std::max(text.size(), kNormalFormBytesMin));
  if (place.empty()) return {};
  const std::string_view normal = spec.normal_form(text, place);
  // A view of the text itself needs no copy.
  scratch.GiveBack(normal.data() == place.data() ? place.size() - normal.size() : place.size());
  return normal.empty() ? Cell{} : Cell::Text(normal);
}

// A prefix, or an address as the prefix that holds it alone.
Cell PrefixCell(std::string_view text, Scratch& scratch) {
  base::Cidr cidr;
  if (const std::optional<base::CidrText> prefix = base::ParseCidr(text)) {
    if (prefix->has_host_bits) return {};
    cidr = prefix->cidr;
  } else if (const std::optional<base::IpAddress> address = base::IpAddress::Parse(text)) {
    cidr = {*address, address->width_bits()};
  } else {
    return {};
  }
  const std::span<base::Cidr> place = scratch.Take<base::Cidr>(1);
  if (place.empty()) return {};
  place[0] = cidr;
  return Cell::Cidr(place.data());
}

// Sorts, and keeps each value once.
template <typename T>
std::span<const T> Distinct(std::span<T> values) {
  std::sort(values.begin(), values.end());
  return values.first(static_cast<std::size_t>(std::unique(values.begin(), values.end()) - values.begin()));
}

// A set under construction: ordinals of an enum's values, or texts.
class SetBuilder {
 public:
  SetBuilder(const ValueSpec& spec, std::size_t members_max, Scratch& scratch) : spec_(spec) {
    if (spec.type == ValueType::kStringSet) {
      texts_ = scratch.Take<std::string_view>(members_max);
      ok_ = texts_.size() == members_max;
    } else {
      ordinals_ = scratch.Take<std::uint32_t>(members_max);
      ok_ = ordinals_.size() == members_max && spec.domain != nullptr;
    }
  }

  void Add(std::string_view member) {
    if (!ok_) return;
    if (spec_.type == ValueType::kStringSet) {
      ok_ = member.size() <= spec_.max_bytes;
      texts_[count_++] = member;
      return;
    }
    const std::uint32_t ordinal = spec_.domain->Find(member);
    if (ordinal >= lookup::kOrdinalFirst) {
      ordinals_[count_++] = ordinal;
    } else {
      dropped_ = 1;
    }
  }

  Cell Finish() {
    if (!ok_) return {};
    if (spec_.type == ValueType::kStringSet) return Cell::StringSet(Distinct(texts_.first(count_)));
    return Cell::EnumSet(Distinct(ordinals_.first(count_)), dropped_);
  }

 private:
  const ValueSpec& spec_;
  std::span<std::uint32_t> ordinals_;
  std::span<std::string_view> texts_;
  std::size_t count_ = 0;
  std::uint8_t dropped_ = 0;
  bool ok_ = false;
};

// Calls `use` for each piece between separators; empty pieces are none.
template <typename Use>
void ForEachPiece(std::string_view text, std::string_view separator, Use use) {
  while (true) {
    const std::size_t end = text.find(separator);
    const std::string_view piece = text.substr(0, end);
    if (!piece.empty()) use(piece);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + separator.size());
  }
}

Cell SplitSet(const ValueSpec& spec, std::string_view text, Scratch& scratch) {
  if (spec.split.empty()) return {};
  std::size_t count = 0;
  ForEachPiece(text, spec.split, [&count](std::string_view) { ++count; });
  if (count > base::budget::kSetMemberCountMax) return {};
  SetBuilder builder(spec, count, scratch);
  ForEachPiece(text, spec.split, [&builder](std::string_view piece) { builder.Add(piece); });
  return builder.Finish();
}

Cell EnumCell(const ValueSpec& spec, std::string_view text) {
  if (spec.domain == nullptr) return {};
  const std::uint32_t ordinal = spec.domain->Find(text);
  if (ordinal < lookup::kOrdinalFirst) return {};
  return Cell::Number(std::int64_t{ordinal} - lookup::kOrdinalFirst);
}

// Numbers and booleans written out, where all there is is text.
Cell SpelledCell(const ValueSpec& spec, std::string_view text) {
  switch (spec.type) {
    case ValueType::kBool: {
      const std::optional<bool> value = ParseBool(text);
      return value ? Cell::Number(*value ? 1 : 0) : Cell{};
    }
    case ValueType::kInt:
      return NumberOrMissing(ParseInteger(text));
    case ValueType::kSize: {
      const std::optional<std::int64_t> size = ParseInteger(text);
      return size && *size >= 0 ? Cell::Number(*size) : Cell{};
    }
    case ValueType::kDuration:
    case ValueType::kTimestamp:
      return NumberOrMissing(ParseSeconds(text));
    case ValueType::kString:
    case ValueType::kClock:
    case ValueType::kIp:
    case ValueType::kCidr:
    case ValueType::kEnum:
    case ValueType::kEnumSet:
    case ValueType::kStringSet:
      return {};
  }
  return {};
}

}  // namespace

std::string_view FoldCase(std::string_view text, Scratch& scratch) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (std::none_of(text.begin(), text.end(), is_upper)) return text;
  const std::span<char> folded = scratch.TakeBytes(text.size());
  if (folded.empty()) return {};
  std::transform(text.begin(), text.end(), folded.begin(), base::AsciiLower);
  return {folded.data(), folded.size()};
}

Cell FromText(const ValueSpec& spec, std::string_view raw, TextOrigin origin, Scratch& scratch) {
  const std::string_view text = spec.lower_case ? FoldCase(raw, scratch) : raw;
  if (text.size() != raw.size()) return {};
  switch (spec.type) {
    case ValueType::kString:
      return TextCell(spec, text, scratch);
    case ValueType::kEnum:
      return EnumCell(spec, text);
    case ValueType::kEnumSet:
    case ValueType::kStringSet:
      return SplitSet(spec, text, scratch);
    case ValueType::kIp:
      return AddressCell(text, scratch);
    case ValueType::kCidr:
      return PrefixCell(text, scratch);
    case ValueType::kClock:
      return NumberOrMissing(ParseClock(text));
    case ValueType::kTimestamp: {
      const std::optional<std::int64_t> time = base::ParseRfc3339(text);
      if (time) return Cell::Number(*time);
      break;
    }
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kDuration:
    case ValueType::kSize:
      break;
  }
  return origin == TextOrigin::kText ? SpelledCell(spec, text) : Cell{};
}

Cell FromCellText(const ValueSpec& spec, std::string_view text, Scratch& scratch) {
  if (spec.type != ValueType::kEnumSet && spec.type != ValueType::kStringSet) {
    return FromText(spec, text, TextOrigin::kText, scratch);
  }
  std::size_t count = 0;
  if (!base::ForEachMember(text, [&count](std::string_view /*member*/) { ++count; })) return {};
  if (count > base::budget::kSetMemberCountMax) return {};
  SetBuilder builder(spec, count, scratch);
  static_cast<void>(base::ForEachMember(text, [&builder](std::string_view member) { builder.Add(member); }));
  return builder.Finish();
}

Cell FromInteger(const ValueSpec& spec, std::int64_t number) {
  switch (spec.type) {
    case ValueType::kInt:
      return Cell::Number(number);
    case ValueType::kSize:
      return number >= 0 ? Cell::Number(number) : Cell{};
    case ValueType::kDuration:
    case ValueType::kTimestamp:
      return NumberOrMissing(SecondsToNs(number));
    case ValueType::kBool:
    case ValueType::kString:
    case ValueType::kClock:
    case ValueType::kIp:
    case ValueType::kCidr:
    case ValueType::kEnum:
    case ValueType::kEnumSet:
    case ValueType::kStringSet:
      return {};
  }
  return {};
}

Cell FromReal(const ValueSpec& spec, double number) {
  if (spec.type == ValueType::kDuration || spec.type == ValueType::kTimestamp) {
    return NumberOrMissing(SecondsToNs(number));
  }
  const std::optional<std::int64_t> whole = WholeNumber(number);
  return whole ? FromInteger(spec, *whole) : Cell{};
}

Cell FromBool(const ValueSpec& spec, bool value) {
  return spec.type == ValueType::kBool ? Cell::Number(value ? 1 : 0) : Cell{};
}

Cell FromList(const ValueSpec& spec, std::span<const std::string_view> members, Scratch& scratch) {
  if (spec.type != ValueType::kEnumSet && spec.type != ValueType::kStringSet) return {};
  if (members.size() > base::budget::kSetMemberCountMax) return {};
  SetBuilder builder(spec, members.size(), scratch);
  for (const std::string_view member : members) {
    const std::string_view folded = spec.lower_case ? FoldCase(member, scratch) : member;
    if (folded.size() != member.size()) return {};
    builder.Add(folded);
  }
  return builder.Finish();
}

}  // namespace ward::border
