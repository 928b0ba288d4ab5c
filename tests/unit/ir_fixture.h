// tests: a small Program by hand, for tests of ir.
#ifndef WARD_TESTS_UNIT_IR_FIXTURE_H_
#define WARD_TESTS_UNIT_IR_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "ir/builder.h"
#include "ir/ir.h"
#include "ir/oracle.h"

namespace ward::ir {

// Two operations `read` and `open` (anonymous), an enum `scope` of a, b, c, and whatever a test
// adds.
class Sketch {
 public:
  Sketch() {
    Program& p = builder.program();
    p.enums.push_back({"scope", false, {"a", "b", "c"}});
    for (const char* name : {"read", "open"}) {
      Operation operation;
      operation.name = name;
      operation.anonymous = operation.name == "open";
      p.operations.push_back(std::move(operation));
    }
    everything = builder.Add({OperationId(0), OperationId(1)});
  }

  ValueId Input(std::string name, ValueType type, AttributeSource source = AttributeSource::kContext,
                EnumId enumeration = EnumId::kNone) {
    ir::Input input;
    input.name = std::move(name);
    input.type = type;
    input.source = source;
    input.enumeration = enumeration;
    builder.program().inputs.push_back(std::move(input));
    return builder.AddInput(InputId::FromIndex(builder.program().inputs.size() - 1));
  }
  ValueId Text(std::string text) { return builder.AddConstant(builder.AddText(std::move(text))); }
  ConstantId Set(const std::vector<std::int64_t>& members) {
    Constant set;
    set.type = ValueType::kEnumSet;
    set.enumeration = kScope;
    for (const std::int64_t m : members) set.items.push_back(builder.AddNumber(ValueType::kEnum, m, kScope));
    return builder.Add(std::move(set));
  }
  AtomId MakeAtom(AtomOp op, std::vector<ValueId> args, std::vector<ConstantId> constants = {}) {
    Atom atom;
    atom.op = op;
    atom.args = std::move(args);
    atom.constants = std::move(constants);
    return builder.Add(std::move(atom));
  }
  AtomId Is(ValueId value, std::string text) {
    return MakeAtom(AtomOp::kIn, {value}, {builder.AddText(std::move(text))});
  }
  NodeId Leaf(AtomId atom, Clause clause = Clause::kWhen, bool negated = false, bool identity = false) {
    Test test;
    test.atom = atom;
    test.clause = clause;
    test.negated = negated;
    test.identity = identity;
    return builder.AddTest(builder.Add(test));
  }
  Rule& AddRule(std::string name, RuleKind kind, NodeId formula) {
    Rule rule;
    rule.name = std::move(name);
    rule.kind = kind;
    rule.operations = everything;
    rule.formula = formula;
    rule.anonymous_formula = formula;
    builder.program().rules.push_back(std::move(rule));
    return builder.program().rules.back();
  }

  static constexpr EnumId kScope{0};
  Builder builder;
  OperationSetId everything;
};

}  // namespace ward::ir

#endif  // WARD_TESTS_UNIT_IR_FIXTURE_H_
