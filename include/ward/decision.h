// include/ward: what was decided: one outcome, its reason twice (for the caller, for the operator),
// its obligations.
//
// A Decision borrows from its Reader and the pinned generation: valid until the Reader's next
// Begin() or Release(). Copy what must live longer. Threads: as its Reader.
#ifndef WARD_INCLUDE_WARD_DECISION_H_
#define WARD_INCLUDE_WARD_DECISION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ward {

class ReaderState;

enum class Outcome : std::uint8_t {
  kDeny,  // the zero value: nothing said means refused
  kAllow,
  kChallenge,  // a refusal with 401: other or better credentials may help
  kThrottle,   // a refusal by a limit
};

// Three-valued result of a test or a rule (strong Kleene).
enum class Truth : std::uint8_t { kDoubt, kFalse, kTrue };

enum class AuditLevel : std::uint8_t { kNone, kBrief, kFull };

// The names that logs, JSON and the C API give them; a value that is none of the enum is told as the safest one.
[[nodiscard]] constexpr std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDeny:
      return "deny";
    case Outcome::kAllow:
      return "allow";
    case Outcome::kChallenge:
      return "challenge";
    case Outcome::kThrottle:
      return "throttle";
  }
  return "deny";
}
[[nodiscard]] constexpr std::string_view TruthName(Truth truth) {
  switch (truth) {
    case Truth::kDoubt:
      return "in doubt";
    case Truth::kFalse:
      return "false";
    case Truth::kTrue:
      return "true";
  }
  return "in doubt";
}
[[nodiscard]] constexpr std::string_view AuditName(AuditLevel level) {
  switch (level) {
    case AuditLevel::kNone:
      return "none";
    case AuditLevel::kBrief:
      return "brief";
    case AuditLevel::kFull:
      return "full";
  }
  return "full";
}

struct HeaderToSet {
  std::string_view name;  // lower case, never one of the names that a PEP must not take (WIRE: host, te, ...)
  std::string_view value;
  bool present = true;  // false: the value is missing; drop the client's copy and set nothing
};

// RFC 6750, RFC 9470: what a challenge asks for. Empty / -1: not asked.
struct ChallengeInfo {
  std::span<const std::string_view> acr;
  std::int64_t max_age_seconds = -1;
  std::span<const std::string_view> scopes;
};

// What a shadow rule would have said; it changed nothing.
struct ShadowOutcome {
  std::string_view rule;
  // kAllow: it would have allowed; kDeny, kChallenge: refused. Nothing: an `on` rule, which decides nothing.
  std::optional<Outcome> outcome = Outcome::kDeny;
  Truth truth = Truth::kTrue;  // kDoubt: it was in doubt, and would have applied all the same
};

// One test of a rule, as its author wrote it.
struct TestOutcome {
  std::string_view text;  // `token.scopes has orders:read`
  std::string_view file;
  std::uint32_t line = 0;       // from 1
  std::string_view clause;      // `when`, `unless`, `require`
  Truth truth = Truth::kDoubt;  // of the text as written
};

class Decision {
 public:
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  [[nodiscard]] bool allowed() const { return outcome_ == Outcome::kAllow; }
  // HTTP status for a PEP: 200 on allow, else 300..599.
  [[nodiscard]] std::uint16_t status() const { return status_; }
  // The deciding rule's qualified name, or `default`, `no-operation`, `bad-path`,
  // `invalid-credential`; a server adds `bad-request` for what it cannot read.
  [[nodiscard]] std::string_view rule() const { return rule_; }
  // True: refused because a rule was in doubt, not because it was certain.
  [[nodiscard]] bool in_doubt() const { return in_doubt_; }
  // Qualified name; empty if no operation matched.
  [[nodiscard]] std::string_view operation() const { return operation_; }
  // Empty while the zone is in doubt or none matched.
  [[nodiscard]] std::string_view zone() const { return zone_; }
  // The zones whose requirements were applied.
  [[nodiscard]] std::span<const std::string_view> zone_candidates() const { return candidates_; }
  // Which generation of the policy decided; rises with each published change.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  // The attributes that were given but break the schema (another type, too long, given twice, ...), by name, and so are
  // missing. No value is told. Claims of a credential that is not valid are not among them: nobody read them. Computed
  // by each call: O(attributes given).
  [[nodiscard]] std::span<const std::string_view> ill_typed() const;

