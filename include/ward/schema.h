// include/ward: what a policy can read of a request: the words shared by compiler, engine and
// callers.
//
// An *attribute* is one input of the policy (`token.scopes`, `request.header["x-id"]`). Each one
// has a value type and a source that says where a protocol finds it. Types and sources are closed
// sets: LANGUAGE sections (d), (f). Everything here is a constant or a plain value; nothing throws,
// locks or allocates.
#ifndef WARD_INCLUDE_WARD_SCHEMA_H_
#define WARD_INCLUDE_WARD_SCHEMA_H_

#include <cstdint>
#include <string_view>

namespace ward {

// How a value looks once it is inside (after the border has typed it). Units are fixed:
//   kDuration  int64 nanoseconds                     kTimestamp  int64 nanoseconds since
//   1970-01-01T00:00:00Z kClock     int64 seconds since midnight, 0..86400 kSize      int64 bytes
//   kEnum      ordinal of the value in its enum       kSet       set of enum values or of strings
enum class ValueType : std::uint8_t {
  kBool,
  kInt,
  kString,
  kDuration,
  kTimestamp,
  kClock,
  kSize,
  kIp,
  kCidr,
  kEnum,
  kEnumSet,
  kStringSet,
};
inline constexpr std::uint8_t kValueTypeCount = 12;

// Where the border finds an attribute. `path` below is the attribute's path of words.
enum class AttributeSource : std::uint8_t {
  kToken,          // verified claim, path = claim names from the outside in
  kSubject,        // property of the AuthZEN subject; path {"id"} and {"type"} are its id and type
  kAction,         // property of the action; path {"name"} is its name
  kResource,       // property of the resource; path {"id"} and {"type"} are its id and type
  kContext,        // property of the context (AuthZEN, library, Envoy context extensions)
  kMethod,         // request.method
  kHost,           // request.host, lower case, without port
  kHeader,         // path {name}, lower case
  kQuery,          // path {name}; given twice is missing
  kForm,           // path {name} of an application/x-www-form-urlencoded body
  kJson,           // path into a JSON body
  kRequestSize,    // request.size
  kPath,           // the request's path in normal form (`path under /admin`)
  kPathParameter,  // path {name}: a segment that the operation's route binds
  kTlsVersion,     // connection.tls-version
  kClientCert,     // path {field} of the verified client certificate; empty path: that there is one
  kSourceIp,       // the client after the trusted hops
  kSourcePeer,     // the socket's peer
  kCredential,     // absent, invalid or valid
  kNow,            // the time of the decision
};
inline constexpr std::uint8_t kAttributeSourceCount = 20;

}  // namespace ward

#endif  // WARD_INCLUDE_WARD_SCHEMA_H_
