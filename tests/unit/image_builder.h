// tests: a bytecode::Image written by hand, for rooms of the run column that need no compiler.
#ifndef WARD_TESTS_UNIT_IMAGE_BUILDER_H_
#define WARD_TESTS_UNIT_IMAGE_BUILDER_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bytecode/image.h"
#include "lookup/string_domain.h"
#include "ward/schema.h"

namespace ward::test {

using bytecode::kNone;

// Append with the methods, then image(). The builder owns what the image points to.
class ImageBuilder {
 public:
  bytecode::Text Text(std::string_view text) {
    const auto offset = static_cast<std::uint32_t>(text_.size());
    text_ += text;
    return {offset, static_cast<std::uint32_t>(text.size())};
  }
  std::uint32_t Domain(const std::vector<std::string>& texts) {
    std::vector<lookup::StringDomainConstant> constants;
    for (const std::string& text : texts) {
      constants.push_back({text, lookup::kOrdinalFirst + static_cast<std::uint32_t>(constants.size())});
    }
    domains_.push_back(lookup::BuildStringDomain(constants).value());
    sizes_.push_back(static_cast<std::uint32_t>(texts.size()));
    return static_cast<std::uint32_t>(domains_.size() - 1);
  }
  std::uint32_t Enum(const std::vector<std::string>& values) {
    const std::uint32_t domain = Domain(values);
    const auto first = static_cast<std::uint32_t>(texts_.size());
    for (const std::string& value : values) texts_.push_back(Text(value));
    enums_.push_back(bytecode::Enum(Text("enum"), domain, {first, static_cast<std::uint32_t>(values.size())}, 1));
    return static_cast<std::uint32_t>(enums_.size() - 1);
  }

  std::uint32_t Number(ValueType type, std::int64_t number) {
    return Add(bytecode::Constant(number, {}, static_cast<std::uint8_t>(type), 0, 0, kNone));
  }
  std::uint32_t String(std::string_view text) {
    const bytecode::Text at = Text(text);
    return Add(
        bytecode::Constant(0, {at.offset(), at.size()}, static_cast<std::uint8_t>(ValueType::kString), 0, 0, kNone));
  }
  std::uint32_t Cidr(std::string_view text) {
    const base::Cidr cidr = base::ParseCidr(text)->cidr;
    prefixes_.push_back(
        bytecode::Prefix(cidr.network.high(), cidr.network.low(), static_cast<std::uint32_t>(cidr.length), 0));
    return Add(bytecode::Constant(0, {static_cast<std::uint32_t>(prefixes_.size() - 1), 1},
                                  static_cast<std::uint8_t>(ValueType::kCidr), 0, 0, kNone));
  }
  // `operands`: indices of values, or string constants.
  std::uint32_t Set(ValueType type, const std::vector<std::uint32_t>& operands) {
    return Add(bytecode::Constant(0, Operands(operands), static_cast<std::uint8_t>(type), 0, 0, kNone));
  }
  bytecode::Range Operands(const std::vector<std::uint32_t>& numbers) {
    const auto first = static_cast<std::uint32_t>(operands_.size());
    operands_.insert(operands_.end(), numbers.begin(), numbers.end());
    return {first, static_cast<std::uint32_t>(numbers.size())};
  }

  struct ColumnSpec {
    std::string name;
    ValueType type = ValueType::kString;
    std::uint32_t enumeration = kNone;
    std::uint8_t key = 0;
  };
  // `cells`: constants row by row, kNone = empty.
  std::uint32_t Table(const std::vector<ColumnSpec>& columns, std::uint32_t flags,
                      const std::vector<std::uint32_t>& cells) {
    const auto first = static_cast<std::uint32_t>(columns_.size());
    std::uint32_t keys = 0;
    for (const ColumnSpec& column : columns) {
      columns_.push_back(bytecode::Column(Text(column.name), column.enumeration, 256,
                                          static_cast<std::uint8_t>(column.type), column.key, 0));
      keys += column.key;
    }
    const auto count = static_cast<std::uint32_t>(columns.size());
    tables_.push_back(bytecode::Table(Text("table"), {first, count}, keys, flags,
                                      static_cast<std::uint32_t>(cells_.size()),
                                      static_cast<std::uint32_t>(cells.size()) / count));
    cells_.insert(cells_.end(), cells.begin(), cells.end());
    return static_cast<std::uint32_t>(tables_.size() - 1);
  }

