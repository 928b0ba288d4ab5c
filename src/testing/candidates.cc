// A test is walked down to the inputs it reads. Each input gets the constants that stand in the same test, in its own type,
// with their neighbours where the type is ordered, and two values that nobody names. A look-up in a live table makes its
// cell a column of its own, at a key that is given to what the key is read from, which may be a cell again.
#include "testing/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/rfc3339.h"
#include "testing/cell_text.h"
#include "testing/generated_file.h"

namespace ward::testing {
namespace {

constexpr std::int64_t kStart = 1'767'268'800 * base::kNsPerSecond;  // the clock of a test: 2026-01-01T12:00:00Z
constexpr std::size_t kValuesMax = 12;                               // of a column
constexpr std::size_t kInstantsMax = 24;                             // of `at`
constexpr std::size_t kStaticRowsMax = 6;

bool IsName(std::string_view text) {
  const auto part = [](std::string_view word) {
    return !word.empty() && word[0] >= 'a' && word[0] <= 'z' && std::all_of(word.begin(), word.end(), [](char sign) {
      return (sign >= 'a' && sign <= 'z') || (sign >= '0' && sign <= '9') || sign == '-' || sign == '_';
    });
  };
  const std::size_t colon = text.find(':');
  return colon == std::string_view::npos ? part(text) : part(text.substr(0, colon)) && part(text.substr(colon + 1));
}

// Nothing for texts that would need escapes.
std::optional<std::string> Quoted(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char sign) {
    return sign >= ' ' && sign != '"' && sign != '\\' && sign != '|' && sign != 0x7F;
  });
  return plain ? std::optional(fmt::format("\"{}\"", text)) : std::nullopt;
}

