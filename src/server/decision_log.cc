#include "server/decision_log.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ward::server {
namespace {

std::vector<std::string_view> ShadowRules(std::span<const ShadowOutcome> shadows) {
  std::vector<std::string_view> rules;
  rules.reserve(shadows.size());
  for (const ShadowOutcome& shadow : shadows) rules.push_back(shadow.rule);
  return rules;
}

}  // namespace

void LogDecision(observe::Log& log, const CheckVerdict& verdict, const RequestFacts& facts) {
  const std::vector<std::string_view> shadows = ShadowRules(verdict.shadows);
  std::vector<observe::Field> fields{{"id", facts.decision_id},
                                     {"outcome", OutcomeName(verdict.outcome)},
                                     {"status", std::int64_t{verdict.status}},
                                     {"rule", verdict.rule},
                                     {"operation", verdict.operation},
                                     {"zone", verdict.zone},
                                     {"generation", static_cast<std::int64_t>(verdict.generation)},
                                     {"in_doubt", verdict.in_doubt},
                                     {"method", facts.method},
                                     {"host", facts.host},
                                     {"path", facts.path},
                                     {"client_ip", facts.client_ip}};
  if (!facts.request_id.empty()) fields.push_back({"request_id", facts.request_id});
  if (!verdict.operator_reason.empty()) fields.push_back({"operator_reason", verdict.operator_reason});
  if (verdict.audit != AuditLevel::kNone) fields.push_back({"audit", AuditName(verdict.audit)});
  if (!verdict.tags.empty()) fields.push_back({"tags", verdict.tags});
  if (!shadows.empty()) fields.push_back({"shadows", std::span<const std::string_view>(shadows)});
  log.Write(observe::Level::kInfo, "decision", fields);
}

}  // namespace ward::server
