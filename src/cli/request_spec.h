// cli: a request as a person or a file gives it, before a policy types it.
//
// JSON forms (`ward eval --request FILE`), told apart by their members:
//   HTTP      {"method","host","path","headers":{},"body","claims":{},"ip","peer","credential","now","attributes":{}}
//   AuthZEN   {"subject":{"type","id","properties":{}},"action":{"name",..},"resource":{..},"context":{}}
//   by name   {"operation":"orders.access.read-order", "attributes":{"path.order": 7}, "claims":{}}
// An unknown member is an error that names it and the nearest known one.
#ifndef WARD_SRC_CLI_REQUEST_SPEC_H_
#define WARD_SRC_CLI_REQUEST_SPEC_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ward/engine.h"
#include "ward/error.h"

namespace CLI {
class App;
}

namespace ward::cli {

struct RequestSpec {
  std::string method;
  std::string host;
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string operation;
  std::string action;
  std::string resource_type;
  std::string ip;
  std::string peer;
  std::optional<Credential> credential;
  std::optional<std::int64_t> now_ns;
  nlohmann::json claims;   // null: none
  nlohmann::json subject;  // properties with id and type, flat; null: none
  nlohmann::json resource;
  nlohmann::json action_properties;
  nlohmann::json context;
  std::vector<std::pair<std::string, nlohmann::json>> attributes;  // by the policy's names
};

// The flags of `eval` and `why`, as they were typed.
struct RequestFlags {
  std::string file;
  std::vector<std::string> headers;     // `Name: value`
  std::vector<std::string> claims;      // name=value
  std::vector<std::string> attributes;  // name=value
  std::string credential;
  std::string now;
  RequestSpec direct;  // method, host, path, ip, ... bound by CLI11
};

void AddRequestFlags(CLI::App& command, RequestFlags& flags);

// File first, flags over it. Errors name the member or flag and the mend.
[[nodiscard]] Result<RequestSpec> ReadRequest(const RequestFlags& flags);
[[nodiscard]] Result<RequestSpec> ParseRequest(std::string_view json_text, std::string_view file_name);

// The spec applied to a reader's request. The texts inside must live until the decision was read: keep both.
class PreparedRequest {
 public:
  explicit PreparedRequest(const RequestSpec& spec);
  // Error: an attribute name or value that cannot be given.
  [[nodiscard]] Result<void> Apply(Engine& engine, Request& request) const;

 private:
  [[nodiscard]] Result<void> SetAttribute(Engine& engine, Request& request, const std::string& name,
                                          const nlohmann::json& value) const;

  const RequestSpec& spec_;
  std::vector<NameValue> headers_;
  std::string claims_;
  std::string subject_;
  std::string resource_;
  std::string action_;
  std::string context_;
  // Lists among the attributes: the members' texts and views of them, in the order of spec_.attributes.
  std::vector<std::vector<std::string>> list_texts_;
  std::vector<std::vector<std::string_view>> list_views_;
};

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_REQUEST_SPEC_H_
