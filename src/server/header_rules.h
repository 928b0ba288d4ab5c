// server: which headers we may put into an answer.
//
// A proxy takes from us what it would never take from a client: `:path`, a `content-length` that
// splits requests, CR LF that splits responses (WIRE section 0, items 5 and 6). So names and values
// are checked here, last, whatever a policy, a table or a claim says. Source: RFC 9110
// sections 5.1, 5.5, 5.6.2, 7.6.1. Thread-safe: pure functions.
#ifndef WARD_SRC_SERVER_HEADER_RULES_H_
#define WARD_SRC_SERVER_HEADER_RULES_H_

#include <string_view>

namespace ward::server {

// A token (RFC 9110) that is none of: pseudo headers, `host`, framing and hop-by-hop headers,
// `proxy-*`, `x-envoy-*`. Any case.
[[nodiscard]] bool MaySetHeader(std::string_view name);

// No control character but tab, valid UTF-8 (in a protobuf string anything else makes the whole
// answer unreadable, which some proxies take for an outage and let the request pass).
[[nodiscard]] bool IsHeaderValue(std::string_view value);

// Of values, too: ASCII letters of any case. Requires: `lower` is lower case.
[[nodiscard]] bool StartsWithFolded(std::string_view text, std::string_view lower);

// ASCII only: header names know no other letters.
[[nodiscard]] bool SameHeaderName(std::string_view a, std::string_view b);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_HEADER_RULES_H_
