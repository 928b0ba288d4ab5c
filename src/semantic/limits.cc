#include "semantic/limits.h"

#include <fmt/format.h>

#include "semantic/declarations.h"
#include "semantic/operations.h"
#include "semantic/replies.h"
#include "semantic/rules.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::int64_t kDefaultLeaseNs = 30'000'000'000;

class LimitChecker {
 public:
  LimitChecker(Model& model, std::size_t index)
      : model_(model), limit_(model.program.limits[index]), decl_(*model.limit_decls[index]) {}

  void Check() {
    const Scope& scope = model_.scope(limit_.policy);
    limit_.annotations_index = CheckAnnotations(model_, decl_.head, Annotated::kJudged);
    if (!RequireGoverned(model_, scope, decl_.name.span)) return;
    context_.scope = &scope;
    RequireClauses();
    if (decl_.for_clause != nullptr) {
      context_.operations = ResolveOperations(model_, scope, decl_.for_clause->operations);
      if (context_.operations.has_value()) limit_.operations = *context_.operations;
    }
    if (decl_.when != nullptr) limit_.when = ExprChecker(model_, context_).Test(*decl_.when->condition);
    if (decl_.unless != nullptr) limit_.unless = ExprChecker(model_, context_).Test(*decl_.unless->condition);
    if (decl_.per != nullptr) CheckKeys();
    if (decl_.pace != nullptr) std::visit([this](const auto& pace) { CheckPace(pace); }, decl_.pace->pace);
    CheckCounting();
    CheckExcess();
    CheckInstead(scope);
    limit_.reply_index = CheckReply(model_, context_, decl_.reply == nullptr ? nullptr : &decl_.reply->reply,
                                    decl_.because == nullptr ? nullptr : &decl_.because->because);
  }

 private:
  void RequireClauses() {
    if (decl_.head.broken) return;
    const base::Span end{decl_.head.line.span.file, decl_.head.line.span.end, decl_.head.line.span.end};
    if (decl_.for_clause == nullptr) {
      model_.Report(Diagnostic(Kind::kMissingClause, decl_.name.span, "which operations does this limit count?")
                        .WithFix("add `for everything`", end, "\n  for everything"));
    } else if (decl_.per == nullptr) {
      model_.Report(Diagnostic(Kind::kMissingClause, decl_.name.span, "whom does this limit count apart?")
                        .WithHint("add `per client.id`, or `in total` to count everybody together"));
    } else if (decl_.pace == nullptr) {
      model_.Report(Diagnostic(Kind::kMissingClause, decl_.name.span, "how many does this limit let through?")
                        .WithHint("add a line such as `at most 100 per minute` or `no faster than 10 per second`"));
    }
  }

  void CheckKeys() {
    limit_.in_total = decl_.per->in_total;
    for (const syntax::Expr* key : decl_.per->keys) {
      const Expr* typed = ExprChecker(model_, context_).Operand(*key);
      if (typed == nullptr) continue;
      if (IsSet(typed->type) || typed->type.kind == TypeKind::kPresence) {
        model_.Report(Diagnostic(Kind::kBadLimit, key->span,
                                 fmt::format("`{}` is {}; what is counted apart is one value", model_.Source(key->span),
                                             model_.TypeName(typed->type))));
      } else if (typed->kind == ExprKind::kConstant) {
        model_.Report(Diagnostic(Kind::kBadLimit, key->span, "a constant tells nobody apart; write `in total`"));
      } else {
        limit_.keys.push_back(typed);
      }
    }
  }

  // ---- paces

  const Expr* Amount(const syntax::Expr& node, std::int64_t least) {
    const Expr* amount = ExprChecker(model_, context_).Operand(node);
    if (amount == nullptr) return nullptr;
    if (amount->type.kind != TypeKind::kInt) {
      model_.Report(Diagnostic(Kind::kTypeMismatch, node.span,
                               fmt::format("how many is a number, and `{}` is {}", model_.Source(node.span),
                                           model_.TypeName(amount->type))));
      return nullptr;
    }
    if (amount->kind == ExprKind::kConstant && amount->constant->number < least) {
      model_.Report(Diagnostic(Kind::kBadLimit, node.span, fmt::format("this is at least {}", least)));
      return nullptr;
    }
    return amount;
  }

