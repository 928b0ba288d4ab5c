// lookup: one route as the policy writes it, for the builder of the trie. Compile time only.
#ifndef WARD_SRC_LOOKUP_ROUTE_PATTERN_H_
#define WARD_SRC_LOOKUP_ROUTE_PATTERN_H_

#include <ward/error.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ward::lookup {

// In order of precedence: at the same place, an earlier kind beats a later one.
enum class SegmentKind : std::uint8_t {
  kLiteral,  // this text, after decoding
  kInt,      // a parameter that spells an int64
  kList,     // a parameter that is one of some texts
  kTyped,    // a parameter of another type: routes take any text for it, but it beats a bare one
  kAny,      // a bare parameter, or a string
  kStar,     // `*`, one segment without a name
  kRest,     // `**`, all that is left, none included; last only
};
inline constexpr int kSegmentKindCount = 7;

[[nodiscard]] constexpr bool IsParameter(SegmentKind kind) {
  return kind == SegmentKind::kInt || kind == SegmentKind::kList || kind == SegmentKind::kTyped ||
         kind == SegmentKind::kAny;
}

struct SegmentPattern {
  SegmentKind kind = SegmentKind::kAny;
  std::string literal;              // of kLiteral
  std::vector<std::string> values;  // of kList

  friend bool operator==(const SegmentPattern&, const SegmentPattern&) = default;
};

struct RoutePattern {
  // `api.example.com`, `*.example.com` (one or more labels in front) or `*` (any host).
  std::vector<std::string> hosts;
  std::string method;  // upper case, as on the wire
  std::vector<SegmentPattern> path;
  std::uint32_t operation = 1;  // 1 and up; what a look-up answers
};

// kInvalidArgument names what no pattern may look like: no host, an empty literal, a `/` in one, `**` before the end,
// more than kRouteSegmentCountMax segments, operation 0.
[[nodiscard]] Result<void> CheckRoutePattern(const RoutePattern& route);

// /orders/{int}/items/{}
[[nodiscard]] std::string PatternText(const RoutePattern& route);

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_ROUTE_PATTERN_H_
