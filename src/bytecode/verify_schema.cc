// What a bundle declares: header, texts, domains, enums, inputs, constants, parameters, tables, time.
#include <algorithm>
#include <cstddef>

#include "base/budgets.h"
#include "bytecode/verify.h"
#include "ward/schema.h"

namespace ward::bytecode {
namespace {

// Far above every real bundle; keeps a file from making its reader allocate without end.
constexpr std::uint32_t kScratchMax = 1U << 22;
constexpr std::int32_t kOffsetSecondsMax = 26 * 3600;
constexpr std::int32_t kDaySeconds = 86400;

bool IsType(std::uint8_t type) { return type < kValueTypeCount; }
bool HasEnum(std::uint8_t type) {
  return type == static_cast<std::uint8_t>(ValueType::kEnum) || type == static_cast<std::uint8_t>(ValueType::kEnumSet);
}
// A type, and an enum exactly where the type needs one.
bool IsTypeOf(const Image& image, std::uint8_t type, std::uint32_t enumeration) {
  return IsType(type) && (HasEnum(type) ? enumeration < image.enums.size() : enumeration == kNone);
}

Result<void> VerifyTexts(const Image& image, std::span<const Text> texts, std::string_view what) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (!Inside(texts[i], image)) return Corrupt("{} {} lies outside the text", what, i);
  }
  return {};
}

Result<void> VerifyEnums(const Image& image) {
  for (std::size_t i = 0; i < image.enums.size(); ++i) {
    const Enum& enumeration = image.enums[i];
    if (!Inside(enumeration.name(), image) || !Inside(enumeration.values(), image.texts.size()) ||
        enumeration.domain() >= image.domains.size()) {
      return Corrupt("enum {} lies outside its vectors", i);
    }
    const std::uint32_t limit = image.domains[enumeration.domain()].ordinal_limit();
    if (limit != lookup::kOrdinalFirst + enumeration.values().count()) {
      return Corrupt("enum {} has {} values, its domain has ordinals below {}", i, enumeration.values().count(), limit);
    }
  }
  return {};
}

Result<void> VerifyInputs(const Image& image, Work& work) {
  // Whoever reads requests keeps all these words in tables of its own.
  std::uint64_t words_bytes = 0;
  for (std::size_t i = 0; i < image.inputs.size(); ++i) {
    const Input& input = image.inputs[i];
    if (!Inside(input.name(), image) || !Inside(input.split(), image) || !Inside(input.path(), image.texts.size())) {
      return Corrupt("input {} lies outside its vectors", i);
    }
    if (!work.Spend(input.path().count())) return TooEntangled();
    words_bytes += input.name().size();
    for (const Text& word : Slice(image.texts, input.path())) words_bytes += word.size();
    if (words_bytes > base::budget::kBytecodeSizeBytesMax) return TooEntangled();
    if (input.source() >= kAttributeSourceCount) return Corrupt("input {} has source {}", i, input.source());
    if (input.max_bytes() > base::budget::kStringValueBytesMax) {
      return Corrupt("input {} takes {} bytes", i, input.max_bytes());
    }
  }
  return {};
}

bool IsAscending(std::span<const std::uint32_t> list) {
  return std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end();
}

