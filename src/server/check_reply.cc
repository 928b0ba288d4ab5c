#include "server/check_reply.h"

#include <utility>

namespace ward::server {
namespace {

std::string_view AllowFaultText(AllowFault fault) {
  switch (fault) {
    case AllowFault::kNone:
      return "";
    case AllowFault::kHeaderName:
      return "allowed, but a header that it sets or strips is one that a proxy must not take from "
             "us";
    case AllowFault::kHeaderValue:
      return "allowed, but the value of a header that it sets is no header value";
    case AllowFault::kHeaderTwice:
      return "allowed, but it sets one header to two values";
  }
  return "";
}

// Which of the errors of RFC 6750 and RFC 9470 says what would help.
ChallengeError ErrorOf(const CheckVerdict& verdict) {
  if (verdict.credential == Credential::kAbsent) return ChallengeError::kNone;
  if (verdict.credential == Credential::kInvalid) return ChallengeError::kInvalidToken;
  if (!verdict.challenge.acr.empty() || verdict.challenge.max_age_seconds >= 0) {
    return ChallengeError::kInsufficientUserAuthentication;
  }
  if (!verdict.challenge.scopes.empty()) return ChallengeError::kInsufficientScope;
  return ChallengeError::kInvalidToken;
}

}  // namespace

CheckVerdict VerdictOf(const Decision& decision) {
  CheckVerdict verdict;
  verdict.outcome = decision.outcome();
  verdict.status = decision.status();
  verdict.rule = decision.rule();
  verdict.reason = decision.reason();
  verdict.operation = decision.operation();
  verdict.zone = decision.zone();
  verdict.in_doubt = decision.in_doubt();
  verdict.generation = decision.generation();
  verdict.audit = decision.audit();
  verdict.challenge = decision.challenge();
  verdict.set_headers = decision.set_headers();
  verdict.strip_headers = decision.strip_headers();
  verdict.tags = decision.tags();
  verdict.shadows = decision.shadows();
  verdict.ill_typed = decision.ill_typed();
  verdict.our_failure = decision.generation() == 0;
  return verdict;
}

std::string ShadowText(const ShadowOutcome& shadow) {
  std::string text(shadow.rule);
  text += ": ";
  text += shadow.outcome ? OutcomeName(*shadow.outcome) : "on";
  if (shadow.truth == Truth::kDoubt) text += " (in doubt)";
  return text;
}

CheckReply::Written CheckReply::Write(const CheckVerdict& verdict, const ReplyContext& context) {
  if (verdict.outcome != Outcome::kAllow || verdict.our_failure) {
    return {WriteRefusal(verdict, context), verdict};
  }
  headers_.clear();
  strip_.assign(verdict.strip_headers.begin(), verdict.strip_headers.end());
  for (const HeaderToSet& header : verdict.set_headers) {
    // Without a value the client's copy goes all the same.
    if (header.present) {
      headers_.push_back({header.name, header.value});
    } else {
      strip_.push_back(header.name);
    }
  }
  FillMetadata(verdict, context);
  const CheckAnswerWriter::Allowed allowed =
      writer_.WriteAllow({.set_headers = headers_, .strip_headers = strip_, .metadata = metadata_});
  if (allowed.fault == AllowFault::kNone) return {allowed.bytes, verdict};
  // An obligation that cannot be met is a refusal.
  CheckVerdict denial = verdict;
  denial.outcome = Outcome::kDeny;
  denial.status = 500;
  denial.reason = {};
  denial.operator_reason = AllowFaultText(allowed.fault);
  return {WriteRefusal(denial, context), denial};
}

void CheckReply::FillMetadata(const CheckVerdict& verdict, const ReplyContext& context) {
  metadata_.clear();
  const auto add_text = [this](std::string_view key, std::string_view text) {
    if (!text.empty()) metadata_.push_back({key, text});
  };
  add_text("decision_id", context.decision_id);
  add_text("outcome", OutcomeName(verdict.outcome));
  add_text("rule", verdict.rule);
  add_text("reason", verdict.operator_reason);
  add_text("operation", verdict.operation);
  add_text("zone", verdict.zone);
  metadata_.push_back({"generation", static_cast<double>(verdict.generation)});
  metadata_.push_back({"in_doubt", verdict.in_doubt});
  if (verdict.audit != AuditLevel::kNone) add_text("audit", AuditName(verdict.audit));
  if (!verdict.tags.empty()) metadata_.push_back({"tags", verdict.tags});
  if (verdict.shadows.empty()) return;
  shadow_texts_.clear();
  for (const ShadowOutcome& shadow : verdict.shadows) shadow_texts_.push_back(ShadowText(shadow));
  shadows_.assign(shadow_texts_.begin(), shadow_texts_.end());
  metadata_.push_back({"shadows", std::span<const std::string_view>(shadows_)});
}

std::string_view CheckReply::Body(const CheckVerdict& verdict, const ReplyContext& context) {
  if (context.caller == CallerKind::kGrpc) {
    return verdict.reason.empty() ? StatusPhrase(verdict.status) : verdict.reason;
  }
  Problem problem{.status = verdict.status, .detail = verdict.reason};
  if (!texts_.problem_base.empty() && !verdict.rule.empty()) {
    type_ = texts_.problem_base;
    type_ += verdict.rule;
    problem.type = type_;
  }
  if (!context.decision_id.empty()) {
    instance_ = "urn:ward:decision:";
    instance_ += context.decision_id;
    problem.instance = instance_;
  }
  return problem_.Write(problem);
}

std::string_view CheckReply::WriteRefusal(const CheckVerdict& verdict, const ReplyContext& context) {
  FillMetadata(verdict, context);
  headers_.clear();
  // A refusal by 404 or 410 would otherwise be kept by caches.
  headers_.push_back({"cache-control", "no-store"});
  if (context.caller == CallerKind::kHttp) headers_.push_back({"content-type", kProblemContentType});
  if (verdict.status == 401 || !verdict.challenge.scopes.empty()) {
    headers_.push_back({"www-authenticate", challenge_.Write({.error = ErrorOf(verdict),
                                                              .realm = texts_.realm,
                                                              .description = verdict.reason,
                                                              .scopes = verdict.challenge.scopes,
                                                              .acr = verdict.challenge.acr,
                                                              .max_age_seconds = verdict.challenge.max_age_seconds})});
  }
  const DenyAnswer answer{
      .status = verdict.status, .headers = headers_, .body = Body(verdict, context), .metadata = metadata_};
  return verdict.our_failure ? writer_.WriteFailure(answer) : writer_.WriteDeny(answer);
}

}  // namespace ward::server
