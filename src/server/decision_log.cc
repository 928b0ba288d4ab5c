#include "server/decision_log.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ward::server {
namespace {

std::vector<std::string> ShadowTexts(std::span<const ShadowOutcome> shadows) {
  std::vector<std::string> texts;
  texts.reserve(shadows.size());
  for (const ShadowOutcome& shadow : shadows) texts.push_back(ShadowText(shadow));
  return texts;
}

}  // namespace

void LogDecision(observe::Log& log, const CheckVerdict& verdict, const RequestFacts& facts) {
  const std::vector<std::string> shadow_texts = ShadowTexts(verdict.shadows);
  const std::vector<std::string_view> shadows(shadow_texts.begin(), shadow_texts.end());
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
  if (!verdict.ill_typed.empty()) fields.push_back({"ill_typed", verdict.ill_typed});
  if (!shadows.empty()) fields.push_back({"shadows", std::span<const std::string_view>(shadows)});
  log.Write(observe::Level::kInfo, "decision", fields);
}

}  // namespace ward::server
