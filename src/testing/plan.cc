#include "testing/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>

namespace ward::testing {
namespace {

using semantic::Binding;

// Why an expectation cannot be judged before limits are enforced; empty: it can.
std::string_view NeedsLimiter(const semantic::Expectation& expectation, bool said_by_rules) {
  constexpr std::uint16_t kTooManyRequests = 429;
  if (const auto* verdict = std::get_if<semantic::ExpectVerdict>(&expectation.what)) {
    if (verdict->outcome == semantic::ExpectedOutcome::kThrottle) return "throttle";
    if (verdict->by_limit) return "a limit";
  }
  if (const auto* reply = std::get_if<semantic::ExpectReply>(&expectation.what)) {
    if (reply->status == kTooManyRequests && !said_by_rules) return "reply 429";
  }
  if (std::holds_alternative<semantic::ExpectRetryAfter>(expectation.what)) return "retry after";
  if (std::holds_alternative<semantic::ExpectSlowedBy>(expectation.what)) return "slowed by";
  return {};
}

// Rules may answer with 429, too: `expect deny by banned, reply 429`.
bool SaidByRules(const semantic::Expect& expect) {
  return std::any_of(expect.expectations.begin(), expect.expectations.end(), [](const semantic::Expectation& told) {
    const auto* verdict = std::get_if<semantic::ExpectVerdict>(&told.what);
    return verdict != nullptr && verdict->outcome != semantic::ExpectedOutcome::kThrottle;
  });
}

class Planner {
 public:
  Planner(const semantic::Program& program, const base::SourceMap& sources) : program_(program), sources_(sources) {}

  void Add(const semantic::Test& test) {
    if (!test.has_table) return Add(test, nullptr, 0);
    for (std::size_t i = 0; i < test.rows.size(); ++i) Add(test, &test.rows[i], i + 1);
  }

  Plan Finish() { return std::move(plan_); }

 private:
  void Add(const semantic::Test& test, const semantic::TestRow* row, std::size_t number) {
    PlannedTest planned;
    planned.test = &test;
    planned.name = row == nullptr ? std::string(test.name) : fmt::format("{}, row {}", test.name, number);
    planned.span = row == nullptr ? test.span : row->span;
    key_ = VariantKey();
    sent_ = expects_ = false;
    for (const semantic::Step& step : test.steps) Add(step, planned);
    if (row != nullptr) {
      for (const semantic::Step& step : row->steps) Add(step, planned);
    }
    if (!expects_ && planned.wrong.empty()) planned.wrong = "it expects nothing, so it would pass whatever happens";
    plan_.tests.push_back(std::move(planned));
  }

  void Add(const semantic::Step& step, PlannedTest& planned) {
    PlannedStep added{&step, 0};
    if (const auto* given = std::get_if<semantic::UseGiven>(&step.what)) {
      for (const Binding& binding : program_.suite.givens[given->given].bindings) Note(binding);
    } else if (const auto* binding = std::get_if<Binding>(&step.what)) {
      Note(*binding);
    } else if (const auto* only = std::get_if<semantic::Only>(&step.what)) {
      key_.only = only->policy;
    } else if (std::holds_alternative<semantic::Send>(step.what)) {
      sent_ = true;
      added.variant = VariantOf(key_);
    } else if (const auto* expect = std::get_if<semantic::Expect>(&step.what)) {
      Note(*expect, step, planned);
    }
    planned.steps.push_back(added);
  }

  void Note(const Binding& binding) {
    if (binding.target != Binding::Target::kAttribute) return;
    if (program_.attributes[binding.attribute.index()].roles) {
      for (const semantic::AttributeId id : program_.claimed_roles) Note(id);
    } else {
      Note(binding.attribute);
    }
  }

  void Note(semantic::AttributeId id) {
    if (program_.attributes[id.index()].computed == nullptr) return;
    const auto at = std::lower_bound(key_.given.begin(), key_.given.end(), id);
    if (at == key_.given.end() || *at != id) key_.given.insert(at, id);
  }

  void Note(const semantic::Expect& expect, const semantic::Step& step, PlannedTest& planned) {
    if (expect.expectations.empty()) return;
    expects_ = true;
    if (!sent_ && planned.wrong.empty()) {
      planned.wrong = fmt::format("line {} expects something, but nothing was sent before it", LineOf(step.span));
    }
    for (const semantic::Expectation& expectation : expect.expectations) {
      const std::string_view needs = NeedsLimiter(expectation, SaidByRules(expect));
      if (needs.empty() || !planned.waits_for.empty()) continue;
      planned.waits_for =
          fmt::format("limits are not enforced yet, and line {} expects `{}`", LineOf(expectation.span), needs);
    }
  }

  std::uint32_t LineOf(base::Span span) const { return sources_.Locate(span).line; }

  std::size_t VariantOf(const VariantKey& key) {
    const auto [it, fresh] = numbers_.try_emplace(key, plan_.variants.size());
    if (fresh) plan_.variants.push_back(key);
    return it->second;
  }

  const semantic::Program& program_;
  const base::SourceMap& sources_;
  Plan plan_;
  std::map<VariantKey, std::size_t> numbers_;
  // Of the test that is being added.
  VariantKey key_;
  bool sent_ = false;
  bool expects_ = false;
};

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

Plan MakePlan(const semantic::Program& program, const std::vector<base::FileId>& files,
              const base::SourceMap& sources) {
  Planner planner(program, sources);
  for (const semantic::Test& test : program.suite.tests) {
    if (std::binary_search(files.begin(), files.end(), test.span.file)) planner.Add(test);
  }
  return planner.Finish();
}

bool Matches(std::string_view pattern, std::string_view policy, std::string_view name) {
  const std::string full = fmt::format("{}.{}", policy, name);
  if (pattern.find_first_of("*?") != std::string_view::npos) {
    return MatchesGlob(pattern, full) || MatchesGlob(pattern, name);
  }
  return full.find(pattern) != std::string::npos;
}

}  // namespace ward::testing
