// The C API of a request. Without a begin there is no request, and what is set goes nowhere.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/c_api_handles.h"

using ward::engine::At;
using ward::engine::Same;
using ward::engine::TextOf;
using ward::engine::ViewOf;

namespace {

using ward::AttributeSource;
using ward::ValueType;

static_assert(Same(WARD_SOURCE_TOKEN, AttributeSource::kToken) &&
              Same(WARD_SOURCE_SUBJECT, AttributeSource::kSubject) &&
              Same(WARD_SOURCE_ACTION, AttributeSource::kAction) &&
              Same(WARD_SOURCE_RESOURCE, AttributeSource::kResource) &&
              Same(WARD_SOURCE_CONTEXT, AttributeSource::kContext) &&
              Same(WARD_SOURCE_METHOD, AttributeSource::kMethod) && Same(WARD_SOURCE_HOST, AttributeSource::kHost) &&
              Same(WARD_SOURCE_HEADER, AttributeSource::kHeader) && Same(WARD_SOURCE_QUERY, AttributeSource::kQuery) &&
              Same(WARD_SOURCE_FORM, AttributeSource::kForm) && Same(WARD_SOURCE_JSON, AttributeSource::kJson) &&
              Same(WARD_SOURCE_REQUEST_SIZE, AttributeSource::kRequestSize) &&
              Same(WARD_SOURCE_PATH, AttributeSource::kPath) &&
              Same(WARD_SOURCE_PATH_PARAMETER, AttributeSource::kPathParameter) &&
              Same(WARD_SOURCE_TLS_VERSION, AttributeSource::kTlsVersion) &&
              Same(WARD_SOURCE_CLIENT_CERT, AttributeSource::kClientCert) &&
              Same(WARD_SOURCE_SOURCE_IP, AttributeSource::kSourceIp) &&
              Same(WARD_SOURCE_SOURCE_PEER, AttributeSource::kSourcePeer) &&
              Same(WARD_SOURCE_CREDENTIAL, AttributeSource::kCredential) &&
              Same(WARD_SOURCE_NOW, AttributeSource::kNow) && Same(WARD_SOURCE_NOW + 1, ward::kAttributeSourceCount));
static_assert(Same(WARD_VALUE_BOOL, ValueType::kBool) && Same(WARD_VALUE_INT, ValueType::kInt) &&
              Same(WARD_VALUE_STRING, ValueType::kString) && Same(WARD_VALUE_DURATION, ValueType::kDuration) &&
              Same(WARD_VALUE_TIMESTAMP, ValueType::kTimestamp) && Same(WARD_VALUE_CLOCK, ValueType::kClock) &&
              Same(WARD_VALUE_SIZE, ValueType::kSize) && Same(WARD_VALUE_IP, ValueType::kIp) &&
              Same(WARD_VALUE_CIDR, ValueType::kCidr) && Same(WARD_VALUE_ENUM, ValueType::kEnum) &&
              Same(WARD_VALUE_ENUM_SET, ValueType::kEnumSet) && Same(WARD_VALUE_STRING_SET, ValueType::kStringSet) &&
              Same(WARD_VALUE_STRING_SET + 1, ward::kValueTypeCount));

// What is no known credential is not believed.
ward::Credential CredentialOf(ward_credential credential) {
  if (credential == WARD_CREDENTIAL_ABSENT) return ward::Credential::kAbsent;
  return credential == WARD_CREDENTIAL_VALID ? ward::Credential::kValid : ward::Credential::kInvalid;
}

// A list that is too long keeps one member too many, so that the engine sees it.
std::span<const std::string_view> MembersOf(ward_reader& reader, const ward_text* members, std::size_t count) {
  reader.members.clear();
  for (std::size_t i = 0; i < count && reader.members.size() < reader.members.capacity(); ++i) {
    reader.members.push_back(ViewOf(members[i]));
  }
  return reader.members;
}

std::span<const ward::AttributeInfo> AttributesOf(const ward_reader& reader) {
  return reader.request == nullptr ? std::span<const ward::AttributeInfo>() : reader.request->attributes();
}

}  // namespace

