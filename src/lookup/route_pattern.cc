#include "lookup/route_pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/budgets.h"

namespace ward::lookup {
Result<void> CheckRoutePattern(const RoutePattern& route) {
  const auto refuse = [&route](std::string_view why) {
    return Error{ErrorCode::kInvalidArgument, fmt::format("route {} {}: {}", route.method, PatternText(route), why)};
  };
  if (route.hosts.empty()) return refuse("no host");
  if (route.operation == 0) return refuse("operation 0 is kept for no route");
  if (route.path.size() > base::budget::kRouteSegmentCountMax) {
    return Error{ErrorCode::kTooLarge,
                 fmt::format("route {} has {} segments, at most {} are allowed", PatternText(route), route.path.size(),
                             base::budget::kRouteSegmentCountMax)};
  }
  for (const std::string& host : route.hosts) {
    const std::string_view fixed = host == "*" ? "x" : std::string_view(host).substr(host.starts_with("*.") ? 2 : 0);
    if (fixed.empty() || fixed.find('*') != std::string_view::npos || fixed.front() == '.' ||
        std::count(host.begin(), host.end(), '.') > 62) {
      return refuse(fmt::format("`{}` is no host pattern", host));
    }
  }
  for (const SegmentPattern& segment : route.path) {
    if (segment.kind == SegmentKind::kRest && &segment != &route.path.back()) return refuse("`**` is not last");
    if (segment.kind != SegmentKind::kLiteral) continue;
    if (segment.literal.empty() || segment.literal.find('/') != std::string::npos) {
      return refuse(fmt::format("`{}` is no segment", segment.literal));
    }
  }
  return {};
}

std::string PatternText(const RoutePattern& route) {
  std::string text;
  for (const SegmentPattern& segment : route.path) {
    switch (segment.kind) {
      case SegmentKind::kLiteral:
        text += '/' + segment.literal;
        break;
      case SegmentKind::kInt:
        text += "/{int}";
        break;
      case SegmentKind::kList:
        text += "/{list}";
        break;
      case SegmentKind::kTyped:
        text += "/{typed}";
        break;
      case SegmentKind::kAny:
        text += "/{}";
        break;
      case SegmentKind::kStar:
        text += "/*";
        break;
      case SegmentKind::kRest:
        text += "/**";
        break;
    }
  }
  return text.empty() ? "/" : text;
}

}  // namespace ward::lookup
