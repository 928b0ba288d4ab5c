// What differs is told by tests of rules, as their author wrote them: those of the rule that should have decided and did
// not, or those of the rule that decided instead. Which tests these are follows from the clause they stand in: a `when`
// holds a rule back unless it is true, an `unless` and what is required hold it back unless they are false (allow) or
// true (what refuses).
#include "testing/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace ward::testing {
namespace {

constexpr std::size_t kTestsShown = 3;

std::string TestText(const TestExplanation& test) {
  std::string text = fmt::format("`{}` is {}", test.text, TruthName(test.truth));
  if (test.waived) text += ", waived on an anonymous operation";
  std::string missing;
  for (const std::string& name : test.missing) missing += fmt::format("{}`{}`", missing.empty() ? "" : ", ", name);
  if (!missing.empty()) text += fmt::format(", since {} {} missing", missing, test.missing.size() == 1 ? "is" : "are");
  if (test.line != 0) text += fmt::format(" ({}:{})", test.file, test.line);
  return text;
}

// What a test says for the rule to take effect; `kDoubt` never says so here.
Truth TruthThatApplies(const TestExplanation& test) { return test.clause == "when" ? Truth::kTrue : Truth::kFalse; }

bool HoldsBack(const RuleExplanation& rule, const TestExplanation& test) {
  if (rule.kind == "allow") return test.truth != TruthThatApplies(test);
  return test.truth != TruthThatApplies(test) && test.truth != Truth::kDoubt;
}

// The tests for which `choose` says yes; all if it says so for none. Doubts first.
template <typename Choose>
std::string TestsText(const RuleExplanation& rule, Choose choose) {
  std::vector<const TestExplanation*> chosen;
  for (const TestExplanation& test : rule.tests) {
    if (choose(test)) chosen.push_back(&test);
  }
  if (chosen.empty()) return {};
  std::stable_partition(chosen.begin(), chosen.end(),
                        [](const TestExplanation* test) { return test->truth == Truth::kDoubt; });
  std::string text;
  for (std::size_t i = 0; i < std::min(chosen.size(), kTestsShown); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : "; ", TestText(*chosen[i]));
  }
  if (chosen.size() > kTestsShown) text += fmt::format("; and {} more", chosen.size() - kTestsShown);
  return text;
}

std::string WhatHoldsBack(const RuleExplanation& rule) {
  return TestsText(rule, [&rule](const TestExplanation& test) { return HoldsBack(rule, test); });
}

std::string WhatMakesItApply(const RuleExplanation& rule) {
  std::string tests = TestsText(rule, [&rule](const TestExplanation& test) { return !HoldsBack(rule, test); });
  return tests.empty() ? fmt::format("`{}` has no condition ({}:{})", rule.rule, rule.file, rule.line) : tests;
}

bool TakesEffect(const RuleExplanation& rule) {
  return rule.kind == "allow" ? rule.truth == Truth::kTrue : rule.truth != Truth::kFalse;
}

const RuleExplanation* Find(const Explanation& explanation, std::string_view name) {
  const auto found = std::find_if(explanation.rules.begin(), explanation.rules.end(),
                                  [name](const RuleExplanation& rule) { return rule.rule == name; });
  return found == explanation.rules.end() ? nullptr : &*found;
}

// The allow rule that lacks least.
const RuleExplanation* NearestAllow(const Explanation& explanation) {
  const RuleExplanation* nearest = nullptr;
  std::ptrdiff_t least = 0;
  for (const RuleExplanation& rule : explanation.rules) {
    if (rule.kind != "allow" || rule.shadow) continue;
    const std::ptrdiff_t lacks = std::count_if(rule.tests.begin(), rule.tests.end(),
                                               [&rule](const TestExplanation& test) { return HoldsBack(rule, test); });
    if (nearest != nullptr && lacks >= least) continue;
    nearest = &rule;
    least = lacks;
  }
  return nearest;
}

std::string NotCovered(std::string_view rule, const Explanation& explanation) {
  const std::string zone = explanation.zone.empty() ? std::string() : fmt::format(" in zone `{}`", explanation.zone);
  return fmt::format("`{}` does not cover `{}`{}", rule, explanation.operation, zone);
}