  // For the caller: what the policy's `because` says, else a sentence that names no internals.
  [[nodiscard]] std::string_view reason() const { return reason_; }
  // For the operator: the first test that decided, or was in doubt. Computed on the first call:
  // evaluates the deciding rule's tests. Empty text for the built-in reasons.
  [[nodiscard]] TestOutcome deciding_test() const;
  // One line for logs: rule, test, doubt. Allocates. Secrets never appear.
  [[nodiscard]] std::string operator_reason() const;

  [[nodiscard]] const ChallengeInfo& challenge() const { return challenge_; }
  // Obligations: the PEP must do them, or treat the answer as deny. On a refusal only audit and
  // tags remain.
  [[nodiscard]] std::span<const HeaderToSet> set_headers() const { return set_headers_; }
  [[nodiscard]] std::span<const std::string_view> strip_headers() const { return strip_headers_; }
  [[nodiscard]] std::span<const std::string_view> tags() const { return tags_; }
  [[nodiscard]] AuditLevel audit() const { return audit_; }
  [[nodiscard]] std::span<const ShadowOutcome> shadows() const { return shadows_; }

 private:
  friend class Reader;
  friend class ReaderState;
  ReaderState* state_ = nullptr;
  Outcome outcome_ = Outcome::kDeny;
  AuditLevel audit_ = AuditLevel::kNone;
  bool in_doubt_ = false;
  std::uint16_t status_ = 403;
  std::uint32_t rule_id_ = UINT32_MAX;
  std::uint64_t generation_ = 0;
  std::string_view rule_;
  std::string_view operation_;
  std::string_view zone_;
  std::string_view reason_;
  std::span<const std::string_view> candidates_;
  ChallengeInfo challenge_;
  std::span<const HeaderToSet> set_headers_;
  std::span<const std::string_view> strip_headers_;
  std::span<const std::string_view> tags_;
  std::span<const ShadowOutcome> shadows_;
};

// ---- the long form, for people: `ward why`. Owns its memory.

struct TestExplanation {
  std::string text;
  std::string file;
  std::uint32_t line = 0;
  std::string clause;
  Truth truth = Truth::kDoubt;
  bool waived = false;  // an anonymous operation: decided by where it stands
  // Why it is in doubt, by name: attributes it reads that are missing (`token.sub`), live tables that were never loaded
  // (`revoked (not loaded)`), rows and cells that are not there (`orders[43]`, `orders[43].tenant`), `zone`. The value of
  // a secret attribute is never told: `orders[...]`.
  std::vector<std::string> missing;
};

struct RuleExplanation {
  std::string rule;
  std::string kind;             // `allow`, `deny`, `require`, `zone requirement`, `on`
  Truth truth = Truth::kDoubt;  // of its formula: a deny fires unless kFalse, an allow only if kTrue
  bool shadow = false;
  bool decided = false;
  std::string file;
  std::uint32_t line = 0;
  std::vector<TestExplanation> tests;  // in the order of the text
};

struct Explanation {
  Outcome outcome = Outcome::kDeny;
  std::uint16_t status = 403;
  std::string rule;
  std::string reason;
  std::string operation;
  std::string operation_why;  // `GET /orders/7 on api.example.com matches GET /orders/{order: int}`
  std::string zone;
  std::string zone_why;  // `203.0.113.9 is in no network; internet is everything else`
  std::uint64_t generation = 0;
  std::vector<std::string> ill_typed;  // as Decision::ill_typed
  // Every rule that covers the operation: deciding ones first, then by rank.
  std::vector<RuleExplanation> rules;
};

}  // namespace ward

#endif  // WARD_INCLUDE_WARD_DECISION_H_
