// server: a decision as the answer to Envoy's external authorization.
//
// Chooses what a refused caller gets (problem+json, a challenge, no caching; a short plain text for
// gRPC callers, whose grpc-message it becomes) and what operators find in Envoy's access log:
// dynamic metadata under `envoy.filters.http.ext_authz` with decision_id, outcome, rule, reason
// (for operators), operation, zone, generation, in_doubt, tags, audit, shadows. Owns its bytes,
// valid until the next Write. Thread rule: one per thread.
#ifndef WARD_SRC_SERVER_CHECK_REPLY_H_
#define WARD_SRC_SERVER_CHECK_REPLY_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/challenge.h"
#include "server/ext_authz_response.h"
#include "server/problem.h"
#include "ward/decision.h"
#include "ward/request.h"

namespace ward::server {

// What the engine decided, or why we refused before it was asked. Views: as a Decision.
struct CheckVerdict {
  Outcome outcome = Outcome::kDeny;
  std::uint16_t status = 403;
  std::string_view rule{};
  std::string_view reason{};           // for the caller
  std::string_view operator_reason{};  // empty: none is known
  std::string_view operation{};
  std::string_view zone{};
  bool in_doubt = false;
  std::uint64_t generation = 0;  // 0: no policy was asked
  Credential credential = Credential::kAbsent;
  AuditLevel audit = AuditLevel::kNone;
  ChallengeInfo challenge{};
  std::span<const HeaderToSet> set_headers{};
  std::span<const std::string_view> strip_headers{};
  std::span<const std::string_view> tags{};
  std::span<const ShadowOutcome> shadows{};
  std::span<const std::string_view> ill_typed{};  // for the log only
  bool our_failure = false;                       // nothing could be decided at all: an error, not a denial
};

// Without operator_reason, whose text somebody must own.
[[nodiscard]] CheckVerdict VerdictOf(const Decision& decision);

// `rule: deny`, `rule: allow (in doubt)`; `rule: on` for a rule that would have decided nothing.
[[nodiscard]] std::string ShadowText(const ShadowOutcome& shadow);

enum class CallerKind : std::uint8_t { kHttp, kGrpc };

struct ReplyContext {
  std::string_view decision_id;
  CallerKind caller = CallerKind::kHttp;
};

struct ReplyTexts {
  std::string realm;         // of challenges; empty: none
  std::string problem_base;  // `type` of a problem is this and the rule's name; empty: about:blank
};

class CheckReply {
 public:
  explicit CheckReply(ReplyTexts texts) : texts_(std::move(texts)) {}

  struct Written {
    std::string_view bytes;
    // What was sent: the verdict given, or a denial if its headers may not be sent.
    CheckVerdict verdict;
  };
  [[nodiscard]] Written Write(const CheckVerdict& verdict, const ReplyContext& context);

 private:
  void FillMetadata(const CheckVerdict& verdict, const ReplyContext& context);
  std::string_view WriteRefusal(const CheckVerdict& verdict, const ReplyContext& context);
  std::string_view Body(const CheckVerdict& verdict, const ReplyContext& context);

  const ReplyTexts texts_;
  CheckAnswerWriter writer_;
  ProblemWriter problem_;
  ChallengeWriter challenge_;
  // Kept from call to call for their memory.
  std::vector<NameValue> headers_;
  std::vector<std::string_view> strip_;
  std::vector<std::string> shadow_texts_;
  std::vector<std::string_view> shadows_;
  std::vector<MetadataEntry> metadata_;
  std::string type_;
  std::string instance_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_CHECK_REPLY_H_
