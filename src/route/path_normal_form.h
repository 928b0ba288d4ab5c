// route: the one spelling of a request path that rules, routes and tables are matched with.
//
// Source: RFC 3986 sections 2.1, 5.2.4, 6.2.2; LANGUAGE section (d). In this order: the query is
// split off at the first `?`; every `%xx` is decoded, once; `.` and `..` are resolved; runs of `/`
// become one; a trailing `/` goes; case stays. The result begins with `/`, is valid UTF-8 and holds no empty, `.` or `..`
// segment. It is text, not an URI: a `?`, `#` or `%` in it was encoded by the client and is an
// ordinary character. It is never longer than what came in.
//
// Two readers of one path must not come to different results, so whatever proxies and backends are
// known to read differently has no normal form and is refused (PathFault). Normal forms are a fixed
// point: NormalisePath of one gives the same bytes again, provided it holds no `%`, `?` or `#`.
//
// Thread-safe: pure functions. Nothing allocates. Cost: one pass, 16 bytes at a time, if the path
// is already normal (then `path` points into the input); else one pass byte by byte into the
// caller's scratch.
#ifndef WARD_SRC_ROUTE_PATH_NORMAL_FORM_H_
#define WARD_SRC_ROUTE_PATH_NORMAL_FORM_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace ward::route {

enum class PathFault : std::uint8_t {
  kNone,
  kNotAbsolute,       // empty, `*`, or anything else that does not begin with `/`
  kTooLong,           // more than base::budget::kRequestPathBytesMax, or than the scratch given
  kBadEscape,         // `%` without two hexadecimal digits
  kEncodedSeparator,  // `%2f` or `%5c`: a separator for some, a character for others
  kBackslash,         // `\` as it is: some take it for `/`
  kControl,           // a byte below 0x20 or 0x7f, plain or encoded; `%00` ends the path for some
  kFragment,          // `#`: never sent by a client that follows RFC 9112
  kNotUtf8,           // for instance an overlong spelling of `/` or `.`
  kAmbiguousDots,     // `..` somewhere after an empty segment, or a dot segment with parameters
                      // (`..;x`)
  kEscapesRoot,       // more `..` than there are segments
};
inline constexpr int kPathFaultCount = 11;

// A few words for the operator's log; never for the caller. Static storage.
[[nodiscard]] std::string_view PathFaultText(PathFault fault);

struct NormalPath {
  std::string_view path;   // in the input or in the scratch; empty if there is a fault
  std::string_view query;  // in the input, without `?`, as sent
  PathFault fault = PathFault::kNone;
};

// `raw` is a request target in origin form, `scratch` at least as long as its path. The result
// borrows from both.
[[nodiscard]] NormalPath NormalisePath(std::string_view raw, std::span<char> scratch);

}  // namespace ward::route

#endif  // WARD_SRC_ROUTE_PATH_NORMAL_FORM_H_
