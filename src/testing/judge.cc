#include "testing/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/clock.h"
#include "diag/locate.h"
#include "testing/difference.h"

namespace ward::testing {
namespace {

using semantic::ExpectedOutcome;
using semantic::ExpectVerdict;

bool IsOutcome(ExpectedOutcome expected, Outcome outcome) {
  switch (expected) {
    case ExpectedOutcome::kAllow:
      return outcome == Outcome::kAllow;
    case ExpectedOutcome::kDeny:
      return outcome == Outcome::kDeny;
    case ExpectedOutcome::kChallenge:
      return outcome == Outcome::kChallenge;
    case ExpectedOutcome::kThrottle:
      return outcome == Outcome::kThrottle;
  }
  return false;
}

// Any of the rules that allow may be named, not only the one that the decision names.
bool Allows(const Reader& reader, std::string_view rule) {
  const Explanation explanation = reader.Explain();
  return std::any_of(explanation.rules.begin(), explanation.rules.end(), [rule](const RuleExplanation& told) {
    return told.rule == rule && told.kind == "allow" && !told.shadow && told.truth == Truth::kTrue;
  });
}

bool MatchesVerdict(const ExpectVerdict& expected, const Reader& reader) {
  const Decision& decision = reader.decision();
  if (expected.shadow) {
    return std::any_of(decision.shadows().begin(), decision.shadows().end(), [&expected](const ShadowOutcome& shadow) {
      return shadow.outcome.has_value() && IsOutcome(expected.outcome, *shadow.outcome) &&
             (expected.by.empty() || shadow.rule == expected.by);
    });
  }
  if (!IsOutcome(expected.outcome, decision.outcome())) return false;
  if (expected.by.empty() || decision.rule() == expected.by) return true;
  return decision.allowed() && Allows(reader, expected.by);
}

const ExpectVerdict* VerdictOf(const semantic::Expectation& expectation) {
  return std::get_if<ExpectVerdict>(&expectation.what);
}

}  // namespace

// ---- Tally

std::size_t Tally::IndexOf(const semantic::Expectation& verdict) const {
  return static_cast<std::size_t>(std::find(verdicts_.begin(), verdicts_.end(), &verdict) - verdicts_.begin());
}

void Tally::Note(const Reader& reader) {
  ++sent_;
  std::vector<bool> matches(verdicts_.size());
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    matches[i] = MatchesVerdict(*VerdictOf(*verdicts_[i]), reader);
    if (!matches[i] && !mismatches_[i].has_value()) mismatches_[i] = Mismatch{sent_, reader.Explain()};
  }
  ++classes_[std::move(matches)];
}

std::size_t Tally::CountOf(const semantic::Expectation& verdict) const {
  const std::size_t index = IndexOf(verdict);
  std::size_t count = 0;
  for (const auto& [matches, requests] : classes_) count += matches[index] ? requests : 0;
  return count;
}

const Tally::Mismatch* Tally::FirstMismatch(const semantic::Expectation& verdict) const {
  const std::optional<Mismatch>& mismatch = mismatches_[IndexOf(verdict)];
  return mismatch.has_value() ? &*mismatch : nullptr;
}

// Requests that match few verdicts choose first. Two verdicts that share requests are both of rules that allow, so the
// classes are as good as ordered by inclusion, and choosing greedily is enough.
bool Tally::CanBe(const Verdicts& numbered) const {
  std::vector<std::pair<std::vector<std::size_t>, std::size_t>> choices;
  std::vector<std::size_t> room;
  for (const semantic::Expectation* verdict : numbered) {
    room.push_back(static_cast<std::size_t>(*VerdictOf(*verdict)->count));
  }
  for (const auto& [matches, requests] : classes_) {
    std::vector<std::size_t> may_be;
    for (std::size_t i = 0; i < numbered.size(); ++i) {
      if (matches[IndexOf(*numbered[i])]) may_be.push_back(i);
    }
    choices.emplace_back(std::move(may_be), requests);
  }
  std::stable_sort(choices.begin(), choices.end(),
                   [](const auto& a, const auto& b) { return a.first.size() < b.first.size(); });
  for (auto& [may_be, requests] : choices) {
    for (const std::size_t i : may_be) {
      const std::size_t taken = std::min(requests, room[i]);
      room[i] -= taken;
      requests -= taken;
    }
    if (requests > 0) return false;
  }
  return std::all_of(room.begin(), room.end(), [](std::size_t left) { return left == 0; });
}

