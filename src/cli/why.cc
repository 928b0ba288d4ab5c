// `ward why`: the explanation of one decision, for people.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/decide_once.h"

namespace ward::cli {
namespace {

using nlohmann::json;

std::string Painted(std::string_view text, Truth truth, bool colour) {
  if (!colour) return std::string(text);
  const char* code = truth == Truth::kTrue ? "32" : truth == Truth::kFalse ? "31" : "33";
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

// Whether a rule's truth means that it took effect.
std::string_view Effect(const RuleExplanation& rule) {
  const bool allow = rule.kind == "allow";
  if (rule.truth == Truth::kTrue) return allow ? "allows" : "applies";
  if (rule.truth == Truth::kFalse) return "does not apply";
  return allow ? "in doubt, so it does not allow" : "in doubt, so it applies";
}

std::string RuleText(const RuleExplanation& rule, bool colour) {
  std::string text =
      fmt::format("\n{} {}{} {}: {}  ({}:{})\n", rule.decided ? "=>" : "  ", rule.shadow ? "shadow " : "", rule.kind,
                  rule.rule, Painted(Effect(rule), rule.truth, colour), rule.file, rule.line);
  for (const TestExplanation& test : rule.tests) {
    text += fmt::format("       {:<8} {}{} {}", test.clause, Painted(TruthName(test.truth), test.truth, colour),
                        std::string(TruthName(Truth::kDoubt).size() - TruthName(test.truth).size(), ' '), test.text);
    if (test.waived) text += "  (waived: anonymous operation)";
    if (!test.missing.empty()) text += fmt::format("  (missing: {})", fmt::join(test.missing, ", "));
    text += "\n";
  }
  return text;
}

std::string Headline(const Explanation& explanation) {
  const char* verdict = explanation.outcome == Outcome::kAllow       ? "allowed"
                        : explanation.outcome == Outcome::kChallenge ? "challenged"
                        : explanation.outcome == Outcome::kThrottle  ? "throttled"
                                                                     : "refused";
  return fmt::format("{} by {}, status {}", verdict, explanation.rule, explanation.status);
}

// `candidates`: some zones may be the one; else there is none.
std::string ToText(const Explanation& explanation, bool candidates, bool colour) {
  std::string text = Headline(explanation) + "\n";
  if (explanation.outcome != Outcome::kAllow && !explanation.reason.empty()) {
    text += fmt::format("  the caller is told: {}\n", explanation.reason);
  }
  text += fmt::format("\noperation  {}\n           {}\n",
                      explanation.operation.empty() ? "none" : explanation.operation, explanation.operation_why);
  const char* no_zone = candidates ? "in doubt" : "none";
  text += fmt::format("zone       {}\n           {}\n", explanation.zone.empty() ? no_zone : explanation.zone,
                      explanation.zone_why);
  if (!explanation.ill_typed.empty()) {
    text += fmt::format("ill-typed  {}\n           given, but ill-typed or more than once, so missing\n",
                        fmt::join(explanation.ill_typed, ", "));
  }
  for (const RuleExplanation& rule : explanation.rules) text += RuleText(rule, colour);
  if (explanation.rule == "default") text += "\nno rule allows, so the answer is no\n";
  return text;
}

json ToJson(const Explanation& explanation) {
  json rules = json::array();
  for (const RuleExplanation& rule : explanation.rules) {
    json tests = json::array();
    for (const TestExplanation& test : rule.tests) {
      tests.push_back({{"text", test.text},
                       {"file", test.file},
                       {"line", test.line},
                       {"clause", test.clause},
                       {"truth", TruthName(test.truth)},
                       {"waived", test.waived},
                       {"missing", test.missing}});
    }
    rules.push_back({{"rule", rule.rule},
                     {"kind", rule.kind},
                     {"truth", TruthName(rule.truth)},
                     {"shadow", rule.shadow},
                     {"decided", rule.decided},
                     {"file", rule.file},
                     {"line", rule.line},
                     {"tests", std::move(tests)}});
  }
  return {{"allowed", explanation.outcome == Outcome::kAllow},
          {"status", explanation.status},
          {"rule", explanation.rule},
          {"reason", explanation.reason},
          {"operation", explanation.operation},
          {"operation_why", explanation.operation_why},
          {"zone", explanation.zone},
          {"zone_why", explanation.zone_why},
          {"ill_typed", explanation.ill_typed},
          {"generation", explanation.generation},
          {"rules", std::move(rules)}};
}

}  // namespace

void AddWhy(CLI::App& app, Invocation& invocation) {
  AddOnceCommand(app, invocation,
                 {"why", "explain the decision of one request, test by test",
                  "  ward why examples/gateway --method POST --host api.example.com --path /orders/export",
                  [](const Reader& reader, const OnceOptions& options, const Invocation& out) {
                    const bool candidates = !reader.decision().zone_candidates().empty();
                    const Explanation explanation = reader.Explain();
                    Print(options.format == Format::kJson ? ToJson(explanation).dump(2) + "\n"
                                                          : ToText(explanation, candidates, out.colour_out));
                  }});
}

}  // namespace ward::cli
