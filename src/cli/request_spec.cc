#include "cli/request_spec.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <span>
#include <tuple>

#include "base/edit_distance.h"
#include "base/rfc3339.h"
#include "cli/bundle_source.h"
#include "cli/json_input.h"

namespace ward::cli {
namespace {

using nlohmann::json;

Error Invalid(std::string message) { return Error{ErrorCode::kInvalidArgument, std::move(message)}; }

// Refuses members that no reader knows: a misspelt one would silently be missing and so deny.
Result<void> OnlyKnown(const json& object, std::string_view where, std::span<const std::string_view> known) {
  for (const auto& [name, ignored] : object.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto nearest = base::NearestName(name, known);
    if (nearest) return Invalid(fmt::format("{} has no member `{}`; did you mean `{}`?", where, name, *nearest));
    return Invalid(fmt::format("{} has no member `{}`; it knows {}", where, name, fmt::join(known, ", ")));
  }
  return {};
}

Result<void> TakeText(const json& object, const char* member, std::string& text) {
  const auto it = object.find(member);
  if (it == object.end()) return {};
  if (!it->is_string()) return Invalid(fmt::format("member `{}` must be a string", member));
  text = it->get<std::string>();
  return {};
}

Result<void> TakeObject(const json& object, const char* member, json& into) {
  const auto it = object.find(member);
  if (it == object.end()) return {};
  if (!it->is_object()) return Invalid(fmt::format("member `{}` must be an object", member));
  into = *it;
  return {};
}

Result<void> TakeHeaders(const json& object, RequestSpec& spec) {
  json headers;
  WARD_RETURN_IF_ERROR(TakeObject(object, "headers", headers));
  for (const auto& [name, value] : headers.items()) {
    if (value.is_string()) {
      spec.headers.emplace_back(name, value.get<std::string>());
      continue;
    }
    const bool texts =
        value.is_array() && std::all_of(value.begin(), value.end(), [](const json& item) { return item.is_string(); });
    if (!texts) return Invalid(fmt::format("header `{}` must be a string or a list of strings", name));
    for (const json& item : value) spec.headers.emplace_back(name, item.get<std::string>());
  }
  return {};
}

Result<Credential> ParseCredential(const std::string& text) {
  if (text == "absent") return Credential::kAbsent;
  if (text == "invalid") return Credential::kInvalid;
  if (text == "valid") return Credential::kValid;
  return Invalid(fmt::format("credential is absent, invalid or valid, not `{}`", text));
}

Result<std::int64_t> ParseNow(const std::string& text) {
  if (const auto now = base::ParseRfc3339(text)) return *now;
  return Invalid(fmt::format("`{}` is no time; write it like 2026-11-02T09:00:00Z", text));
}

// {"type","id","properties"} -> the properties with type and id beside them, as the policy's paths see them.
Result<json> Flatten(const json& entity, std::string_view where) {
  static constexpr std::array<std::string_view, 3> kKnown = {"id", "properties", "type"};
  WARD_RETURN_IF_ERROR(OnlyKnown(entity, where, kKnown));
  json flat = json::object();
  WARD_RETURN_IF_ERROR(TakeObject(entity, "properties", flat));
  for (const char* member : {"id", "type"}) {
    if (entity.contains(member)) flat[member] = entity[member];
  }
  return flat;
}

Result<void> TakeAuthZen(const json& object, RequestSpec& spec) {
  json subject;
  json action;
  json resource;
  WARD_RETURN_IF_ERROR(TakeObject(object, "subject", subject));
  WARD_RETURN_IF_ERROR(TakeObject(object, "action", action));
  WARD_RETURN_IF_ERROR(TakeObject(object, "resource", resource));
  WARD_RETURN_IF_ERROR(TakeObject(object, "context", spec.context));
  if (!subject.is_null()) {
    WARD_ASSIGN_OR_RETURN(spec.subject, Flatten(subject, "subject"));
  }
  if (!resource.is_null()) {
    WARD_RETURN_IF_ERROR(TakeText(resource, "type", spec.resource_type));
    WARD_ASSIGN_OR_RETURN(spec.resource, Flatten(resource, "resource"));
  }
  if (action.is_null()) return {};
  static constexpr std::array<std::string_view, 2> kKnown = {"name", "properties"};
  WARD_RETURN_IF_ERROR(OnlyKnown(action, "action", kKnown));
  WARD_RETURN_IF_ERROR(TakeText(action, "name", spec.action));
  spec.action_properties = json::object();
  WARD_RETURN_IF_ERROR(TakeObject(action, "properties", spec.action_properties));
  spec.action_properties["name"] = spec.action;
  return {};
}

bool IsBeyondInt64(const json& integer) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return integer.is_number_unsigned() && integer.get<std::uint64_t>() > kMax;
}

// `name=value`: the value is JSON where it reads as JSON (numbers, lists, true), else text.
Result<std::pair<std::string, json>> ParseAssignment(const std::string& text, std::string_view flag) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Invalid(fmt::format("{} wants name=value, got `{}`", flag, text));
  }
  const std::string name = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  if (!json::accept(value)) return std::pair<std::string, json>(name, value);
  WARD_ASSIGN_OR_RETURN(json parsed, ParseJson(value, fmt::format("{} {}", flag, name)));
  if (parsed.is_null()) parsed = value;
  return std::pair<std::string, json>(name, std::move(parsed));
}

