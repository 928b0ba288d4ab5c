#include "server/check_handler.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/ascii.h"

namespace ward::server {
namespace {

std::int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

CheckService::CheckService(Reader reader, observe::Log& log, const bundle::ServerSettings& settings,
                           DecisionLogging decisions)
    : log_(log),
      decisions_(decisions),
      reader_(std::move(reader)),
      question_(settings),
      reply_({.realm = settings.realm, .problem_base = settings.problem_base}) {}

Reply CheckService::Answer(std::string_view request) {
  const EarlyRefusal refused = question_.Read(request);
  const CheckQuestion& question = question_.question();
  facts_ = {.decision_id = ids_.Next(NowNs()),
            .method = question.method,
            .host = question.host,
            .path = question.target.substr(0, question.target.find('?')),
            .client_ip = question_.client_ip(),
            .request_id = question_.Header("x-request-id")};
  const CheckVerdict verdict = refused.rule.empty() ? Decide()
                                                    : CheckVerdict{.status = 400,
                                                                   .rule = refused.rule,
                                                                   .reason = refused.reason,
                                                                   .operator_reason = refused.operator_reason};
  const bool grpc = base::StartsWithFolded(question_.Header("content-type"), "application/grpc");
  const CheckReply::Written written = reply_.Write(
      verdict, {.decision_id = facts_.decision_id, .caller = grpc ? CallerKind::kGrpc : CallerKind::kHttp});
  Log(written.verdict);
  reader_.Release();
  return {written.bytes};
}

CheckVerdict CheckService::Decide() {
  question_.Fill(reader_.Begin());
  const Decision& decision = reader_.Decide();
  CheckVerdict verdict = VerdictOf(decision);
  verdict.credential = question_.credential();
  if (verdict.outcome != Outcome::kAllow || verdict.audit == AuditLevel::kFull) {
    operator_reason_ = decision.operator_reason();
    verdict.operator_reason = operator_reason_;
  }
  return verdict;
}

void CheckService::Log(const CheckVerdict& verdict) const {
  if (decisions_ == DecisionLogging::kNone || !log_.Wants(observe::Level::kInfo)) return;
  if (decisions_ == DecisionLogging::kRefused && verdict.outcome == Outcome::kAllow) return;
  LogDecision(log_, verdict, facts_);
}

std::vector<Endpoint> CheckEndpoints(Engine& engine, observe::Log& log, const bundle::ServerSettings& settings,
                                     DecisionLogging decisions) {
  bundle::ServerSettings used = settings;
  if (used.realm.empty()) used.realm = engine.info().name;
  const auto make = [&engine, &log, used, decisions]() -> Result<std::unique_ptr<ByteService>> {
    WARD_ASSIGN_OR_RETURN(Reader reader, engine.NewReader());
    return std::unique_ptr<ByteService>(std::make_unique<CheckService>(std::move(reader), log, used, decisions));
  };
  return {{fmt::format("/{}/Check", kCheckServiceName), CallShape::kUnary, make}};
}

}  // namespace ward::server
