// tests: a formula as one line of text, atoms in prefix form: `(IN token.acr mfa) and not (HAS
// token.scopes a)`.
#ifndef WARD_TESTS_UNIT_IR_TEXT_H_
#define WARD_TESTS_UNIT_IR_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "ir/ir.h"

namespace ward::ir {

class FormulaText {
 public:
  explicit FormulaText(const Program& program) : p_(program) {}

  std::string Of(NodeId id) const {
    const Node& node = p_.nodes[id.index()];
    const std::string waived = node.test.has_value() ? " " + OfTest(node.test) : "";
    switch (node.kind) {
      case NodeKind::kTrue:
        return "TRUE" + waived;
      case NodeKind::kFalse:
        return "FALSE" + waived;
      case NodeKind::kTest:
        return OfTest(node.test);
      case NodeKind::kAnd:
      case NodeKind::kOr:
        break;
    }
    std::string text;
    for (std::uint32_t i = 0; i < node.child_count; ++i) {
      const NodeId child = p_.children[node.first_child + i];
      const bool nested = p_.nodes[child.index()].child_count > 0;
      if (i > 0) text += node.kind == NodeKind::kAnd ? " and " : " or ";
      text += nested ? "{" + Of(child) + "}" : Of(child);
    }
    return text;
  }

  std::string OfTest(TestId id) const {
    const Test& test = p_.tests[id.index()];
    return (test.negated ? "not " : "") + OfAtom(p_.atoms[test.atom.index()]);
  }

  std::string OfAtom(const Atom& atom) const {
    std::string text = "(" + std::string(Name(atom.op));
    for (const ValueId arg : atom.args) text += " " + OfValue(arg);
    if (atom.op == AtomOp::kRange) text += " " + Bound(atom.low) + ".." + Bound(atom.high);
    for (const ConstantId constant : atom.constants) text += " " + OfConstant(constant);
    if (atom.table.has_value()) text += " " + p_.tables[atom.table.index()].name;
    if (atom.schedule.has_value()) text += " " + p_.schedules[atom.schedule.index()].name;
    for (const ZoneId zone : atom.zones) text += " " + p_.zones[zone.index()].name;
    if (atom.operations.has_value()) {
      for (const OperationId op : p_.operation_sets[atom.operations.index()]) {
        text += " " + p_.operations[op.index()].name;
      }
    }
    return text + ")";
  }

  std::string OfValue(ValueId id) const {
    const Value& value = p_.values[id.index()];
    switch (value.op) {
      case ValueOp::kInput:
        return p_.inputs[value.input.index()].name;
      case ValueOp::kConstant:
        return OfConstant(value.constant);
      case ValueOp::kParameter:
        return "$" + p_.parameters[value.parameter.index()].name;
      case ValueOp::kLookup: {
        const Table& table = p_.tables[value.table.index()];
        return table.name + "[" + Join(value.args, ", ") + "]." + table.columns[value.column].name;
      }
      case ValueOp::kAdd:
        return "[" + Join(value.args, " + ") + "]";
      case ValueOp::kSubtract:
        return "[" + Join(value.args, " - ") + "]";
      case ValueOp::kOrElse:
        return "[" + Join(value.args, " or else ") + "]";
      case ValueOp::kOperation:
        return "operation";
      case ValueOp::kZone:
        return "zone";
    }
    return "?";
  }

  std::string OfConstant(ConstantId id) const {
    const Constant& constant = p_.constants[id.index()];
    if (constant.type == ValueType::kString) return constant.text;
    if (constant.type == ValueType::kEnum) {
      return p_.enums[constant.enumeration.index()].values[static_cast<std::size_t>(constant.number)];
    }
    if (constant.type == ValueType::kIp || constant.type == ValueType::kCidr) return constant.cidr.ToString();
    if (constant.type != ValueType::kEnumSet && constant.type != ValueType::kStringSet) {
      return std::to_string(constant.number);
    }
    std::string text = "{";
    for (const ConstantId item : constant.items) text += (text.size() > 1 ? "," : "") + OfConstant(item);
    return text + "}";
  }

 private:
  static std::string Bound(std::int64_t number) {
    if (number == INT64_MIN) return "min";
    if (number == INT64_MAX) return "max";
    return std::to_string(number);
  }
  std::string Join(const std::vector<ValueId>& args, std::string_view between) const {
    std::string text;
    for (const ValueId arg : args) {
      if (!text.empty()) text += between;
      text += OfValue(arg);
    }
    return text;
  }
  static std::string_view Name(AtomOp op) {
    constexpr std::string_view kNames[] = {
        "TRUE?",     "IN",      "RANGE",     "EQUAL",    "LESS",        "LESS-OR-EQUAL",   "IN-PREFIXES", "HAS",
        "HAS-VALUE", "HAS-ANY", "HAS-ALL",   "IN-TABLE", "WITHIN-TREE", "WITHIN-SCHEDULE", "STARTS",      "ENDS",
        "GLOB",      "UNDER",   "PATH-GLOB", "PRESENT",  "ZONE-IN",     "OPERATION-IN"};
    return kNames[static_cast<std::size_t>(op)];
  }

  const Program& p_;
};

}  // namespace ward::ir

#endif  // WARD_TESTS_UNIT_IR_TEXT_H_