using Assignments = std::vector<std::pair<std::string, json>>;

Result<Assignments> ParseAssignments(const std::vector<std::string>& texts, std::string_view flag) {
  Assignments assignments;
  for (const std::string& text : texts) {
    WARD_ASSIGN_OR_RETURN(auto assignment, ParseAssignment(text, flag));
    const bool again = std::any_of(assignments.begin(), assignments.end(),
                                   [&assignment](const auto& other) { return other.first == assignment.first; });
    if (again) return Invalid(fmt::format("{} gives `{}` twice; leave one of them", flag, assignment.first));
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

Result<void> ApplyFlags(const RequestFlags& flags, RequestSpec& spec) {
  const RequestSpec& direct = flags.direct;
  const auto overlay = [](const std::string& from, std::string& to) {
    if (!from.empty()) to = from;
  };
  overlay(direct.method, spec.method);
  overlay(direct.host, spec.host);
  overlay(direct.path, spec.path);
  overlay(direct.body, spec.body);
  overlay(direct.operation, spec.operation);
  overlay(direct.action, spec.action);
  overlay(direct.resource_type, spec.resource_type);
  overlay(direct.ip, spec.ip);
  overlay(direct.peer, spec.peer);
  for (const std::string& header : flags.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos || colon == 0) {
      return Invalid(fmt::format("--header wants `Name: value`, got `{}`", header));
    }
    const std::size_t begin = header.find_first_not_of(' ', colon + 1);
    spec.headers.emplace_back(header.substr(0, colon), begin == std::string::npos ? "" : header.substr(begin));
  }
  WARD_ASSIGN_OR_RETURN(const Assignments claims, ParseAssignments(flags.claims, "--claim"));
  for (const auto& [name, value] : claims) spec.claims[name] = value;
  WARD_ASSIGN_OR_RETURN(const Assignments attributes, ParseAssignments(flags.attributes, "--attribute"));
  spec.attributes.insert(spec.attributes.end(), attributes.begin(), attributes.end());
  if (!flags.credential.empty()) {
    WARD_ASSIGN_OR_RETURN(spec.credential, ParseCredential(flags.credential));
  }
  if (!flags.now.empty()) {
    WARD_ASSIGN_OR_RETURN(spec.now_ns, ParseNow(flags.now));
  }
  return {};
}

}  // namespace