// A request that no rule judged: no operation, no path, a bad credential.
bool IsBeforeRules(const Explanation& explanation) {
  return explanation.rule == "no-operation" || explanation.rule == "bad-path" || explanation.rule == "bad-request" ||
         explanation.rule == "invalid-credential";
}

std::string WhyRefused(const semantic::ExpectVerdict& expected, const Explanation& explanation) {
  if (const RuleExplanation* decided = Find(explanation, explanation.rule)) return WhatMakesItApply(*decided);
  const RuleExplanation* wanted = expected.by.empty() ? NearestAllow(explanation) : Find(explanation, expected.by);
  if (wanted == nullptr) {
    return expected.by.empty() ? fmt::format("no rule allows `{}`", explanation.operation)
                               : NotCovered(expected.by, explanation);
  }
  const std::string tests = WhatHoldsBack(*wanted);
  return expected.by.empty() ? fmt::format("{} needs more: {}", wanted->rule, tests) : tests;
}

std::string WhyAllowed(const semantic::ExpectVerdict& expected, const Explanation& explanation) {
  if (const RuleExplanation* wanted = Find(explanation, expected.by)) return WhatHoldsBack(*wanted);
  const RuleExplanation* decided = Find(explanation, explanation.rule);
  const std::string allows = decided == nullptr ? std::string() : WhatMakesItApply(*decided);
  const bool covered = expected.by.empty() || expected.by == "default" || expected.by == "no-operation" ||
                       expected.by == "bad-path" || expected.by == "bad-request" || expected.by == "invalid-credential";
  return covered ? allows : NotCovered(expected.by, explanation);
}

}  // namespace

std::string DecisionText(const Explanation& explanation) {
  std::string text =
      fmt::format("{} by {} ({})", OutcomeName(explanation.outcome), explanation.rule, explanation.status);
  if (!explanation.operation.empty()) text += fmt::format(", operation {}", explanation.operation);
  if (!explanation.zone.empty()) text += fmt::format(", zone {}", explanation.zone);
  return text;
}

std::string SmallestDifference(const semantic::ExpectVerdict& expected, const Explanation& explanation) {
  const bool allowed = explanation.outcome == Outcome::kAllow;
  const bool wants_allow = expected.outcome == semantic::ExpectedOutcome::kAllow;
  if (IsBeforeRules(explanation)) {
    if (explanation.rule == "invalid-credential") return "the credential is invalid";
    return explanation.operation_why;
  }
  if (wants_allow && !allowed) return WhyRefused(expected, explanation);
  if (!wants_allow && allowed) return WhyAllowed(expected, explanation);
  if (expected.by.empty()) {
    return fmt::format("{} answers with status {}; a challenge has 401, a deny any other", explanation.rule,
                       explanation.status);
  }
  if (explanation.rule == expected.by) {
    return fmt::format("it is this rule, but with status {}; a challenge has 401, a deny any other",
                       explanation.status);
  }
  const RuleExplanation* wanted = Find(explanation, expected.by);
  if (wanted == nullptr) {
    return expected.by == "default" && !allowed ? WhyRefused(expected, explanation)
                                                : NotCovered(expected.by, explanation);
  }
  if (!TakesEffect(*wanted)) return WhatHoldsBack(*wanted);
  return fmt::format("{} refuses, too, but the reply of {} goes first", expected.by, explanation.rule);
}

std::string ShadowDifference(const semantic::ExpectVerdict& expected, const Explanation& explanation) {
  if (expected.by.empty()) return "no shadow rule said so";
  const RuleExplanation* wanted = Find(explanation, expected.by);
  if (wanted == nullptr) return NotCovered(expected.by, explanation);
  if (!wanted->shadow) return fmt::format("`{}` is no shadow rule ({}:{})", expected.by, wanted->file, wanted->line);
  if (!TakesEffect(*wanted)) return WhatHoldsBack(*wanted);
  return fmt::format("`{}` would have decided otherwise: {}", expected.by, WhatMakesItApply(*wanted));
}

}  // namespace ward::testing
