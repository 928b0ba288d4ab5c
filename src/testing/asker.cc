#include "testing/asker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/rfc3339.h"
#include "testing/cell_text.h"

namespace ward::testing {
namespace {

using semantic::TypeKind;

// What `send` itself says goes before what was bound.
bool IsNamedBySend(AttributeSource source) {
  return source == AttributeSource::kMethod || source == AttributeSource::kHost || source == AttributeSource::kPath ||
         source == AttributeSource::kPathParameter;
}

HttpRequest HttpOf(const semantic::MethodAndPath& http, std::string_view host) {
  HttpRequest request;
  request.method = http.method;
  request.host = host;
  request.target = http.path;
  return request;
}

// A host that an api answers to.
std::string HostOf(std::string_view pattern) {
  return pattern.starts_with('*') ? fmt::format("any{}", pattern.substr(1)) : std::string(pattern);
}

}  // namespace

Result<std::unique_ptr<Asker>> Asker::Open(const semantic::Program& program, std::span<const std::byte> bytecode) {
  WARD_ASSIGN_OR_RETURN(Engine engine, Engine::Create({.readers_max = 1}));
  WARD_RETURN_IF_ERROR(engine.Load(bytecode));
  WARD_ASSIGN_OR_RETURN(Reader reader, engine.NewReader());
  return std::unique_ptr<Asker>(new Asker(program, std::move(engine), std::move(reader)));
}

Asker::Asker(const semantic::Program& program, Engine engine, Reader reader)
    : program_(program),
      engine_(std::move(engine)),
      reader_(std::move(reader)),
      held_(FreshlyLoaded(program)),
      slots_(program.attributes.size()),
      twin_slots_(program.attributes.size()),
      built_in_slots_(kAttributeSourceCount) {
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_name;
  const std::span<const AttributeInfo> attributes = reader_.Begin().attributes();
  for (std::uint32_t slot = 0; slot < attributes.size(); ++slot) {
    by_name[attributes[slot].name].push_back(slot);
    built_in_slots_[static_cast<std::size_t>(attributes[slot].source)].push_back(slot);
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const semantic::Attribute& attribute = program.attributes[i];
    const auto found = by_name.find(attribute.name);
    if (found != by_name.end()) slots_[i] = found->second;
    if (attribute.computed != nullptr) continue;
    for (const std::uint32_t slot : built_in_slots_[static_cast<std::size_t>(attribute.source)]) {
      const AttributeInfo& other = attributes[slot];
      const bool same_place =
          std::equal(other.path.begin(), other.path.end(), attribute.path.begin(), attribute.path.end());
      if (same_place && other.name != attribute.name) twin_slots_[i].push_back(slot);
    }
  }
}

Result<void> Asker::Hold(const SharedState& state) {
  if (state == held_) return {};
  reader_.Release();
  WARD_RETURN_IF_ERROR(engine_.Apply(ChangeBetween(program_, held_, state)));
  held_ = state;
  return {};
}

Result<void> Asker::Ask(const Question& question) {
  texts_.clear();
  lists_.clear();
  Request& request = reader_.Begin();
  const bool by_operation = std::holds_alternative<semantic::OperationId>(question.send.what);
  std::string_view host;
  if (const auto* http = std::get_if<semantic::MethodAndPath>(&question.send.what)) {
    WARD_ASSIGN_OR_RETURN(host, HostFor(*http));
    reader_.Begin().SetHttp(HttpOf(*http, host));
  } else if (question.recorded != nullptr) {
    WARD_ASSIGN_OR_RETURN(recorded_, question.recorded->Apply(engine_, request));
  } else {
    NameOperation(std::get<semantic::OperationId>(question.send.what), question.world, request);
  }
  request.SetNow(question.now_ns);
  SetTokenSubject(question.world, request);
  SetAttributes(question.world, !by_operation, request);
  SetAddresses(question.world, request);
  static_cast<void>(reader_.Decide());
  return {};
}

std::string_view Asker::Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

// ---- what is asked for

// Whoever has that operation done sends its method, and a path that its route matches. Where the test binds all parts of
// the path, these are known.
void Asker::NameOperation(semantic::OperationId id, const World& world, Request& request) {
  const semantic::Operation& operation = program_.operations[id.index()];
  const semantic::Api& api = program_.apis[operation.api.index()];
  request.SetOperation(Keep(fmt::format("{}.{}", program_.policies[api.policy.index()].name, operation.name)));
  if (operation.method.empty()) return;
  SetBuiltIn(AttributeSource::kMethod, operation.method, request);
  if (api.hosts.size() == 1 && !api.hosts[0].starts_with('*')) {
    SetBuiltIn(AttributeSource::kHost, api.hosts[0], request);
  }
  std::string path;
  for (const semantic::RouteSegment& segment : operation.route) {
    path += '/';
    if (segment.kind == semantic::RouteSegment::Kind::kLiteral) {
      path += segment.text;
      continue;
    }
    if (segment.kind != semantic::RouteSegment::Kind::kParam) return;
    const semantic::Constant* value = world.ValueOf(program_.path_params[segment.param.index()].attribute);
    if (value == nullptr) return;
    path += CellText(program_, *value);
  }
  SetBuiltIn(AttributeSource::kPath, Keep(path.empty() ? "/" : std::move(path)), request);
}

void Asker::SetBuiltIn(AttributeSource source, std::string_view text, Request& request) {
  for (const std::uint32_t slot : built_in_slots_[static_cast<std::size_t>(source)]) request.SetSlot(slot, text);
}

// The host of the one api that has such an operation. The engine's own router says which these are.
Result<std::string_view> Asker::HostFor(const semantic::MethodAndPath& http) {
  if (!http.host.empty()) return http.host;
  const auto known = hosts_.find({http.method, http.path});
  if (known != hosts_.end()) return std::string_view(known->second);
  std::string matched;
  std::string first;
  std::string_view operation;
  for (const semantic::Api& api : program_.apis) {
    const std::string host = api.hosts.empty() ? std::string() : HostOf(api.hosts[0]);
    if (first.empty()) first = host;
    reader_.Begin().SetHttp(HttpOf(http, host));
    static_cast<void>(reader_.Admit());
    const std::string_view found = reader_.decision().operation();
    if (found.empty() || found == operation) continue;
    if (!operation.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("both `{}` and `{}` match {} {}; write the host before the path, as in \"{}{}\"",
                               operation, found, http.method, http.path, host.empty() ? "host" : host, http.path)};
    }
    operation = found;
    matched = host;
  }
  return std::string_view(
      hosts_.emplace(std::pair(http.method, http.path), operation.empty() ? first : matched).first->second);
}