void AddRequestFlags(CLI::App& command, RequestFlags& flags) {
  command.add_option("--request", flags.file, "JSON file: an HTTP request with its claims, or an AuthZEN evaluation");
  command.add_option("--method", flags.direct.method, "HTTP method (GET if a path is given)");
  command.add_option("--host", flags.direct.host, "HTTP host");
  command.add_option("--path", flags.direct.path, "path with query, as the client sent it");
  command.add_option("--header", flags.headers, "`Name: value`; may be repeated")->allow_extra_args(false);
  command.add_option("--body", flags.direct.body, "request body");
  command.add_option("--operation", flags.direct.operation, "qualified operation instead of a path");
  command.add_option("--action", flags.direct.action, "AuthZEN action name instead of a path");
  command.add_option("--resource-type", flags.direct.resource_type, "AuthZEN resource type, with --action");
  command.add_option("--ip", flags.direct.ip, "address of the client (source.ip)");
  command.add_option("--peer", flags.direct.peer, "address of the socket's peer (source.peer)");
  command.add_option("--claim", flags.claims, "token claim name=value; JSON values are read as JSON; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--attribute", flags.attributes, "any attribute by its policy name, name=value; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--credential", flags.credential, "absent, invalid or valid (valid if there are claims)");
  command.add_option("--now", flags.now, "time of the decision, 2026-11-02T09:00:00Z (default: now)");
}

Result<RequestSpec> ParseRequest(std::string_view json_text, std::string_view file_name) {
  WARD_ASSIGN_OR_RETURN(const json object, ParseJson(json_text, fmt::format("`{}`", file_name)));
  if (!object.is_object()) return Invalid(fmt::format("`{}` must hold one JSON object", file_name));
  static constexpr std::array<std::string_view, 16> kKnown = {
      "action", "attributes", "body", "claims",    "context", "credential", "headers",  "host",
      "ip",     "method",     "now",  "operation", "path",    "peer",       "resource", "subject"};
  WARD_RETURN_IF_ERROR(OnlyKnown(object, fmt::format("`{}`", file_name), kKnown));
  RequestSpec spec;
  WARD_RETURN_IF_ERROR(TakeText(object, "method", spec.method));
  WARD_RETURN_IF_ERROR(TakeText(object, "host", spec.host));
  WARD_RETURN_IF_ERROR(TakeText(object, "path", spec.path));
  WARD_RETURN_IF_ERROR(TakeText(object, "body", spec.body));
  WARD_RETURN_IF_ERROR(TakeText(object, "operation", spec.operation));
  WARD_RETURN_IF_ERROR(TakeText(object, "ip", spec.ip));
  WARD_RETURN_IF_ERROR(TakeText(object, "peer", spec.peer));
  WARD_RETURN_IF_ERROR(TakeHeaders(object, spec));
  WARD_RETURN_IF_ERROR(TakeObject(object, "claims", spec.claims));
  WARD_RETURN_IF_ERROR(TakeAuthZen(object, spec));
  json attributes;
  WARD_RETURN_IF_ERROR(TakeObject(object, "attributes", attributes));
  for (const auto& [name, value] : attributes.items()) spec.attributes.emplace_back(name, value);
  std::string text;
  WARD_RETURN_IF_ERROR(TakeText(object, "credential", text));
  if (!text.empty()) {
    WARD_ASSIGN_OR_RETURN(spec.credential, ParseCredential(text));
  }
  text.clear();
  WARD_RETURN_IF_ERROR(TakeText(object, "now", text));
  if (!text.empty()) {
    WARD_ASSIGN_OR_RETURN(spec.now_ns, ParseNow(text));
  }
  return spec;
}

Result<RequestSpec> ReadRequest(const RequestFlags& flags) {
  RequestSpec spec;
  if (!flags.file.empty()) {
    WARD_ASSIGN_OR_RETURN(const std::string text, ReadText(flags.file));
    WARD_ASSIGN_OR_RETURN(spec, ParseRequest(text, flags.file));
  }
  WARD_RETURN_IF_ERROR(ApplyFlags(flags, spec));
  if (spec.path.empty() && spec.action.empty() && spec.operation.empty()) {
    return Invalid("no request: give --request FILE, or --method and --path, or --action, or --operation");
  }
  if (!spec.path.empty() && spec.method.empty()) spec.method = "GET";
  return spec;
}

