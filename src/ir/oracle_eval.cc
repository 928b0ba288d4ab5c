#include "ir/oracle_eval.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string_view>

#include "base/check.h"

namespace ward::ir {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
__extension__ using Wide = __int128;

std::int64_t Saturate(Wide value) {
  if (value < Wide{kMin}) return kMin;
  if (value > Wide{kMax}) return kMax;
  return static_cast<std::int64_t>(value);
}

bool IsSet(const Datum& datum) { return datum.type == ValueType::kEnumSet || datum.type == ValueType::kStringSet; }

template <typename T>
bool Includes(const std::set<T>& all, const std::set<T>& some) {
  return std::all_of(some.begin(), some.end(), [&](const T& x) { return all.count(x) > 0; });
}

template <typename T>
bool Shares(const std::set<T>& a, const std::set<T>& b) {
  return std::any_of(a.begin(), a.end(), [&](const T& x) { return b.count(x) > 0; });
}

// Members dropped on one side are on the other only if it dropped some too; then, and where
// equality or inclusion rests on what is left, nobody knows.
Truth SameSet(const Datum& a, const Datum& b) {
  if (a.members != b.members || a.texts != b.texts) return Truth::kFalse;
  return a.dropped || b.dropped ? Truth::kDoubt : Truth::kTrue;
}

Truth SharesMember(const Datum& a, const Datum& b) {
  if (Shares(a.members, b.members) || Shares(a.texts, b.texts)) return Truth::kTrue;
  return a.dropped && b.dropped ? Truth::kDoubt : Truth::kFalse;
}

Truth HasAllMembers(const Datum& all, const Datum& some) {
  if (!Includes(all.members, some.members) || !Includes(all.texts, some.texts)) return Truth::kFalse;
  return some.dropped ? Truth::kDoubt : Truth::kTrue;
}

Truth SameDatum(const Datum& a, const Datum& b) {
  if (IsSet(a)) return SameSet(a, b);
  return TruthOf(a.number == b.number && a.text == b.text && a.cidr == b.cidr);
}

bool HasMember(const Datum& set, const Datum& member) {
  return set.type == ValueType::kEnumSet ? set.members.count(member.number) > 0 : set.texts.count(member.text) > 0;
}

// `*` is any run of bytes.
bool Glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
      if (Glob(pattern.substr(1), text.substr(skip))) return true;
    }
    return false;
  }
  return !text.empty() && pattern.front() == text.front() && Glob(pattern.substr(1), text.substr(1));
}

bool PathGlob(std::string_view pattern, std::string_view path) {
  const std::vector<std::string> wanted = PathSegments(pattern);
  const std::vector<std::string> given = PathSegments(path);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "**" && i + 1 == wanted.size()) return true;
    if (i >= given.size()) return false;
    if (wanted[i] != "*" && wanted[i] != given[i]) return false;
  }
  return wanted.size() == given.size();
}

bool Under(std::string_view top, std::string_view path) {
  const std::vector<std::string> wanted = PathSegments(top);
  const std::vector<std::string> given = PathSegments(path);
  return given.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), given.begin());
}

bool StartsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool IsDay(const ScheduleSpan& span, int day) {
  if (span.first_day <= span.last_day) return span.first_day <= day && day <= span.last_day;
  return day >= span.first_day || day <= span.last_day;
}

}  // namespace

