// The tree walk: junctions, negation, conditions, roles. What single tests become is in
// lower_test.cc.
#include "ir/lower_expr.h"

#include <fmt/format.h>

#include <string>

#include "base/budgets.h"
#include "base/check.h"
#include "diag/diagnostic.h"
#include "ir/argument_words.h"

namespace ward::ir {
namespace {

Polarity Flip(Polarity polarity) { return polarity == Polarity::kPlain ? Polarity::kNegated : Polarity::kPlain; }

constexpr std::size_t kPlaceCount = 12;  // three clauses, two polarities, in a role or not

std::size_t PlaceIndex(Clause clause, Polarity polarity, bool in_role) {
  return static_cast<std::size_t>(clause) * 4 + static_cast<std::size_t>(polarity) * 2 + (in_role ? 1 : 0);
}

}  // namespace

FormulaLowering::FormulaLowering(const semantic::Program& source, Builder& builder, ValueLowering& values,
                                 diag::Sink& sink)
    : source_(source),
      builder_(builder),
      values_(values),
      sink_(sink),
      includers_(source.roles.size()),
      plain_conditions_(source.conditions.size() * kPlaceCount),
      derived_roles_(source.roles.size() * kPlaceCount) {
  for (std::size_t i = 0; i < source.roles.size(); ++i) {
    includers_[i].push_back(semantic::RoleId::FromIndex(i));
  }
  for (std::size_t i = 0; i < source.roles.size(); ++i) {
    for (const semantic::RoleId included : source.roles[i].includes) {
      includers_[included.index()].push_back(semantic::RoleId::FromIndex(i));
    }
  }
}

NodeId FormulaLowering::Lower(const semantic::Expr& test, Clause clause, Polarity polarity) {
  inlined_ = 0;
  Place place;
  place.clause = clause;
  place.polarity = polarity;
  return Lower(test, place);
}

NodeId FormulaLowering::Lower(const semantic::Expr& test, const Place& place) {
  using semantic::ExprKind;
  switch (test.kind) {
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return LowerJunction(test, place);
    case ExprKind::kNot: {
      Place inner = place;
      inner.polarity = Flip(place.polarity);
      return Lower(*test.args[0], inner);
    }
    case ExprKind::kTest:
      return LowerTest(test, place);
    case ExprKind::kTruth: {
      Atom atom;
      atom.op = AtomOp::kIsTrue;
      atom.args = {values_.Lower(*test.args[0], place.arguments)};
      return Emit(Written{test, place, false}, std::move(atom));
    }
    case ExprKind::kCondition:
      return LowerCondition(test, place);
    case ExprKind::kConstant:
    case ExprKind::kList:
    case ExprKind::kAttribute:
    case ExprKind::kPathParam:
    case ExprKind::kNow:
    case ExprKind::kZone:
    case ExprKind::kOperation:
    case ExprKind::kParameter:
    case ExprKind::kConditionParam:
    case ExprKind::kLookup:
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
    case ExprKind::kOrElse:
      break;
  }
  base::CheckFailed(__FILE__, __LINE__, "a test, not an operand");
}

NodeId FormulaLowering::LowerJunction(const semantic::Expr& test, const Place& place) {
  std::vector<NodeId> parts;
  parts.reserve(test.args.size());
  for (const semantic::Expr* part : test.args) parts.push_back(Lower(*part, place));
  const bool plain = place.polarity == Polarity::kPlain;
  const bool conjunction = (test.kind == semantic::ExprKind::kAnd) == plain;
  return conjunction ? builder_.AddAnd(parts) : builder_.AddOr(parts);
}

// A condition called from many places with the same arguments is lowered once for each place where
// it can stand.
NodeId FormulaLowering::LowerCondition(const semantic::Expr& call, const Place& place) {
  const semantic::Condition& condition = source_.conditions[call.condition().index()];
  if (depth_ >= base::budget::kInliningDepthMax) {
    return TooMuch(call.span, "conditions and roles call one another more than " +
                                  std::to_string(base::budget::kInliningDepthMax) + " deep here");
  }
  // Tests tell the derived role that they make up, so each such role has its own.
  const std::size_t role = place.derived_role.has_value() ? place.derived_role.index() + 1 : 0;
  const std::size_t key = (role * source_.conditions.size() + call.condition().index()) * kPlaceCount +
                          PlaceIndex(place.clause, place.polarity, place.in_role);
  std::vector<ValueId> arguments;
  arguments.reserve(call.args.size());
  for (const semantic::Expr* arg : call.args) arguments.push_back(values_.Lower(*arg, place.arguments));
  const bool is_plain = arguments.empty() && role == 0;
  NodeId known;
  if (is_plain) {
    known = plain_conditions_[key];
  } else if (const auto it = called_conditions_.find({key, arguments}); it != called_conditions_.end()) {
    known = it->second;
  }
  if (known.has_value()) return known;
  // Without arguments a condition is lowered once; with ever new ones, calls of calls multiply.
  if (inlined_ >= base::budget::kInlinedConditionsMax) {
    return TooMuch(call.span, fmt::format("written out, this clause calls more than {} conditions",
                                          base::budget::kInlinedConditionsMax));
  }
  ++inlined_;
  ++depth_;
  const std::vector<Replacement> words = ArgumentWords(call, place.argument_words);
  Place inner = place;
  inner.arguments = arguments;
  inner.argument_words = words;
  inner.call = &call;
  inner.call_words = place.argument_words;
  const NodeId node = Lower(*condition.body, inner);
  --depth_;
  if (is_plain) {
    plain_conditions_[key] = node;
  } else {
    called_conditions_.emplace(std::make_pair(key, std::move(arguments)), node);
  }
  return node;
}

// One message is enough: the program is not used after it.
NodeId FormulaLowering::TooMuch(base::Span span, const std::string& message) {
  if (!reported_too_much_) sink_.Report(diag::Diagnostic(diag::Kind::kBudgetExceeded, span, message));
  reported_too_much_ = true;
  return builder_.AddFalse();
}

bool FormulaLowering::IsRoles(const semantic::Expr& operand) const {
  return operand.kind == semantic::ExprKind::kAttribute && source_.attributes[operand.attribute().index()].roles;
}

std::vector<ValueId> FormulaLowering::ClaimedRoles() {
  std::vector<ValueId> values;
  for (const semantic::AttributeId id : source_.claimed_roles) values.push_back(values_.LowerAttribute(id));
  // No schema declares `roles`: nobody can have one, and nobody can be known not to.
  if (values.empty()) values.push_back(values_.LowerAttribute(source_.subject_roles));
  return values;
}

NodeId FormulaLowering::LowerDerivedRole(semantic::RoleId role, const Place& place) {
  const semantic::Role& declared = source_.roles[role.index()];
  const std::size_t key = role.index() * kPlaceCount + PlaceIndex(place.clause, place.polarity, true);
  if (derived_roles_[key].has_value()) return derived_roles_[key];
  if (depth_ >= base::budget::kInliningDepthMax) {
    return TooMuch(declared.span, "conditions and roles call one another more than " +
                                      std::to_string(base::budget::kInliningDepthMax) + " deep here");
  }
  ++depth_;
  Place inner;
  inner.clause = place.clause;
  inner.polarity = place.polarity;
  inner.in_role = true;
  inner.derived_role = role;
  const NodeId node = Lower(*declared.when, inner);
  --depth_;
  derived_roles_[key] = node;
  return node;
}

// What is claimed stands first, so that an explanation tells it as one.
NodeId FormulaLowering::LowerRoles(const std::vector<semantic::RoleId>& roles, const Written& test) {
  std::vector<semantic::RoleId> claimed_roles;
  std::vector<semantic::RoleId> derived_roles;
  for (const semantic::RoleId role : roles) {
    for (const semantic::RoleId having : includers_[role.index()]) {
      (source_.roles[having.index()].when == nullptr ? claimed_roles : derived_roles).push_back(having);
    }
  }
  Place place = test.place;
  place.in_role = true;
  place.claimed_part = !derived_roles.empty();
  const Written claimed{test.expr, place, test.negated};
  std::vector<NodeId> parts;
  for (const semantic::RoleId role : claimed_roles) {
    const ConstantId constant = builder_.AddNumber(ValueType::kEnum, static_cast<std::int64_t>(role.index()),
                                                   SameId<EnumId>(source_.role_enum));
    for (const ValueId claim : ClaimedRoles()) {
      Atom atom;
      atom.op = AtomOp::kHas;
      atom.args = {claim};
      atom.constants = {constant};
      parts.push_back(Emit(claimed, std::move(atom)));
    }
  }
  Place derived = place;
  if (test.negated) derived.polarity = Flip(place.polarity);
  for (const semantic::RoleId role : derived_roles) parts.push_back(LowerDerivedRole(role, derived));
  return Join(claimed, parts, NodeKind::kOr);
}

}  // namespace ward::ir
