#include "semantic/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "semantic/replies.h"

namespace ward::semantic {

using diag::Diagnostic;
using diag::Kind;

std::int64_t ExpectationChecker::Time(const syntax::Expr& node) {
  const Constant* time =
      ExprChecker(model_, context_).ConstantOf(node, Expected{Type{TypeKind::kDuration, {}, 0}, node.span});
  if (time == nullptr) return 0;
  if (time->number < 0) Fail(Kind::kBadTest, node.span, "time goes forward only");
  return time->number;
}

// ---- send

const NamedThing* ExpectationChecker::FindOperation(std::span<const syntax::Name> path) {
  const NamedThing* thing = ExprChecker(model_, context_).FindName(path);
  if (thing != nullptr && (thing->kind == NameKind::kOperation || thing->kind == NameKind::kGroup)) return thing;
  if (model_.names_lost || model_.operations_lost) return nullptr;
  const base::Span span = base::Join(path.front().span, path.back().span);
  std::vector<std::string_view> candidates;
  for (const Operation& operation : model_.program.operations) candidates.push_back(operation.name);
  Diagnostic diagnostic(Kind::kUnknownOperation, span, fmt::format("there is no operation `{}`", DottedText(path)));
  if (std::count(candidates.begin(), candidates.end(), path.back().text) > 1) {
    model_.Report(std::move(diagnostic).WithHint("several policies have one of that name; write `policy.name`"));
    return nullptr;
  }
  const auto nearest = Nearest(model_, path.back().text, candidates);
  model_.Report(nearest
                    ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), span, std::string(*nearest))
                    : std::move(diagnostic));
  return nullptr;
}

bool ExpectationChecker::IsPossible(const syntax::Send& send) {
  const auto* path = std::get_if<syntax::MethodAndPath>(&send.what);
  if (path != nullptr && path->path.text.find('/') == std::string_view::npos) {
    return Fail(Kind::kBadTest, path->path.span,
                "a request has a path, as in \"/orders/42\" or \"api.example.com/orders/42\"");
  }
  if (send.times.has_value() && *send.times < 1) {
    return Fail(Kind::kBadTest, send.span, "a request is sent at least once");
  }
  if (send.times.has_value() && *send.times > kSendTimesMax) {
    return Fail(Kind::kBadTest, send.span, fmt::format("a request is sent at most {} times", kSendTimesMax));
  }
  if (send.answered.has_value() && (*send.answered < 100 || *send.answered > 599)) {
    return Fail(Kind::kBadTest, send.span, "a response has a status from 100 to 599");
  }
  if (send.costing.has_value() && *send.costing < 0) {
    return Fail(Kind::kBadTest, send.span, "a cost is never negative");
  }
  return true;
}

bool ExpectationChecker::NameOperation(const syntax::NamedOperation& named, Send& typed) {
  const NamedThing* thing = FindOperation(named.name.segments);
  if (thing == nullptr) return false;
  if (thing->kind == NameKind::kOperation) {
    typed.what = OperationId(thing->index);
    return true;
  }
  const Group& group = model_.program.groups[thing->index];
  Diagnostic diagnostic(Kind::kBadTest, named.name.span,
                        fmt::format("`{}` is a group of operations; a request is one of them", group.name));
  if (group.operations.has_value()) {
    const auto& members = model_.program.operation_sets[group.operations.index()].operations;
    if (!members.empty()) {
      const std::string_view first = model_.program.operations[members[0].index()].name;
      model_.Report(std::move(diagnostic).WithHint(fmt::format("write `{}`, for one", first)));
      return false;
    }
  }
  model_.Report(std::move(diagnostic));
  return false;
}

bool ExpectationChecker::NameFile(const syntax::RecordedRequest& recorded, Send& typed) {
  const auto file = model_.input.data.find(recorded.file.text);
  if (file == model_.input.data.end() || !file->second.file.has_value()) {
    model_.Report(Diagnostic(Kind::kBadTest, recorded.file.span, "this recorded request cannot be read")
                      .WithCaret(file == model_.input.data.end() ? "this file was not read" : file->second.reason)
                      .WithHint("its name is relative to the bundle's folder"));
    return false;
  }
  typed.what = RecordedRequest{model_.Keep(recorded.file.text)};
  return true;
}

bool ExpectationChecker::NameWhat(const syntax::Send& send, Send& typed) {
  if (const auto* named = std::get_if<syntax::NamedOperation>(&send.what)) return NameOperation(*named, typed);
  if (const auto* recorded = std::get_if<syntax::RecordedRequest>(&send.what)) return NameFile(*recorded, typed);
  const auto& http = std::get<syntax::MethodAndPath>(send.what);
  const std::string_view text = http.path.text;
  const std::size_t slash = text.find('/');
  typed.what =
      MethodAndPath{model_.Keep(http.method.text), model_.Keep(text.substr(0, slash)), model_.Keep(text.substr(slash))};
  return true;
}

std::optional<Send> ExpectationChecker::CheckSend(const syntax::Send& send) {
  Send typed;
  typed.span = send.span;
  const bool good = IsPossible(send) && NameWhat(send, typed);
  if (send.every != nullptr) typed.every_ns = Time(*send.every);
  if (send.lasting != nullptr) typed.lasting_ns = Time(*send.lasting);
  typed.times = send.times.value_or(typed.times);
  typed.answered = send.answered.value_or(typed.answered);
  typed.costing = send.costing.value_or(typed.costing);
  return good ? std::optional(typed) : std::nullopt;
}

// ---- expect