  std::int64_t Window(const syntax::Period& period) {
    if (period.nanoseconds <= 0)
      model_.Report(Diagnostic(Kind::kBadLimit, period.span, "a period is longer than nothing"));
    return period.nanoseconds;
  }

  // A duration known now, above zero.
  std::int64_t Time(const syntax::Expr& node) {
    const Expected expected{Type{TypeKind::kDuration, {}, 0}, node.span};
    const Constant* time = ExprChecker(model_, context_).ConstantOf(node, expected);
    if (time == nullptr) return 0;
    if (time->number <= 0) model_.Report(Diagnostic(Kind::kBadLimit, node.span, "this time is longer than nothing"));
    return time->number;
  }

  void CheckPace(const syntax::NoFasterThan& pace) {
    limit_.pace = PaceKind::kSpacing;
    limit_.amount = Amount(*pace.rate, 1);
    limit_.window_ns = Window(pace.per);
    if (pace.burst != nullptr && limit_.amount != nullptr) limit_.burst = Amount(*pace.burst, 1);
  }
  void CheckPace(const syntax::AtMostPer& pace) {
    limit_.pace = PaceKind::kWindow;
    limit_.amount = Amount(*pace.count, 0);
    limit_.window_ns = Window(pace.per);
  }
  void CheckPace(const syntax::AtMostEach& pace) {
    limit_.pace = PaceKind::kCalendar;
    limit_.amount = Amount(*pace.count, 0);
    limit_.period = PeriodOf(pace.unit);
    CheckTimeZone(model_, pace.time_zone, Kind::kBadLimit);
    limit_.timezone = model_.Keep(pace.time_zone.text);
  }
  void CheckPace(const syntax::AtMostAtOnce& pace) {
    limit_.pace = PaceKind::kAtOnce;
    limit_.amount = Amount(*pace.count, 0);
    limit_.lease_ns = pace.each_up_to == nullptr ? kDefaultLeaseNs : Time(*pace.each_up_to);
  }

  static Period PeriodOf(syntax::CalendarUnit unit) {
    switch (unit) {
      case syntax::CalendarUnit::kHour:
        return Period::kHour;
      case syntax::CalendarUnit::kDay:
        return Period::kDay;
      case syntax::CalendarUnit::kWeek:
        return Period::kWeek;
      case syntax::CalendarUnit::kMonth:
        return Period::kMonth;
      case syntax::CalendarUnit::kYear:
        return Period::kYear;
    }
    return Period::kDay;
  }

  // ---- what is counted, and what happens then

  static CountKind CountOf(syntax::CountsClause::What what) {
    switch (what) {
      case syntax::CountsClause::What::kEveryRequest:
        return CountKind::kEvery;
      case syntax::CountsClause::What::kAllowedRequests:
        return CountKind::kAllowed;
      case syntax::CountsClause::What::kRefusedRequests:
        return CountKind::kRefused;
      case syntax::CountsClause::What::kResponses:
        return CountKind::kResponses;
    }
    return CountKind::kAllowed;
  }

