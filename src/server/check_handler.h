// server: Envoy's external authorization: question bytes in, answer bytes out.
//
// Any bytes get an answer, never an error of the call: some proxies take an error for an outage and let the request pass.
// What is no question, or a path that the backend would not receive as judged, is refused with 400 before the engine is
// asked, by the rules `bad-request` and `bad-path`; everything else the engine decides. Without a live policy the answer
// is an `error_response` with 503: an outage of ours, which Envoy treats as it was told to.
//
// Where attributes come from (WIRE section 1.4):
//   token.*             filter_metadata[claims_namespace][claims_key] of jwt_authn; context extensions whose name
//                       begins with claims_extension_prefix (text, as the route has it). Given by both: missing.
//   credential          valid with such claims; invalid if a Bearer or DPoP credential came that nobody verified, or
//                       the metadata is damaged; else absent
//   context.*           context extensions, by their dotted name
//   request.*, path.*   the HTTP request; a body counts only if it is whole (body_extent.h)
//   source.ip           the client after the trusted hops (zone/trusted_hops.h)
//   source.peer         whom Envoy is connected with
//   connection.client-cert  the client's certificate, if proxy_verifies_certificates says that an unverified one does
//                       not get this far: Envoy 1.40 hands on what a client presents under ACCEPT_UNTRUSTED, or without
//                       a CA, just like a verified one. Only `principal` is known without include_peer_certificate
//   connection.tls-version  never: ext_authz does not tell
#ifndef WARD_SRC_SERVER_CHECK_HANDLER_H_
#define WARD_SRC_SERVER_CHECK_HANDLER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/budgets.h"
#include "bundle/manifest.h"
#include "identity/client_certificate.h"
#include "observe/decision_id.h"
#include "observe/log.h"
#include "server/byte_service.h"
#include "server/check_reply.h"
#include "server/claims.h"
#include "server/decision_log.h"
#include "server/ext_authz_request.h"
#include "ward/engine.h"

namespace ward::server {

inline constexpr std::string_view kCheckServiceName = "envoy.service.auth.v3.Authorization";

enum class DecisionLogging : std::uint8_t { kNone, kRefused, kAll };

// One thread's. `log` must outlive it. Allocates until its buffers have grown, and for log lines
// and refusals.
class CheckService final : public ByteService {
 public:
  // `realm` of `settings` as it is to be sent.
  CheckService(Reader reader, observe::Log& log, const bundle::ServerSettings& settings, DecisionLogging decisions);

  [[nodiscard]] Reply Answer(std::string_view request) override;

 private:
  // Fills the facts of the request; a verdict with a rule if it is refused without the engine.
  [[nodiscard]] CheckVerdict Refuse(CheckFault fault) const;
  [[nodiscard]] CheckVerdict Decide();
  void FillRequest(Request& request);
  [[nodiscard]] Credential ReadCredential();
  void FillClaim(Request& request, std::uint32_t slot, std::span<const std::string_view> path);
  void FillContext(Request& request, std::uint32_t slot, std::span<const std::string_view> path) const;
  void FillCertificate(Request& request, std::uint32_t slot, std::span<const std::string_view> path);
  void FillList(Request& request, std::uint32_t slot, std::span<const std::string> texts);
  [[nodiscard]] std::string_view ClientIp() const;
  void Log(const CheckVerdict& verdict) const;
  // Of the first header of this name; empty: there is none.
  [[nodiscard]] std::string_view Header(std::string_view name) const;

  // Constant after construction.
  observe::Log& log_;
  const bundle::ServerSettings settings_;
  const DecisionLogging decisions_;

  Reader reader_;
  CheckRequestReader question_reader_;
  ClaimIndex claims_;
  identity::CertificateCache certificates_;
  observe::DecisionIds ids_;
  CheckReply reply_;

  // Of the request at hand.
  RequestFacts facts_;
  Credential credential_ = Credential::kAbsent;
  const identity::ClientCertificate* certificate_ = nullptr;
  std::string operator_reason_;
  // Members of lists; views of them must not move while the request lives.
  std::vector<std::string_view> members_;
  std::size_t member_count_ = 0;
};

// Check, for a transport. `engine` and `log` must outlive the transport. An empty realm becomes the
// bundle's name.
[[nodiscard]] std::vector<Endpoint> CheckEndpoints(Engine& engine, observe::Log& log,
                                                   const bundle::ServerSettings& settings, DecisionLogging decisions);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_CHECK_HANDLER_H_
