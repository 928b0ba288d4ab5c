// tests: routes matched one by one, and random routes and requests to compare with.
#ifndef WARD_TESTS_UNIT_ROUTE_ORACLE_H_
#define WARD_TESTS_UNIT_ROUTE_ORACLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lookup/route_pattern.h"

namespace ward::lookup {

inline std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> segments;
  if (path == "/") return segments;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    segments.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

// "GET /orders/{int}/[a|b]/{}/*/**".
inline RoutePattern MakeRoute(std::string_view host, std::string_view text, std::uint32_t operation) {
  const std::size_t blank = text.find(' ');
  RoutePattern route{{std::string(host)}, std::string(text.substr(0, blank)), {}, operation};
  for (const std::string& segment : SplitPath(text.substr(blank + 1))) {
    SegmentPattern pattern;
    if (segment == "{int}") {
      pattern.kind = SegmentKind::kInt;
    } else if (segment == "{typed}") {
      pattern.kind = SegmentKind::kTyped;
    } else if (segment == "{}") {
      pattern.kind = SegmentKind::kAny;
    } else if (segment == "*") {
      pattern.kind = SegmentKind::kStar;
    } else if (segment == "**") {
      pattern.kind = SegmentKind::kRest;
    } else if (segment.front() == '[') {
      pattern.kind = SegmentKind::kList;
      for (std::size_t begin = 1; begin < segment.size();) {
        const std::size_t end = segment.find_first_of("|]", begin);
        pattern.values.push_back(segment.substr(begin, end - begin));
        begin = end + 1;
      }
    } else {
      pattern.kind = SegmentKind::kLiteral;
      pattern.literal = segment;
    }
    route.path.push_back(pattern);
  }
  return route;
}

inline bool IsInt64Text(const std::string& text) {
  const std::string digits = text.substr(text.starts_with("-") ? 1 : 0);
  if (digits.empty() || digits.size() > 18) return false;  // no random text is longer
  return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// How specific a match is: smaller is better, compared from the left. Nothing: no match.
inline std::optional<std::vector<int>> Specificity(const RoutePattern& route, const std::string& pattern,
                                                   const std::string& host, const std::vector<std::string>& segments) {
  std::vector<int> ranks;
  if (pattern == "*") {
    ranks.push_back(1000);
  } else if (pattern.starts_with("*.")) {
    const std::string suffix = pattern.substr(1);
    if (host.size() <= suffix.size() || !host.ends_with(suffix)) return std::nullopt;
    ranks.push_back(500 - static_cast<int>(suffix.size()));
  } else {
    if (host != pattern) return std::nullopt;
    ranks.push_back(0);
  }
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    const SegmentPattern& segment = route.path[i];
    ranks.push_back(static_cast<int>(segment.kind));
    if (segment.kind == SegmentKind::kRest) return ranks;
    if (i >= segments.size()) return std::nullopt;
    const std::string& text = segments[i];
    if (segment.kind == SegmentKind::kLiteral && text != segment.literal) return std::nullopt;
    if (segment.kind == SegmentKind::kInt && !IsInt64Text(text)) return std::nullopt;
    if (segment.kind == SegmentKind::kList &&
        std::find(segment.values.begin(), segment.values.end(), text) == segment.values.end()) {
      return std::nullopt;
    }
  }
  if (route.path.size() != segments.size()) return std::nullopt;
  return ranks;
}

// The routes that match best; several only if neither is more specific.
inline std::vector<std::size_t> BestRoutes(const std::vector<RoutePattern>& routes, const std::string& host,
                                           const std::string& method, const std::string& path) {
  const std::vector<std::string> segments = SplitPath(path);
  std::optional<std::vector<int>> best;
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].method != method) continue;
    for (const std::string& pattern : routes[i].hosts) {
      const std::optional<std::vector<int>> ranks = Specificity(routes[i], pattern, host, segments);
      if (!ranks.has_value() || (best.has_value() && *best < *ranks)) continue;
      if (!best.has_value() || *ranks < *best) which.clear();
      best = ranks;
      if (which.empty() || which.back() != i) which.push_back(i);
    }
  }
  return which;
}

// Routes over few texts, so that they overlap in every way; requests that mostly match something.
class RandomRoutes {
 public:
  struct Request {
    std::string host;
    std::string method;
    std::string path;
  };

