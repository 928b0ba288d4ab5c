// Conditions that come out the same for every request, and conditions that say `not` twice.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lint/expressions.h"
#include "lint/lints.h"
#include "lint/regions.h"

namespace ward::lint {
namespace {

using semantic::Expr;
using semantic::ExprKind;
using semantic::TestOp;

// ---- constant-condition

// What a test says of a value and itself; nothing: it depends.
std::optional<bool> OfItself(TestOp op) {
  constexpr TestOp kTrue[] = {TestOp::kIs, TestOp::kAtLeast, TestOp::kAtMost, TestOp::kNotBefore, TestOp::kNotAfter};
  constexpr TestOp kFalse[] = {TestOp::kIsNot, TestOp::kMoreThan, TestOp::kLessThan, TestOp::kBefore, TestOp::kAfter};
  if (std::find(std::begin(kTrue), std::end(kTrue), op) != std::end(kTrue)) return true;
  if (std::find(std::begin(kFalse), std::end(kFalse), op) != std::end(kFalse)) return false;
  return std::nullopt;
}

class ConstantCheck {
 public:
  ConstantCheck(const View& view, const Clause& clause, diag::Sink& sink)
      : view_(view),
        reader_(view.program, clause.operations.has_value() ? &view.Operations(clause.operations) : nullptr),
        sink_(sink) {}

  // From the inside out; the outer one is not reported for what an inner one has.
  bool Visit(const Expr& expr) {
    bool reported = false;
    if (expr.kind != ExprKind::kAnd && expr.kind != ExprKind::kOr && expr.kind != ExprKind::kNot) return Test(expr);
    for (const Expr* arg : expr.args) reported = Visit(*arg) || reported;
    if (!reported && expr.kind != ExprKind::kNot) reported = Junction(expr);
    return reported;
  }

 private:
  bool Test(const Expr& test) {
    if (test.kind == ExprKind::kTruth && test.args[0]->kind == ExprKind::kConstant) {
      const bool truth = test.args[0]->constant->number != 0;
      return Report(test.span, truth ? "this is always true" : "this is never true", {});
    }
    if (test.kind == ExprKind::kTest && test.args.size() == 2 && SameOperand(*test.args[0], *test.args[1])) {
      if (const auto truth = OfItself(test.op)) {
        return Report(test.span,
                      *truth ? "always true: both sides are the same" : "never true: both sides are the same",
                      *truth ? test.args[0] : nullptr);
      }
    }
    const std::optional<OperandRegion> found = reader_.Of(test);
    if (!found.has_value()) return false;
    const Region domain = reader_.Domain(*found->operand);
    if (found->region.empty()) {
      return Report(test.span, fmt::format("never true: no {} passes it", Name(*found->operand)), nullptr);
    }
    if (found->region.Complement().Meet(domain).empty()) {
      return Report(test.span, fmt::format("always true: every {} passes it", Name(*found->operand)), found->operand);
    }
    return false;
  }

  // Parts of one `and` (`or`) about the same operand, met (joined).
  bool Junction(const Expr& junction) {
    struct Group {
      OperandRegion part;
      const Expr* first;
      const Expr* last;
    };
    std::vector<Group> groups;
    for (const Expr* arg : junction.args) {
      std::optional<OperandRegion> part = reader_.Of(*arg);
      if (!part.has_value()) continue;
      const auto group = std::find_if(groups.begin(), groups.end(),
                                      [&](const Group& g) { return SameOperand(*g.part.operand, *part->operand); });
      if (group == groups.end()) {
        groups.push_back({std::move(*part), arg, arg});
        continue;
      }
      Region& region = group->part.region;
      const bool all = junction.kind == ExprKind::kAnd;
      region = all ? region.Meet(part->region) : region.Join(part->region);
      group->last = arg;
      const std::string name = Name(*group->part.operand);
      if (all && region.empty()) {
        return Report(arg->span, fmt::format("never true: no {} passes all of these", name), nullptr, group->first);
      }
      if (!all && region.Complement().Meet(reader_.Domain(*group->part.operand)).empty()) {
        return Report(arg->span, fmt::format("always true: every {} passes one of these", name), group->part.operand,
                      group->first);
      }
    }
    return false;
  }

  [[nodiscard]] std::string Name(const Expr& operand) const {
    if (operand.type.kind == semantic::TypeKind::kOperation) return "operation that this is for";
    return fmt::format("`{}`", view_.Text(operand.span));
  }

  // `presence`: the operand whose absence alone makes it come out otherwise.
  bool Report(base::Span span, std::string message, const Expr* presence, const Expr* other = nullptr) {
    diag::Diagnostic finding(diag::Kind::kConstantCondition, span, std::move(message));
    if (other != nullptr) finding.labels.push_back({other->span, "with this"});
    if (presence != nullptr && presence->kind == ExprKind::kAttribute) {
      finding.hints.push_back(
          fmt::format("to ask only whether it is there, write `{} is present`", view_.Text(presence->span)));
    }
    sink_.Report(std::move(finding));
    return true;
  }

