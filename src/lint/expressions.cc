#include "lint/expressions.h"

namespace ward::lint {
namespace {

using semantic::Expr;

void VisitTests(const Expr& expr, const std::function<void(const Expr&)>& visit) {
  if (expr.kind == semantic::ExprKind::kTest) visit(expr);
  for (const Expr* arg : expr.args) VisitTests(*arg, visit);
}

}  // namespace

void ForEachClause(const semantic::Program& program, const std::function<void(const Clause&)>& visit) {
  const auto given = [&visit](const Expr* expr, semantic::OperationSetId operations) {
    if (expr != nullptr) visit(Clause{*expr, operations});
  };
  for (const semantic::Role& role : program.roles) given(role.when, {});
  for (const semantic::Zone& zone : program.zones) given(zone.when, {});
  for (const semantic::Condition& condition : program.conditions) given(condition.body, {});
  for (const semantic::Rule& rule : program.rules) {
    given(rule.require, rule.operations);
    given(rule.when, rule.operations);
    given(rule.unless, rule.operations);
  }
  for (const semantic::Limit& limit : program.limits) {
    given(limit.when, limit.operations);
    given(limit.unless, limit.operations);
  }
}

void ForEachTest(const semantic::Program& program, const std::function<void(const Expr&)>& visit) {
  ForEachClause(program, [&visit](const Clause& clause) { VisitTests(clause.expr, visit); });
}

}  // namespace ward::lint
