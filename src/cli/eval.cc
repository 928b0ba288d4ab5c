// `ward eval`: one decision for one request, for scripts.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/bundle_source.h"
#include "cli/command.h"
#include "cli/request_spec.h"

namespace ward::cli {
namespace {

using nlohmann::json;

struct EvalOptions {
  std::string bundle;
  RequestFlags request;
  Format format = Format::kHuman;
};

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllow:
      return "allow";
    case Outcome::kDeny:
      return "deny";
    case Outcome::kChallenge:
      return "challenge";
    case Outcome::kThrottle:
      return "throttle";
  }
  return "deny";
}

std::string_view AuditName(AuditLevel level) {
  switch (level) {
    case AuditLevel::kNone:
      return "none";
    case AuditLevel::kBrief:
      return "brief";
    case AuditLevel::kFull:
      return "full";
  }
  return "none";
}

json ToJson(const Decision& decision) {
  json out = {{"outcome", OutcomeName(decision.outcome())},
              {"status", decision.status()},
              {"rule", decision.rule()},
              {"in_doubt", decision.in_doubt()},
              {"operation", decision.operation()},
              {"zone", decision.zone()},
              {"zone_candidates", json(decision.zone_candidates())},
              {"generation", decision.generation()},
              {"reason", decision.reason()},
              {"operator_reason", decision.operator_reason()},
              {"audit", AuditName(decision.audit())},
              {"tags", json(decision.tags())},
              {"strip_headers", json(decision.strip_headers())},
              {"set_headers", json::array()},
              {"shadows", json::array()}};
  for (const HeaderToSet& header : decision.set_headers()) {
    out["set_headers"].push_back({{"name", header.name}, {"value", header.present ? json(header.value) : json()}});
  }
  for (const ShadowOutcome& shadow : decision.shadows()) {
    out["shadows"].push_back(
        {{"rule", shadow.rule}, {"outcome", OutcomeName(shadow.outcome)}, {"in_doubt", shadow.truth == Truth::kDoubt}});
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

std::string ToText(const Decision& decision) {
  std::string text = fmt::format("{} {}{}\n", OutcomeName(decision.outcome()), decision.rule(),
                                 decision.in_doubt() ? " (in doubt)" : "");
  AppendLine(text, "status", fmt::format("{}", decision.status()));
  AppendLine(text, "operation", decision.operation());
  AppendLine(text, "zone", decision.zone());
  if (decision.zone().empty())
    AppendLine(text, "candidates", fmt::format("{}", fmt::join(decision.zone_candidates(), ", ")));
  if (!decision.allowed()) AppendLine(text, "reason", decision.reason());
  AppendLine(text, "because", decision.operator_reason());
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
               fmt::format("{} by {}{}", OutcomeName(shadow.outcome), shadow.rule,
                           shadow.truth == Truth::kDoubt ? " (in doubt)" : ""));
  }
  return text;
}

void Eval(const EvalOptions& options, Invocation& invocation) {
  const Result<RequestSpec> spec = ReadRequest(options.request);
  if (!spec.has_value()) return Fail(invocation, Exit::kUsage, spec.error().message);
  Result<Engine> engine = OpenBundle(options.bundle, invocation);
  if (!engine.has_value()) return;
  Result<Reader> reader = engine->NewReader();
  if (!reader.has_value()) return Fail(invocation, Exit::kInternal, reader.error().message);
  const PreparedRequest prepared(*spec);
  const Result<void> applied = prepared.Apply(*engine, reader->Begin());
  if (!applied.has_value()) return Fail(invocation, Exit::kUsage, applied.error().message);
  const Decision& decision = reader->Decide();
  Print(options.format == Format::kJson ? ToJson(decision).dump(2) + "\n" : ToText(decision));
  if (!decision.allowed()) invocation.exit = Exit::kFindings;
}

}  // namespace

void AddEval(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "decide one request");
  command->add_option("BUNDLE", options->bundle, "bundle folder, .ward or .wardc file")->required();
  AddRequestFlags(*command, options->request);
  AddFormat(*command, options->format);
  command->footer(
      "exit code: 0 allowed, 1 refused, 2 the request or the bundle cannot be used\n\n"
      "example:\n"
      "  ward eval examples/gateway --method GET --host api.example.com --path /orders/7 \\\n"
      "    --ip 203.0.113.9 --claim scope=orders:read --claim azp=acme");
  command->callback([options, &invocation] { Eval(*options, invocation); });
}

}  // namespace ward::cli
