#include "ir/verify.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace ward::ir {
namespace {

constexpr std::size_t kComplaintsMax = 100;

bool IsSet(ValueType type) { return type == ValueType::kEnumSet || type == ValueType::kStringSet; }

bool IsNumber(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kDuration || type == ValueType::kTimestamp ||
         type == ValueType::kClock || type == ValueType::kSize;
}

ValueType MemberType(ValueType set) { return set == ValueType::kEnumSet ? ValueType::kEnum : ValueType::kString; }

// The type that a key column's part of a look-up has: an address looks for its longest prefix.
ValueType PartType(ValueType column) { return column == ValueType::kCidr ? ValueType::kIp : column; }

class Verifier {
 public:
  explicit Verifier(const Program& program) : program_(program) {}

  std::vector<std::string> Run() {
    Constants();
    Values();
    Atoms();
    Nodes();
    Tables();
    Operations();
    Zones();
    Rules();
    return std::move(complaints_);
  }

 private:
  // Adds "<what> <index>: <complaint>" unless it holds.
  bool Expect(bool holds, std::string_view complaint) {
    if (!holds && complaints_.size() < kComplaintsMax) {
      std::string text(what_);
      complaints_.push_back(text.append(" ").append(std::to_string(index_)).append(": ").append(complaint));
    }
    return holds;
  }

  template <typename Id, typename T>
  bool In(Id id, const std::vector<T>& all, std::string_view name) {
    return Expect(id.has_value() && id.value() < all.size(), name);
  }

  template <typename T, typename Check>
  void Each(std::string_view what, const std::vector<T>& all, Check check) {
    what_ = what;
    for (index_ = 0; index_ < all.size(); ++index_) check(all[index_]);
  }

  bool EnumFits(ValueType type, EnumId enumeration) {
    const bool needs = type == ValueType::kEnum || type == ValueType::kEnumSet;
    if (!needs) return Expect(!enumeration.has_value(), "has an enum without being one");
    return In(enumeration, program_.enums, "enum out of range");
  }

  void Constants() {
    Each("constant", program_.constants, [this](const Constant& c) {
      if (!EnumFits(c.type, c.enumeration)) return;
      if (c.type == ValueType::kEnum) {
        const std::size_t count = program_.enums[c.enumeration.index()].values.size();
        Expect(c.number >= 0 && static_cast<std::size_t>(c.number) < count, "no value of its enum");
      }
      Expect(IsSet(c.type) || c.items.empty(), "members without being a set");
      if (c.type == ValueType::kBool) Expect(c.number == 0 || c.number == 1, "a bool is 0 or 1");
      for (const ConstantId item : c.items) {
        if (!Expect(item.has_value() && item.value() < index_, "a member comes after its set")) return;
        const Constant& member = program_.constants[item.index()];
        Expect(member.type == MemberType(c.type) && member.enumeration == c.enumeration, "a member's type");
      }
    });
  }

  void Values() {
    Each("value", program_.values, [this](const Value& v) {
      if (!EnumFits(v.type, v.enumeration)) return;
      for (const ValueId arg : v.args) {
        if (!Expect(arg.has_value() && arg.value() < index_, "an argument comes after its user")) return;
      }
      ValueOperands(v);
    });
  }

