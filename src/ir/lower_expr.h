// ir: lowers tests to formulas: conditions and roles inlined, negations pushed to the tests,
// literals normalised.
//
// What an author can write in several ways becomes one atom: comparisons with a constant are kIn or
// kRange (both ends included; `more than` the largest number is the empty range), whichever side
// the constant stands on; `has any of` and `has all of` a short list are several kHas; `is true` is
// kIsTrue; `operation is x` is kOperationIn; a constant set that `has` a value is kIn. A test
// between constants only (through arguments of a condition) is folded to kTrue or kFalse and keeps
// its Test, so that an explanation can still show it.
#ifndef WARD_SRC_IR_LOWER_EXPR_H_
#define WARD_SRC_IR_LOWER_EXPR_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "diag/sink.h"
#include "ir/builder.h"
#include "ir/lower_value.h"
#include "semantic/program.h"

namespace ward::ir {

enum class Polarity : std::uint8_t { kPlain, kNegated };

class FormulaLowering {
 public:
  // Keeps all four. The builder's program already has its operations, tables and operation sets.
  FormulaLowering(const semantic::Program& source, Builder& builder, ValueLowering& values, diag::Sink& sink);

  // The formula of `test`, or of its negation.
  [[nodiscard]] NodeId Lower(const semantic::Expr& test, Clause clause, Polarity polarity);

 private:
  // Where a test stands once everything is inlined.
  struct Place {
    Clause clause = Clause::kWhen;
    Polarity polarity = Polarity::kPlain;
    bool in_role = false;  // it says whether the subject has a role, so it reads identity whatever it reads
    Arguments arguments;   // of the condition around it
    std::span<const Replacement> argument_words;
    const semantic::Expr* call = nullptr;     // of that condition
    std::span<const Replacement> call_words;  // that stand for parameters in the call
    semantic::RoleId derived_role;            // in whose `when` it stands
    bool claimed_part = false;                // of an answer that derived roles give, too
  };
  // One test of the text with the operands it compares.
  struct Written {
    const semantic::Expr& expr;
    const Place& place;
    bool negated = false;  // `is not`, `not in`: the text is the negation of the atom
  };

  NodeId Lower(const semantic::Expr& test, const Place& place);
  NodeId LowerJunction(const semantic::Expr& test, const Place& place);
  NodeId LowerCondition(const semantic::Expr& call, const Place& place);
  NodeId LowerTest(const semantic::Expr& test, const Place& place);
  NodeId LowerMembership(const Written& test);
  NodeId LowerComparison(const Written& test);
  NodeId LowerText(const Written& test, AtomOp op);
  NodeId LowerSet(const Written& test);
  NodeId LowerPresence(const Written& test);

  // Whether the subject has one of the roles, or one that includes one of them.
  NodeId LowerRoles(const std::vector<semantic::RoleId>& roles, const Written& test);
  NodeId LowerDerivedRole(semantic::RoleId role, const Place& place);
  [[nodiscard]] bool IsRoles(const semantic::Expr& operand) const;
  [[nodiscard]] std::vector<ValueId> ClaimedRoles();

  NodeId Equal(const Written& test, ValueId left, ValueId right);
  // left < right, or left <= right.
  NodeId Less(const Written& test, ValueId left, ValueId right, AtomOp op);
  NodeId IsOneOf(const Written& test, ValueId left, std::vector<ConstantId> constants);
  NodeId Has(const Written& test, ValueId set, ValueId member);
  NodeId Join(const Written& test, const std::vector<NodeId>& parts, NodeKind plain);

  NodeId Emit(const Written& test, Atom atom);
  [[nodiscard]] bool ReadsIdentity(const Atom& atom);
  [[nodiscard]] std::optional<bool> Fold(const Atom& atom) const;
  [[nodiscard]] OperationId OperationOf(ConstantId name);
  [[nodiscard]] ValueId Operand(const Written& test, std::size_t index);
  NodeId TooMuch(base::Span span, const std::string& message);

  const semantic::Program& source_;
  Builder& builder_;
  ValueLowering& values_;
  diag::Sink& sink_;
  std::vector<std::vector<semantic::RoleId>> includers_;  // by role: itself, then those that include it
  std::vector<NodeId> plain_conditions_;                  // by condition and place: those without parameters
  std::map<std::pair<std::size_t, std::vector<ValueId>>, NodeId> called_conditions_;
  std::vector<NodeId> derived_roles_;  // by role and place
  std::unordered_map<std::string, OperationId> operations_by_name_;
  std::size_t depth_ = 0;
  std::size_t inlined_ = 0;  // conditions lowered for this clause
  bool reported_too_much_ = false;
};

}  // namespace ward::ir

#endif  // WARD_SRC_IR_LOWER_EXPR_H_