  const View& view_;
  RegionReader reader_;
  diag::Sink& sink_;
};

// ---- double-negative

bool IsNegative(const syntax::Test& test) {
  return test.op == syntax::TestOp::kIsNot || test.op == syntax::TestOp::kNotIn;
}

class NegativeCheck {
 public:
  NegativeCheck(const View& view, diag::Sink& sink) : view_(view), sink_(sink) {}

  // `not not x`, `not x is not y`, wherever they stand.
  void Inside(const syntax::Expr& expr) {
    if (const auto* junction = expr.As<syntax::AndOr>()) {
      for (const syntax::Expr* operand : junction->operands) Inside(*operand);
    } else if (const auto* negation = expr.As<syntax::Not>()) {
      const std::string positive = Positive(*negation->operand);
      if (positive.empty()) return Inside(*negation->operand);
      sink_.Report(diag::Diagnostic(diag::Kind::kDoubleNegative, expr.span, "this says `not` twice")
                       .WithFix(fmt::format("write `{}`", positive), expr.span, positive));
    }
  }

  template <typename T>
  void Look(const T& decl) {
    if (decl.when != nullptr) Inside(*decl.when->condition);
    if (decl.unless == nullptr) return;
    const syntax::Expr& condition = *decl.unless->condition;
    const std::string positive = Positive(condition);
    if (positive.empty()) return Inside(condition);
    base::Span keyword = decl.unless->line.span;
    keyword.end = keyword.begin + static_cast<std::uint32_t>(std::string_view("unless").size());
    diag::Diagnostic finding(diag::Kind::kDoubleNegative, base::Join(keyword, condition.span),
                             "`unless` with `not` says `not` twice");
    if (decl.when != nullptr) {
      finding.hints.push_back(fmt::format("add `and {}` to the `when`", positive));
    } else if (MeansTheSame(decl.name.span)) {
      const base::Span whole = base::Join(keyword, condition.outer_span);
      const std::string when = "when " + WithoutParentheses(condition, positive);
      finding.fixes.push_back({fmt::format("write `{}`", when), {{whole, when}}});
    } else {
      finding.hints.push_back(fmt::format("write `when {}`, if that is meant for anonymous operations, too", positive));
    }
    sink_.Report(std::move(finding));
  }

 private:
  // The opposite of what is negative; empty: it is not negative.
  [[nodiscard]] std::string Positive(const syntax::Expr& expr) const {
    if (const auto* negation = expr.As<syntax::Not>()) {
      const bool junction = negation->operand->As<syntax::AndOr>() != nullptr;
      return std::string(view_.Text(junction ? negation->operand->outer_span : negation->operand->span));
    }
    const auto* test = expr.As<syntax::Test>();
    if (test == nullptr || !IsNegative(*test)) return {};
    return fmt::format("{} {} {}", view_.Text(test->left->outer_span), test->op == syntax::TestOp::kIsNot ? "is" : "in",
                       view_.Text(test->right->outer_span));
  }

  // Alone in its clause a junction needs none.
  [[nodiscard]] std::string WithoutParentheses(const syntax::Expr& condition, const std::string& positive) const {
    const auto* negation = condition.As<syntax::Not>();
    return negation == nullptr ? positive : std::string(view_.Text(negation->operand->span));
  }

  // On anonymous operations a waived test counts for different things in `when` and in `unless`.
  [[nodiscard]] bool MeansTheSame(base::Span name) const {
    const auto same = [&](const std::vector<semantic::OperationId>& operations) {
      return std::none_of(operations.begin(), operations.end(),
                          [&](semantic::OperationId id) { return view_.Operation(id).anonymous; });
    };
    for (const semantic::Rule& rule : view_.program.rules) {
      if (rule.span == name) return same(view_.Operations(rule.operations));
    }
    for (const semantic::Limit& limit : view_.program.limits) {
      if (limit.span == name) return same(view_.Operations(limit.operations));
    }
    return false;
  }

  const View& view_;
  diag::Sink& sink_;
};

}  // namespace

void ConstantCondition(const View& view, diag::Sink& sink) {
  ForEachClause(view.program, [&](const Clause& clause) { ConstantCheck(view, clause, sink).Visit(clause.expr); });
}

void DoubleNegative(const View& view, diag::Sink& sink) {
  NegativeCheck check(view, sink);
  for (const auto& file : view.checked.parsed) {
    if (!view.IsOwn(file->span.file)) continue;
    syntax::ForEach<syntax::RuleDecl>(*file, [&check](const syntax::RuleDecl& rule) {
      check.Look(rule);
      if (rule.verdict->demand != nullptr) check.Inside(*rule.verdict->demand);
    });
    syntax::ForEach<syntax::LimitDecl>(*file, [&check](const syntax::LimitDecl& limit) { check.Look(limit); });
    syntax::ForEach<syntax::ConditionDecl>(
        *file, [&check](const syntax::ConditionDecl& condition) { check.Inside(*condition.condition); });
  }
}

}  // namespace ward::lint
