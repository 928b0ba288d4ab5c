// server: the answer to Envoy's external authorization, written as bytes.
//
// Source: envoy.service.auth.v3.CheckResponse, WIRE sections 0, 1.2 and 1.3. What an empty or
// half-written message means to Envoy is *allow*, so the status of every answer is written first
// and is a refusal, unless an allow can be written in full: if one header of it may not be sent,
// the answer becomes a denial (an obligation that cannot be met is a deny). Refusals always
// succeed: what may not be sent is left out of them.
//
// Every header carries `append = false` and OVERWRITE_IF_EXISTS_OR_ADD: Envoy reads one or the
// other, depending on place and version, and neither ever doubles a header.
//
// The bytes returned are the writer's own, valid until its next Write. Allocates only until its
// buffer has grown. Thread rule: one writer per thread.
#ifndef WARD_SRC_SERVER_EXT_AUTHZ_RESPONSE_H_
#define WARD_SRC_SERVER_EXT_AUTHZ_RESPONSE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ward/request.h"

namespace ward::server {

// One entry of dynamic metadata, for later filters and Envoy's access log. Numbers are doubles on
// the wire; one that is not finite is left out. Bytes that are no UTF-8 become `!`, as Envoy does
// it.
struct MetadataEntry {
  std::string_view key;
  std::variant<std::string_view, double, bool, std::span<const std::string_view>> value;
};

// A request that goes on.
struct AllowAnswer {
  std::span<const NameValue> set_headers{};           // on the request, over what the client sent
  std::span<const std::string_view> strip_headers{};  // from the request; one that is also set is not stripped
  std::span<const MetadataEntry> metadata{};
};

// A refusal. Beyond 300..599 the status is 403.
struct DenyAnswer {
  std::uint16_t status = 403;
  std::span<const NameValue> headers{};
  std::string_view body{};
  std::span<const MetadataEntry> metadata{};
};

// Why an allow became a denial.
enum class AllowFault : std::uint8_t {
  kNone,
  kHeaderName,   // one that may not be set or stripped
  kHeaderValue,  // not a header value
  kHeaderTwice,  // one name, two values
};

class CheckAnswerWriter {
 public:
  struct Allowed {
    std::string_view bytes;
    AllowFault fault = AllowFault::kNone;  // not kNone: `bytes` is a denial with status 500
  };
  [[nodiscard]] Allowed WriteAllow(const AllowAnswer& answer);
  [[nodiscard]] std::string_view WriteDeny(const DenyAnswer& answer);
  // Our own failure, for instance before a policy was loaded: Envoy counts it as an error and
  // applies its failure_mode_allow, older ones (before 1.37) deny with 403.
  [[nodiscard]] std::string_view WriteFailure(const DenyAnswer& answer);

 private:
  std::string bytes_;
  std::string clean_;  // a text that had to be mended
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_EXT_AUTHZ_RESPONSE_H_