std::string DurationText(std::int64_t ns) {
  struct Unit {
    std::int64_t ns;
    std::string_view name;
  };
  for (const Unit unit : {Unit{86'400 * base::kNsPerSecond, "day"},
                          {3'600 * base::kNsPerSecond, "hour"},
                          {60 * base::kNsPerSecond, "minute"},
                          {base::kNsPerSecond, "second"}}) {
    const std::int64_t count = ns / unit.ns;
    if (ns % unit.ns == 0 && (ns != 0 || unit.ns == base::kNsPerSecond))
      return fmt::format("{} {}{}", count, unit.name, count == 1 ? "" : "s");
  }
  return fmt::format("{} ms", ns / 1'000'000);
}

class Walk {
 public:
  explicit Walk(const CandidateSource& source) : source_(source), lowered_(source.lowered) {
    for (const semantic::Attribute& attribute : source.program.attributes) {
      // A claim that only `from` names is an attribute that nobody declared.
      const bool declared = !attribute.object.empty() || attribute.source != AttributeSource::kToken;
      if (attribute.computed == nullptr && declared) bindable_.emplace(attribute.name);
    }
  }

  // Keys that static tables have go before invented ones, in all tests of a rule alike, so that these can be joined.
  void Anchor(ir::TestId id) {
    for (const ir::ValueId arg : lowered_.atoms[lowered_.tests[id.index()].atom.index()].args) Anchor(arg);
  }

  void Test(ir::TestId id) { Test(lowered_.atoms[lowered_.tests[id.index()].atom.index()]); }
  [[nodiscard]] Candidates Take() { return std::move(found_); }

 private:
  // An address in each zone, and one that is likely in none.
  void Addresses() {
    std::set<ir::ZoneId> seen;
    for (const ir::ZonePrefix& prefix : lowered_.zone_prefixes) {
      if (seen.insert(prefix.zone).second) Add("source.ip", prefix.prefix.network.ToString());
    }
    Add("source.ip", "203.0.113.9");
    Add("source.ip", "");
  }

  void Add(const std::string& column, std::string cell) {
    std::vector<std::string>& cells = found_[column];
    if (cells.size() < (column == kAt ? kInstantsMax : kValuesMax) &&
        std::find(cells.begin(), cells.end(), cell) == cells.end()) {
      cells.push_back(std::move(cell));
    }
  }

  void Anchor(ir::ValueId id) {
    const ir::Value& value = lowered_.values[id.index()];
    for (std::size_t i = 0; i < value.args.size(); ++i) {
      Anchor(value.args[i]);
      if (value.op != ir::ValueOp::kLookup) continue;
      const ir::Table& table = lowered_.tables[value.table.index()];
      if (table.live || table.rows.empty() || i >= table.rows.front().size()) continue;
      const ir::Value& root = lowered_.values[RootOf(value.args[i]).index()];
      const ir::ConstantId key = table.rows.front()[i];
      if (root.op != ir::ValueOp::kInput || !key.has_value()) continue;
      const std::optional<std::string> text = Text(lowered_.constants[key.index()], root.type);
      if (text) anchors_.emplace(lowered_.inputs[root.input.index()].name, *text);
    }
  }

  bool IsKeyOf(const ir::Value& lookup_value) const {
    return lowered_.tables[lookup_value.table.index()].columns[lookup_value.column].key;
  }

  // A column of the key says what the row was looked up by.
  ir::ValueId RootOf(ir::ValueId id) const {
    const ir::Value& value = lowered_.values[id.index()];
    if (value.op != ir::ValueOp::kLookup || !IsKeyOf(value) || value.column >= value.args.size()) return id;
    return RootOf(value.args[value.column]);
  }

  void Test(const ir::Atom& atom) {
    constants_.clear();
    for (const ir::ConstantId id : atom.constants) constants_.push_back(lowered_.constants[id.index()]);
    for (const ir::ValueId id : atom.args) Constants(id);
    if (atom.op == ir::AtomOp::kInTable) StaticRows(lowered_.tables[atom.table.index()], atom.args.size(), 0);
    if (atom.op == ir::AtomOp::kRange && !atom.args.empty()) Range(atom);
    if (atom.op == ir::AtomOp::kZoneIn) Addresses();
    if (atom.op == ir::AtomOp::kInTable) Row(atom);
    if (atom.op == ir::AtomOp::kWithinSchedule) Instants(lowered_.schedules[atom.schedule.index()]);
    if (atom.op == ir::AtomOp::kWithinTree) Parents(lowered_.tables[atom.table.index()]);
    for (const ir::ValueId id : atom.args) Value(id);
  }

  void Constants(ir::ValueId id) {
    const ir::Value& value = lowered_.values[id.index()];
    if (value.op == ir::ValueOp::kConstant) constants_.push_back(lowered_.constants[value.constant.index()]);
    if (value.op == ir::ValueOp::kParameter) {
      constants_.push_back(lowered_.constants[lowered_.parameters[value.parameter.index()].value.index()]);
    }
    if (value.op == ir::ValueOp::kLookup) {
      StaticRows(lowered_.tables[value.table.index()], value.args.size(), value.column);
    }
    for (const ir::ValueId arg : value.args) Constants(arg);
  }

  void Range(const ir::Atom& atom) {
    const ir::Value& value = lowered_.values[atom.args[0].index()];
    for (const std::int64_t end : {atom.low, atom.high}) {
      if (end == INT64_MIN || end == INT64_MAX) continue;
      ir::Constant constant;
      constant.type = value.type;
      constant.enumeration = value.enumeration;
      constant.number = end;
      constants_.push_back(constant);
    }
  }

  // In the middle of each span and around it: the schedule's time zone is some hours away.
  void Instants(const ir::Schedule& schedule) {
    constexpr std::int64_t kMondayOfStart = kStart - base::kNsPerSecond * (3 * 86'400 + 43'200);
    constexpr std::int64_t kStep = base::kNsPerSecond * 3 * 3'600;
    for (const ir::ScheduleSpan& span : schedule.spans) {
      const std::int64_t length = span.to_second - span.from_second + (span.to_second > span.from_second ? 0 : 86'400);
      const std::int64_t middle = (std::int64_t{7} + span.first_day) * 86'400 + span.from_second + length / 2;
      for (const std::int64_t steps : {0, -1, 1, -2, 2, -3, 3, -4, 4}) {
        ir::Constant instant;
        instant.type = ValueType::kTimestamp;
        instant.number = kMondayOfStart + middle * base::kNsPerSecond + steps * kStep;
        constants_.push_back(instant);
      }
    }
  }

  // Whatever lies in itself needs no row; this one lies elsewhere.
  void Parents(const ir::Table& table) {
    if (!table.live) return;
    const std::string column = LastName(table.name) + "[\"a\"].parents";
    Add(column, "");
    Add(column, "[\"b\"]");
  }

  void Value(ir::ValueId id) {
    const ir::Value& value = lowered_.values[id.index()];
    switch (value.op) {
      case ir::ValueOp::kInput:
        return Input(lowered_.inputs[value.input.index()]);
      case ir::ValueOp::kParameter:
        return Fill(LastName(lowered_.parameters[value.parameter.index()].name), value.type, value.enumeration);
      case ir::ValueOp::kLookup:
        return Cell(value);
      case ir::ValueOp::kZone:
        return Addresses();
      case ir::ValueOp::kAdd:
      case ir::ValueOp::kSubtract:
      case ir::ValueOp::kOrElse:
        for (const ir::ValueId arg : value.args) Value(arg);
        return;
      case ir::ValueOp::kConstant:
      case ir::ValueOp::kOperation:
        return;
    }
  }

  void Input(const ir::Input& input) {
    const AttributeSource from = input.source;
    const bool named_by_send =
        from == AttributeSource::kMethod || from == AttributeSource::kHost || from == AttributeSource::kPath;
    if (named_by_send) return;
    if (from == AttributeSource::kNow) return Clock();
    if (from == AttributeSource::kSourceIp) Addresses();
    if (from == AttributeSource::kClientCert && input.path.empty()) {
      Add(input.name, "is present");
      return Add(input.name, "");
    }
    if (input.source == AttributeSource::kPathParameter || bindable_.contains(input.name)) {
      Fill(input.name, input.type, input.enumeration);
      Add(input.name, "");
    } else {
      Computed(input);
    }
  }

  void Clock() {
    const std::string at(kAt);
    Add(at, "");
    for (const ir::Constant& constant : constants_) {
      if (constant.type == ValueType::kTimestamp) Near(at, constant);
    }
  }

  // A claim that tests do not know by name is bound through the attribute that is computed from it.
  void Computed(const ir::Input& input) {
    const std::string_view word =
        input.path.empty() ? std::string_view(input.name) : std::string_view(input.path.back());
    for (const semantic::Attribute& attribute : source_.program.attributes) {
      if (attribute.computed == nullptr || !attribute.computed->span.file.has_value()) continue;
      if (source_.sources.Text(attribute.computed->span).find(word) == std::string_view::npos) continue;
      if (attribute.type.kind != semantic::TypeKind::kDuration) continue;
      Fill(std::string(attribute.name), ValueType::kDuration, {});
      Add(std::string(attribute.name), "");
    }
  }

  // The key's parts as cells, and what they are read from bound to them; nothing if one of them cannot be said.
  std::optional<std::string> Key(const ir::Value& lookup_value, const ir::Table& table) {
    std::string key;
    for (std::size_t i = 0; i < lookup_value.args.size(); ++i) {
      if (i >= table.columns.size()) return std::nullopt;
      std::optional<std::string> text = Part(lookup_value.args[i]);
      if (text && table.columns[i].type == ValueType::kCidr) text = "203.0.113.0/24";
      if (!text) return std::nullopt;
      key += (i == 0 ? "" : ", ") + *text;
    }
    return key;
  }

  // One part of a key.
  std::optional<std::string> Part(ir::ValueId id) {
    const ir::Value& part = lowered_.values[id.index()];
    std::optional<std::string> named = Named(part.type, part.enumeration);
    switch (part.op) {
      case ir::ValueOp::kConstant:
        return Text(lowered_.constants[part.constant.index()], part.type);
      case ir::ValueOp::kParameter:
        return Text(lowered_.constants[lowered_.parameters[part.parameter.index()].value.index()], part.type);
      case ir::ValueOp::kInput: {
        const std::string& name = lowered_.inputs[part.input.index()].name;
        const auto anchor = anchors_.find(name);
        std::optional<std::string> text = anchor == anchors_.end() ? named : std::optional(anchor->second);
        if (text) Add(name, *text);
        return text;
      }
      case ir::ValueOp::kLookup: {
        const ir::Table& table = lowered_.tables[part.table.index()];
        if (!table.live || !named) return std::nullopt;
        const std::optional<std::string> key = Key(part, table);
        if (!key) return std::nullopt;
        if (IsKeyOf(part)) {
          Add(fmt::format("{}[{}]", LastName(table.name), *key), "is present");
          return part.column < part.args.size() ? Part(part.args[part.column]) : std::nullopt;
        }
        Add(fmt::format("{}[{}].{}", LastName(table.name), *key, table.columns[part.column].name), *named);
        return named;
      }
      case ir::ValueOp::kOrElse:
        return Part(part.args.front());
      case ir::ValueOp::kAdd:
      case ir::ValueOp::kSubtract:
      case ir::ValueOp::kOperation:
      case ir::ValueOp::kZone:
        return std::nullopt;
    }
    return std::nullopt;
  }

  static std::string LastName(const std::string& qualified) { return qualified.substr(qualified.rfind('.') + 1); }

  void Cell(const ir::Value& value) {
    const ir::Table& table = lowered_.tables[value.table.index()];
    const std::optional<std::string> key = table.live ? Key(value, table) : std::nullopt;
    if (key && IsKeyOf(value)) {
      const std::string row = fmt::format("{}[{}]", LastName(table.name), *key);
      Add(row, "is present");
      Add(row, "");
    } else if (key) {
      const std::string column = fmt::format("{}[{}].{}", LastName(table.name), *key, table.columns[value.column].name);
      Fill(column, value.type, value.enumeration);
      Add(column, "");
    }
    for (const ir::ValueId arg : value.args) Value(arg);
  }

  void Row(const ir::Atom& atom) {
    const ir::Table& table = lowered_.tables[atom.table.index()];
    if (!table.live) return;
    ir::Value asked;
    asked.args = atom.args;
    if (const std::optional<std::string> key = Key(asked, table)) {
      const std::string column = fmt::format("{}[{}]", LastName(table.name), *key);
      Add(column, "is present");
      Add(column, "");
    }
  }

  // Keys that a table has, and what it has there. Columns of the key come first.
  void StaticRows(const ir::Table& table, std::size_t key_count, std::size_t column) {
    for (std::size_t row = 0; row < table.rows.size() && row < kStaticRowsMax; ++row) {
      for (std::size_t i = 0; i < table.rows[row].size(); ++i) {
        const bool asked = i < key_count || i == column;
        if (asked && table.rows[row][i].has_value())
          constants_.push_back(lowered_.constants[table.rows[row][i].index()]);
      }
    }
  }

  void Fill(const std::string& column, ValueType type, ir::EnumId enumeration) {
    const bool is_set = type == ValueType::kEnumSet || type == ValueType::kStringSet;
    std::vector<std::string> members;
    for (const ir::Constant& constant : constants_) {
      if (is_set) {
        Members(constant, type, members);
      } else if (constant.type == type && constant.enumeration == enumeration) {
        Near(column, constant);
      } else if (constant.type == ValueType::kDuration && type == ValueType::kTimestamp) {
        for (const std::int64_t at : {-constant.number, constant.number, -constant.number - base::kNsPerSecond,
                                      constant.number + base::kNsPerSecond}) {
          Add(column, base::FormatRfc3339(kStart + at));
        }
      } else if (type == ValueType::kIp && constant.type == ValueType::kCidr) {
        Add(column, constant.cidr.network.ToString());
      }
    }
    if (is_set) {
      std::string all;
      for (const std::string& member : members) {
        Add(column, "[" + member + "]");
        all += (all.empty() ? "" : ", ") + member;
      }
      if (members.size() > 1) Add(column, "[" + all + "]");
      Add(column, "[]");
    }
    Usual(column, type, enumeration);
  }

  void Members(const ir::Constant& constant, ValueType type, std::vector<std::string>& members) const {
    const auto add = [&](const ir::Constant& one) {
      const std::optional<std::string> text =
          Text(one, type == ValueType::kEnumSet ? ValueType::kEnum : ValueType::kString);
      const bool fits = one.type == (type == ValueType::kEnumSet ? ValueType::kEnum : ValueType::kString);
      if (fits && text && std::find(members.begin(), members.end(), *text) == members.end()) members.push_back(*text);
    };
    add(constant);
    for (const ir::ConstantId id : constant.items) add(lowered_.constants[id.index()]);
  }

  // A constant, and its neighbours where the type has an order.
  void Near(const std::string& column, const ir::Constant& constant) {
    const auto shifted = [&](std::int64_t by) {
      ir::Constant other = constant;
      other.number += by;
      if (const auto text = Text(other, constant.type)) Add(column, *text);
    };
    shifted(0);
    if (constant.type == ValueType::kInt || constant.type == ValueType::kSize) {
      shifted(1);
      if (constant.number > 0) shifted(-1);
    } else if (constant.type == ValueType::kDuration || constant.type == ValueType::kTimestamp) {
      shifted(base::kNsPerSecond);
      if (constant.number >= base::kNsPerSecond) shifted(-base::kNsPerSecond);
    }
  }

  // A value that stands for "some other one".
  std::optional<std::string> Named(ValueType type, ir::EnumId enumeration) const {
    ir::Constant constant;
    constant.type = type;
    constant.enumeration = enumeration;
    constant.number = type == ValueType::kInt ? 1 : 0;
    constant.text = "a";
    if (type == ValueType::kIp) return "203.0.113.9";
    const bool scalar = type == ValueType::kString || type == ValueType::kInt || type == ValueType::kEnum;
    return scalar ? Text(constant, type) : std::nullopt;
  }

  void Usual(const std::string& column, ValueType type, ir::EnumId enumeration) {
    switch (type) {
      case ValueType::kBool:
        Add(column, "true");
        Add(column, "false");
        return;
      case ValueType::kInt:
        Add(column, "1");
        Add(column, "2");
        return;
      case ValueType::kString:
        Add(column, "\"a\"");
        Add(column, "\"b\"");
        return;
      case ValueType::kDuration:
        Add(column, "1 minute");
        Add(column, "30 days");
        return;
      case ValueType::kTimestamp:
        Add(column, base::FormatRfc3339(kStart - 60 * base::kNsPerSecond));
        Add(column, base::FormatRfc3339(kStart + 60 * base::kNsPerSecond));
        return;
      case ValueType::kSize:
        Add(column, "1 byte");
        return;
      case ValueType::kIp:
        Add(column, "203.0.113.9");
        return;
      case ValueType::kEnum:
      case ValueType::kEnumSet:
        for (std::size_t i = 0; i < lowered_.enums[enumeration.index()].values.size() && i < 4; ++i) {
          ir::Constant constant;
          constant.type = ValueType::kEnum;
          constant.enumeration = enumeration;
          constant.number = static_cast<std::int64_t>(i);
          const auto text = Text(constant, ValueType::kEnum);
          if (text) Add(column, type == ValueType::kEnum ? *text : "[" + *text + "]");
        }
        return;
      case ValueType::kStringSet:
        Add(column, "[\"a\"]");
        return;
      case ValueType::kClock:
      case ValueType::kCidr:
        return;
    }
  }

  std::optional<std::string> Text(const ir::Constant& constant, ValueType type) const {
    switch (type) {
      case ValueType::kBool:
        return constant.number != 0 ? "true" : "false";
      case ValueType::kInt:
        return fmt::format("{}", constant.number);
      case ValueType::kSize:
        return fmt::format("{} {}", constant.number, constant.number == 1 ? "byte" : "bytes");
      case ValueType::kString:
        return Quoted(constant.text);
      case ValueType::kDuration:
        return DurationText(constant.number);
      case ValueType::kTimestamp:
        return base::FormatRfc3339(constant.number);
      case ValueType::kClock:
        return ClockText(constant.number).substr(0, 5);
      case ValueType::kIp:
        return constant.cidr.network.ToString();
      case ValueType::kEnum: {
        const std::string& value =
            lowered_.enums[constant.enumeration.index()].values[static_cast<std::size_t>(constant.number)];
        return IsName(value) ? value : Quoted(value);
      }
      case ValueType::kCidr:
      case ValueType::kEnumSet:
      case ValueType::kStringSet:
        return std::nullopt;
    }
    return std::nullopt;
  }

  const CandidateSource& source_;
  const ir::Program& lowered_;
  std::set<std::string, std::less<>> bindable_;
  std::map<std::string, std::string, std::less<>> anchors_;  // input -> cell
  std::vector<ir::Constant> constants_;                      // of the test that is looked at
  Candidates found_;
};

}  // namespace

Candidates CandidatesOf(const CandidateSource& source, const std::vector<ir::TestId>& tests,
                        const std::vector<ir::TestId>& beside) {
  Walk walk(source);
  for (const ir::TestId test : beside) walk.Anchor(test);
  for (const ir::TestId test : tests) walk.Test(test);
  return walk.Take();
}

}  // namespace ward::testing
