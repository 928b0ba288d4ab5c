// The C API of a decision and of its explanation.
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/c_api_handles.h"

using ward::engine::Arrays;
using ward::engine::At;
using ward::engine::Keep;
using ward::engine::Same;
using ward::engine::TextOf;

namespace {

static_assert(Same(WARD_DENY, ward::Outcome::kDeny) && Same(WARD_ALLOW, ward::Outcome::kAllow) &&
              Same(WARD_CHALLENGE, ward::Outcome::kChallenge) && Same(WARD_THROTTLE, ward::Outcome::kThrottle));
static_assert(Same(WARD_AUDIT_NONE, ward::AuditLevel::kNone) && Same(WARD_AUDIT_BRIEF, ward::AuditLevel::kBrief) &&
              Same(WARD_AUDIT_FULL, ward::AuditLevel::kFull));
static_assert(Same(WARD_IN_DOUBT, ward::Truth::kDoubt) && Same(WARD_FALSE, ward::Truth::kFalse) &&
              Same(WARD_TRUE, ward::Truth::kTrue));

ward_outcome OutcomeOf(ward::Outcome value) { return static_cast<ward_outcome>(value); }
ward_audit AuditOf(ward::AuditLevel value) { return static_cast<ward_audit>(value); }
ward_truth TruthOf(ward::Truth value) { return static_cast<ward_truth>(value); }

// The plain structs of an Explanation beside what they point to.
struct OwnedExplanation : ward_explanation {
  explicit OwnedExplanation(ward::Explanation from) : ward_explanation(), told(std::move(from)) {
    outcome = OutcomeOf(told.outcome);
    status = told.status;
    generation = told.generation;
    rule = TextOf(told.rule);
    reason = TextOf(told.reason);
    operation = TextOf(told.operation);
    operation_why = TextOf(told.operation_why);
    zone = TextOf(told.zone);
    zone_why = TextOf(told.zone_why);
    ill_typed = Keep(told.ill_typed, texts).data();
    ill_typed_count = told.ill_typed.size();
    for (const ward::RuleExplanation& each : told.rules) kept_rules.push_back(RuleOf(each));
    rules = kept_rules.data();
    rule_count = kept_rules.size();
  }

  ward_rule_explanation RuleOf(const ward::RuleExplanation& from) {
    std::vector<ward_test_explanation>& kept = tests.emplace_back();
    for (const ward::TestExplanation& test : from.tests) {
      kept.push_back({TextOf(test.text), TextOf(test.file), test.line, TextOf(test.clause), TruthOf(test.truth),
                      test.waived ? 1 : 0, Keep(test.missing, texts).data(), test.missing.size()});
    }
    return {TextOf(from.rule), TextOf(from.kind), TruthOf(from.truth), from.shadow ? 1 : 0, from.decided ? 1 : 0,
            TextOf(from.file), from.line,         kept.data(),         kept.size()};
  }

  const ward::Explanation told;
  Arrays<ward_text> texts;
  Arrays<ward_test_explanation> tests;
  std::vector<ward_rule_explanation> kept_rules;
};

}  // namespace

extern "C" {

int ward_reader_admit(ward_reader* reader) { return reader->reader.Admit() == ward::Admission::kGoOn ? 1 : 0; }
int ward_reader_identify(ward_reader* reader) { return reader->reader.Identify() == ward::Admission::kGoOn ? 1 : 0; }

void ward_reader_decide(ward_reader* reader, ward_decision* decision) {
  const ward::Decision& from = reader->reader.Decide();
  ward_decision to;
  std::memset(&to, 0, sizeof(to));
  to.outcome = OutcomeOf(from.outcome());
  to.audit = AuditOf(from.audit());
  to.status = from.status();
  to.in_doubt = from.in_doubt() ? 1 : 0;
  to.generation = from.generation();
  to.rule = TextOf(from.rule());
  to.operation = TextOf(from.operation());
  to.zone = TextOf(from.zone());
  to.reason = TextOf(from.reason());
  to.challenge_max_age = from.challenge().max_age_seconds;
  to.challenge_acr_count = from.challenge().acr.size();
  to.challenge_scope_count = from.challenge().scopes.size();
  to.set_header_count = from.set_headers().size();
  to.strip_header_count = from.strip_headers().size();
  to.tag_count = from.tags().size();
  to.zone_candidate_count = from.zone_candidates().size();
  to.shadow_count = from.shadows().size();
  to.ill_typed_count = from.ill_typed().size();
  *decision = to;
}

ward_text ward_decision_challenge_acr(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().challenge().acr, index);
}
ward_text ward_decision_challenge_scope(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().challenge().scopes, index);
}
ward_header ward_decision_set_header(const ward_reader* reader, size_t index) {
  const std::span<const ward::HeaderToSet> headers = reader->reader.decision().set_headers();
  if (index >= headers.size()) return ward_header{{nullptr, 0}, {nullptr, 0}, 0};
  return ward_header{TextOf(headers[index].name), TextOf(headers[index].value), headers[index].present ? 1 : 0};
}
ward_text ward_decision_strip_header(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().strip_headers(), index);
}
ward_text ward_decision_tag(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().tags(), index);
}

ward_text ward_decision_zone_candidate(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().zone_candidates(), index);
}
ward_text ward_decision_ill_typed(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().ill_typed(), index);
}
ward_shadow ward_decision_shadow(const ward_reader* reader, size_t index) {
  const std::span<const ward::ShadowOutcome> shadows = reader->reader.decision().shadows();
  if (index >= shadows.size()) return ward_shadow{{nullptr, 0}, 0, WARD_DENY, 0};
  const ward::ShadowOutcome& shadow = shadows[index];
  return ward_shadow{TextOf(shadow.rule), shadow.outcome ? 1 : 0,
                     OutcomeOf(shadow.outcome.value_or(ward::Outcome::kDeny)),
                     shadow.truth == ward::Truth::kDoubt ? 1 : 0};
}
ward_test ward_decision_deciding_test(const ward_reader* reader) {
  const ward::TestOutcome test = reader->reader.decision().deciding_test();
  return ward_test{TextOf(test.text), TextOf(test.file), test.line, TextOf(test.clause), TruthOf(test.truth)};
}

// The values are those of the C++ enums (asserted above); another number gets the name of the safest one.
ward_text ward_outcome_name(ward_outcome outcome) {
  return TextOf(ward::OutcomeName(static_cast<ward::Outcome>(outcome)));
}
ward_text ward_audit_name(ward_audit audit) { return TextOf(ward::AuditName(static_cast<ward::AuditLevel>(audit))); }
ward_text ward_truth_name(ward_truth truth) { return TextOf(ward::TruthName(static_cast<ward::Truth>(truth))); }

char* ward_decision_operator_reason(const ward_reader* reader) {
  const std::string reason = reader->reader.decision().operator_reason();
  auto* copy = static_cast<char*>(std::malloc(reason.size() + 1));
  if (copy != nullptr) std::memcpy(copy, reason.c_str(), reason.size() + 1);
  return copy;
}
void ward_string_free(char* string) { std::free(string); }

const ward_explanation* ward_reader_explain(ward_reader* reader) {
  static_cast<void>(reader->reader.Decide());
  return new OwnedExplanation(reader->reader.Explain());
}
void ward_explanation_destroy(const ward_explanation* explanation) {
  delete static_cast<const OwnedExplanation*>(explanation);
}

}  // extern "C"