Expect ExpectationChecker::CheckExpect(syntax::List<syntax::Outcome> outcomes) {
  Expect expect;
  for (const syntax::Outcome& outcome : outcomes) {
    std::optional<What> what = std::visit([this](const auto& written) { return Check(written); }, outcome.what);
    if (what.has_value()) expect.expectations.push_back({*std::move(what), outcome.span});
  }
  return expect;
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::ExpectVerdict& verdict) {
  ExpectVerdict typed;
  typed.count = verdict.count;
  typed.shadow = verdict.shadow;
  using Written = syntax::ExpectVerdict::Kind;
  typed.outcome = verdict.kind == Written::kAllow       ? ExpectedOutcome::kAllow
                  : verdict.kind == Written::kDeny      ? ExpectedOutcome::kDeny
                  : verdict.kind == Written::kChallenge ? ExpectedOutcome::kChallenge
                                                        : ExpectedOutcome::kThrottle;
  if (!verdict.by.has_value()) return typed;
  const RuleName* rule = FindRule(*verdict.by);
  if (rule == nullptr || !CheckBy(verdict, *rule)) return std::nullopt;
  typed.by = model_.Keep(rule->full);
  typed.by_limit = rule->decides == Decides::kThrottle;
  return typed;
}

const RuleName* ExpectationChecker::FindRule(const syntax::DottedName& by) {
  const std::string dotted = DottedText(by.segments);
  const auto found = rules_.Find(dotted);
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    model_.Report(Diagnostic(Kind::kUnknownRule, by.span, fmt::format("several rules are called `{}`", dotted))
                      .WithHint(fmt::format("write `{}` or `{}`", found[0]->full, found[1]->full)));
    return nullptr;
  }
  if (model_.names_lost) return nullptr;
  Diagnostic diagnostic(Kind::kUnknownRule, by.span, fmt::format("there is no rule `{}`", dotted));
  const auto nearest = rules_.Nearest(dotted);
  model_.Report(nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), by.span, *nearest)
                        : std::move(diagnostic));
  return nullptr;
}

bool ExpectationChecker::CheckBy(const syntax::ExpectVerdict& verdict, const RuleName& rule) {
  using Verdict = syntax::ExpectVerdict::Kind;
  const bool fits = verdict.kind == Verdict::kAllow      ? rule.decides == Decides::kAllow
                    : verdict.kind == Verdict::kThrottle ? rule.decides == Decides::kThrottle
                                                         : rule.decides == Decides::kRefuse;
  if (fits) return true;
  constexpr std::array<std::string_view, 4> kWords{"allows", "refuses", "throttles", "decides nothing"};
  return Fail(Kind::kBadTest, verdict.by->span,
              fmt::format("`{}` never does that: it {}", rule.full, kWords[static_cast<std::size_t>(rule.decides)]));
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::ExpectRetryAfter& outcome) {
  return ExpectRetryAfter{Time(*outcome.time)};
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::ExpectSlowedBy& outcome) {
  return ExpectSlowedBy{Time(*outcome.time)};
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::ExpectHeader& outcome) {
  ExpectHeader typed{model_.Keep(base::AsciiFolded(outcome.header.text)), ExpectHeader::How::kIs, {}};
  if (const auto* presence = std::get_if<syntax::Presence>(&outcome.value)) {
    typed.how = *presence == syntax::Presence::kPresent ? ExpectHeader::How::kPresent : ExpectHeader::How::kMissing;
    return typed;
  }
  const syntax::Expr& value = *std::get<const syntax::Expr*>(outcome.value);
  const auto* text = value.As<syntax::TextLiteral>();
  if (text == nullptr) {
    model_.Report(Diagnostic(Kind::kBadTest, value.span, "a header is a text")
                      .WithFix("write it in quotes", value.span, fmt::format("\"{}\"", model_.Source(value.span))));
    return std::nullopt;
  }
  typed.value = model_.Keep(text->text);
  return typed;
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::ExpectZone& outcome) {
  if (model_.zones.contains(outcome.zone.text)) return ExpectZone{model_.Keep(outcome.zone.text)};
  if (model_.names_lost) return std::nullopt;
  Diagnostic diagnostic(Kind::kUnknownZone, outcome.zone.span, fmt::format("there is no zone `{}`", outcome.zone.text));
  const auto nearest = NearestKey(model_, model_.zones, outcome.zone.text);
  model_.Report(
      nearest
          ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), outcome.zone.span, std::string(*nearest))
          : std::move(diagnostic));
  return std::nullopt;
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::Reply& reply) {
  constexpr std::int64_t kOfALimit = 429;
  if (reply.status == kOfALimit) return ExpectReply{static_cast<std::uint16_t>(reply.status), {}, -1, {}};
  const std::size_t before = model_.program.replies.size();
  const std::uint32_t index = CheckReply(model_, context_, &reply, nullptr);
  const Reply& checked = model_.program.replies[index];
  ExpectReply typed{checked.status, checked.acr, checked.max_age_ns, checked.scopes};
  model_.program.replies.resize(before);
  return typed;
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::Because& because) {
  return ExpectBecause{model_.Keep(because.text.text)};
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::Audit& audit) {
  if (!CheckAudit(audit.level)) return std::nullopt;
  return ExpectAudit{audit.level.text == "full"};
}

std::optional<ExpectationChecker::What> ExpectationChecker::Check(const syntax::Tag& tag) {
  return ExpectTag{model_.Keep(tag.word.text)};
}

bool ExpectationChecker::CheckAudit(const syntax::Name& level) {
  if (level.text == "full" || level.text == "brief") return true;
  return Fail(Kind::kUnknownValue, level.span,
              fmt::format("`{}` is no way to audit; there are brief and full", level.text));
}

}  // namespace ward::semantic
