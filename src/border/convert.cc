#include "border/convert.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/budgets.h"
#include "base/ip_address.h"
#include "base/rfc3339.h"
#include "border/plain_values.h"

namespace ward::border {
namespace {

Cell NumberOrMissing(std::optional<std::int64_t> number) { return number ? Cell::Number(*number) : Cell{}; }

Cell AddressCell(std::optional<base::Cidr> cidr, Scratch& scratch) {
  if (!cidr) return {};
  const std::span<base::Cidr> place = scratch.Take<base::Cidr>(1);
  if (place.empty()) return {};
  place[0] = *cidr;
  return Cell::Address(place.data());
}

std::optional<base::Cidr> FullLength(std::string_view text) {
  const std::optional<base::IpAddress> address = base::IpAddress::Parse(text);
  if (!address) return std::nullopt;
  return base::Cidr{*address, address->width_bits()};
}

std::optional<base::Cidr> Prefix(std::string_view text) {
  const std::optional<base::CidrText> prefix = base::ParseCidr(text);
  if (!prefix || prefix->has_host_bits) return std::nullopt;
  return prefix->cidr;
}

// A set under construction: bits, and for sets of strings the texts.
class SetBuilder {
 public:
  SetBuilder(const ValueSpec& spec, std::size_t members_max, Scratch& scratch)
      : spec_(spec), place_(scratch.Take<SetValue>(1)) {
    const std::size_t words = (std::size_t{spec.member_count} + 63) / 64;
    bits_ = scratch.Take<std::uint64_t>(words);
    const bool strings = spec.type == ValueType::kStringSet;
    if (strings) texts_ = scratch.Take<std::string_view>(members_max);
    ok_ = !place_.empty() && bits_.size() == words && (!strings || texts_.size() == members_max);
  }

  void Add(std::string_view member) {
    if (!ok_) return;
    const std::uint32_t ordinal =
        spec_.domain == nullptr ? lookup::kOrdinalNone : spec_.domain->Find(member);
    const std::uint32_t bit = ordinal - lookup::kOrdinalFirst;
    if (ordinal >= lookup::kOrdinalFirst && bit < spec_.member_count) bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    if (spec_.type == ValueType::kStringSet) {
      if (member.size() > spec_.max_bytes) {
        ok_ = false;
        return;
      }
      texts_[text_count_++] = member;
    } else if (ordinal < lookup::kOrdinalFirst) {
      unlisted_ = true;
    }
  }

  Cell Finish() {
    if (!ok_) return {};
    const auto begin = texts_.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(text_count_);
    std::sort(begin, end);
    const auto distinct = static_cast<std::size_t>(std::unique(begin, end) - begin);
    place_[0] = SetValue{bits_, texts_.first(distinct), unlisted_};
    return Cell::Set(place_.data());
  }

 private:
  const ValueSpec& spec_;
  std::span<SetValue> place_;
  std::span<std::uint64_t> bits_;
  std::span<std::string_view> texts_;
  std::size_t text_count_ = 0;
  bool unlisted_ = false;
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
  std::transform(text.begin(), text.end(), folded.begin(),
                 [is_upper](char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; });
  return {folded.data(), folded.size()};
}

Cell FromText(const ValueSpec& spec, std::string_view raw, TextOrigin origin, Scratch& scratch) {
  const std::string_view text = spec.lower_case ? FoldCase(raw, scratch) : raw;
  if (text.size() != raw.size()) return {};
  switch (spec.type) {
    case ValueType::kString:
      return text.size() <= spec.max_bytes ? Cell::Text(text) : Cell{};
    case ValueType::kEnum:
      return EnumCell(spec, text);
    case ValueType::kEnumSet:
    case ValueType::kStringSet:
      return SplitSet(spec, text, scratch);
    case ValueType::kIp:
      return AddressCell(FullLength(text), scratch);
    case ValueType::kCidr: {
      const std::optional<base::Cidr> prefix = Prefix(text);
      return AddressCell(prefix ? prefix : FullLength(text), scratch);
    }
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

Cell FromInteger(const ValueSpec& spec, std::int64_t number) {
  switch (spec.type) {
    case ValueType::kInt:
      return Cell::Number(number);
    case ValueType::kSize:
      return number >= 0 ? Cell::Number(number) : Cell{};
    case ValueType::kDuration:
    case ValueType::kTimestamp:
      return Cell::Number(SecondsToNs(number));
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