extern "C" {

void ward_request_set_http(ward_reader* reader, const ward_http* http) {
  if (reader->request == nullptr) return;
  ward::HttpRequest request;
  request.method = ViewOf(http->method);
  request.host = ViewOf(http->host);
  request.target = ViewOf(http->target);
  reader->headers.clear();
  // One more than the budget is kept, so that the engine sees that there were too many.
  for (std::size_t i = 0; i < http->header_count && reader->headers.size() < reader->headers.capacity(); ++i) {
    reader->headers.push_back({ViewOf(http->headers[i].name), ViewOf(http->headers[i].value)});
  }
  request.headers = reader->headers;
  request.body = ViewOf(http->body);
  request.body_complete = http->body_is_prefix == 0;
  if (http->has_size != 0) request.size_bytes = http->size_bytes;
  reader->request->SetHttp(request);
}

void ward_request_set_action(ward_reader* reader, ward_text action, ward_text resource_type) {
  if (reader->request != nullptr) reader->request->SetAction(ViewOf(action), ViewOf(resource_type));
}
void ward_request_set_operation(ward_reader* reader, ward_text qualified_name) {
  if (reader->request != nullptr) reader->request->SetOperation(ViewOf(qualified_name));
}
void ward_request_set_source(ward_reader* reader, ward_text client_ip, ward_text peer_ip) {
  if (reader->request != nullptr) reader->request->SetSource(ViewOf(client_ip), ViewOf(peer_ip));
}
void ward_request_set_credential(ward_reader* reader, ward_credential credential) {
  if (reader->request != nullptr) reader->request->SetCredential(CredentialOf(credential));
}
void ward_request_set_now(ward_reader* reader, int64_t unix_ns) {
  if (reader->request != nullptr) reader->request->SetNow(unix_ns);
}

// ---- by id or name

void ward_request_set_text(ward_reader* reader, uint32_t attribute, ward_text value) {
  if (reader->request != nullptr) reader->request->Set(ward::AttributeId{attribute}, ViewOf(value));
}
void ward_request_set_int(ward_reader* reader, uint32_t attribute, int64_t value) {
  if (reader->request != nullptr) reader->request->Set(ward::AttributeId{attribute}, value);
}
void ward_request_set_double(ward_reader* reader, uint32_t attribute, double value) {
  if (reader->request != nullptr) reader->request->Set(ward::AttributeId{attribute}, value);
}
void ward_request_set_bool(ward_reader* reader, uint32_t attribute, int value) {
  if (reader->request != nullptr) reader->request->SetBool(ward::AttributeId{attribute}, value != 0);
}
void ward_request_set_list(ward_reader* reader, uint32_t attribute, const ward_text* members, size_t count) {
  if (reader->request == nullptr) return;
  reader->request->SetList(ward::AttributeId{attribute}, MembersOf(*reader, members, count));
}
void ward_request_set_named_text(ward_reader* reader, ward_text attribute, ward_text value) {
  if (reader->request != nullptr) reader->request->Set(ViewOf(attribute), ViewOf(value));
}

int ward_request_set_json(ward_reader* reader, ward_source source, ward_text json_object) {
  if (reader->request == nullptr || static_cast<unsigned>(source) > WARD_SOURCE_CONTEXT) return 0;
  return reader->request->SetJson(static_cast<AttributeSource>(source), ViewOf(json_object)) ? 1 : 0;
}

// ---- by slot

size_t ward_request_attribute_count(const ward_reader* reader) { return AttributesOf(*reader).size(); }

ward_attribute_info ward_request_attribute(const ward_reader* reader, uint32_t slot) {
  const std::span<const ward::AttributeInfo> attributes = AttributesOf(*reader);
  if (slot >= attributes.size()) return {{nullptr, 0}, WARD_SOURCE_TOKEN, WARD_VALUE_BOOL, 0, 0};
  const ward::AttributeInfo& attribute = attributes[slot];
  return {TextOf(attribute.name), static_cast<ward_source>(attribute.source),
          static_cast<ward_value_type>(attribute.type), attribute.secret ? 1 : 0, attribute.path.size()};
}

ward_text ward_request_attribute_path(const ward_reader* reader, uint32_t slot, size_t index) {
  const std::span<const ward::AttributeInfo> attributes = AttributesOf(*reader);
  return slot < attributes.size() ? At(attributes[slot].path, index) : ward_text{nullptr, 0};
}

void ward_request_set_slot_text(ward_reader* reader, uint32_t slot, ward_text value) {
  if (reader->request != nullptr) reader->request->SetSlot(slot, ViewOf(value));
}
void ward_request_set_slot_int(ward_reader* reader, uint32_t slot, int64_t value) {
  if (reader->request != nullptr) reader->request->SetSlot(slot, value);
}
void ward_request_set_slot_double(ward_reader* reader, uint32_t slot, double value) {
  if (reader->request != nullptr) reader->request->SetSlot(slot, value);
}
void ward_request_set_slot_bool(ward_reader* reader, uint32_t slot, int value) {
  if (reader->request != nullptr) reader->request->SetSlotBool(slot, value != 0);
}
void ward_request_set_slot_list(ward_reader* reader, uint32_t slot, const ward_text* members, size_t count) {
  if (reader->request != nullptr) reader->request->SetSlotList(slot, MembersOf(*reader, members, count));
}
void ward_request_set_slot_invalid(ward_reader* reader, uint32_t slot) {
  if (reader->request != nullptr) reader->request->SetSlotInvalid(slot);
}

}  // extern "C"
