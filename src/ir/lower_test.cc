// One test of the text becomes one atom (or a few): operators are normalised by which side is
// constant.
#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "ir/argument_words.h"
#include "ir/lower_expr.h"

namespace ward::ir {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

// `has any of` a list this long becomes single tests, which the index can use; a longer one stays
// one atom.
constexpr std::size_t kExpandedListMax = 16;

bool IsNegated(semantic::TestOp op) {
  using semantic::TestOp;
  return op == TestOp::kMissing || op == TestOp::kIsNot || op == TestOp::kNotInList || op == TestOp::kNotInPrefixes ||
         op == TestOp::kNotInTable || op == TestOp::kNotInGroup || op == TestOp::kNotBefore || op == TestOp::kNotAfter;
}

// The members a list names: its constants, or a single constant that stands for a list of one. By value, not as they
// were written: their order means nothing, and so no number of ours depends on it.
std::vector<const semantic::Constant*> Members(const semantic::Expr& list) {
  if (list.kind == semantic::ExprKind::kConstant) return {list.constant};
  std::vector<const semantic::Constant*> members;
  for (const semantic::Expr* item : list.args) members.push_back(item->constant);
  std::stable_sort(members.begin(), members.end(), [](const semantic::Constant* a, const semantic::Constant* b) {
    return std::tie(a->number, a->text, a->cidr.network, a->cidr.length) <
           std::tie(b->number, b->text, b->cidr.network, b->cidr.length);
  });
  return members;
}

}  // namespace

ValueId FormulaLowering::Operand(const Written& test, std::size_t index) {
  return values_.Lower(*test.expr.args[index], test.place.arguments);
}

NodeId FormulaLowering::LowerTest(const semantic::Expr& expr, const Place& place) {
  using semantic::TestOp;
  const Written test{expr, place, IsNegated(expr.op)};
  switch (expr.op) {
    case TestOp::kPresent:
    case TestOp::kMissing:
      return LowerPresence(test);
    case TestOp::kHas:
    case TestOp::kHasAnyOf:
    case TestOp::kHasAllOf:
      return LowerSet(test);
    case TestOp::kStartsWith:
      return LowerText(test, AtomOp::kStartsWith);
    case TestOp::kEndsWith:
      return LowerText(test, AtomOp::kEndsWith);
    case TestOp::kMatchesGlob:
      return LowerText(test, AtomOp::kGlob);
    case TestOp::kUnder:
      return LowerText(test, AtomOp::kUnder);
    case TestOp::kMatchesPath:
      return LowerText(test, AtomOp::kPathGlob);
    case TestOp::kIs:
    case TestOp::kIsNot:
    case TestOp::kAtLeast:
    case TestOp::kAtMost:
    case TestOp::kMoreThan:
    case TestOp::kLessThan:
    case TestOp::kBefore:
    case TestOp::kAfter:
    case TestOp::kNotBefore:
    case TestOp::kNotAfter:
      return LowerComparison(test);
    case TestOp::kInList:
    case TestOp::kNotInList:
    case TestOp::kInPrefixes:
    case TestOp::kNotInPrefixes:
    case TestOp::kInTable:
    case TestOp::kNotInTable:
    case TestOp::kInGroup:
    case TestOp::kNotInGroup:
    case TestOp::kWithinSchedule:
    case TestOp::kWithinTree:
      return LowerMembership(test);
    case TestOp::kNone:
      break;
  }
  base::CheckFailed(__FILE__, __LINE__, "a test has an operator");
}

NodeId FormulaLowering::LowerPresence(const Written& test) {
  Atom atom;
  atom.op = AtomOp::kPresent;
  if (!IsRoles(*test.expr.args[0])) {
    atom.args = {Operand(test, 0)};
    return Emit(test, std::move(atom));
  }
  std::vector<NodeId> parts;
  for (const ValueId roles : ClaimedRoles()) {
    atom.args = {roles};
    parts.push_back(Emit(test, atom));
  }
  return Join(test, parts, NodeKind::kOr);
}