// What the payload of a constant points at. Members of a set are constants with smaller numbers.
Result<void> VerifyPayload(const Image& image, std::size_t number, Work& work) {
  const Constant& constant = image.constants[number];
  const Range& payload = constant.payload();
  switch (static_cast<ValueType>(constant.type())) {
    case ValueType::kString:
      if (Inside(Text(payload.first(), payload.count()), image)) return {};
      break;
    case ValueType::kIp:
    case ValueType::kCidr: {
      if (payload.count() != 1 || payload.first() >= image.prefixes.size()) break;
      const Prefix& prefix = image.prefixes[payload.first()];
      const base::IpAddress network = base::IpAddress::FromV6(prefix.high(), prefix.low());
      if (prefix.length() > static_cast<std::uint32_t>(network.width_bits())) break;
      // No bits beyond the length: whoever builds tables of prefixes relies on it.
      if (base::MakeCidr(network, static_cast<int>(prefix.length())).network == network) return {};
      break;
    }
    case ValueType::kEnumSet: {
      if (!Inside(payload, image.operands.size())) break;
      if (!work.Spend(payload.count())) return TooEntangled();
      const std::span<const std::uint32_t> members = Slice(image.operands, payload);
      const std::uint32_t limit = image.enums[constant.enumeration()].values().count();
      if (IsAscending(members) && (members.empty() || members.back() < limit)) return {};
      break;
    }
    case ValueType::kStringSet: {
      if (!Inside(payload, image.operands.size())) break;
      if (!work.Spend(payload.count())) return TooEntangled();
      const std::span<const std::uint32_t> members = Slice(image.operands, payload);
      const bool strings = std::all_of(members.begin(), members.end(), [&](std::uint32_t member) {
        return member < number && static_cast<ValueType>(image.constants[member].type()) == ValueType::kString;
      });
      if (strings) return {};
      break;
    }
    case ValueType::kEnum:
      if (constant.number() >= 0 &&
          constant.number() < std::int64_t{image.enums[constant.enumeration()].values().count()}) {
        return {};
      }
      break;
    case ValueType::kBool:
      if (constant.number() == 0 || constant.number() == 1) return {};
      break;
    case ValueType::kInt:
    case ValueType::kDuration:
    case ValueType::kTimestamp:
    case ValueType::kClock:
    case ValueType::kSize:
      return {};
  }
  return Corrupt("constant {} does not hold a value of its type", number);
}

Result<void> VerifyConstants(const Image& image, Work& work) {
  for (std::size_t i = 0; i < image.constants.size(); ++i) {
    const Constant& constant = image.constants[i];
    if (!IsTypeOf(image, constant.type(), constant.enumeration())) return Corrupt("constant {} has no type", i);
    WARD_RETURN_IF_ERROR(VerifyPayload(image, i, work));
  }
  for (std::size_t i = 0; i < image.parameters.size(); ++i) {
    const Parameter& parameter = image.parameters[i];
    if (!Inside(parameter.name(), image) || parameter.value() >= image.constants.size()) {
      return Corrupt("parameter {} lies outside its vectors", i);
    }
    const Constant& value = image.constants[parameter.value()];
    if (value.type() != parameter.type() || value.enumeration() != parameter.enumeration()) {
      return Corrupt("parameter {} has a value of another type", i);
    }
  }
  return {};
}

Result<void> VerifyColumns(const Image& image) {
  for (std::size_t i = 0; i < image.columns.size(); ++i) {
    const Column& column = image.columns[i];
    if (!Inside(column.name(), image) || !IsTypeOf(image, column.type(), column.enumeration())) {
      return Corrupt("column {} lies outside its vectors, or has no type", i);
    }
  }
  return {};
}

Result<void> VerifyTable(const Image& image, std::size_t number, Work& work) {
  const Table& table = image.tables[number];
  if (!Inside(table.name(), image) || !Inside(table.columns(), image.columns.size())) {
    return Corrupt("table {} lies outside its vectors", number);
  }
  const std::span<const Column> columns = Slice(image.columns, table.columns());
  if (table.keys() == 0 || table.keys() > columns.size() || table.keys() > base::budget::kTableKeyColumnCountMax) {
    return Corrupt("table {} has {} keys", number, table.keys());
  }
  if (!work.Spend(columns.size())) return TooEntangled();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if ((columns[i].key() != 0) != (i < table.keys())) return Corrupt("table {}: its keys do not come first", number);
  }
  const std::uint64_t count = std::uint64_t{table.rows()} * columns.size();
  if (table.cells() > image.cells.size() || count > image.cells.size() - table.cells()) {
    return Corrupt("table {} has {} rows, beyond its cells", number, table.rows());
  }
  if (!work.Spend(count)) return TooEntangled();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t cell = image.cells[table.cells() + i];
    const Column& column = columns[i % columns.size()];
    if (cell == kNone) continue;
    if (cell >= image.constants.size() || image.constants[cell].type() != column.type() ||
        image.constants[cell].enumeration() != column.enumeration()) {
      return Corrupt("table {}: cell {} is no value of its column", number, i);
    }
  }
  return {};
}

