// server: a question of ext_authz as the engine's request.
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
#ifndef WARD_SRC_SERVER_QUESTION_REQUEST_H_
#define WARD_SRC_SERVER_QUESTION_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/manifest.h"
#include "identity/client_certificate.h"
#include "server/claims.h"
#include "server/ext_authz_request.h"
#include "ward/request.h"

namespace ward::server {

// Why a question never reaches the engine: status 400. Static storage.
struct EarlyRefusal {
  std::string_view rule;             // `bad-request`, `bad-path`; empty: it goes on
  std::string_view reason;           // for the caller
  std::string_view operator_reason;  // for the log
};

// One thread's. Allocates until its buffers have grown.
class QuestionRequest {
 public:
  explicit QuestionRequest(const bundle::ServerSettings& settings);

  // What was read of the question before is gone. `message` must outlive what is done with it.
  [[nodiscard]] EarlyRefusal Read(std::string_view message);
  // Sets all that the question says. What it sets borrows from the message and from here, until the next Read.
  void Fill(Request& request);

  [[nodiscard]] const CheckQuestion& question() const { return reader_.question(); }
  // After the trusted hops; empty: unknown.
  [[nodiscard]] std::string_view client_ip() const { return client_ip_; }
  // kAbsent before Fill.
  [[nodiscard]] Credential credential() const { return credential_; }
  // Of the first header of this name; empty: there is none.
  [[nodiscard]] std::string_view Header(std::string_view name) const;

 private:
  [[nodiscard]] EarlyRefusal Refuse(CheckFault fault) const;
  [[nodiscard]] Credential ReadCredential();
  void FillClaim(Request& request, std::uint32_t slot, std::span<const std::string_view> path);
  void FillContext(Request& request, std::uint32_t slot, std::span<const std::string_view> path) const;
  void FillCertificate(Request& request, std::uint32_t slot, std::span<const std::string_view> path);
  void FillList(Request& request, std::uint32_t slot, std::span<const std::string> texts);
  [[nodiscard]] std::string_view ClientIp() const;

  // Constant after construction.
  const bundle::ServerSettings settings_;

  CheckRequestReader reader_;
  ClaimIndex claims_;
  identity::CertificateCache certificates_;

  // Of the question at hand.
  std::string_view client_ip_;
  Credential credential_ = Credential::kAbsent;
  const identity::ClientCertificate* certificate_ = nullptr;
  // Members of lists; views of them must not move while the request lives.
  std::vector<std::string_view> members_;
  std::size_t member_count_ = 0;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_QUESTION_REQUEST_H_