NodeId FormulaLowering::LowerMembership(const Written& test) {
  using semantic::TestOp;
  const semantic::Expr& expr = test.expr;
  Atom atom;
  if (expr.op == TestOp::kInGroup || expr.op == TestOp::kNotInGroup) {
    atom.op = AtomOp::kOperationIn;
    atom.operations = SameId<OperationSetId>(source_.groups[expr.group().index()].operations);
    return Emit(test, std::move(atom));
  }
  atom.args = {Operand(test, 0)};
  if (expr.op == TestOp::kInList || expr.op == TestOp::kNotInList) {
    std::vector<ConstantId> constants;
    for (const semantic::Constant* member : Members(*expr.args[1])) constants.push_back(values_.Lower(*member));
    return IsOneOf(test, atom.args[0], std::move(constants));
  }
  if (expr.op == TestOp::kInPrefixes || expr.op == TestOp::kNotInPrefixes) {
    atom.op = AtomOp::kInPrefixes;
    for (const semantic::Constant* member : Members(*expr.args[1])) {
      Constant prefix;
      prefix.type = ValueType::kCidr;
      prefix.cidr = member->cidr;
      atom.constants.push_back(builder_.Add(std::move(prefix)));
    }
  } else if (expr.op == TestOp::kWithinSchedule) {
    atom.op = AtomOp::kWithinSchedule;
    atom.schedule = SameId<ScheduleId>(expr.schedule());
  } else if (expr.op == TestOp::kWithinTree) {
    atom.op = AtomOp::kWithinTree;
    atom.table = SameId<TableId>(expr.table());
    atom.args.push_back(Operand(test, 1));
  } else {
    atom.op = AtomOp::kInTable;
    atom.table = SameId<TableId>(expr.table());
  }
  return Emit(test, std::move(atom));
}

NodeId FormulaLowering::LowerComparison(const Written& test) {
  using semantic::TestOp;
  const TestOp op = test.expr.op;
  const ValueId left = Operand(test, 0);
  const ValueId right = Operand(test, 1);
  if (op == TestOp::kIs || op == TestOp::kIsNot) return Equal(test, left, right);
  if (op == TestOp::kAtMost) return Less(test, left, right, AtomOp::kLessOrEqual);
  if (op == TestOp::kAtLeast) return Less(test, right, left, AtomOp::kLessOrEqual);
  // `not before` is the negation of `before`, so that both ways to write it are one atom.
  const bool less = op == TestOp::kLessThan || op == TestOp::kBefore || op == TestOp::kNotBefore;
  return less ? Less(test, left, right, AtomOp::kLess) : Less(test, right, left, AtomOp::kLess);
}

NodeId FormulaLowering::LowerText(const Written& test, AtomOp op) {
  Atom atom;
  atom.op = op;
  atom.args = {Operand(test, 0)};
  const ConstantId pattern = values_.ConstantOf(Operand(test, 1));
  WARD_CHECK(pattern.has_value());
  atom.constants = {pattern};
  return Emit(test, std::move(atom));
}

NodeId FormulaLowering::LowerSet(const Written& test) {
  using semantic::TestOp;
  const semantic::Expr& left = *test.expr.args[0];
  const semantic::Expr& right = *test.expr.args[1];
  const NodeKind plain = test.expr.op == TestOp::kHasAllOf ? NodeKind::kAnd : NodeKind::kOr;
  const bool named = right.kind == semantic::ExprKind::kConstant || right.kind == semantic::ExprKind::kList;
  if (IsRoles(left) && named) {
    std::vector<semantic::RoleId> roles;
    for (const semantic::Constant* member : Members(right))
      roles.emplace_back(static_cast<std::uint32_t>(member->number));
    if (plain == NodeKind::kOr) return LowerRoles(roles, test);
    std::vector<NodeId> parts;
    parts.reserve(roles.size());
    for (const semantic::RoleId role : roles) parts.push_back(LowerRoles({role}, test));
    return Join(test, parts, plain);
  }
  const ValueId set = Operand(test, 0);
  if (test.expr.op == TestOp::kHas) return Has(test, set, Operand(test, 1));
  const bool is_list = right.kind == semantic::ExprKind::kList;
  if (is_list && !right.args.empty() && right.args.size() <= kExpandedListMax) {
    std::vector<NodeId> parts;
    for (const semantic::Constant* member : Members(right)) {
      parts.push_back(Has(test, set, builder_.AddConstant(values_.Lower(*member))));
    }
    return Join(test, parts, plain);
  }
  Atom atom;
  atom.op = test.expr.op == TestOp::kHasAllOf ? AtomOp::kHasAll : AtomOp::kHasAny;
  atom.args = {set, Operand(test, 1)};
  return Emit(test, std::move(atom));
}