PreparedRequest::PreparedRequest(const RequestSpec& spec) : spec_(spec) {
  for (const auto& [name, value] : spec.headers) headers_.push_back({name, value});
  const auto dump = [](const json& object) { return object.is_null() ? std::string() : object.dump(); };
  claims_ = dump(spec.claims);
  subject_ = dump(spec.subject);
  resource_ = dump(spec.resource);
  action_ = dump(spec.action_properties);
  context_ = dump(spec.context);
  for (const auto& [name, value] : spec.attributes) {
    std::vector<std::string> texts;
    if (value.is_array()) {
      for (const json& item : value) texts.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    }
    list_texts_.push_back(std::move(texts));
    list_views_.emplace_back(list_texts_.back().begin(), list_texts_.back().end());
  }
}

Result<void> PreparedRequest::SetAttribute(Engine& engine, Request& request, const std::string& name,
                                           const json& value) const {
  const AttributeId id = engine.Attribute(name);
  if (value.is_string()) {
    request.Set(id, std::string_view(value.get_ref<const std::string&>()));
  } else if (value.is_boolean()) {
    request.SetBool(id, value.get<bool>());
  } else if (value.is_number_integer() && !IsBeyondInt64(value)) {
    request.Set(id, value.get<std::int64_t>());
  } else if (value.is_number()) {
    request.Set(id, value.get<double>());
  } else if (!value.is_array()) {
    return Invalid(fmt::format("attribute `{}` must be a string, number, bool or list", name));
  }
  return {};
}

Result<void> PreparedRequest::Apply(Engine& engine, Request& request) const {
  std::vector<std::string_view> names;
  for (const AttributeInfo& attribute : request.attributes()) names.push_back(attribute.name);
  if (spec_.now_ns) request.SetNow(*spec_.now_ns);
  if (!spec_.path.empty()) {
    request.SetHttp({.method = spec_.method,
                     .host = spec_.host,
                     .target = spec_.path,
                     .headers = headers_,
                     .body = spec_.body,
                     .size_bytes = static_cast<std::int64_t>(spec_.body.size())});
  } else if (!spec_.operation.empty()) {
    request.SetOperation(spec_.operation);
  } else {
    request.SetAction(spec_.action, spec_.resource_type);
  }
  request.SetSource(spec_.ip, spec_.peer);
  const std::initializer_list<std::tuple<AttributeSource, const std::string&, std::string_view>> objects = {
      {AttributeSource::kToken, claims_, "claims"},
      {AttributeSource::kSubject, subject_, "subject"},
      {AttributeSource::kAction, action_, "action"},
      {AttributeSource::kResource, resource_, "resource"},
      {AttributeSource::kContext, context_, "context"}};
  for (const auto& [source, text, member] : objects) {
    if (text.empty() || request.SetJson(source, text)) continue;
    return Invalid(fmt::format("member `{}` is too long or nested too deep to be read", member));
  }
  if (!claims_.empty()) request.SetCredential(Credential::kValid);
  for (std::size_t i = 0; i < spec_.attributes.size(); ++i) {
    const auto& [name, value] = spec_.attributes[i];
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const auto nearest = base::NearestName(name, names);
      return Invalid(fmt::format("the policy reads no attribute `{}`{}", name,
                                 nearest ? fmt::format("; did you mean `{}`?", *nearest) : std::string()));
    }
    WARD_RETURN_IF_ERROR(SetAttribute(engine, request, name, value));
    if (value.is_array()) request.SetList(engine.Attribute(name), list_views_[i]);
  }
  if (spec_.credential) request.SetCredential(*spec_.credential);
  return {};
}

}  // namespace ward::cli
