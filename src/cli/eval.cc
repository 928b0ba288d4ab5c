// `ward eval`: one decision for one request, for scripts.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/decide_once.h"

namespace ward::cli {
namespace {

using nlohmann::json;

// One line for the operator. Before the rules there is no test to name, so it says what was asked for and the nearest name.
std::string Because(const Reader& reader) {
  const Decision& decision = reader.decision();
  if (decision.rule() != "no-operation") return decision.operator_reason();
  return fmt::format("{} by {}: {}", OutcomeName(decision.outcome()), decision.rule(), reader.Explain().operation_why);
}

json ToJson(const Reader& reader) {
  const Decision& decision = reader.decision();
  json out = {{"outcome", OutcomeName(decision.outcome())},
              {"status", decision.status()},
              {"rule", decision.rule()},
              {"in_doubt", decision.in_doubt()},
              {"operation", decision.operation()},
              {"zone", decision.zone()},
              {"zone_candidates", json(decision.zone_candidates())},
              {"ill_typed", json(decision.ill_typed())},
              {"generation", decision.generation()},
              {"reason", decision.reason()},
              {"operator_reason", Because(reader)},
              {"audit", AuditName(decision.audit())},
              {"tags", json(decision.tags())},
              {"strip_headers", json(decision.strip_headers())},
              {"set_headers", json::array()},
              {"shadows", json::array()}};
  for (const HeaderToSet& header : decision.set_headers()) {
    out["set_headers"].push_back({{"name", header.name}, {"value", header.present ? json(header.value) : json()}});
  }
  for (const ShadowOutcome& shadow : decision.shadows()) {
    out["shadows"].push_back({{"rule", shadow.rule},
                              {"outcome", shadow.outcome ? json(OutcomeName(*shadow.outcome)) : json()},
                              {"in_doubt", shadow.truth == Truth::kDoubt}});
  }
  const ChallengeInfo& challenge = decision.challenge();
  // A 403 may ask for scopes, too (RFC 6750 section 3.1).
  if (decision.outcome() == Outcome::kChallenge || !challenge.scopes.empty()) {
    out["challenge"] = {{"acr", json(challenge.acr)}, {"scopes", json(challenge.scopes)}};
    if (challenge.max_age_seconds >= 0) out["challenge"]["max_age_seconds"] = challenge.max_age_seconds;
  }
  return out;
}

void AppendLine(std::string& text, std::string_view name, std::string_view value) {
  if (!value.empty()) text += fmt::format("  {:<10} {}\n", name, value);
}

std::string ToText(const Reader& reader) {
  const Decision& decision = reader.decision();
  std::string text = fmt::format("{} {}{}\n", OutcomeName(decision.outcome()), decision.rule(),
                                 decision.in_doubt() ? " (in doubt)" : "");
  AppendLine(text, "status", fmt::format("{}", decision.status()));
  AppendLine(text, "operation", decision.operation());
  AppendLine(text, "zone", decision.zone());
  if (decision.zone().empty())
    AppendLine(text, "candidates", fmt::format("{}", fmt::join(decision.zone_candidates(), ", ")));
  if (!decision.ill_typed().empty())
    AppendLine(text, "ill-typed", fmt::format("{}", fmt::join(decision.ill_typed(), ", ")));
  if (!decision.allowed()) AppendLine(text, "reason", decision.reason());
  AppendLine(text, "because", Because(reader));
  for (const std::string_view name : decision.strip_headers()) AppendLine(text, "strip", name);
  for (const HeaderToSet& header : decision.set_headers()) {
    AppendLine(text, "set",
               header.present ? fmt::format("{}: {}", header.name, header.value)
                              : fmt::format("{} (missing: dropped)", header.name));
  }
  if (decision.audit() != AuditLevel::kNone) AppendLine(text, "audit", AuditName(decision.audit()));
  for (const std::string_view tag : decision.tags()) AppendLine(text, "tag", tag);
  for (const ShadowOutcome& shadow : decision.shadows()) {
    AppendLine(text, "shadow",
               fmt::format("{} by {}{}", shadow.outcome ? OutcomeName(*shadow.outcome) : "on", shadow.rule,
                           shadow.truth == Truth::kDoubt ? " (in doubt)" : ""));
  }
  return text;
}

}  // namespace

void AddEval(CLI::App& app, Invocation& invocation) {
  AddOnceCommand(app, invocation,
                 {"eval", "decide one request",
                  "  ward eval examples/gateway --method GET --host api.example.com --path /orders/7 \\\n"
                  "    --ip 203.0.113.9 --claim scope=orders:read --claim azp=acme",
                  [](const Reader& reader, const OnceOptions& options, const Invocation& /*invocation*/) {
                    Print(options.format == Format::kJson ? ToJson(reader).dump(2) + "\n" : ToText(reader));
                  }});
}

}  // namespace ward::cli
