#include "semantic/builtins.h"

#include <fmt/format.h>

#include <array>

#include "base/ascii.h"
#include "base/budgets.h"

namespace ward::semantic {
namespace {

struct Entry {
  std::string_view object;
  std::string_view name;  // empty: the object itself
  AttributeSource source;
  std::string_view field;  // empty: no path
  TypeKind type;
};

constexpr std::string_view kCert = "client-cert";

constexpr std::array<Entry, 13> kEntries{{
    {"request", "method", AttributeSource::kMethod, "", TypeKind::kString},
    {"request", "host", AttributeSource::kHost, "", TypeKind::kHost},
    {"request", "size", AttributeSource::kRequestSize, "", TypeKind::kSize},
    {"connection", "tls-version", AttributeSource::kTlsVersion, "", TypeKind::kEnum},
    {"connection", kCert, AttributeSource::kClientCert, "", TypeKind::kPresence},
    {"source", "ip", AttributeSource::kSourceIp, "", TypeKind::kIp},
    {"source", "peer", AttributeSource::kSourcePeer, "", TypeKind::kIp},
    {"subject", "id", AttributeSource::kSubject, "id", TypeKind::kString},
    {"subject", "type", AttributeSource::kSubject, "type", TypeKind::kString},
    {"action", "name", AttributeSource::kAction, "name", TypeKind::kString},
    {"resource", "id", AttributeSource::kResource, "id", TypeKind::kString},
    {"resource", "type", AttributeSource::kResource, "type", TypeKind::kString},
    {"credential", "", AttributeSource::kCredential, "", TypeKind::kEnum},
}};

// The verified client certificate, field by field. `principal` is what Envoy calls so: the first URI SAN, else the first
// DNS SAN, else the subject.
struct CertField {
  std::string_view name;
  TypeKind type;
};
constexpr std::array<CertField, 9> kCertFields{{
    {"dns-names", TypeKind::kSetOfString},
    {"fingerprint", TypeKind::kString},
    {"issuer", TypeKind::kString},
    {"not-after", TypeKind::kTimestamp},
    {"not-before", TypeKind::kTimestamp},
    {"principal", TypeKind::kString},
    {"serial", TypeKind::kString},
    {"subject", TypeKind::kString},
    {"uris", TypeKind::kSetOfString},
}};

// Distinguished names and URIs are longer than other strings.
constexpr std::uint32_t kCertTextBytes = 2048;

std::optional<BorderPlace> CertPlace(std::string_view field) {
  for (const CertField& known : kCertFields) {
    if (known.name == field) {
      return BorderPlace{AttributeSource::kClientCert, {known.name}, Type{known.type, {}, kCertTextBytes}};
    }
  }
  return std::nullopt;
}

Type EntryType(const Model& model, const Entry& entry) {
  Type type{entry.type, {}, base::budget::kStringValueBytesDefault};
  if (entry.source == AttributeSource::kTlsVersion) type.enumeration = model.program.tls_version_enum;
  if (entry.source == AttributeSource::kCredential) type.enumeration = model.program.credential_enum;
  return type;
}

}  // namespace

AttributeId BorderAttribute(Model& model, const BorderPlace& place, std::string_view name) {
  std::string key = fmt::format("{}/{}/{}/{}", static_cast<int>(place.source), static_cast<int>(place.type.kind),
                                place.type.enumeration.value(), place.type.max_bytes);
  for (const std::string_view part : place.path) key.append(1, '\0').append(part);
  const auto [it, fresh] =
      model.border_attributes.try_emplace(std::move(key), AttributeId::FromIndex(model.program.attributes.size()));
  if (!fresh) return it->second;
  Attribute& attribute = model.program.attributes.emplace_back();
  attribute.name = model.Keep(name);
  attribute.type = place.type;
  attribute.source = place.source;
  for (const std::string_view part : place.path) attribute.path.push_back(model.Keep(part));
  model.bad_attributes.push_back(false);
  return it->second;
}

std::optional<BorderPlace> FindBuiltIn(const Model& model, std::span<const syntax::Name> segments) {
  const std::string_view object = segments[0].text;
  const std::string_view name = segments.size() > 1 ? segments[1].text : std::string_view();
  if (object == "path" && segments.size() == 1) {
    return BorderPlace{AttributeSource::kPath, {}, Type{TypeKind::kPath, {}, base::budget::kRequestPathBytesMax}};
  }
  if (object == "request" && (name == "form" || name == "json") && segments.size() > 2) {
    BorderPlace place{name == "form" ? AttributeSource::kForm : AttributeSource::kJson,
                      {},
                      Type{TypeKind::kString, {}, base::budget::kStringValueBytesDefault}};
    for (const syntax::Name& segment : segments.subspan(2)) place.path.push_back(segment.text);
    if (name == "form" && place.path.size() > 1) return std::nullopt;  // a form is flat
    return place;
  }
  if (object == "connection" && name == kCert && segments.size() == 3) return CertPlace(segments[2].text);
  if (segments.size() > 2) return std::nullopt;
  for (const Entry& entry : kEntries) {
    if (entry.object != object || entry.name != name) continue;
    BorderPlace place{entry.source, {}, EntryType(model, entry)};
    if (!entry.field.empty()) place.path.push_back(entry.field);
    return place;
  }
  return std::nullopt;
}

std::vector<std::string_view> BuiltInNames(std::string_view object) {
  std::vector<std::string_view> names;
  for (const Entry& entry : kEntries) {
    if (entry.object == object && !entry.name.empty()) names.push_back(entry.name);
  }
  if (object == "subject") names.push_back("roles");
  if (object == "request") names.insert(names.end(), {"header", "query", "form", "json"});
  if (object == "connection.client-cert") {
    for (const CertField& field : kCertFields) names.push_back(field.name);
  }
  return names;
}

BorderPlace HeaderOrQuery(Model& model, bool header, std::string_view name) {
  return {header ? AttributeSource::kHeader : AttributeSource::kQuery,
          {model.Keep(header ? base::AsciiFolded(name) : std::string(name))},
          Type{TypeKind::kString, {}, base::budget::kStringValueBytesDefault}};
}

std::optional<AttributeSource> ClaimSource(std::string_view object) {
  if (object == "token") return AttributeSource::kToken;
  if (object == "subject") return AttributeSource::kSubject;
  if (object == "action") return AttributeSource::kAction;
  if (object == "resource") return AttributeSource::kResource;
  if (object == "context") return AttributeSource::kContext;
  return std::nullopt;
}

std::optional<diag::Diagnostic> TooDeep(base::Span span, std::size_t names) {
  if (names <= base::budget::kRequestClaimDepthMax) return std::nullopt;
  return diag::Diagnostic(diag::Kind::kBudgetExceeded, span,
                          fmt::format("a path into a request has at most {} names, and this one has {}",
                                      base::budget::kRequestClaimDepthMax, names))
      .WithHint("what lies deeper is never read; have the value sent nearer to the top");
}

AttributeId SubjectRoles(Model& model) {
  AttributeId& id = model.program.subject_roles;
  if (id.has_value()) return id;
  id = AttributeId::FromIndex(model.program.attributes.size());
  Attribute& attribute = model.program.attributes.emplace_back();
  attribute.name = "subject.roles";
  attribute.object = "subject";
  attribute.type = Type{TypeKind::kSetOfEnum, model.program.role_enum, base::budget::kStringValueBytesDefault};
  attribute.source = AttributeSource::kSubject;
  attribute.roles = true;
  model.bad_attributes.push_back(false);
  return id;
}

}  // namespace ward::semantic