Result<void> VerifyTime(const Image& image, Work& work) {
  for (std::size_t i = 0; i < image.timezones.size(); ++i) {
    const TimeZone& zone = image.timezones[i];
    if (!Inside(zone.name(), image) || !Inside(zone.transitions(), image.transitions.size())) {
      return Corrupt("time zone {} lies outside its vectors", i);
    }
    if (!work.Spend(zone.transitions().count())) return TooEntangled();
    const std::span<const Transition> list = Slice(image.transitions, zone.transitions());
    bool good = std::abs(std::int64_t{zone.first_offset()}) <= kOffsetSecondsMax;
    for (std::size_t t = 0; t < list.size(); ++t) {
      good = good && std::abs(std::int64_t{list[t].offset()}) <= kOffsetSecondsMax &&
             (t == 0 || list[t - 1].at() < list[t].at());
    }
    if (!good) return Corrupt("time zone {}: its changes are out of order, or not of this world", i);
  }
  for (std::size_t i = 0; i < image.schedules.size(); ++i) {
    const Schedule& schedule = image.schedules[i];
    if (!Inside(schedule.name(), image) || schedule.timezone() >= image.timezones.size() ||
        !Inside(schedule.spans(), image.schedule_spans.size())) {
      return Corrupt("schedule {} lies outside its vectors", i);
    }
  }
  for (std::size_t i = 0; i < image.schedule_spans.size(); ++i) {
    const ScheduleSpan& span = image.schedule_spans[i];
    const bool days = span.first_day() < 7 && span.last_day() < 7;
    const bool clocks = span.from_second() >= 0 && span.from_second() <= kDaySeconds && span.to_second() >= 0 &&
                        span.to_second() <= kDaySeconds;
    if (!days || !clocks) return Corrupt("schedule span {} is no part of a week", i);
  }
  return {};
}

}  // namespace

Result<void> VerifyHeader(const Image& image) {
  if (image.digest.size() != kDigestBytes) return Corrupt("the digest has {} bytes", image.digest.size());
  if (image.computed > image.code.size() || image.inputs.size() + image.computed != image.slots.size()) {
    return Corrupt("{} inputs and {} computed slots, but {} slots", image.inputs.size(), image.computed,
                   image.slots.size());
  }
  const Bound& bound = image.bound;
  for (const std::uint32_t scratch : {image.presence_words, image.formula_stack, bound.stack(), bound.matches()}) {
    if (scratch > kScratchMax) return Corrupt("a reader would need {} elements of scratch", scratch);
  }
  return {};
}

Result<void> VerifyStrings(const Image& image, Work& work) {
  WARD_RETURN_IF_ERROR(VerifyTexts(image, image.texts, "text"));
  WARD_RETURN_IF_ERROR(VerifyTexts(image, image.files, "file name"));
  for (std::size_t i = 0; i < image.domains.size(); ++i) {
    if (!work.Spend(image.domains[i].entries().count())) return TooEntangled();
    if (image.domains[i].ordinal_limit() < lookup::kOrdinalFirst) return Corrupt("domain {} has no ordinals", i);
    WARD_RETURN_IF_ERROR(image.domain_views[i].Verify(image.domains[i].ordinal_limit()));
  }
  WARD_RETURN_IF_ERROR(VerifyEnums(image));
  return VerifyInputs(image, work);
}

Result<void> VerifySchema(const Image& image, Work& work) {
  WARD_RETURN_IF_ERROR(VerifyConstants(image, work));
  WARD_RETURN_IF_ERROR(VerifyColumns(image));
  for (std::size_t i = 0; i < image.tables.size(); ++i) WARD_RETURN_IF_ERROR(VerifyTable(image, i, work));
  return VerifyTime(image, work);
}

}  // namespace ward::bytecode