  explicit RandomRoutes(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::size_t Below(std::size_t limit) { return random_() % limit; }

  // Conflicts through lists may be among them, routes that are equal but for lists are not.
  [[nodiscard]] std::vector<RoutePattern> Routes(std::size_t count) {
    std::vector<RoutePattern> routes;
    std::set<std::string> seen;
    for (std::size_t tries = 0; tries < 4 * count && routes.size() < count; ++tries) {
      RoutePattern route;
      std::vector<std::string> hosts;
      for (std::size_t n = 1 + Below(4) / 3; n > 0; --n)
        hosts.emplace_back(Pick({"h", "a.h", "b.a.h", "*.h", "*.a.h", "*", "h"}));
      route.method = Method();
      route.operation = static_cast<std::uint32_t>(routes.size() + 1);
      if (!routes.empty() && Below(3) == 0) {  // like another one, but for a segment
        route = routes[Below(routes.size())];
        route.operation = static_cast<std::uint32_t>(routes.size() + 1);
        hosts = std::move(route.hosts);
        route.hosts.clear();
        if (!route.path.empty()) {
          const std::size_t at = Below(route.path.size());
          const SegmentKind kind = route.path[at].kind;
          do {
            route.path[at] = Pattern(at + 1 == route.path.size());
          } while (kind == SegmentKind::kList && route.path[at].kind != kind);
        }
      } else {
        const std::size_t length = Below(5);
        for (std::size_t i = 0; i < length; ++i) route.path.push_back(Pattern(i + 1 == length));
      }
      for (const std::string& host : hosts) {
        if (seen.insert(Key(route, host)).second) route.hosts.push_back(host);
      }
      if (!route.hosts.empty()) routes.push_back(route);
    }
    return routes;
  }

  [[nodiscard]] Request MakeRequest(const std::vector<RoutePattern>& routes) {
    Request request{std::string(Pick({"h", "a.h", "b.a.h", "c.b.a.h", "z", "x.h", "x.a.h"})), Method(), ""};
    const RoutePattern& like = routes[Below(routes.size())];
    if (Below(3) != 0) request.method = like.method;
    const std::string& host = like.hosts[Below(like.hosts.size())];
    if (Below(3) != 0 && host != "*") request.host = host.starts_with("*.") ? "w" + host.substr(1) : host;
    for (const SegmentPattern& segment : like.path) {
      if (Below(12) == 0) break;
      const bool as_pattern = Below(4) != 0;
      if (as_pattern && segment.kind == SegmentKind::kLiteral) {
        request.path += '/' + segment.literal;
      } else if (as_pattern && segment.kind == SegmentKind::kList) {
        request.path += '/' + segment.values[Below(segment.values.size())];
      } else if (segment.kind == SegmentKind::kRest) {
        for (std::size_t n = Below(4); n > 0; --n) request.path += '/' + Text();
      } else {
        request.path += '/' + Text();
      }
    }
    if (Below(8) == 0) request.path += '/' + Text();
    if (request.path.empty()) request.path = "/";
    return request;
  }

 private:
  [[nodiscard]] std::string_view Pick(const std::vector<std::string_view>& from) { return from[Below(from.size())]; }
  [[nodiscard]] std::string Method() { return std::string(Pick({"GET", "GET", "PUT", "POST", "X-Y"})); }
  [[nodiscard]] std::string Text() {
    return std::string(
        Pick({"a", "b", "c", "1", "22", "-3", "orders-of-this-customer", "orders-of-that-customer", "other"}));
  }

  [[nodiscard]] SegmentPattern Pattern(bool is_last) {
    switch (Below(is_last ? 11 : 10)) {
      case 0:
        return {SegmentKind::kInt, "", {}};
      case 1:
      case 2: {
        SegmentPattern list{SegmentKind::kList, "", {}};
        for (std::size_t n = 1 + Below(3); n > 0; --n) list.values.push_back(Text());
        return list;
      }
      case 3:
      case 4:
        if (Below(3) == 0) return {SegmentKind::kTyped, "", {}};
        return {SegmentKind::kAny, "", {}};
      case 5:
        return {SegmentKind::kStar, "", {}};
      case 10:
        return {SegmentKind::kRest, "", {}};
      default:
        return {SegmentKind::kLiteral, Text(), {}};
    }
  }

  [[nodiscard]] static std::string Key(const RoutePattern& route, const std::string& host) {
    std::string key = route.method + ' ' + host;
    for (const SegmentPattern& segment : route.path) {
      key += '/' + std::to_string(static_cast<int>(segment.kind)) + segment.literal;
      const std::set<std::string> values(segment.values.begin(), segment.values.end());
      for (const std::string& value : values) key += '|' + value;
    }
    return key;
  }

  std::mt19937_64 random_;
};

}  // namespace ward::lookup

#endif  // WARD_TESTS_UNIT_ROUTE_ORACLE_H_