Truth TruthOf(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth NotTruth(Truth truth) {
  if (truth == Truth::kDoubt) return Truth::kDoubt;
  return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

bool InPrefix(base::IpAddress address, const base::Cidr& prefix) {
  if (address.is_v4() != prefix.network.is_v4()) return false;
  const std::array<std::uint8_t, 16> a = address.bytes();
  const std::array<std::uint8_t, 16> b = prefix.network.bytes();
  const int first = address.is_v4() ? 96 : 0;
  for (int bit = first; bit < first + prefix.length; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const int shift = 7 - bit % 8;
    if ((a[byte] >> shift & 1) != (b[byte] >> shift & 1)) return false;
  }
  return true;
}

std::vector<std::string> PathSegments(std::string_view path) {
  std::vector<std::string> segments;
  std::string segment;
  for (const char c : path) {
    if (c != '/') {
      segment += c;
    } else if (!segment.empty()) {
      segments.push_back(segment);
      segment.clear();
    }
  }
  if (!segment.empty()) segments.push_back(segment);
  return segments;
}

// ---- values

MaybeDatum OracleEval::Value(ValueId id) const {
  const ir::Value& value = program_.values[id.index()];
  switch (value.op) {
    case ValueOp::kInput:
      return request_.inputs[value.input.index()];
    case ValueOp::kConstant:
      return Constant(value.constant);
    case ValueOp::kParameter:
      return world_.parameters[value.parameter.index()];
    case ValueOp::kLookup:
      return Lookup(value);
    case ValueOp::kAdd:
    case ValueOp::kSubtract: {
      const MaybeDatum a = Value(value.args[0]);
      const MaybeDatum b = Value(value.args[1]);
      if (!a || !b) return std::nullopt;
      const bool add = value.op == ValueOp::kAdd;
      const Wide result = add ? Wide{a->number} + Wide{b->number} : Wide{a->number} - Wide{b->number};
      return NumberDatum(value.type, Saturate(result));
    }
    case ValueOp::kOrElse: {
      const MaybeDatum first = Value(value.args[0]);
      return first ? first : Value(value.args[1]);
    }
    case ValueOp::kOperation:
      return TextDatum(program_.operations[request_.operation.index()].name);
    case ValueOp::kZone:
      if (!zone_.has_value()) return std::nullopt;
      return NumberDatum(ValueType::kEnum, static_cast<std::int64_t>(zone_.index()));
  }
  return std::nullopt;
}

const std::vector<MaybeDatum>* OracleEval::Row(TableId id, Data parts) const {
  const Table& table = program_.tables[id.index()];
  const std::vector<MaybeDatum>* best = nullptr;
  int best_length = -1;
  for (const std::vector<MaybeDatum>& row : world_.tables[id.index()].rows) {
    bool same = true;
    int length = 0;
    for (std::size_t i = 0; i < parts.size() && same; ++i) {
      if (table.columns[i].type == ValueType::kCidr) {
        same = InPrefix(parts[i].cidr.network, row[i]->cidr);
        length = row[i]->cidr.length;
      } else {
        same = SameDatum(parts[i], *row[i]) == Truth::kTrue;
      }
    }
    if (same && length > best_length) {
      best = &row;
      best_length = length;
    }
  }
  return best;
}

MaybeDatum OracleEval::Lookup(const ir::Value& value) const {
  std::vector<Datum> parts;
  for (const ValueId arg : value.args) {
    const MaybeDatum part = Value(arg);
    if (!part) return std::nullopt;
    parts.push_back(*part);
  }
  if (!world_.tables[value.table.index()].loaded) return std::nullopt;
  const std::vector<MaybeDatum>* row = Row(value.table, parts);
  return row == nullptr ? std::nullopt : (*row)[value.column];
}

// ---- atoms

Truth OracleEval::Atom(AtomId id) const {
  const ir::Atom& atom = program_.atoms[id.index()];
  if (atom.op == AtomOp::kPresent) return TruthOf(Value(atom.args[0]).has_value());
  if (atom.op == AtomOp::kOperationIn) {
    const std::vector<OperationId>& set = program_.operation_sets[atom.operations.index()];
    return TruthOf(std::count(set.begin(), set.end(), request_.operation) > 0);
  }
  if (atom.op == AtomOp::kZoneIn) {
    if (!zone_.has_value()) return Truth::kDoubt;
    return TruthOf(std::count(atom.zones.begin(), atom.zones.end(), zone_) > 0);
  }
  // Whatever the operator: compared with a missing value, it is in doubt.
  std::vector<Datum> args;
  for (const ValueId arg : atom.args) {
    MaybeDatum value = Value(arg);
    if (!value) return Truth::kDoubt;
    args.push_back(*std::move(value));
  }
  return OnPresent(atom, args);
}

Truth OracleEval::OnPresent(const ir::Atom& atom, Data args) const {
  switch (atom.op) {
    case AtomOp::kIsTrue:
      return TruthOf(args[0].number != 0);
    case AtomOp::kIn: {
      Truth any = Truth::kFalse;
      for (const ConstantId id : atom.constants) {
        const Truth same = SameDatum(args[0], Constant(id));
        if (same != Truth::kFalse) any = same;
      }
      return any;
    }
    case AtomOp::kRange:
      return TruthOf(atom.low <= args[0].number && args[0].number <= atom.high);
    case AtomOp::kEqual:
      return SameDatum(args[0], args[1]);
    case AtomOp::kLess:
      return TruthOf(args[0].number < args[1].number);
    case AtomOp::kLessOrEqual:
      return TruthOf(args[0].number <= args[1].number);
    case AtomOp::kInPrefixes:
      return TruthOf(std::any_of(atom.constants.begin(), atom.constants.end(), [&](ConstantId prefix) {
        return InPrefix(args[0].cidr.network, Constant(prefix).cidr);
      }));
    case AtomOp::kHas:
      return TruthOf(HasMember(args[0], Constant(atom.constants[0])));
    case AtomOp::kHasValue:
      return TruthOf(HasMember(args[0], args[1]));
    case AtomOp::kHasAny:
      return SharesMember(args[0], args[1]);
    case AtomOp::kHasAll:
      return HasAllMembers(args[0], args[1]);
    case AtomOp::kInTable:
      return InTable(atom.table, args);
    case AtomOp::kWithinTree:
      return WithinTree(atom.table, args[0], args[1]);
    case AtomOp::kWithinSchedule:
      return TruthOf(WithinSchedule(program_.schedules[atom.schedule.index()], args[0].number));
    case AtomOp::kStartsWith:
    case AtomOp::kEndsWith:
    case AtomOp::kGlob:
    case AtomOp::kUnder:
    case AtomOp::kPathGlob:
      return OnText(atom, args[0].text);
    case AtomOp::kPresent:
    case AtomOp::kZoneIn:
    case AtomOp::kOperationIn:
      break;
  }
  base::CheckFailed(__FILE__, __LINE__, "decided before");
}

Truth OracleEval::OnText(const ir::Atom& atom, const std::string& text) const {
  return TruthOf(std::any_of(atom.constants.begin(), atom.constants.end(), [&](ConstantId id) {
    const std::string& wanted = program_.constants[id.index()].text;
    if (atom.op == AtomOp::kStartsWith) return StartsWith(text, wanted);
    if (atom.op == AtomOp::kEndsWith) return EndsWith(text, wanted);
    if (atom.op == AtomOp::kGlob) return Glob(wanted, text);
    if (atom.op == AtomOp::kUnder) return Under(wanted, text);
    return PathGlob(wanted, text);
  }));
}

Truth OracleEval::InTable(TableId table, Data parts) const {
  if (!world_.tables[table.index()].loaded) return Truth::kDoubt;
  return TruthOf(Row(table, parts) != nullptr);
}

Truth OracleEval::WithinTree(TableId table, const Datum& node, const Datum& top) const {
  if (!world_.tables[table.index()].loaded) return Truth::kDoubt;
  const std::vector<Column>& columns = program_.tables[table.index()].columns;
  const auto parents =
      std::find_if(columns.begin(), columns.end(), [](const Column& column) { return column.name == "parents"; });
  const auto column = static_cast<std::size_t>(parents - columns.begin());
  std::set<std::string> seen;
  std::vector<std::string> pending;
  if (node.type == ValueType::kString) {
    pending.push_back(node.text);
  } else {
    pending.assign(node.texts.begin(), node.texts.end());
  }
  while (!pending.empty()) {
    const std::string at = pending.back();
    pending.pop_back();
    if (top.type == ValueType::kString ? at == top.text : top.texts.count(at) != 0) return Truth::kTrue;
    if (!seen.insert(at).second || column == columns.size()) continue;
    const Datum key = TextDatum(at);
    const std::vector<MaybeDatum>* row = Row(table, std::span(&key, 1));
    if (row == nullptr || !(*row)[column]) continue;
    pending.insert(pending.end(), (*row)[column]->texts.begin(), (*row)[column]->texts.end());
  }
  return Truth::kFalse;
}

bool OracleEval::WithinSchedule(const Schedule& schedule, std::int64_t unix_ns) const {
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t unix_seconds = FloorDivide(unix_ns, 1'000'000'000);
  const std::int64_t local = unix_seconds + world_.utc_offset(schedule.timezone, unix_seconds);
  const std::int64_t days = FloorDivide(local, kDay);
  const std::int64_t second = local - days * kDay;
  // 1970-01-01 was a Thursday.
  const auto day = static_cast<int>(((days + 3) % 7 + 7) % 7);
  const int yesterday = (day + 6) % 7;
  return std::any_of(schedule.spans.begin(), schedule.spans.end(), [&](const ScheduleSpan& span) {
    const bool over_midnight = span.to_second <= span.from_second;
    if (IsDay(span, day) && second >= span.from_second && (over_midnight || second < span.to_second)) return true;
    return over_midnight && IsDay(span, yesterday) && second < span.to_second;
  });
}

// ---- formulas

Truth OracleEval::Formula(NodeId id) const {
  const Node& node = program_.nodes[id.index()];
  if (node.kind == NodeKind::kTrue) return Truth::kTrue;
  if (node.kind == NodeKind::kFalse) return Truth::kFalse;
  if (node.kind == NodeKind::kTest) {
    const Test& test = program_.tests[node.test.index()];
    const Truth truth = Atom(test.atom);
    return test.negated ? NotTruth(truth) : truth;
  }
  const bool conjunction = node.kind == NodeKind::kAnd;
  const Truth decisive = conjunction ? Truth::kFalse : Truth::kTrue;
  Truth result = NotTruth(decisive);
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    const Truth truth = Formula(program_.children[node.first_child + i]);
    if (truth == decisive) return decisive;
    if (truth == Truth::kDoubt) result = Truth::kDoubt;
  }
  return result;
}

void OracleEval::Tests(NodeId id, std::vector<OracleTest>& tests) const {
  const Node& node = program_.nodes[id.index()];
  for (std::uint32_t i = 0; i < node.child_count; ++i) Tests(program_.children[node.first_child + i], tests);
  if (!node.test.has_value()) return;
  const bool known = std::any_of(tests.begin(), tests.end(), [&](const OracleTest& t) { return t.test == node.test; });
  if (known) return;
  const Test& test = program_.tests[node.test.index()];
  OracleTest result;
  result.test = node.test;
  result.waived = node.kind != NodeKind::kTest;
  result.truth = result.waived ? TruthOf((node.kind == NodeKind::kTrue) != test.negated) : Atom(test.atom);
  tests.push_back(result);
}

}  // namespace ward::ir