  void ValueOperands(const Value& v) {
    switch (v.op) {
      case ValueOp::kInput:
        if (In(v.input, program_.inputs, "input out of range")) {
          const Input& input = program_.inputs[v.input.index()];
          Expect(input.type == v.type && input.enumeration == v.enumeration, "not its input's type");
        }
        return;
      case ValueOp::kConstant:
        if (In(v.constant, program_.constants, "constant out of range")) {
          const Constant& constant = program_.constants[v.constant.index()];
          Expect(constant.type == v.type && constant.enumeration == v.enumeration, "not its constant's type");
        }
        return;
      case ValueOp::kParameter:
        if (In(v.parameter, program_.parameters, "parameter out of range")) {
          Expect(program_.parameters[v.parameter.index()].type == v.type, "not its parameter's type");
        }
        return;
      case ValueOp::kLookup:
        if (!In(v.table, program_.tables, "table out of range")) return;
        if (!Expect(v.column < program_.tables[v.table.index()].columns.size(), "column out of range")) return;
        Expect(program_.tables[v.table.index()].columns[v.column].type == v.type, "not its column's type");
        KeyParts(v.table, v.args);
        return;
      case ValueOp::kAdd:
      case ValueOp::kSubtract:
        if (!Expect(v.args.size() == 2, "needs two operands")) return;
        Expect(IsNumber(v.type) && IsNumber(TypeOf(v.args[0])) && IsNumber(TypeOf(v.args[1])), "adds numbers");
        return;
      case ValueOp::kOrElse:
        if (!Expect(v.args.size() == 2, "needs two operands")) return;
        Expect(TypeOf(v.args[0]) == v.type && TypeOf(v.args[1]) == v.type, "one type throughout");
        return;
      case ValueOp::kOperation:
        Expect(v.type == ValueType::kString, "the operation is a string");
        return;
      case ValueOp::kZone:
        Expect(v.type == ValueType::kEnum, "the zone is an enum");
        return;
    }
  }

  [[nodiscard]] ValueType TypeOf(ValueId id) const { return program_.values[id.index()].type; }

  void KeyParts(TableId id, std::span<const ValueId> parts) {
    std::size_t part = 0;
    for (const Column& column : program_.tables[id.index()].columns) {
      if (!column.key) continue;
      if (!Expect(part < parts.size(), "a key part is not there")) return;
      Expect(TypeOf(parts[part]) == PartType(column.type), "a key part's type");
      ++part;
    }
    Expect(part == parts.size(), "more key parts than key columns");
  }

  void Atoms() {
    Each("atom", program_.atoms, [this](const Atom& a) {
      for (const ValueId arg : a.args) {
        if (!In(arg, program_.values, "operand out of range")) return;
      }
      for (std::size_t i = 0; i < a.constants.size(); ++i) {
        if (!In(a.constants[i], program_.constants, "constant out of range")) return;
      }
      if (Expect(a.args.size() == ArgumentCount(a), "wrong number of operands")) AtomOperands(a);
    });
  }

  [[nodiscard]] static std::size_t ArgumentCount(const Atom& a) {
    switch (a.op) {
      case AtomOp::kEqual:
      case AtomOp::kLess:
      case AtomOp::kLessOrEqual:
      case AtomOp::kHasValue:
      case AtomOp::kHasAny:
      case AtomOp::kHasAll:
      case AtomOp::kWithinTree:
        return 2;
      case AtomOp::kZoneIn:
      case AtomOp::kOperationIn:
        return 0;
      case AtomOp::kInTable:
        return a.args.size();
      case AtomOp::kIsTrue:
      case AtomOp::kIn:
      case AtomOp::kRange:
      case AtomOp::kInPrefixes:
      case AtomOp::kHas:
      case AtomOp::kWithinSchedule:
      case AtomOp::kStartsWith:
      case AtomOp::kEndsWith:
      case AtomOp::kGlob:
      case AtomOp::kUnder:
      case AtomOp::kPathGlob:
      case AtomOp::kPresent:
        break;
    }
    return 1;
  }

  bool Ordered(ValueId id) {
    const Value& v = program_.values[id.index()];
    return IsNumber(v.type) || (v.type == ValueType::kEnum && program_.enums[v.enumeration.index()].ordered);
  }

  // All constants have `type`; the list is as long as its operator needs.
  void ConstantsAre(const Atom& a, ValueType type) {
    for (const ConstantId id : a.constants) {
      Expect(program_.constants[id.index()].type == type, "a constant's type");
    }
  }

  void OneConstant(const Atom& a, ValueType type) {
    Expect(a.constants.size() == 1, "needs one constant");
    ConstantsAre(a, type);
  }

