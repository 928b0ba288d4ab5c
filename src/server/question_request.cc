#include "server/question_request.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/budgets.h"
#include "server/body_extent.h"
#include "server/forwarded_path.h"
#include "zone/trusted_hops.h"

namespace ward::server {
namespace {

// Members of all lists of one request together.
constexpr std::size_t kMemberCountMax = 4 * base::budget::kSetMemberCountMax;

// Does it begin with this scheme, a word of its own?
bool HasScheme(std::string_view credential, std::string_view scheme) {
  if (!base::StartsWithFolded(credential, scheme)) return false;
  return credential.size() == scheme.size() || credential[scheme.size()] == ' ' || credential[scheme.size()] == '\t';
}

// Holds it a credential that somebody should have verified? Others (Basic) are for the backend. Envoy joins two lines of
// one name by a comma, so each part counts.
bool HasTokenCredential(std::string_view authorization) {
  while (!authorization.empty()) {
    const std::size_t end = std::min(authorization.find(','), authorization.size());
    std::string_view part = authorization.substr(0, end);
    part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
    if (HasScheme(part, "bearer") || HasScheme(part, "dpop")) return true;
    authorization.remove_prefix(std::min(end + 1, authorization.size()));
  }
  return false;
}

EarlyRefusal BadRequest(std::string_view operator_reason) {
  return {"bad-request", "The request cannot be understood.", operator_reason};
}

void FillField(Request& request, std::uint32_t slot, const identity::ClientCertificate& certificate,
               std::string_view field) {
  if (field == "subject") request.SetSlot(slot, std::string_view(certificate.subject));
  if (field == "issuer") request.SetSlot(slot, std::string_view(certificate.issuer));
  if (field == "serial") request.SetSlot(slot, std::string_view(certificate.serial));
  if (field == "fingerprint") request.SetSlot(slot, std::string_view(certificate.fingerprint));
  if (field == "principal") request.SetSlot(slot, certificate.principal());
  if (field == "not-before") request.SetSlot(slot, certificate.not_before_s);
  if (field == "not-after") request.SetSlot(slot, certificate.not_after_s);
}

}  // namespace

QuestionRequest::QuestionRequest(const bundle::ServerSettings& settings)
    : settings_(settings), members_(kMemberCountMax) {}

EarlyRefusal QuestionRequest::Read(std::string_view message) {
  const CheckFault fault = reader_.Read(message);
  client_ip_ = ClientIp();
  credential_ = Credential::kAbsent;
  certificate_ = nullptr;
  return Refuse(fault);
}

EarlyRefusal QuestionRequest::Refuse(CheckFault fault) const {
  if (fault != CheckFault::kNone) return BadRequest(CheckFaultText(fault));
  const CheckQuestion& asked = question();
  // Two Host lines arrive as one: two readers of it may choose differently.
  if (asked.host.find(',') != std::string_view::npos) return BadRequest("two hosts");
  const auto credentials = std::count_if(asked.headers.begin(), asked.headers.end(), [](const NameValue& header) {
    return base::EqualFolded(header.name, "authorization");
  });
  if (credentials > 1) return BadRequest("two Authorization headers");
  if (IsNormalisedByEnvoy(asked.target)) return {};
  return {"bad-path", "The path is not in its normal form.",
          "the backend would receive another spelling of the path than the one judged: turn on "
          "normalize_path and merge_slashes in Envoy"};
}

void QuestionRequest::Fill(Request& request) {
  const CheckQuestion& asked = question();
  const BodyExtent body = ExtentOf(asked);
  request.SetHttp({.method = asked.method,
                   .host = asked.host,
                   .target = asked.target,
                   .headers = asked.headers,
                   .body = asked.body,
                   .body_complete = body.complete,
                   .size_bytes = body.size_bytes});
  request.SetSource(client_ip_, asked.source.address);
  member_count_ = 0;
  credential_ = ReadCredential();
  const bool verified = settings_.proxy_verifies_certificates && !asked.source.principal.empty();
  certificate_ = verified ? certificates_.Find(asked.source.certificate) : nullptr;
  const std::span<const AttributeInfo> attributes = request.attributes();
  for (std::uint32_t slot = 0; slot < attributes.size(); ++slot) {
    const AttributeInfo& attribute = attributes[slot];
    if (attribute.source == AttributeSource::kToken) FillClaim(request, slot, attribute.path);
    if (attribute.source == AttributeSource::kContext) FillContext(request, slot, attribute.path);
    if (attribute.source == AttributeSource::kClientCert && verified) {
      FillCertificate(request, slot, attribute.path);
    }
  }
  request.SetCredential(credential_);
}

Credential QuestionRequest::ReadCredential() {
  const CheckQuestion& asked = question();
  claims_.Clear();
  const FilterMetadata metadata = FindFilterMetadata(asked.metadata, settings_.claims_namespace);
  if (!metadata.valid) return Credential::kInvalid;
  const WireValue payload = FindField(metadata.struct_message, settings_.claims_key);
  if (payload.kind == ValueKind::kStruct) {
    return claims_.Read(payload.bytes) ? Credential::kValid : Credential::kInvalid;
  }
  if (payload.kind != ValueKind::kAbsent) return Credential::kInvalid;
  const std::string_view prefix = settings_.claims_extension_prefix;
  const bool from_route = !prefix.empty() && std::any_of(asked.extensions.begin(), asked.extensions.end(),
                                                         [prefix](const NameValue& extension) {
                                                           return extension.name.starts_with(prefix);
                                                         });
  if (from_route) return Credential::kValid;
  return HasTokenCredential(Header("authorization")) ? Credential::kInvalid : Credential::kAbsent;
}

void QuestionRequest::FillClaim(Request& request, std::uint32_t slot, std::span<const std::string_view> path) {
  // Claims of a credential that nobody vouches for are not read.
  if (credential_ != Credential::kValid || path.empty()) return;
  const WireValue value = claims_.Find(path);
  const std::string_view prefix = settings_.claims_extension_prefix;
  for (const NameValue& extension : question().extensions) {
    if (prefix.empty() || !extension.name.starts_with(prefix)) continue;
    if (!IsDottedPath(extension.name.substr(prefix.size()), path)) continue;
    if (value.kind == ValueKind::kAbsent) return request.SetSlot(slot, extension.value);
    return request.SetSlotInvalid(slot);
  }
  switch (value.kind) {
    case ValueKind::kAbsent:
    case ValueKind::kNull:
      return;
    case ValueKind::kInvalid:
    case ValueKind::kStruct:
      return request.SetSlotInvalid(slot);
    case ValueKind::kString:
      return request.SetSlot(slot, value.bytes);
    case ValueKind::kNumber:
      return request.SetSlot(slot, value.number);
    case ValueKind::kBool:
      return request.SetSlotBool(slot, value.boolean);
    case ValueKind::kList: {
      const std::span<std::string_view> room = std::span(members_).subspan(member_count_);
      const TextList texts =
          ReadTexts(value.bytes, room.first(std::min(room.size(), base::budget::kSetMemberCountMax)));
      if (!texts.valid) return request.SetSlotInvalid(slot);
      member_count_ += texts.count;
      return request.SetSlotList(slot, room.first(texts.count));
    }
  }
}

void QuestionRequest::FillContext(Request& request, std::uint32_t slot, std::span<const std::string_view> path) const {
  const std::string_view prefix = settings_.claims_extension_prefix;
  for (const NameValue& extension : question().extensions) {
    if (!prefix.empty() && extension.name.starts_with(prefix)) continue;
    if (IsDottedPath(extension.name, path)) return request.SetSlot(slot, extension.value);
  }
}

// Called for a verified certificate only. Without its text Envoy's word for its principal is all we
// know.
void QuestionRequest::FillCertificate(Request& request, std::uint32_t slot, std::span<const std::string_view> path) {
  const CheckPeer& source = question().source;
  // A text that cannot be read is no certificate, whatever its principal.
  if (certificate_ == nullptr && !source.certificate.empty()) return;
  if (path.empty()) return request.SetSlotBool(slot, true);
  const std::string_view field = path.front();
  if (certificate_ == nullptr) {
    if (field == "principal") request.SetSlot(slot, source.principal);
    return;
  }
  if (field == "uris") return FillList(request, slot, certificate_->uris);
  if (field == "dns-names") return FillList(request, slot, certificate_->dns_names);
  FillField(request, slot, *certificate_, field);
}

void QuestionRequest::FillList(Request& request, std::uint32_t slot, std::span<const std::string> texts) {
  const std::span<std::string_view> room = std::span(members_).subspan(member_count_);
  if (texts.size() > room.size()) return request.SetSlotInvalid(slot);
  std::copy(texts.begin(), texts.end(), room.begin());
  member_count_ += texts.size();
  request.SetSlotList(slot, room.first(texts.size()));
}

std::string_view QuestionRequest::ClientIp() const {
  const CheckQuestion& asked = question();
  std::array<std::string_view, base::budget::kRequestForwardedHopCountMax> lines;
  std::size_t count = 0;
  for (const NameValue& header : asked.headers) {
    if (!base::EqualFolded(header.name, "x-forwarded-for")) continue;
    if (count == lines.size()) return {};
    lines[count++] = header.value;
  }
  const zone::TrustedHops hops{settings_.trusted_hops, settings_.proxy_appends_peer ? zone::PeerInChain::kAppended
                                                                                    : zone::PeerInChain::kNotAppended};
  return zone::ClientAddress(std::span(lines).first(count), asked.source.address, hops).value_or("");
}

std::string_view QuestionRequest::Header(std::string_view name) const {
  for (const NameValue& header : question().headers) {
    if (base::EqualFolded(header.name, name)) return header.value;
  }
  return {};
}

}  // namespace ward::server