// ---- what is bound

void Asker::SetAttributes(const World& world, bool names_path, Request& request) {
  const auto is_set_here = [&](const BoundAttribute& bound) {
    const semantic::Attribute& attribute = program_.attributes[bound.attribute.index()];
    if (attribute.computed != nullptr) return true;
    return attribute.source != AttributeSource::kCredential && (!names_path || !IsNamedBySend(attribute.source));
  };
  // What another attribute finds at the same place is the same, unless it is bound itself.
  for (const BoundAttribute& bound : world.attributes()) {
    if (is_set_here(bound)) SetSlots(twin_slots_[bound.attribute.index()], bound.value, request);
  }
  bool token = false;
  for (const BoundAttribute& bound : world.attributes()) {
    token = token || program_.attributes[bound.attribute.index()].object == "token";
    if (is_set_here(bound)) SetSlots(slots_[bound.attribute.index()], bound.value, request);
  }
  for (const BoundAttribute& bound : world.attributes()) {
    const semantic::Attribute& attribute = program_.attributes[bound.attribute.index()];
    if (attribute.computed != nullptr || attribute.source != AttributeSource::kCredential) continue;
    // The enum's order is that of Credential.
    return request.SetCredential(static_cast<Credential>(bound.value->number));
  }
  if (token) request.SetCredential(Credential::kValid);
}

void Asker::SetAddresses(const World& world, Request& request) {
  std::string client;
  std::string peer;
  for (const BoundAttribute& bound : world.attributes()) {
    const semantic::Attribute& attribute = program_.attributes[bound.attribute.index()];
    if (attribute.computed != nullptr || bound.value == nullptr) continue;
    if (attribute.source == AttributeSource::kSourceIp) client = CellText(program_, *bound.value);
    if (attribute.source == AttributeSource::kSourcePeer) peer = CellText(program_, *bound.value);
  }
  if (!client.empty() || !peer.empty()) request.SetSource(Keep(std::move(client)), Keep(std::move(peer)));
}

// `subject.id` is what the token says, and the engine looks for that among the claims.
void Asker::SetTokenSubject(const World& world, Request& request) {
  for (const BoundAttribute& bound : world.attributes()) {
    const semantic::Attribute& attribute = program_.attributes[bound.attribute.index()];
    const bool subject = attribute.computed == nullptr && attribute.source == AttributeSource::kToken &&
                         attribute.path.size() == 1 && attribute.path[0] == "sub";
    if (!subject || bound.value == nullptr || bound.value->type.kind != TypeKind::kString) continue;
    std::string claims = "{\"sub\":";
    base::AppendJsonString(claims, bound.value->text);
    static_cast<void>(request.SetJson(AttributeSource::kToken, Keep(claims + "}")));
  }
}

void Asker::SetSlots(std::span<const std::uint32_t> slots, const semantic::Constant* value, Request& request) {
  for (const std::uint32_t slot : slots) {
    if (value == nullptr) {
      request.SetSlotBool(slot, true);
    } else {
      SetSlot(slot, *value, request);
    }
  }
}

void Asker::SetSlot(std::uint32_t slot, const semantic::Constant& value, Request& request) {
  switch (value.type.kind) {
    case TypeKind::kBool:
      return request.SetSlotBool(slot, value.number != 0);
    case TypeKind::kInt:
    case TypeKind::kSize:
      return request.SetSlot(slot, value.number);
    case TypeKind::kDuration:
      if (value.number % base::kNsPerSecond == 0) return request.SetSlot(slot, value.number / base::kNsPerSecond);
      return request.SetSlot(slot, static_cast<double>(value.number) / static_cast<double>(base::kNsPerSecond));
    case TypeKind::kSetOfEnum:
    case TypeKind::kSetOfString: {
      std::vector<std::string_view>& members = lists_.emplace_back();
      for (const semantic::Constant* member : value.members) members.push_back(Keep(CellText(program_, *member)));
      return request.SetSlotList(slot, members);
    }
    case TypeKind::kTimestamp:
    case TypeKind::kClock:
    case TypeKind::kEnum:
    case TypeKind::kIp:
    case TypeKind::kCidr:
    case TypeKind::kString:
    case TypeKind::kHost:
    case TypeKind::kPath:
    case TypeKind::kOperation:
    case TypeKind::kPresence:
      return request.SetSlot(slot, Keep(CellText(program_, value)));
  }
}

}  // namespace ward::testing
