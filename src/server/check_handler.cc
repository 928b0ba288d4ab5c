#include "server/check_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "server/body_extent.h"
#include "server/forwarded_path.h"
#include "server/header_rules.h"
#include "zone/trusted_hops.h"

namespace ward::server {
namespace {

// Members of all lists of one request together.
constexpr std::size_t kMemberCountMax = 4 * base::budget::kSetMemberCountMax;

std::int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool StartsWithFolded(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && SameHeaderName(text.substr(0, lower.size()), lower);
}

// A scheme whose credential somebody should have verified. Others (Basic) are for the backend.
bool IsTokenCredential(std::string_view authorization) {
  return StartsWithFolded(authorization, "bearer ") || StartsWithFolded(authorization, "dpop ") ||
         SameHeaderName(authorization, "bearer");
}

CheckVerdict BadRequest(std::string_view operator_reason) {
  return {.status = 400,
          .rule = "bad-request",
          .reason = "The request cannot be understood.",
          .operator_reason = operator_reason};
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

CheckService::CheckService(Reader reader, observe::Log& log, const bundle::ServerSettings& settings,
                           DecisionLogging decisions)
    : log_(log),
      settings_(settings),
      decisions_(decisions),
      reader_(std::move(reader)),
      reply_({.realm = settings.realm, .problem_base = settings.problem_base}),
      members_(kMemberCountMax) {}

Reply CheckService::Answer(std::string_view request) {
  const CheckFault fault = question_reader_.Read(request);
  const CheckQuestion& question = question_reader_.question();
  facts_ = {.decision_id = ids_.Next(NowNs()),
            .method = question.method,
            .host = question.host,
            .path = question.target.substr(0, question.target.find('?')),
            .client_ip = ClientIp(),
            .request_id = Header("x-request-id")};
  credential_ = Credential::kAbsent;
  CheckVerdict verdict = Refuse(fault);
  if (verdict.rule.empty()) verdict = Decide();
  const bool grpc = StartsWithFolded(Header("content-type"), "application/grpc");
  const CheckReply::Written written = reply_.Write(
      verdict, {.decision_id = facts_.decision_id, .caller = grpc ? CallerKind::kGrpc : CallerKind::kHttp});
  Log(written.verdict);
  reader_.Release();
  return {written.bytes};
}

CheckVerdict CheckService::Refuse(CheckFault fault) const {
  if (fault != CheckFault::kNone) return BadRequest(CheckFaultText(fault));
  const CheckQuestion& question = question_reader_.question();
  // Two Host lines arrive as one: two readers of it may choose differently.
  if (question.host.find(',') != std::string_view::npos) return BadRequest("two hosts");
  const auto credentials = std::count_if(question.headers.begin(), question.headers.end(), [](const NameValue& header) {
    return SameHeaderName(header.name, "authorization");
  });
  if (credentials > 1) return BadRequest("two Authorization headers");
  if (!IsNormalisedByEnvoy(question.target)) {
    return {.status = 400,
            .rule = "bad-path",
            .reason = "The path is not in its normal form.",
            .operator_reason =
                "the backend would receive another spelling of the path than the one judged: turn on "
                "normalize_path and merge_slashes in Envoy"};
  }
  return {.rule = {}};
}

CheckVerdict CheckService::Decide() {
  Request& request = reader_.Begin();
  FillRequest(request);
  const Decision& decision = reader_.Decide();
  CheckVerdict verdict = VerdictOf(decision);
  verdict.credential = credential_;
  if (verdict.outcome != Outcome::kAllow || verdict.audit == AuditLevel::kFull) {
    operator_reason_ = decision.operator_reason();
    verdict.operator_reason = operator_reason_;
  }
  return verdict;
}

void CheckService::FillRequest(Request& request) {
  const CheckQuestion& question = question_reader_.question();
  const BodyExtent body = ExtentOf(question);
  request.SetHttp({.method = question.method,
                   .host = question.host,
                   .target = question.target,
                   .headers = question.headers,
                   .body = question.body,
                   .body_complete = body.complete,
                   .size_bytes = body.size_bytes});
  request.SetSource(facts_.client_ip, question.source.address);
  member_count_ = 0;
  credential_ = ReadCredential();
  const bool verified = settings_.proxy_verifies_certificates && !question.source.principal.empty();
  certificate_ = verified ? certificates_.Find(question.source.certificate) : nullptr;
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

Credential CheckService::ReadCredential() {
  const CheckQuestion& question = question_reader_.question();
  claims_.Clear();
  const FilterMetadata metadata = FindFilterMetadata(question.metadata, settings_.claims_namespace);
  if (!metadata.valid) return Credential::kInvalid;
  const WireValue payload = FindField(metadata.struct_message, settings_.claims_key);
  if (payload.kind == ValueKind::kStruct) {
    return claims_.Read(payload.bytes) ? Credential::kValid : Credential::kInvalid;
  }
  if (payload.kind != ValueKind::kAbsent) return Credential::kInvalid;
  const std::string_view prefix = settings_.claims_extension_prefix;
  const bool from_route = !prefix.empty() && std::any_of(question.extensions.begin(), question.extensions.end(),
                                                         [prefix](const NameValue& extension) {
                                                           return extension.name.starts_with(prefix);
                                                         });
  if (from_route) return Credential::kValid;
  return IsTokenCredential(Header("authorization")) ? Credential::kInvalid : Credential::kAbsent;
}

void CheckService::FillClaim(Request& request, std::uint32_t slot, std::span<const std::string_view> path) {
  // Claims of a credential that nobody vouches for are not read.
  if (credential_ != Credential::kValid || path.empty()) return;
  const WireValue value = claims_.Find(path);
  const std::string_view prefix = settings_.claims_extension_prefix;
  for (const NameValue& extension : question_reader_.question().extensions) {
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

void CheckService::FillContext(Request& request, std::uint32_t slot, std::span<const std::string_view> path) const {
  const std::string_view prefix = settings_.claims_extension_prefix;
  for (const NameValue& extension : question_reader_.question().extensions) {
    if (!prefix.empty() && extension.name.starts_with(prefix)) continue;
    if (IsDottedPath(extension.name, path)) return request.SetSlot(slot, extension.value);
  }
}

// Called for a verified certificate only. Without its text Envoy's word for its principal is all we
// know.
void CheckService::FillCertificate(Request& request, std::uint32_t slot, std::span<const std::string_view> path) {
  const CheckPeer& source = question_reader_.question().source;
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

void CheckService::FillList(Request& request, std::uint32_t slot, std::span<const std::string> texts) {
  const std::span<std::string_view> room = std::span(members_).subspan(member_count_);
  if (texts.size() > room.size()) return request.SetSlotInvalid(slot);
  std::copy(texts.begin(), texts.end(), room.begin());
  member_count_ += texts.size();
  request.SetSlotList(slot, room.first(texts.size()));
}

std::string_view CheckService::ClientIp() const {
  const CheckQuestion& question = question_reader_.question();
  std::array<std::string_view, base::budget::kRequestForwardedHopCountMax> lines;
  std::size_t count = 0;
  for (const NameValue& header : question.headers) {
    if (!SameHeaderName(header.name, "x-forwarded-for")) continue;
    if (count == lines.size()) return {};
    lines[count++] = header.value;
  }
  const zone::TrustedHops hops{settings_.trusted_hops, settings_.proxy_appends_peer ? zone::PeerInChain::kAppended
                                                                                    : zone::PeerInChain::kNotAppended};
  return zone::ClientAddress(std::span(lines).first(count), question.source.address, hops).value_or("");
}

std::string_view CheckService::Header(std::string_view name) const {
  for (const NameValue& header : question_reader_.question().headers) {
    if (SameHeaderName(header.name, name)) return header.value;
  }
  return {};
}

void CheckService::Log(const CheckVerdict& verdict) const {
  if (decisions_ == DecisionLogging::kNone || !log_.Wants(observe::Level::kInfo)) return;
  if (decisions_ == DecisionLogging::kRefused && verdict.outcome == Outcome::kAllow) return;
  LogDecision(log_, verdict, facts_);
}

std::vector<Endpoint> CheckEndpoints(Engine& engine, observe::Log& log, const bundle::ServerSettings& settings,
                                     DecisionLogging decisions) {
  bundle::ServerSettings used = settings;
  if (used.realm.empty()) used.realm = engine.info().name;
  const auto make = [&engine, &log, used, decisions]() -> Result<std::unique_ptr<ByteService>> {
    WARD_ASSIGN_OR_RETURN(Reader reader, engine.NewReader());
    return std::unique_ptr<ByteService>(std::make_unique<CheckService>(std::move(reader), log, used, decisions));
  };
  return {{fmt::format("/{}/Check", kCheckServiceName), CallShape::kUnary, make}};
}

}  // namespace ward::server
