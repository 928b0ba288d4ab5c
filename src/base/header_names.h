// base: which names and values an HTTP header may have, and which of them a policy may touch.
//
// A proxy takes from us what it would never take from a client: `:path`, a `content-length` that splits requests, CR LF
// that splits responses. So one list of what is never sent serves the compiler, which tells the author, the engine, which
// runs bytecode of any compiler, and the server, which writes the answer. Source: RFC 9110 sections 5.1, 5.5, 5.6.2,
// 7.6.1. Any case. Thread-safe: pure functions.
#ifndef WARD_SRC_BASE_HEADER_NAMES_H_
#define WARD_SRC_BASE_HEADER_NAMES_H_

#include <string_view>

namespace ward::base {

// A token.
[[nodiscard]] bool IsHeaderName(std::string_view name);

// A header name that neither frames the message nor steers the connection (`host`, `content-length`, `te`, ...).
[[nodiscard]] bool MayStripHeader(std::string_view name);

// One that may be stripped, and that proxies do not believe as their own word (`proxy-*`, `x-envoy-*`).
[[nodiscard]] bool MaySetHeader(std::string_view name);

// No control character but tab, valid UTF-8 (in a protobuf string anything else makes the whole answer unreadable, which
// some proxies take for an outage and let the request pass).
[[nodiscard]] bool IsHeaderValue(std::string_view value);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_HEADER_NAMES_H_
