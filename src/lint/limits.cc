#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/formulas.h"
#include "lint/lints.h"
#include "lint/truth.h"

namespace ward::lint {
namespace {

using semantic::AttributeId;
using semantic::Expr;
using semantic::ExprKind;

// The optional attributes without any one of which the operand is missing. Sorted.
std::vector<AttributeId> OptionalNeeds(const View& view, const Expr& operand) {
  if (operand.kind == ExprKind::kAttribute) {
    const semantic::Attribute& attribute = view.program.attributes[operand.attribute().index()];
    if (attribute.optional) return {operand.attribute()};
    return attribute.computed == nullptr ? std::vector<AttributeId>() : OptionalNeeds(view, *attribute.computed);
  }
  std::vector<AttributeId> needs;
  for (const Expr* arg : operand.args) {
    const std::vector<AttributeId> more = OptionalNeeds(view, *arg);
    std::vector<AttributeId> joined;
    if (operand.kind == ExprKind::kOrElse && arg != operand.args[0]) {
      std::set_intersection(needs.begin(), needs.end(), more.begin(), more.end(), std::back_inserter(joined));
    } else {
      std::set_union(needs.begin(), needs.end(), more.begin(), more.end(), std::back_inserter(joined));
    }
    needs = std::move(joined);
  }
  return needs;
}

bool ReadsIdentity(const View& view, const Expr& operand) {
  if (operand.kind == ExprKind::kAttribute) {
    const semantic::Attribute& attribute = view.program.attributes[operand.attribute().index()];
    if (attribute.computed != nullptr) return ReadsIdentity(view, *attribute.computed);
    return attribute.roles || attribute.source == AttributeSource::kToken ||
           attribute.source == AttributeSource::kSubject || attribute.source == AttributeSource::kCredential;
  }
  return std::any_of(operand.args.begin(), operand.args.end(),
                     [&view](const Expr* arg) { return ReadsIdentity(view, *arg); });
}

// Some part of the condition that must hold says `x is present` (or, negated, `x is missing`).
bool DemandsPresence(const Expr* condition, AttributeId attribute, semantic::TestOp op) {
  if (condition == nullptr) return false;
  if (condition->kind == ExprKind::kTest) {
    const Expr& left = *condition->args[0];
    return condition->op == op && left.kind == ExprKind::kAttribute && left.attribute() == attribute;
  }
  const ExprKind connective = op == semantic::TestOp::kPresent ? ExprKind::kAnd : ExprKind::kOr;
  return condition->kind == connective &&
         std::any_of(condition->args.begin(), condition->args.end(),
                     [&](const Expr* arg) { return DemandsPresence(arg, attribute, op); });
}

bool IsGuarded(const semantic::Limit& limit, AttributeId attribute) {
  return DemandsPresence(limit.when, attribute, semantic::TestOp::kPresent) ||
         DemandsPresence(limit.unless, attribute, semantic::TestOp::kMissing);
}

bool KeyReadsIdentity(const View& view, const semantic::Limit& limit) {
  return std::any_of(limit.keys.begin(), limit.keys.end(),
                     [&view](const Expr* key) { return ReadsIdentity(view, *key); });
}

// Can a request without the attribute be allowed, so that a quota counts it? By operation.
std::vector<bool> MayBeAllowedWithout(const View& view, std::string_view attribute) {
  const ir::Program& program = view.lowered;
  const auto input = std::find_if(program.inputs.begin(), program.inputs.end(),
                                  [attribute](const ir::Input& i) { return i.name == attribute; });
  if (input == program.inputs.end()) return std::vector<bool>(program.operations.size(), true);
  const TruthWithout without(program, ir::InputId::FromIndex(static_cast<std::size_t>(input - program.inputs.begin())),
                             std::nullopt);
  std::vector<bool> allowed = CoveredBy(program, [&](const ir::Rule& rule) {
    return rule.kind == ir::RuleKind::kAllow && without.Of(rule.formula).most == Truth::kTrue;
  });
  const std::vector<bool> refused = CoveredBy(program, [&](const ir::Rule& rule) {
    return rule.kind == ir::RuleKind::kDeny && without.Of(rule.formula).least != Truth::kFalse;
  });
  for (std::size_t i = 0; i < allowed.size(); ++i) allowed[i] = allowed[i] && !refused[i];
  return allowed;
}

bool CountsWithout(const View& view, const semantic::Limit& limit, std::string_view attribute) {
  std::vector<bool> counted(view.program.operations.size(), true);
  // What counts refusals or responses, or every request, does not wait for the rules.
  if (limit.counts == semantic::CountKind::kAllowed) counted = MayBeAllowedWithout(view, attribute);
  const bool identity = KeyReadsIdentity(view, limit);
  const auto& operations = view.Operations(limit.operations);
  return std::any_of(operations.begin(), operations.end(), [&](semantic::OperationId id) {
    return counted[id.index()] && !(identity && view.Operation(id).anonymous);
  });
}

void ReportKey(const View& view, const semantic::Limit& limit, const Expr& key, diag::Sink& sink) {
  for (const AttributeId id : OptionalNeeds(view, key)) {
    const semantic::Attribute& attribute = view.program.attributes[id.index()];
    if (IsGuarded(limit, id) || !CountsWithout(view, limit, attribute.name)) continue;
    diag::Diagnostic finding(
        diag::Kind::kLimitKeyMissing, key.span,
        fmt::format("all requests without `{}` share one bucket of `{}`", attribute.name, limit.name));
    if (attribute.span.file.has_value()) {
      finding.labels.push_back({attribute.span, "may be missing: it is `optional`"});
    }
    return sink.Report(std::move(finding).WithHint(
        fmt::format("give it a default by `or else`, or write `when {} is present`", attribute.name)));
  }
}

constexpr std::int64_t kHourNs = 3'600'000'000'000;

// The longest that the limit can remember a request.
std::int64_t WindowNs(const semantic::Limit& limit) {
  switch (limit.pace) {
    case semantic::PaceKind::kSpacing:
    case semantic::PaceKind::kWindow:
      return limit.window_ns;
    case semantic::PaceKind::kCalendar:
      switch (limit.period) {
        case semantic::Period::kHour:
          return kHourNs;
        case semantic::Period::kDay:
          return 25 * kHourNs;  // the day on which summer time ends
        case semantic::Period::kWeek:
          return (7 * 24 + 1) * kHourNs;
        case semantic::Period::kMonth:
          return (31 * 24 + 1) * kHourNs;
        case semantic::Period::kYear:
          return kHourNs * 24 * 366;
      }
      break;
    case semantic::PaceKind::kAtOnce:
      return limit.lease_ns;
  }
  return limit.window_ns;
}

}  // namespace

void LimitKeyMissing(const View& view, diag::Sink& sink) {
  for (const semantic::Limit& limit : view.program.limits) {
    if (!view.IsOwn(limit.span.file)) continue;
    for (const Expr* key : limit.keys) ReportKey(view, limit, *key, sink);
  }
}

void UnlimitedOperation(const View& view, diag::Sink& sink) {
  std::vector<bool> limited(view.program.operations.size(), false);
  std::vector<bool> api_is_limited(view.program.apis.size(), false);
  for (const semantic::Limit& limit : view.program.limits) {
    if (limit.shadow) continue;
    const bool identity = KeyReadsIdentity(view, limit);
    for (const semantic::OperationId id : view.Operations(limit.operations)) {
      const semantic::Operation& operation = view.Operation(id);
      api_is_limited[operation.api.index()] = true;
      if (!identity || !operation.anonymous) limited[id.index()] = true;
    }
  }
  for (std::size_t i = 0; i < limited.size(); ++i) {
    const semantic::Operation& operation = view.program.operations[i];
    if (limited[i] || !api_is_limited[operation.api.index()]) continue;
    sink.Report(
        diag::Diagnostic(diag::Kind::kUnlimitedOperation, operation.span,
                         fmt::format("no limit covers `{}`, others of its api have one", operation.name))
            .WithHint(operation.anonymous
                          ? "on an operation marked `anonymous`, count per `source.ip` or in total"
                          : "name it after `for` of a limit; a shield `for everything` covers what is added later"));
  }
}

void RetryUnfriendly(const View& view, diag::Sink& sink) {
  for (const semantic::Limit& limit : view.program.limits) {
    if (limit.excess != semantic::ExcessKind::kBlock || limit.excess_ns <= WindowNs(limit)) continue;
    const auto* decl = view.DeclAt<syntax::LimitDecl>(limit.span);
    if (decl == nullptr || decl->excess == nullptr || decl->pace == nullptr) continue;
    sink.Report(diag::Diagnostic(diag::Kind::kRetryUnfriendly, decl->excess->line.span,
                                 fmt::format("who exceeds `{}` is blocked for longer than it counts", limit.name))
                    .WithLabel(decl->pace->line.span, "counted in this time")
                    .WithHint("count in a longer window, or block for a shorter time"));
  }
}

}  // namespace ward::lint