  // All inputs come before the first instruction with a slot.
  std::uint32_t Input(ValueType type, std::uint32_t domain = kNone) {
    inputs_.emplace_back();
    return AddSlot(static_cast<std::uint8_t>(type), domain, {});
  }
  // An instruction with a slot; everything before it is among its steps. `type`: bytecode::kTruthType for a test.
  std::uint32_t Compute(bytecode::Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint8_t type) {
    code_.emplace_back(static_cast<std::uint16_t>(op), std::uint16_t{0}, a, b, c);
    const auto slot = static_cast<std::uint32_t>(slots_.size());
    const auto first = static_cast<std::uint32_t>(steps_.size());
    for (auto step = static_cast<std::uint32_t>(inputs_.size()); step <= slot; ++step) steps_.push_back(step);
    return AddSlot(type, kNone, {first, slot + 1 - static_cast<std::uint32_t>(inputs_.size())});
  }
  std::uint32_t Test(bytecode::Op op, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0) {
    return Compute(op, a, b, c, bytecode::kTruthType);
  }
  std::uint32_t Schedule(const std::vector<bytecode::ScheduleSpan>& spans,
                         const std::vector<bytecode::Transition>& transitions, std::int32_t first_offset) {
    timezones_.emplace_back(Text("zone"),
                            bytecode::Range(static_cast<std::uint32_t>(transitions_.size()),
                                            static_cast<std::uint32_t>(transitions.size())),
                            first_offset, 0U);
    transitions_.insert(transitions_.end(), transitions.begin(), transitions.end());
    schedules_.emplace_back(
        Text("schedule"), static_cast<std::uint32_t>(timezones_.size() - 1),
        bytecode::Range(static_cast<std::uint32_t>(spans_.size()), static_cast<std::uint32_t>(spans.size())), 0U);
    spans_.insert(spans_.end(), spans.begin(), spans.end());
    return static_cast<std::uint32_t>(schedules_.size() - 1);
  }

  bytecode::Image image() {
    bytecode::Image image;
    image.inputs = inputs_;
    image.slots = slots_;
    image.code = code_;
    image.computed = static_cast<std::uint32_t>(code_.size());
    image.steps = steps_;
    image.presence_words = presence_words_;
    image.schedules = schedules_;
    image.schedule_spans = spans_;
    image.timezones = timezones_;
    image.transitions = transitions_;
    image.text = text_;
    image.texts = texts_;
    image.enums = enums_;
    image.constants = constants_;
    image.prefixes = prefixes_;
    image.operands = operands_;
    image.columns = columns_;
    image.tables = tables_;
    image.cells = cells_;
    for (const lookup::StringDomainData& domain : domains_) image.domain_views.push_back(domain.View());
    return image;
  }

 private:
  std::uint32_t Add(const bytecode::Constant& constant) {
    constants_.push_back(constant);
    return static_cast<std::uint32_t>(constants_.size() - 1);
  }

  std::uint32_t AddSlot(std::uint8_t type, std::uint32_t domain, bytecode::Range steps) {
    std::uint32_t ordinals = 0;
    if (type == bytecode::kTruthType || static_cast<ValueType>(type) == ValueType::kBool) ordinals = 3;
    if (domain != kNone) ordinals = lookup::kOrdinalFirst + sizes_[domain];
    const bool is_set = type == static_cast<std::uint8_t>(ValueType::kEnumSet) ||
                        type == static_cast<std::uint8_t>(ValueType::kStringSet);
    const std::uint32_t words = is_set && domain != kNone ? (sizes_[domain] + 63) / 64 : 0;
    slots_.emplace_back(type, std::uint8_t{0}, std::uint16_t{0}, kNone, domain, ordinals,
                        words == 0 ? kNone : presence_words_, words, steps);
    presence_words_ += words;
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }

  std::vector<bytecode::Input> inputs_;
  std::vector<bytecode::Slot> slots_;
  std::vector<bytecode::Instruction> code_;
  std::vector<std::uint32_t> steps_;
  std::vector<bytecode::Schedule> schedules_;
  std::vector<bytecode::ScheduleSpan> spans_;
  std::vector<bytecode::TimeZone> timezones_;
  std::vector<bytecode::Transition> transitions_;
  std::vector<std::uint32_t> sizes_;  // of domains
  std::uint32_t presence_words_ = 0;
  std::string text_;
  std::deque<lookup::StringDomainData> domains_;
  std::vector<bytecode::Text> texts_;
  std::vector<bytecode::Enum> enums_;
  std::vector<bytecode::Constant> constants_;
  std::vector<bytecode::Prefix> prefixes_;
  std::vector<std::uint32_t> operands_;
  std::vector<bytecode::Column> columns_;
  std::vector<bytecode::Table> tables_;
  std::vector<std::uint32_t> cells_;
};

}  // namespace ward::test

#endif  // WARD_TESTS_UNIT_IMAGE_BUILDER_H_
