// Filling a request: everything a protocol or a caller knows, into the slots of the pinned policy.
#include "ward/request.h"

#include <algorithm>

#include "base/ascii.h"
#include "border/named_values.h"
#include "engine/reader_state.h"
#include "route/host.h"
#include "route/operation.h"

namespace ward {
namespace {

using border::TextOrigin;

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kJsonSuffix = "+json";

// Claims and properties come typed; everything else is text to begin with, also where a caller hands it over by name.
TextOrigin OriginOf(AttributeSource source) {
  const bool typed = source == AttributeSource::kToken || source == AttributeSource::kSubject ||
                     source == AttributeSource::kAction || source == AttributeSource::kResource ||
                     source == AttributeSource::kJson;
  return typed ? TextOrigin::kJson : TextOrigin::kText;
}

// The media type without its parameters; empty if it was not sent exactly once.
std::string_view ContentType(std::span<const NameValue> headers) {
  std::string_view type;
  std::size_t count = 0;
  for (const NameValue& header : headers) {
    if (!base::EqualFolded(header.name, "content-type")) continue;
    type = header.value;
    ++count;
  }
  if (count != 1) return {};
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return type;
}

bool IsJson(std::string_view type) {
  if (base::EqualFolded(type, kJsonType)) return true;
  return type.size() > kJsonSuffix.size() &&
         base::EqualFolded(type.substr(type.size() - kJsonSuffix.size()), kJsonSuffix);
}

}  // namespace

// ---- ReaderState: the request's side

void ReaderState::SetHttp(const HttpRequest& http) {
  if (work_ == nullptr) return;
  // Nothing of an earlier call for the same request may answer for this one.
  operation_ = bytecode::kNone;
  found_by_ = FoundBy::kNothing;
  path_ = {};
  method_ = http.method;
  host_ = route::NormaliseHost(http.host, host_buffer_);
  host_has_form_ = http.host.empty() || !host_.empty();
  if (!http.method.empty()) SetSourceText(AttributeSource::kMethod, http.method);
  if (!host_.empty()) SetSourceText(AttributeSource::kHost, host_);
  if (http.size_bytes >= 0) {
    for (const std::uint32_t slot : binding().slots_of(AttributeSource::kRequestSize)) {
      work_->writer.SetInteger(slot, http.size_bytes);
    }
  }
  border::ReadHeaders(binding().headers, http.headers, work_->writer);
  ReadBody(http);
  if (http.target.empty()) return;
  const route::NormalPath normal = route::NormalisePath(http.target, path_buffer_);
  path_fault_ = normal.fault;
  if (normal.fault != route::PathFault::kNone) return;
  path_ = normal.path;
  SetSourceText(AttributeSource::kPath, path_);
  border::ReadUrlEncoded(binding().query, normal.query, work_->writer);
  // A host that has no form is not "any host".
  if (host_has_form_) FindRoute();
}

void ReaderState::FindRoute() {
  const lookup::RouteMatch match = image().routes.Find(host_, method_, path_);
  if (!match.found()) return;
  operation_ = match.operation - 1;
  found_by_ = FoundBy::kRoute;
  const bytecode::Operation& operation = image().operations[operation_];
  for (const bytecode::RouteParameter& parameter : Slice(image().route_parameters, operation.parameters())) {
    const std::optional<std::string_view> text = match.Segment(path_, parameter.segment());
    if (text && parameter.input() < image().input_count()) {
      work_->writer.SetText(parameter.input(), *text, TextOrigin::kText);
    }
  }
}

void ReaderState::ReadBody(const HttpRequest& http) {
  const bool reads_form = !binding().form.empty();
  const bool reads_json = !binding().json.empty();
  if ((!reads_form && !reads_json) || !http.body_complete || http.body.empty() ||
      http.body.size() > base::budget::kRequestBodyBytesMax) {
    return;
  }
  const std::string_view type = ContentType(http.headers);
  if (reads_form && base::EqualFolded(type, kFormType))
    border::ReadUrlEncoded(binding().form, http.body, work_->writer);
  // A body that is no JSON object leaves all of its attributes missing.
  if (reads_json && IsJson(type)) static_cast<void>(json_.Read(binding().json, http.body, work_->writer));
}

void ReaderState::SetSourceText(AttributeSource source, std::string_view text) {
  for (const std::uint32_t slot : binding().slots_of(source)) work_->writer.SetText(slot, text, TextOrigin::kText);
}

void ReaderState::SetAction(std::string_view action, std::string_view resource_type) {
  if (work_ == nullptr) return;
  action_ = action;
  resource_type_ = resource_type;
  operation_ = route::FindByAction(image(), action, resource_type);
  found_by_ = operation_ == bytecode::kNone ? FoundBy::kNothing : FoundBy::kAction;
  const auto set = [this](AttributeSource source, std::string_view word, std::string_view text) {
    for (const std::uint32_t slot : binding().slots_of(source)) {
      const AttributeInfo& attribute = binding().attributes[slot];
      if (attribute.path.size() == 1 && attribute.path.front() == word) SetText(slot, text);
    }
  };
  set(AttributeSource::kAction, "name", action);
  if (!resource_type.empty()) set(AttributeSource::kResource, "type", resource_type);
}

void ReaderState::SetOperation(std::string_view qualified_name) {
  if (work_ == nullptr) return;
  asked_operation_ = qualified_name;
  operation_ = route::FindByName(image(), qualified_name);
  found_by_ = operation_ == bytecode::kNone ? FoundBy::kNothing : FoundBy::kName;
}

void ReaderState::SetSource(std::string_view client_ip, std::string_view peer_ip) {
  if (work_ == nullptr) return;
  client_ = base::IpAddress::Parse(client_ip);
  if (!client_ip.empty()) SetSourceText(AttributeSource::kSourceIp, client_ip);
  if (!peer_ip.empty()) SetSourceText(AttributeSource::kSourcePeer, peer_ip);
}

void ReaderState::SetCredential(Credential credential) {
  credential_ = credential;
  credential_said_ = true;
}

void ReaderState::SetNow(std::int64_t unix_ns) { now_ns_ = unix_ns; }

// Whether the pinned policy has such a slot; notes what setting it implies.
bool ReaderState::Touch(std::uint32_t slot) {
  if (work_ == nullptr || slot >= binding().attributes.size()) return false;
  if (binding().attributes[slot].source == AttributeSource::kToken) token_given_ = true;
  return true;
}

void ReaderState::SetText(std::uint32_t slot, std::string_view text) {
  if (Touch(slot)) work_->writer.SetText(slot, text, OriginOf(binding().attributes[slot].source));
}
void ReaderState::SetInteger(std::uint32_t slot, std::int64_t number) {
  if (Touch(slot)) work_->writer.SetInteger(slot, number);
}
void ReaderState::SetReal(std::uint32_t slot, double number) {
  if (Touch(slot)) work_->writer.SetReal(slot, number);
}
void ReaderState::SetBool(std::uint32_t slot, bool value) {
  if (Touch(slot)) work_->writer.SetBool(slot, value);
}
void ReaderState::SetList(std::uint32_t slot, std::span<const std::string_view> members) {
  if (Touch(slot)) work_->writer.SetList(slot, members);
}
void ReaderState::SetInvalid(std::uint32_t slot) {
  if (Touch(slot)) work_->writer.SetInvalid(slot);
}

bool ReaderState::SetJson(AttributeSource source, std::string_view json_object) {
  if (work_ == nullptr) return false;
  const border::ClaimTree* tree = binding().tree_of(source);
  if (tree == nullptr || !json_.Read(*tree, json_object, work_->writer)) return false;
  if (source == AttributeSource::kToken) token_given_ = true;
  return true;
}

std::span<const std::string_view> ReaderState::IllTyped() {
  if (work_ == nullptr) return {};
  work_->ill_typed.clear();
  if (work_->writer.ill_typed_count() == 0) return {};
  for (const std::uint32_t slot : work_->writer.touched()) {
    const std::string_view name = work_->writer.is_ill_typed(slot) ? IllTypedName(slot) : std::string_view();
    if (!name.empty()) work_->ill_typed.push_back(name);
  }
  return work_->ill_typed;
}

std::string_view ReaderState::IllTypedName(std::uint32_t slot) const {
  if (slot >= image().input_count()) {
    for (const engine::SubjectId& id : binding().subject_ids) {
      if (id.token_sub == slot) return binding().attributes[id.slot].name;
    }
    return {};
  }
  // A path parameter that two operations type differently has two slots: a value that fits one of them is well typed,
  // and what fits neither is told once.
  const std::string_view name = binding().attributes[slot].name;
  for (const std::uint32_t other : SlotsOf(name)) {
    if (work_->cells[other].present()) return {};
    if (other < slot && work_->writer.is_ill_typed(other)) return {};
  }
  return name;
}

std::span<const AttributeInfo> ReaderState::attributes() const {
  return view_ == nullptr ? std::span<const AttributeInfo>() : std::span(binding().attributes);
}

std::span<const std::uint32_t> ReaderState::SlotsOf(AttributeId attribute) const {
  return view_ == nullptr ? std::span<const std::uint32_t>() : view_->SlotsOf(attribute.value);
}

std::span<const std::uint32_t> ReaderState::SlotsOf(std::string_view attribute) const {
  const std::uint32_t name = view_ == nullptr ? bytecode::kNone : binding().NameOf(attribute);
  return name == bytecode::kNone ? std::span<const std::uint32_t>() : binding().names.slots(name);
}

// ---- Request

void Request::SetHttp(const HttpRequest& http) { state_->SetHttp(http); }
void Request::SetAction(std::string_view action, std::string_view resource_type) {
  state_->SetAction(action, resource_type);
}
void Request::SetOperation(std::string_view qualified_name) { state_->SetOperation(qualified_name); }
void Request::SetFault(const RequestFault& fault) { state_->SetFault(fault); }
void Request::SetSource(std::string_view client_ip, std::string_view peer_ip) { state_->SetSource(client_ip, peer_ip); }
void Request::SetCredential(Credential credential) { state_->SetCredential(credential); }
void Request::SetNow(std::int64_t unix_ns) { state_->SetNow(unix_ns); }

void Request::Set(AttributeId attribute, std::string_view text) {
  for (const std::uint32_t slot : state_->SlotsOf(attribute)) state_->SetText(slot, text);
}
void Request::Set(AttributeId attribute, std::int64_t number) {
  for (const std::uint32_t slot : state_->SlotsOf(attribute)) state_->SetInteger(slot, number);
}
void Request::Set(AttributeId attribute, double number) {
  for (const std::uint32_t slot : state_->SlotsOf(attribute)) state_->SetReal(slot, number);
}
void Request::SetBool(AttributeId attribute, bool value) {
  for (const std::uint32_t slot : state_->SlotsOf(attribute)) state_->SetBool(slot, value);
}
void Request::SetList(AttributeId attribute, std::span<const std::string_view> members) {
  for (const std::uint32_t slot : state_->SlotsOf(attribute)) state_->SetList(slot, members);
}
void Request::Set(std::string_view attribute, std::string_view text) {
  for (const std::uint32_t slot : state_->SlotsOf(attribute)) state_->SetText(slot, text);
}

void Request::SetSlot(std::uint32_t slot, std::string_view text) { state_->SetText(slot, text); }
void Request::SetSlot(std::uint32_t slot, std::int64_t number) { state_->SetInteger(slot, number); }
void Request::SetSlot(std::uint32_t slot, double number) { state_->SetReal(slot, number); }
void Request::SetSlotBool(std::uint32_t slot, bool value) { state_->SetBool(slot, value); }
void Request::SetSlotList(std::uint32_t slot, std::span<const std::string_view> members) {
  state_->SetList(slot, members);
}
void Request::SetSlotInvalid(std::uint32_t slot) { state_->SetInvalid(slot); }

bool Request::SetJson(AttributeSource source, std::string_view json_object) {
  return state_->SetJson(source, json_object);
}
std::span<const AttributeInfo> Request::attributes() const { return state_->attributes(); }

}  // namespace ward
