// The three steps of a request: Admit, Identify, Decide (ARCHITECTURE section 1), and the ranking of the reply
// (LANGUAGE section (e), "Reply").
#include <utility>

#include "base/clock.h"
#include "engine/reader_state.h"
#include "zone/zone_state.h"

namespace ward {
namespace {

constexpr std::string_view kDefaultRule = "default";
constexpr std::uint16_t kAllowedStatus = 200;
constexpr std::uint16_t kBadRequestStatus = 400;
constexpr std::uint16_t kChallengeStatus = 401;
constexpr std::uint16_t kRefusedStatus = 403;
constexpr std::uint16_t kNoOperationStatus = 404;
constexpr std::uint16_t kNoPolicyStatus = 503;

// What a caller reads where the policy has no words of its own. They name nothing that he does not know.
constexpr std::string_view kRefusedReason = "You are not allowed to do this.";
constexpr std::string_view kChallengeReason = "This needs other or stronger credentials.";
constexpr std::string_view kCredentialReason = "The credential is not valid.";
constexpr std::string_view kNoOperationReason = "There is no such operation.";
constexpr std::string_view kBadPathReason = "The path of the request is malformed.";
constexpr std::string_view kNoPolicyReason = "No policy is loaded.";

std::string_view CredentialText(Credential credential) {
  switch (credential) {
    case Credential::kAbsent:
      return "absent";
    case Credential::kInvalid:
      return "invalid";
    case Credential::kValid:
      return "valid";
  }
  return "absent";
}

}  // namespace

Request& ReaderState::Begin() {
  view_ = publication_.Pin(index_);
  work_ = view_ == nullptr ? nullptr : view_->snapshot->workspaces[index_].get();
  decision_ = Decision();
  decision_.state_ = this;
  step_ = Step::kBegun;
  found_by_ = FoundBy::kNothing;
  refused_ = credential_said_ = token_given_ = false;
  credential_ = Credential::kAbsent;
  path_fault_ = route::PathFault::kNone;
  host_has_form_ = true;
  operation_ = zone_state_ = bytecode::kNone;
  fault_.reset();
  client_.reset();
  now_ns_.reset();
  method_ = host_ = path_ = action_ = resource_type_ = asked_operation_ = {};
  if (work_ == nullptr) return request_;
  decision_.generation_ = view_->generation;
  work_->writer.Clear();
  work_->set_headers.clear();
  work_->strip_headers.clear();
  work_->tags.clear();
  work_->shadows.clear();
  work_->vm.Begin(view_->world, std::span(work_->cells).first(image().input_count()));
  return request_;
}

void ReaderState::Release() {
  publication_.Unpin(index_);
  view_ = nullptr;
  work_ = nullptr;
  // What it pointed to may be freed now.
  decision_ = Decision();
}

void ReaderState::Refuse(Outcome outcome, std::uint16_t status, std::string_view rule, std::string_view reason) {
  decision_.outcome_ = outcome;
  decision_.status_ = status;
  decision_.rule_ = rule;
  decision_.reason_ = reason;
  refused_ = true;
}

Admission ReaderState::Admit() {
  if (step_ != Step::kBegun) return refused_ ? Admission::kRefused : Admission::kGoOn;
  step_ = Step::kAdmitted;
  if (work_ == nullptr) {
    Refuse(Outcome::kDeny, kNoPolicyStatus, kDefaultRule, kNoPolicyReason);
    return Admission::kRefused;
  }
  FindZone();
  if (fault_) {
    Refuse(Outcome::kDeny, kBadRequestStatus, fault_->rule, fault_->reason);
  } else if (path_fault_ != route::PathFault::kNone) {
    Refuse(Outcome::kDeny, kBadRequestStatus, "bad-path", kBadPathReason);
  } else if (operation_ == bytecode::kNone) {
    Refuse(Outcome::kDeny, kNoOperationStatus, "no-operation", kNoOperationReason);
  } else {
    decision_.operation_ = image().TextOf(image().operations[operation_].name());
    work_->vm.SetOperation(operation_);
  }
  return refused_ ? Admission::kRefused : Admission::kGoOn;
}

void ReaderState::FindZone() {
  if (!client_) {
    // Handed over as an attribute.
    for (const std::uint32_t slot : binding().slots_of(AttributeSource::kSourceIp)) {
      if (work_->cells[slot].present()) client_ = work_->cells[slot].ip();
    }
  }
  zone_state_ = zone::StateOf(image(), image().zone_prefixes, client_,
                              [this](std::uint32_t slot) { return work_->vm.TruthOf(slot); });
  const bytecode::ZoneState& state = image().zone_states[zone_state_];
  work_->vm.SetZone(state.zone());
  if (state.zone() != bytecode::kNone) decision_.zone_ = image().TextOf(image().zones[state.zone()].name());
  decision_.candidates_ =
      std::span(binding().candidates).subspan(state.candidates().first(), state.candidates().count());
}

Admission ReaderState::Identify() {
  if (Admit() == Admission::kRefused) return Admission::kRefused;
  if (step_ != Step::kAdmitted) return Admission::kGoOn;
  step_ = Step::kIdentified;
  if (!credential_said_ && token_given_) credential_ = Credential::kValid;
  if (credential_ == Credential::kInvalid) {
    Refuse(Outcome::kChallenge, kChallengeStatus, "invalid-credential", kCredentialReason);
    return Admission::kRefused;
  }
  BindCredential();
  return Admission::kGoOn;
}

void ReaderState::BindCredential() {
  for (const std::uint32_t slot : binding().slots_of(AttributeSource::kCredential)) {
    work_->writer.SetText(slot, CredentialText(credential_), border::TextOrigin::kText);
  }
  if (credential_ == Credential::kValid) {
    if (token_given_) BindSubject();
    return;
  }
  // Claims are verified or they are not there.
  for (const std::uint32_t slot : binding().slots_of(AttributeSource::kToken)) work_->writer.Withdraw(slot);
}

// `subject.id` is what the token says, also where it says nothing.
void ReaderState::BindSubject() {
  for (const engine::SubjectId& id : binding().subject_ids) {
    border::Cell said = work_->cells[id.token_sub];
    if (!said.present() && id.claim != bytecode::kNone) said = work_->cells[id.claim];
    if (said.present()) {
      work_->writer.SetCell(id.slot, said);
    } else {
      work_->writer.Withdraw(id.slot);
    }
  }
}

const Decision& ReaderState::Decide() {
  if (step_ == Step::kDecided) return decision_;
  const bool go_on = Identify() == Admission::kGoOn;
  step_ = Step::kDecided;
  if (!go_on) return decision_;
  const std::span<const std::uint32_t> now_slots = binding().slots_of(AttributeSource::kNow);
  if (!now_slots.empty()) {
    const border::Cell now = border::Cell::Number(now_ns_ ? *now_ns_ : base::SystemClock().NowNs());
    for (const std::uint32_t slot : now_slots) {
      if (work_->writer.is_unset(slot)) work_->writer.SetCell(slot, now);
    }
  }
  const bytecode::Program& program = image().ProgramOf(operation_, zone_state_);
  Conclude(work_->walk.Run(image(), program, work_->vm));
  TellMatches();
  return decision_;
}

void ReaderState::Conclude(const eval::Findings& findings) {
  if (findings.deny != bytecode::kNone) {
    AnswerBy(findings.deny, Outcome::kDeny);
  } else if (findings.challenge != bytecode::kNone) {
    decision_.in_doubt_ = findings.challenge != findings.certain_challenge;
    AnswerBy(findings.challenge, Outcome::kChallenge);
  } else if (findings.doubt != bytecode::kNone) {
    decision_.in_doubt_ = true;
    AnswerBy(findings.doubt, Outcome::kDeny);
  } else if (findings.allow != bytecode::kNone) {
    AnswerBy(findings.allow, Outcome::kAllow);
  } else {
    decision_.outcome_ = Outcome::kDeny;
    decision_.status_ = kRefusedStatus;
    decision_.rule_ = kDefaultRule;
    decision_.reason_ = kRefusedReason;
  }
}

void ReaderState::AnswerBy(std::uint32_t number, Outcome outcome) {
  const bytecode::Rule& rule = image().rules[number];
  const bytecode::Reply& reply = image().replies[rule.reply()];
  decision_.outcome_ = outcome;
  decision_.rule_id_ = number;
  decision_.rule_ = image().TextOf(rule.name());
  decision_.status_ = outcome == Outcome::kAllow ? kAllowedStatus : rule.status();
  if (outcome == Outcome::kAllow) {
    decision_.reason_ = Render(reply, {});
    return;
  }
  decision_.challenge_.acr = binding().Texts(reply.acr());
  decision_.challenge_.scopes = binding().Texts(reply.scopes());
  decision_.challenge_.max_age_seconds = reply.max_age_seconds();
  decision_.reason_ = Render(reply, outcome == Outcome::kChallenge ? kChallengeReason : kRefusedReason);
}

}  // namespace ward
