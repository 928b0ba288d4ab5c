#include "testing/story.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace ward::testing {
namespace {

std::string RulesText(const Explanation& explanation) {
  std::string text;
  for (const std::string& name : explanation.ill_typed) {
    text += fmt::format("what was given as {} is not of its type, so it is missing\n", name);
  }
  for (const RuleExplanation& rule : explanation.rules) {
    text += fmt::format("{} {}{} {} is {} ({}:{})\n", rule.decided ? "=>" : "  ", rule.shadow ? "shadow " : "",
                        rule.kind, rule.rule, TruthName(rule.truth), rule.file, rule.line);
    for (const TestExplanation& test : rule.tests) {
      text += fmt::format("     {:<8} {:<8}  {}\n", test.clause, TruthName(test.truth), test.text);
    }
  }
  return text;
}

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
}

std::string FailureSentence(const Failure& failure) {
  std::string text = fmt::format("expected {}; got {}", failure.expected, failure.happened);
  if (!failure.difference.empty()) text += ": " + failure.difference;
  return text;
}

}  // namespace

std::string Sentence(const TestResult& test) {
  if (test.failures.empty()) return test.reason;
  std::string text = FailureSentence(test.failures.front());
  if (test.failures.size() > 1) text += fmt::format("; and {} more", test.failures.size() - 1);
  return text;
}

std::string Story(const TestResult& test) {
  std::string text;
  // Failures of one request share its rules, those of one line the line.
  std::string last_rules;
  std::string last_change;
  for (const Failure& failure : test.failures) {
    if (&failure != &test.failures.front()) text += FailureSentence(failure) + "\n";
    std::string rules = RulesText(failure.explanation);
    std::string change =
        fmt::format("change {}:{}: {}\n", failure.at.file, failure.at.line, Trimmed(failure.at.source_line));
    if (rules != last_rules) text += rules;
    if (rules != last_rules || change != last_change) text += change;
    last_rules = std::move(rules);
    last_change = std::move(change);
  }
  return text;
}

}  // namespace ward::testing