// Several atoms that together say what one test says; `plain` joins them where the test is not
// negated.
NodeId FormulaLowering::Join(const Written& test, const std::vector<NodeId>& parts, NodeKind plain) {
  const bool negated = (test.place.polarity == Polarity::kNegated) != test.negated;
  const bool conjunction = (plain == NodeKind::kAnd) != negated;
  return conjunction ? builder_.AddAnd(parts) : builder_.AddOr(parts);
}

NodeId FormulaLowering::Equal(const Written& test, ValueId left, ValueId right) {
  if (values_.ConstantOf(left).has_value()) std::swap(left, right);
  const ConstantId constant = values_.ConstantOf(right);
  if (!constant.has_value()) {
    Atom atom;
    atom.op = AtomOp::kEqual;
    atom.args = {left, right};
    return Emit(test, std::move(atom));
  }
  const Constant& value = builder_.program().constants[constant.index()];
  if (value.type == ValueType::kBool) {
    Atom atom;
    atom.op = AtomOp::kIsTrue;
    atom.args = {left};
    return Emit(Written{test.expr, test.place, test.negated != (value.number == 0)}, std::move(atom));
  }
  return IsOneOf(test, left, {constant});
}

NodeId FormulaLowering::IsOneOf(const Written& test, ValueId left, std::vector<ConstantId> constants) {
  Atom atom;
  const ValueOp op = builder_.program().values[left.index()].op;
  if (op == ValueOp::kOperation) {
    atom.op = AtomOp::kOperationIn;
    std::vector<OperationId> operations;
    for (const ConstantId name : constants) {
      if (const OperationId id = OperationOf(name); id.has_value()) operations.push_back(id);
    }
    atom.operations = builder_.Add(std::move(operations));
    return Emit(test, std::move(atom));
  }
  if (op == ValueOp::kZone) {
    atom.op = AtomOp::kZoneIn;
    for (const ConstantId zone : constants) {
      atom.zones.push_back(ZoneId(static_cast<std::uint32_t>(builder_.program().constants[zone.index()].number)));
    }
    return Emit(test, std::move(atom));
  }
  atom.op = AtomOp::kIn;
  atom.args = {left};
  atom.constants = std::move(constants);
  return Emit(test, std::move(atom));
}

NodeId FormulaLowering::Less(const Written& test, ValueId left, ValueId right, AtomOp op) {
  const ConstantId low = values_.ConstantOf(left);
  const ConstantId high = values_.ConstantOf(right);
  const bool strict = op == AtomOp::kLess;
  Atom atom;
  if (!low.has_value() && !high.has_value()) {
    atom.op = op;
    atom.args = {left, right};
    return Emit(test, std::move(atom));
  }
  // One side is constant (if both are, the range is over a constant and folds). No number lies
  // beyond the last one: then the range is empty.
  atom.op = AtomOp::kRange;
  if (high.has_value()) {
    const std::int64_t end = builder_.program().constants[high.index()].number;
    const bool empty = strict && end == kMin;
    atom.args = {left};
    atom.low = empty ? kMax : kMin;
    atom.high = empty ? kMin : end - (strict ? 1 : 0);
  } else {
    const std::int64_t begin = builder_.program().constants[low.index()].number;
    const bool empty = strict && begin == kMax;
    atom.args = {right};
    atom.low = empty ? kMax : begin + (strict ? 1 : 0);
    atom.high = empty ? kMin : kMax;
  }
  return Emit(test, std::move(atom));
}

