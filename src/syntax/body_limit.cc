// Limits.
#include <fmt/format.h>

#include <array>
#include <string>

#include "syntax/body.h"

namespace ward::syntax {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::array<Lead, 14> kLimitLeads = {{{"for", LineForm::kForClause},
                                               {"when", LineForm::kWhenClause},
                                               {"unless", LineForm::kUnlessClause},
                                               {"in", LineForm::kInTotalClause},
                                               {"per", LineForm::kPerClause},
                                               {"no", LineForm::kNoFasterClause},
                                               {"at", LineForm::kAtMostClause},
                                               {"counts", LineForm::kCountsClause},
                                               {"costs", LineForm::kCostsClause},
                                               {"on", LineForm::kExcessClause},
                                               {"if", LineForm::kLostClause},
                                               {"instead", LineForm::kInsteadClause},
                                               {"because", LineForm::kBecauseClause},
                                               {"reply", LineForm::kReplyClause}}};

class LimitBody : public Body {
 public:
  using Body::Body;
  [[nodiscard]] std::string_view kind() const override { return "a limit"; }
  [[nodiscard]] std::span<const Lead> leads() const override { return kLimitLeads; }

  void Open(LineForm /*form*/, Children parts) override {
    limit_ = LimitDecl{};
    limit_.shadow = parts.Accept(NodeKind::kShadow);
    limit_.name = actions().TakeName(parts);
  }
  void Add(LineForm form, Children parts, const LogicalLine& at, const Line& line) override;
  Decl Close(DeclHead head) override;

 private:
  PerClause ReadPer(LineForm form, Children parts, const Line& line);
  PaceClause ReadNoFaster(Children parts, const Line& line);
  PaceClause ReadAtMost(Children parts, const Line& line);
  CountsClause ReadCounts(Children parts, const Line& line);
  CostsClause ReadCosts(Children parts, const Line& line);
  ExcessClause ReadExcess(Children parts, const Line& line);
  static LostClause ReadLost(Children parts, const Line& line, Span mode_span);
  void CheckUnambiguous(const AtMostPer& pace);