namespace {

// ---- one expect

class ExpectJudge {
 public:
  ExpectJudge(const Tally& tally, const LastRequest& last, const base::SourceMap& sources)
      : tally_(tally), last_(last), sources_(sources) {}

  std::vector<Failure> Run(const semantic::Expect& expect) {
    Tally::Verdicts numbered;
    for (const semantic::Expectation& expectation : expect.expectations) {
      current_ = &expectation;
      const ExpectVerdict* verdict = VerdictOf(expectation);
      if (verdict != nullptr && verdict->count.has_value() && !verdict->shadow) {
        numbered.push_back(&expectation);
      } else {
        std::visit([this](const auto& what) { Check(what); }, expectation.what);
      }
    }
    if (!numbered.empty()) CheckNumbers(numbered);
    return std::move(failures_);
  }

 private:
  [[nodiscard]] const Decision& decision() const { return last_.reader.decision(); }

  void Add(std::string happened, std::string difference, Explanation explanation) {
    Failure failure;
    failure.expected = std::string(sources_.Text(current_->span));
    failure.at = diag::Locate(current_->span, sources_);
    failure.happened = std::move(happened);
    failure.difference = std::move(difference);
    failure.explanation = std::move(explanation);
    failures_.push_back(std::move(failure));
  }
  // Of the last request: what it has in place of what is expected.
  void Add(std::string happened) {
    Explanation explanation = last_.reader.Explain();
    std::string difference = DecisionText(explanation);
    Add(std::move(happened), std::move(difference), std::move(explanation));
  }

  void Check(const ExpectVerdict& verdict) {
    const Tally::Mismatch* mismatch = tally_.FirstMismatch(*current_);
    if (verdict.count.has_value()) {
      const std::size_t count = tally_.CountOf(*current_);
      if (count == static_cast<std::size_t>(*verdict.count)) return;
      Explanation explanation = mismatch == nullptr ? last_.reader.Explain() : mismatch->explanation;
      std::string why = mismatch == nullptr ? "every request did" : ShadowDifference(verdict, explanation);
      return Add(fmt::format("{} of {}", count, tally_.sent()), std::move(why), std::move(explanation));
    }
    if (mismatch == nullptr) return;
    std::string happened = DecisionText(mismatch->explanation);
    if (tally_.sent() > 1) happened = fmt::format("request {} of {}: {}", mismatch->number, tally_.sent(), happened);
    Add(std::move(happened),
        verdict.shadow ? ShadowDifference(verdict, mismatch->explanation)
                       : SmallestDifference(verdict, mismatch->explanation),
        mismatch->explanation);
  }

  void CheckNumbers(const Tally::Verdicts& numbered) {
    std::size_t sum = 0;
    for (const semantic::Expectation* verdict : numbered) {
      sum += static_cast<std::size_t>(*VerdictOf(*verdict)->count);
    }
    if (sum == tally_.sent() && tally_.CanBe(numbered)) return;
    current_ = numbered.front();
    std::string happened;
    for (const semantic::Expectation* verdict : numbered) {
      happened += fmt::format("{}{} of {} match `{}`", happened.empty() ? "" : ", ", tally_.CountOf(*verdict),
                              tally_.sent(), sources_.Text(verdict->span));
    }
    if (sum != tally_.sent()) {
      return Add(std::move(happened),
                 fmt::format("the numbers add up to {}, and {} requests were sent", sum, tally_.sent()),
                 last_.reader.Explain());
    }
    // The one that misses most says why.
    const semantic::Expectation* worst = numbered.front();
    for (const semantic::Expectation* verdict : numbered) {
      if (tally_.FirstMismatch(*verdict) != nullptr && tally_.CountOf(*verdict) < Wanted(*verdict)) worst = verdict;
    }
    current_ = worst;
    const Tally::Mismatch* mismatch = tally_.FirstMismatch(*worst);
    Explanation explanation = mismatch == nullptr ? last_.reader.Explain() : mismatch->explanation;
    std::string why = mismatch == nullptr ? std::string("more requests match than the number says")
                                          : SmallestDifference(*VerdictOf(*worst), explanation);
    Add(std::move(happened), std::move(why), std::move(explanation));
  }

  static std::size_t Wanted(const semantic::Expectation& verdict) {
    return static_cast<std::size_t>(*VerdictOf(verdict)->count);
  }