  void AtomOperands(const Atom& a) {
    switch (a.op) {
      case AtomOp::kIsTrue:
        Expect(TypeOf(a.args[0]) == ValueType::kBool, "a bool");
        return;
      case AtomOp::kIn:
        return ConstantsAre(a, TypeOf(a.args[0]));
      case AtomOp::kRange:
        Expect(Ordered(a.args[0]), "an ordered type");
        return;
      case AtomOp::kEqual:
        return SameTypes(a);
      case AtomOp::kLess:
      case AtomOp::kLessOrEqual:
        Expect(Ordered(a.args[0]), "an ordered type");
        return SameTypes(a);
      case AtomOp::kHas:
      case AtomOp::kHasValue:
      case AtomOp::kHasAny:
      case AtomOp::kHasAll:
        return SetOperands(a);
      case AtomOp::kInPrefixes:
        Expect(TypeOf(a.args[0]) == ValueType::kIp, "an address");
        return ConstantsAre(a, ValueType::kCidr);
      case AtomOp::kInTable:
      case AtomOp::kWithinTree:
        return TableOperands(a);
      case AtomOp::kWithinSchedule:
        Expect(TypeOf(a.args[0]) == ValueType::kTimestamp, "a timestamp");
        In(a.schedule, program_.schedules, "schedule out of range");
        return;
      case AtomOp::kStartsWith:
      case AtomOp::kEndsWith:
        Expect(TypeOf(a.args[0]) == ValueType::kString && !a.constants.empty(), "a string and constants");
        return ConstantsAre(a, ValueType::kString);
      case AtomOp::kGlob:
      case AtomOp::kUnder:
      case AtomOp::kPathGlob:
        Expect(TypeOf(a.args[0]) == ValueType::kString, "a string");
        return OneConstant(a, ValueType::kString);
      case AtomOp::kPresent:
        return;
      case AtomOp::kZoneIn:
        Expect(std::is_sorted(a.zones.begin(), a.zones.end()), "zones are sorted");
        for (const ZoneId zone : a.zones) In(zone, program_.zones, "zone out of range");
        return;
      case AtomOp::kOperationIn:
        In(a.operations, program_.operation_sets, "operation set out of range");
        return;
    }
  }

  // Values of one type, the first two operands.
  void SameTypes(const Atom& a) {
    const Value& left = program_.values[a.args[0].index()];
    const Value& right = program_.values[a.args[1].index()];
    Expect(left.type == right.type && left.enumeration == right.enumeration, "both sides of one type");
  }

  void SetOperands(const Atom& a) {
    const Value& set = program_.values[a.args[0].index()];
    if (!Expect(IsSet(set.type), "a set")) return;
    if (a.op == AtomOp::kHas) return OneConstant(a, MemberType(set.type));
    const Value& other = program_.values[a.args[1].index()];
    const ValueType expected = a.op == AtomOp::kHasValue ? MemberType(set.type) : set.type;
    Expect(other.type == expected && other.enumeration == set.enumeration, "the other side's type");
  }

  void TableOperands(const Atom& a) {
    if (!In(a.table, program_.tables, "table out of range")) return;
    if (a.op == AtomOp::kInTable) return KeyParts(a.table, a.args);
    const ValueType node = TypeOf(a.args[0]);
    const ValueType top = TypeOf(a.args[1]);
    Expect(node == ValueType::kString || node == ValueType::kStringSet, "a node or a set of nodes");
    Expect(top == ValueType::kString || top == ValueType::kStringSet, "a node or a set of nodes");
    Expect(node == ValueType::kString || top == ValueType::kString, "one side is a single node");
    Expect(program_.tables[a.table.index()].tree, "a tree");
  }

  void Nodes() {
    Each("test", program_.tests, [this](const Test& t) { In(t.atom, program_.atoms, "atom out of range"); });
    Each("node", program_.nodes, [this](const Node& n) {
      const bool joins = n.kind == NodeKind::kAnd || n.kind == NodeKind::kOr;
      Expect(joins == (n.child_count > 0), "only `and` and `or` have children, and need them");
      if (n.kind == NodeKind::kTest || n.test.has_value()) In(n.test, program_.tests, "test out of range");
      Expect(!joins || !n.test.has_value(), "a junction is no test");
      const std::size_t end = std::size_t{n.first_child} + n.child_count;
      if (!Expect(end <= program_.children.size(), "children out of range")) return;
      for (std::size_t i = n.first_child; i < end; ++i) {
        const NodeId child = program_.children[i];
        Expect(child.has_value() && child.value() < index_, "a child comes after its parent");
      }
    });
  }

