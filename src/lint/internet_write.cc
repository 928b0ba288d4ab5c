// An operation that writes is open to the internet's public clients if an `allow` for it, and every rule that could still
// refuse it there, looks at nothing that tells the caller's place or client. Then whoever may, may from anywhere.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "lint/formulas.h"
#include "lint/lints.h"

namespace ward::lint {
namespace {

constexpr std::array<std::string_view, 4> kWriteMethods{"DELETE", "PATCH", "POST", "PUT"};
// Claims by which issuers name the client or bind the token to it (RFC 7519, 8693, 7800).
constexpr std::array<std::string_view, 4> kClientClaims{"act", "azp", "client_id", "cnf"};

template <typename List>
bool Lists(const List& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool LooksAtPlaceOrClient(const ir::Input& input) {
  switch (input.source) {
    case AttributeSource::kToken:
      return input.name.find("client") != std::string::npos ||
             std::any_of(input.path.begin(), input.path.end(),
                         [](std::string_view claim) { return Lists(kClientClaims, claim); });
    case AttributeSource::kSubject:
      return input.path.empty() || input.path.front() != "id";
    // What does not depend on who sends it.
    case AttributeSource::kMethod:
    case AttributeSource::kHost:
    case AttributeSource::kPath:
    case AttributeSource::kPathParameter:
    case AttributeSource::kCredential:
    case AttributeSource::kNow:
      return false;
    // A request may say in any of these which client it is.
    case AttributeSource::kAction:
    case AttributeSource::kResource:
    case AttributeSource::kContext:
    case AttributeSource::kHeader:
    case AttributeSource::kQuery:
    case AttributeSource::kForm:
    case AttributeSource::kJson:
    case AttributeSource::kRequestSize:
    case AttributeSource::kTlsVersion:
    case AttributeSource::kClientCert:
    case AttributeSource::kSourceIp:
    case AttributeSource::kSourcePeer:
      return true;
  }
  return true;
}

// By value. A table may hold anything about the caller.
std::vector<bool> ValuesThatLook(const ir::Program& program) {
  std::vector<bool> looks(program.values.size(), false);
  for (std::size_t i = 0; i < program.values.size(); ++i) {
    const ir::Value& value = program.values[i];
    const bool input = value.op == ir::ValueOp::kInput && LooksAtPlaceOrClient(program.inputs[value.input.index()]);
    looks[i] = input || value.op == ir::ValueOp::kZone || value.op == ir::ValueOp::kLookup ||
               std::any_of(value.args.begin(), value.args.end(), [&](ir::ValueId arg) { return looks[arg.index()]; });
  }
  return looks;
}

std::vector<bool> NodesThatLook(const ir::Program& program) {
  const std::vector<bool> values = ValuesThatLook(program);
  return NodesWith(program, [&](const ir::Test& test) {
    const ir::Atom& atom = program.atoms[test.atom.index()];
    return atom.op == ir::AtomOp::kZoneIn || atom.op == ir::AtomOp::kInTable || atom.op == ir::AtomOp::kWithinTree ||
           std::any_of(atom.args.begin(), atom.args.end(), [&](ir::ValueId arg) { return values[arg.index()]; });
  });
}

// Only a policy that knows public clients (RFC 6749, section 2.1) can have forgotten them.
bool KnowsPublicClients(const semantic::Program& program) {
  return std::any_of(program.enums.begin(), program.enums.end(), [](const semantic::Enum& type) {
    return Lists(type.values, "public") && Lists(type.values, "confidential");
  });
}

}  // namespace

void InternetWrite(const View& view, diag::Sink& sink) {
  const ir::Program& program = view.lowered;
  const auto outside = std::find_if(program.zones.begin(), program.zones.end(),
                                    [](const ir::Zone& zone) { return zone.everything_else; });
  if (outside == program.zones.end() || !KnowsPublicClients(view.program)) return;
  const ir::ZoneId outside_id = ir::ZoneId::FromIndex(static_cast<std::size_t>(outside - program.zones.begin()));
  const std::vector<bool> looks = NodesThatLook(program);
  // What asks nobody at all is another lint's matter.
  const std::vector<bool> asks_who = NodesWith(program, [](const ir::Test& test) { return test.identity; });
  const std::vector<bool> guarded = CoveredBy(program, [&](const ir::Rule& rule) {
    const bool counts = !rule.zone.has_value() || rule.zone == outside_id;
    return rule.kind == ir::RuleKind::kDeny && counts && looks[rule.formula.index()];
  });
  std::vector<const ir::Rule*> opener(program.operations.size(), nullptr);
  for (const ir::Rule& rule : program.rules) {
    const bool opens = rule.kind == ir::RuleKind::kAllow && !rule.shadow && !looks[rule.formula.index()] &&
                       asks_who[rule.formula.index()];
    if (!opens) continue;
    for (const ir::OperationId id : program.operation_sets[rule.operations.index()]) {
      if (opener[id.index()] == nullptr) opener[id.index()] = &rule;
    }
  }
  for (std::size_t i = 0; i < program.operations.size(); ++i) {
    const ir::Operation& operation = program.operations[i];
    if (operation.anonymous || guarded[i] || opener[i] == nullptr || !Lists(kWriteMethods, operation.method)) continue;
    sink.Report(diag::Diagnostic(diag::Kind::kInternetWrite, operation.span,
                                 fmt::format("public clients may write by `{}` from zone `{}`: no rule that decides on "
                                             "it looks at the client or the zone",
                                             view.program.operations[i].name, outside->name))
                    .WithLabel(opener[i]->span, "allowed here"));
  }
}

}  // namespace ward::lint