NodeId FormulaLowering::Has(const Written& test, ValueId set, ValueId member) {
  const ConstantId constant_set = values_.ConstantOf(set);
  if (constant_set.has_value()) {
    return IsOneOf(test, member, builder_.program().constants[constant_set.index()].items);
  }
  Atom atom;
  atom.args = {set};
  const ConstantId constant = values_.ConstantOf(member);
  if (constant.has_value()) {
    atom.op = AtomOp::kHas;
    atom.constants = {constant};
  } else {
    atom.op = AtomOp::kHasValue;
    atom.args.push_back(member);
  }
  return Emit(test, std::move(atom));
}

NodeId FormulaLowering::Emit(const Written& written, Atom atom) {
  const std::optional<bool> folded = Fold(atom);
  Test test;
  test.identity = written.place.in_role || ReadsIdentity(atom);
  test.atom = builder_.Add(std::move(atom));
  test.written_negated = written.negated;
  test.negated = (written.place.polarity == Polarity::kNegated) != written.negated;
  test.clause = written.place.clause;
  test.span = written.expr.span;
  test.claimed_part = written.place.claimed_part;
  if (written.place.derived_role.has_value()) {
    test.derived_role = source_.roles[written.place.derived_role.index()].span;
  }
  test.replacements = Replacements(written.expr, written.place.argument_words);
  if (written.place.call != nullptr) {
    test.call.by = written.place.call->span;
    test.call.within = Replacements(*written.place.call, written.place.call_words);
  }
  const TestId id = builder_.Add(test);
  if (!folded.has_value()) return builder_.AddTest(id);
  return *folded != test.negated ? builder_.AddTrue(id) : builder_.AddFalse(id);
}

bool FormulaLowering::ReadsIdentity(const Atom& atom) {
  return std::any_of(atom.args.begin(), atom.args.end(), [this](ValueId arg) { return values_.ReadsIdentity(arg); });
}

// What an atom says whose answer no request can change. An atom over a constant that stays is only
// slower.
std::optional<bool> FormulaLowering::Fold(const Atom& atom) const {
  if (atom.args.size() != 1) return std::nullopt;
  const Program& program = builder_.program();
  if (atom.op == AtomOp::kPresent && program.values[atom.args[0].index()].op == ValueOp::kOperation) return true;
  const ConstantId id = values_.ConstantOf(atom.args[0]);
  if (!id.has_value()) return std::nullopt;
  const Constant& value = program.constants[id.index()];
  const auto is_value = [id](ConstantId other) { return other == id; };
  const auto contains = [&](ConstantId prefix) {
    return program.constants[prefix.index()].cidr.Contains(value.cidr.network);
  };
  if (atom.op == AtomOp::kPresent) return true;
  if (atom.op == AtomOp::kIsTrue) return value.number != 0;
  if (atom.op == AtomOp::kRange) return atom.low <= value.number && value.number <= atom.high;
  if (atom.op == AtomOp::kIn) return std::any_of(atom.constants.begin(), atom.constants.end(), is_value);
  if (atom.op == AtomOp::kInPrefixes) return std::any_of(atom.constants.begin(), atom.constants.end(), contains);
  return std::nullopt;
}

OperationId FormulaLowering::OperationOf(ConstantId name) {
  const std::vector<Operation>& operations = builder_.program().operations;
  if (operations_by_name_.empty()) {
    for (std::size_t i = 0; i < operations.size(); ++i) {
      operations_by_name_.emplace(operations[i].name, OperationId::FromIndex(i));
    }
  }
  const auto it = operations_by_name_.find(builder_.program().constants[name.index()].text);
  return it == operations_by_name_.end() ? OperationId::kNone : it->second;
}

}  // namespace ward::ir