  void Tables() {
    Each("input", program_.inputs, [this](const Input& i) { EnumFits(i.type, i.enumeration); });
    Each("parameter", program_.parameters, [this](const Parameter& p) {
      if (In(p.value, program_.constants, "value out of range")) {
        Expect(program_.constants[p.value.index()].type == p.type, "its value's type");
      }
    });
    Each("table", program_.tables, [this](const Table& t) {
      Expect(std::any_of(t.columns.begin(), t.columns.end(), [](const Column& c) { return c.key; }), "has no key");
      Expect(std::is_partitioned(t.columns.begin(), t.columns.end(), [](const Column& c) { return c.key; }),
             "the key's columns come first");
      Expect(!t.live || t.rows.empty(), "a live table has no rows of its own");
      for (const std::vector<ConstantId>& row : t.rows) {
        if (!Expect(row.size() == t.columns.size(), "a row has one cell a column")) return;
        for (std::size_t i = 0; i < row.size(); ++i) {
          if (!row[i].has_value()) {
            Expect(!t.columns[i].key, "a key cell is empty");
          } else if (In(row[i], program_.constants, "cell out of range")) {
            Expect(program_.constants[row[i].index()].type == t.columns[i].type, "a cell's type");
          }
        }
      }
    });
  }

  void Operations() {
    Each("operation", program_.operations, [this](const Operation& o) {
      const auto parameters = std::count_if(
          o.route.begin(), o.route.end(), [](const PathSegment& s) { return s.kind == PathSegment::Kind::kParameter; });
      Expect(static_cast<std::size_t>(parameters) == o.parameters.size(), "one input a parameter of its route");
      for (const InputId input : o.parameters) {
        Expect(!input.has_value() || input.value() < program_.inputs.size(), "input out of range");
      }
    });
    Each("operation set", program_.operation_sets, [this](const std::vector<OperationId>& set) {
      Expect(std::adjacent_find(set.begin(), set.end(), [](auto a, auto b) { return b <= a; }) == set.end(),
             "is sorted without doubles");
      for (const OperationId id : set) In(id, program_.operations, "operation out of range");
    });
  }

  void Zones() {
    Each("zone", program_.zones, [this](const Zone& z) {
      Expect(!z.when.has_value() || z.when.value() < program_.nodes.size(), "formula out of range");
    });
    Each("zone prefix", program_.zone_prefixes,
         [this](const ZonePrefix& p) { In(p.zone, program_.zones, "zone out of range"); });
  }

  void Rules() {
    Each("rule", program_.rules, [this](const Rule& r) {
      In(r.formula, program_.nodes, "formula out of range");
      In(r.anonymous_formula, program_.nodes, "anonymous formula out of range");
      In(r.operations, program_.operation_sets, "operation set out of range");
      const bool of_zone = r.origin == RuleOrigin::kZoneRequirement;
      Expect(of_zone == r.zone.has_value(), "only a zone requirement has a zone");
      Expect(!r.zone.has_value() || r.zone.value() < program_.zones.size(), "zone out of range");
      Expect(r.origin == RuleOrigin::kRule || r.kind == RuleKind::kDeny, "what requires refuses");
      Expect(r.status >= 300 && r.status <= 599, "a refusal's status");
      for (const TemplatePiece& piece : r.because) {
        Expect(!piece.value.has_value() || piece.value.value() < program_.values.size(), "reason out of range");
      }
      for (const SetHeader& set : r.obligations.set) In(set.value, program_.values, "header out of range");
      if (index_ == 0) return;
      const Rule& before = program_.rules[index_ - 1];
      Expect(before.severity != r.severity ? before.severity > r.severity : before.name < r.name,
             "rules stand by rank, names are unique");
    });
  }

  const Program& program_;
  std::vector<std::string> complaints_;
  std::string_view what_;
  std::size_t index_ = 0;
};

}  // namespace

std::vector<std::string> Verify(const Program& program) { return Verifier(program).Run(); }

}  // namespace ward::ir