  void CheckCounting() {
    if (decl_.counts != nullptr) {
      limit_.counts = CountOf(decl_.counts->what);
      for (const syntax::CountsClause::Status& status : decl_.counts->statuses) {
        if (status.value < 100 || status.value > 599) {
          model_.Report(Diagnostic(Kind::kBadLimit, status.span,
                                   fmt::format("a response has a status from 100 to 599, not {}", status.value)));
        }
        limit_.responses.push_back(static_cast<std::uint16_t>(status.value));
      }
    }
    if (decl_.costs == nullptr) return;
    limit_.cost_reported = decl_.costs->reported;
    const syntax::Expr* cost = decl_.costs->reported ? decl_.costs->at_least : decl_.costs->cost;
    if (cost == nullptr) return;
    const Expr* typed = ExprChecker(model_, context_).Operand(*cost);
    if (typed == nullptr) return;
    if (typed->type.kind != TypeKind::kInt && typed->type.kind != TypeKind::kSize) {
      model_.Report(Diagnostic(Kind::kTypeMismatch, cost->span,
                               fmt::format("a cost is a number or a size, and `{}` is {}", model_.Source(cost->span),
                                           model_.TypeName(typed->type))));
      return;
    }
    limit_.cost = typed;
  }

  void CheckExcess() {
    if (decl_.lost != nullptr) limit_.lost = LostOf(decl_.lost->mode);
    if (decl_.excess == nullptr) return;
    if (const auto* slow = std::get_if<syntax::SlowBy>(&decl_.excess->reaction)) {
      limit_.excess = ExcessKind::kSlow;
      limit_.excess_ns = Time(*slow->delay);
      if (slow->doubling_up_to == nullptr) return;
      limit_.excess_up_to_ns = Time(*slow->doubling_up_to);
      if (limit_.excess_up_to_ns > 0 && limit_.excess_up_to_ns < limit_.excess_ns) {
        model_.Report(Diagnostic(Kind::kBadLimit, slow->doubling_up_to->span, "it begins longer than it may get"));
      }
    } else {
      limit_.excess = ExcessKind::kBlock;
      limit_.excess_ns = Time(*std::get<syntax::BlockFor>(decl_.excess->reaction).time);
    }
  }

  static LostKind LostOf(syntax::LostClause::Mode mode) {
    switch (mode) {
      case syntax::LostClause::Mode::kRefuse:
        return LostKind::kRefuse;
      case syntax::LostClause::Mode::kAllow:
        return LostKind::kAllow;
      case syntax::LostClause::Mode::kShare:
        return LostKind::kShare;
    }
    return LostKind::kByDefault;
  }

  void CheckInstead(const Scope& scope) {
    if (decl_.instead == nullptr) return;
    if (limit_.shadow) {
      model_.Report(Diagnostic(Kind::kOutOfPlace, decl_.instead->line.span,
                               "a shadow limit changes nothing, so it cannot stand instead of another"));
      return;
    }
    for (const syntax::Name& name : decl_.instead->limits) {
      const NamedThing* other = FindLimit(scope, name.text);
      if (other == nullptr) {
        if (!scope.poisoned.contains(name.text) && !model_.names_lost) ReportUnknown(scope, name);
      } else if (other->span == decl_.name.span) {
        model_.Report(Diagnostic(Kind::kBadLimit, name.span, "a limit cannot stand instead of itself"));
      } else {
        limit_.instead_of.push_back(LimitId(other->index));
      }
    }
  }

  static const NamedThing* FindLimit(const Scope& scope, std::string_view name) {
    if (const auto it = scope.limits.find(name); it != scope.limits.end()) return &it->second;
    const auto it = scope.used_limits.find(name);
    return it == scope.used_limits.end() ? nullptr : &it->second;
  }

  void ReportUnknown(const Scope& scope, const syntax::Name& name) {
    Diagnostic diagnostic(Kind::kUnknownName, name.span, fmt::format("there is no limit `{}`", name.text));
    const auto nearest = NearestKey(model_, scope.limits, name.text);
    model_.Report(
        nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), name.span, std::string(*nearest))
                : std::move(diagnostic).WithHint("a limit of another policy needs `use`"));
  }

  Model& model_;
  Limit& limit_;
  const syntax::LimitDecl& decl_;
  ExprContext context_;
};

}  // namespace

void CheckLimits(Model& model) {
  for (std::size_t i = 0; i < model.program.limits.size(); ++i) LimitChecker(model, i).Check();
}

}  // namespace ward::semantic