  LimitDecl limit_;
};

PerClause LimitBody::ReadPer(LineForm form, Children parts, const Line& line) {
  PerClause clause;
  clause.line = line;
  clause.in_total = form == LineForm::kInTotalClause;
  std::vector<const Expr*> keys;
  while (!clause.in_total && !parts.empty()) keys.push_back(actions().TakeOperand(parts));
  clause.keys = actions().Copy(keys);
  return clause;
}

PaceClause LimitBody::ReadNoFaster(Children parts, const Line& line) {
  NoFasterThan pace;
  pace.rate = actions().TakeTerm(parts);
  pace.per = actions().TakePeriod(parts);
  if (!parts.empty()) pace.burst = actions().TakeTerm(parts);
  return PaceClause{line, pace};
}

// `per day`: any 24 hours, or the day of the calendar? (E18)
void LimitBody::CheckUnambiguous(const AtMostPer& pace) {
  const std::string_view period = actions().TextOf(pace.per.span);
  if (period != "day" && period != "week") return;
  const std::string_view rolling = period == "day" ? "per 24 hours" : "per 7 days";
  const Span per = actions().SpanOf(static_cast<std::uint32_t>(actions().text().rfind("per", pace.per.span.begin)),
                                    pace.per.span.end);
  actions().Fail(
      Diagnostic(Kind::kAmbiguousPeriod, per, fmt::format("`per {}`: a rolling period or one of the calendar?", period))
          .WithFix(fmt::format("write `{}` for any stretch of that length", rolling), per, std::string(rolling))
          .WithFix(fmt::format("write `each {} in \"UTC\"` for the calendar of a time zone", period), per,
                   fmt::format("each {} in \"UTC\"", period)));
}

PaceClause LimitBody::ReadAtMost(Children parts, const Line& line) {
  const Expr* const count = actions().TakeTerm(parts);
  const NodeKind kind = parts.front().kind;
  Children inside = parts.Inside();
  if (kind == NodeKind::kAtOnce) {
    return PaceClause{line, AtMostAtOnce{count, inside.empty() ? nullptr : actions().TakeTerm(inside)}};
  }
  if (kind == NodeKind::kPerPeriod) {
    const AtMostPer pace{count, actions().TakePeriod(inside)};
    CheckUnambiguous(pace);
    return PaceClause{line, pace};
  }
  const LineNode unit = inside.front();
  inside.Skip();
  const std::string_view word = actions().TextOf(unit);
  CalendarUnit calendar = CalendarUnit::kHour;
  if (word == "day") calendar = CalendarUnit::kDay;
  if (word == "week") calendar = CalendarUnit::kWeek;
  if (word == "month") calendar = CalendarUnit::kMonth;
  if (word == "year") calendar = CalendarUnit::kYear;
  return PaceClause{line, AtMostEach{count, calendar, actions().SpanOf(unit), actions().TakeText(inside)}};
}

CountsClause LimitBody::ReadCounts(Children parts, const Line& line) {
  CountsClause clause;
  clause.line = line;
  if (parts.At(NodeKind::kEveryRequest)) clause.what = CountsClause::What::kEveryRequest;
  if (parts.At(NodeKind::kRefusedRequests)) clause.what = CountsClause::What::kRefusedRequests;
  if (!parts.At(NodeKind::kResponses)) return clause;
  clause.what = CountsClause::What::kResponses;
  std::vector<CountsClause::Status> statuses;
  for (Children inside = parts.Inside(); !inside.empty();) {
    const Span span = actions().SpanOf(inside.front());
    statuses.push_back(CountsClause::Status{span, actions().TakeInt(inside)});
  }
  clause.statuses = actions().Copy(statuses);
  return clause;
}

CostsClause LimitBody::ReadCosts(Children parts, const Line& line) {
  CostsClause clause;
  clause.line = line;
  clause.reported = parts.At(NodeKind::kReported);
  if (!clause.reported) {
    clause.cost = actions().TakeTerm(parts);
    return clause;
  }
  Children inside = parts.Inside();
  if (!inside.empty()) clause.at_least = actions().TakeTerm(inside);
  return clause;
}

ExcessClause LimitBody::ReadExcess(Children parts, const Line& line) {
  Children inside = parts.Inside();
  if (parts.At(NodeKind::kBlockFor)) return ExcessClause{line, BlockFor{actions().TakeTerm(inside)}};
  SlowBy slow;
  slow.delay = actions().TakeTerm(inside);
  if (!inside.empty()) slow.doubling_up_to = actions().TakeTerm(inside);
  return ExcessClause{line, slow};
}

LostClause LimitBody::ReadLost(Children parts, const Line& line, Span mode_span) {
  LostClause clause{line, LostClause::Mode::kRefuse, mode_span};
  if (parts.At(NodeKind::kLostAllow)) clause.mode = LostClause::Mode::kAllow;
  if (parts.At(NodeKind::kLostShare)) clause.mode = LostClause::Mode::kShare;
  return clause;
}

void LimitBody::Add(LineForm form, Children parts, const LogicalLine& /*at*/, const Line& line) {
  using enum LineForm;
  Actions& take = actions();
  if (form == kForClause) return SetOnce(limit_.for_clause, ReadFor(take, parts, line), "for");
  if (form == kWhenClause) return SetOnce(limit_.when, ReadWhen(take, parts, line), "when");
  if (form == kUnlessClause) return SetOnce(limit_.unless, ReadUnless(take, parts, line), "unless");
  if (form == kInTotalClause || form == kPerClause) return SetOnce(limit_.per, ReadPer(form, parts, line), "per");
  if (form == kNoFasterClause) return SetOnce(limit_.pace, ReadNoFaster(parts, line), "pace");
  if (form == kAtMostClause) return SetOnce(limit_.pace, ReadAtMost(parts, line), "pace");
  if (form == kCountsClause) return SetOnce(limit_.counts, ReadCounts(parts, line), "counts");
  if (form == kCostsClause) return SetOnce(limit_.costs, ReadCosts(parts, line), "costs");
  if (form == kExcessClause) return SetOnce(limit_.excess, ReadExcess(parts, line), "on excess");
  if (form == kLostClause) {
    return SetOnce(limit_.lost, ReadLost(parts, line, take.SpanOf(parts.front())), "if counters are lost");
  }
  if (form == kInsteadClause) {
    return SetOnce(limit_.instead, InsteadClause{line, take.TakeNames(parts)}, "instead of");
  }
  if (form == kBecauseClause) return SetOnce(limit_.because, BecauseClause{line, take.TakeBecause(parts)}, "because");
  SetOnce(limit_.reply, ReplyClause{line, take.TakeReply(parts)}, "reply");
}

Decl LimitBody::Close(DeclHead head) {
  limit_.head = head;
  return actions().New(limit_);
}

}  // namespace

std::unique_ptr<Body> NewLimitBody(Actions& actions) { return std::make_unique<LimitBody>(actions); }

}  // namespace ward::syntax
