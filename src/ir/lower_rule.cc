#include "ir/lower_rule.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "diag/diagnostic.h"

namespace ward::ir {
namespace {

// Nobody reads more, and errors of later phases must still find room in the sink.
constexpr std::size_t kWaivedReportsMax = 1'000;

RuleKind KindOf(semantic::RuleKind kind) {
  switch (kind) {
    case semantic::RuleKind::kAllow:
      return RuleKind::kAllow;
    case semantic::RuleKind::kOn:
      return RuleKind::kOn;
    case semantic::RuleKind::kDeny:
    case semantic::RuleKind::kRequire:
      break;
  }
  return RuleKind::kDeny;
}

Severity SeverityOf(semantic::Severity severity) {
  switch (severity) {
    case semantic::Severity::kLow:
      return Severity::kLow;
    case semantic::Severity::kMedium:
      return Severity::kMedium;
    case semantic::Severity::kHigh:
      return Severity::kHigh;
    case semantic::Severity::kCritical:
      break;
  }
  return Severity::kCritical;
}

Audit AuditOf(semantic::Audit audit) {
  switch (audit) {
    case semantic::Audit::kNone:
      return Audit::kNone;
    case semantic::Audit::kBrief:
      return Audit::kBrief;
    case semantic::Audit::kFull:
      break;
  }
  return Audit::kFull;
}

std::string_view ClauseName(Clause clause) {
  switch (clause) {
    case Clause::kWhen:
      return "`when`";
    case Clause::kUnless:
      return "`unless`";
    case Clause::kRequire:
      break;
  }
  return "`require`";
}

std::vector<std::string> Copy(const std::vector<std::string_view>& texts) { return {texts.begin(), texts.end()}; }

std::vector<char> SetsWithAnonymous(const Program& program) {
  std::vector<char> has_anonymous;
  for (const std::vector<OperationId>& set : program.operation_sets) {
    const auto anonymous = [&](OperationId id) { return program.operations[id.index()].anonymous; };
    has_anonymous.push_back(std::any_of(set.begin(), set.end(), anonymous) ? 1 : 0);
  }
  return has_anonymous;
}

}  // namespace

RuleLowering::RuleLowering(const semantic::Program& source, Builder& builder, ValueLowering& values,
                           FormulaLowering& formulas, diag::Sink& sink)
    : source_(source),
      builder_(builder),
      values_(values),
      formulas_(formulas),
      sink_(sink),
      waiver_(builder),
      has_anonymous_(SetsWithAnonymous(builder.program())) {}

Rule RuleLowering::Lower(const semantic::Rule& source) {
  Rule rule;
  rule.name.append(source_.policies[source.policy.index()].name).append(".").append(source.name);
  rule.kind = KindOf(source.kind);
  rule.origin = source.kind == semantic::RuleKind::kRequire ? RuleOrigin::kRequire : RuleOrigin::kRule;
  rule.shadow = source.shadow;
  rule.severity = SeverityOf(source_.annotations[source.annotations_index].severity);
  rule.operations = SameId<OperationSetId>(source.operations);
  rule.obligations = LowerObligations(source_.obligations[source.obligations_index]);
  rule.span = source.span;
  SetReply(rule, source.reply_index);
  std::vector<NodeId> parts;
  if (source.require != nullptr) {
    parts.push_back(formulas_.Lower(*source.require, Clause::kRequire, Polarity::kNegated));
  }
  if (source.when != nullptr) parts.push_back(formulas_.Lower(*source.when, Clause::kWhen, Polarity::kPlain));
  if (source.unless != nullptr) {
    parts.push_back(formulas_.Lower(*source.unless, Clause::kUnless, Polarity::kNegated));
  }
  SetFormula(rule, parts);
  return rule;
}

Rule RuleLowering::Lower(semantic::ZoneId zone_id, const semantic::ZoneRequirement& requirement) {
  const semantic::Zone& zone = source_.zones[zone_id.index()];
  const semantic::Policy& policy = source_.policies[zone.policy.index()];
  Rule rule;
  rule.name.append(policy.name).append(".").append(zone.name).append(".").append(requirement.name);
  rule.kind = RuleKind::kDeny;
  rule.origin = RuleOrigin::kZoneRequirement;
  rule.operations =
      policy.governed.has_value() ? SameId<OperationSetId>(policy.governed) : builder_.Add(std::vector<OperationId>());
  rule.zone = SameId<ZoneId>(zone_id);
  rule.span = requirement.span;
  SetReply(rule, requirement.reply_index);
  SetFormula(rule, {formulas_.Lower(*requirement.condition, Clause::kRequire, Polarity::kNegated)});
  return rule;
}

void RuleLowering::SetFormula(Rule& rule, const std::vector<NodeId>& parts) {
  rule.formula = builder_.AddAnd(parts);
  rule.anonymous_formula = rule.formula;
  const std::size_t set = rule.operations.index();
  if (set >= has_anonymous_.size() || has_anonymous_[set] == 0) return;
  rule.anonymous_formula = waiver_.Waive(rule.formula, rule.kind);
  if (rule.anonymous_formula != rule.formula) ReportWaived(rule);
}

void RuleLowering::ReportWaived(const Rule& rule) {
  std::string_view verdict = rule.kind == RuleKind::kAllow ? "allow" : rule.kind == RuleKind::kOn ? "on" : "deny";
  if (rule.kind == RuleKind::kDeny && rule.origin != RuleOrigin::kRule) verdict = "require";
  for (const TestId id : waiver_.WaivedTests(rule.formula)) {
    // A condition that many rules use is one test in all of them.
    if (!reported_waived_.insert({rule.kind, id}).second || reported_waived_.size() > kWaivedReportsMax) continue;
    const Test& test = builder_.program().tests[id.index()];
    std::string message = "operations marked `anonymous` have no identity: this test counts as ";
    // The clause with its negations pushed inward holds the test or its opposite; the author reads the test as written.
    const bool clause_negated = test.clause != Clause::kWhen;
    const bool under_not = (test.negated != test.written_negated) != clause_negated;
    message.append(WaivedTruth(rule.kind, test.clause) != under_not ? "true" : "false").append(" there, ");
    if (under_not) message.append("under `not`, ");
    if (test.clause == Clause::kRequire) {
      message.append("where it is required");
    } else {
      message.append("in ").append(ClauseName(test.clause)).append(" of `").append(verdict).append("`");
    }
    sink_.Report(diag::Diagnostic(diag::Kind::kWaivedTest, test.span, std::move(message)));
  }
}

void RuleLowering::SetReply(Rule& rule, std::uint32_t reply_index) {
  const semantic::Reply& reply = source_.replies[reply_index];
  rule.status = reply.status != 0 ? reply.status : kRefusedStatus;
  rule.challenge.acr = Copy(reply.acr);
  rule.challenge.scopes = Copy(reply.scopes);
  if (reply.max_age_ns >= 0) rule.challenge.max_age_seconds = reply.max_age_ns / base::kNsPerSecond;
  for (const semantic::ReasonPiece& piece : reply.because) {
    rule.because.push_back({std::string(piece.text), ValueId::kNone});
    if (piece.value != nullptr) rule.because.back().value = values_.Lower(*piece.value, {});
  }
}

Obligations RuleLowering::LowerObligations(const semantic::Obligations& obligations) {
  Obligations lowered;
  for (const semantic::SetHeader& header : obligations.set) {
    lowered.set.push_back({std::string(header.name), values_.Lower(*header.value, {})});
  }
  lowered.strip = Copy(obligations.strip);
  lowered.tags = Copy(obligations.tags);
  lowered.audit = AuditOf(obligations.audit);
  return lowered;
}

}  // namespace ward::ir