  void Check(const semantic::ExpectReply& reply) {
    if (decision().status() != reply.status) return Add(fmt::format("status {}", decision().status()));
    const ChallengeInfo& asked = decision().challenge();
    const std::int64_t max_age = reply.max_age_ns < 0 ? -1 : reply.max_age_ns / base::kNsPerSecond;
    if (!reply.acr.empty() && !std::equal(reply.acr.begin(), reply.acr.end(), asked.acr.begin(), asked.acr.end())) {
      return Add(fmt::format("it asks for acr [{}]", fmt::join(asked.acr, ", ")));
    }
    if (!reply.scopes.empty() &&
        !std::equal(reply.scopes.begin(), reply.scopes.end(), asked.scopes.begin(), asked.scopes.end())) {
      return Add(fmt::format("it asks for scopes [{}]", fmt::join(asked.scopes, ", ")));
    }
    if (max_age >= 0 && max_age != asked.max_age_seconds) {
      Add(asked.max_age_seconds < 0 ? std::string("it asks for no age")
                                    : fmt::format("it asks for an age of {} seconds", asked.max_age_seconds));
    }
  }

  void Check(const semantic::ExpectBecause& because) {
    if (decision().reason() != because.text) Add(fmt::format("because \"{}\"", decision().reason()));
  }

  // The header as the backend gets it: set, else stripped, else as it was sent. A refused request goes nowhere.
  void Check(const semantic::ExpectHeader& expected) {
    const std::optional<std::string_view> value = HeaderThatGoesOn(expected.name);
    using How = semantic::ExpectHeader::How;
    const bool met = expected.how == How::kMissing   ? !value.has_value()
                     : expected.how == How::kPresent ? value.has_value()
                                                     : value == expected.value;
    if (met) return;
    if (!decision().allowed()) return Add("the request does not go on, so it has no headers");
    Add(value.has_value() ? fmt::format("header \"{}\" is \"{}\"", expected.name, *value)
                          : fmt::format("header \"{}\" is missing", expected.name));
  }

  std::optional<std::string_view> HeaderThatGoesOn(std::string_view name) const {
    if (!decision().allowed()) return std::nullopt;
    for (const HeaderToSet& header : decision().set_headers()) {
      if (header.name == name) return header.present ? std::optional(header.value) : std::nullopt;
    }
    const auto stripped = decision().strip_headers();
    if (std::find(stripped.begin(), stripped.end(), name) != stripped.end()) return std::nullopt;
    return last_.header(name);
  }

  void Check(const semantic::ExpectZone& zone) {
    if (decision().zone() == zone.name) return;
    if (!decision().zone().empty()) return Add(fmt::format("zone {}", decision().zone()));
    const auto candidates = decision().zone_candidates();
    Add(candidates.empty() ? std::string("no zone")
                           : fmt::format("the zone is in doubt, candidates {}", fmt::join(candidates, ", ")));
  }

  void Check(const semantic::ExpectAudit& audit) {
    const AuditLevel wanted = audit.full ? AuditLevel::kFull : AuditLevel::kBrief;
    if (decision().audit() == wanted) return;
    constexpr std::array<std::string_view, 3> kNames{"no audit", "audit brief", "audit full"};
    Add(std::string(kNames[static_cast<std::size_t>(decision().audit())]));
  }

  void Check(const semantic::ExpectTag& tag) {
    const auto tags = decision().tags();
    if (std::find(tags.begin(), tags.end(), tag.word) != tags.end()) return;
    Add(tags.empty() ? std::string("no tag") : fmt::format("tags {}", fmt::join(tags, ", ")));
  }

  // Limits decide these two; a test that expects them waits (plan.cc).
  void Check(const semantic::ExpectRetryAfter& /*unused*/) { Add("no limit refused"); }
  void Check(const semantic::ExpectSlowedBy& /*unused*/) { Add("no limit slowed it"); }

  const Tally& tally_;
  const LastRequest& last_;
  const base::SourceMap& sources_;
  const semantic::Expectation* current_ = nullptr;
  std::vector<Failure> failures_;
};

}  // namespace

std::vector<Failure> Judge(const semantic::Expect& expect, const Tally& tally, const LastRequest& last,
                           const base::SourceMap& sources) {
  return ExpectJudge(tally, last, sources).Run(expect);
}

}  // namespace ward::testing
