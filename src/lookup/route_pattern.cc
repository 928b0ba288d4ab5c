#include "lookup/route_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/budgets.h"

namespace ward::lookup {
namespace {

// Equal for two routes exactly if they can conflict at one host: the same method and kinds, and the same literals.
std::string ConflictKey(const RoutePattern& route, std::string_view host) {
  std::string key = fmt::format("{}\n{}\n", route.method, host);
  for (const SegmentPattern& segment : route.path) {
    key += static_cast<char>('0' + static_cast<int>(segment.kind));
    if (segment.kind == SegmentKind::kLiteral) key += segment.literal;
    key += '/';  // no literal holds one
  }
  return key;
}

std::optional<std::string> SharedValue(const SegmentPattern& one, const SegmentPattern& other) {
  const std::set<std::string> values(one.values.begin(), one.values.end());
  for (const std::string& value : other.values) {
    if (values.contains(value)) return value;
  }
  return std::nullopt;
}

// Texts that no route has as a literal or in a list, so that an example is decided by the parameters it stands for.
class ExampleTexts {
 public:
  explicit ExampleTexts(std::span<const RoutePattern> routes) {
    for (const RoutePattern& route : routes) {
      for (const SegmentPattern& segment : route.path) {
        taken_.insert(segment.literal);
        taken_.insert(segment.values.begin(), segment.values.end());
      }
    }
    while (taken_.contains(text_)) text_ += 'x';
    int number = 1;
    while (taken_.contains(std::to_string(number))) ++number;
    number_ = std::to_string(number);
  }

  [[nodiscard]] std::string Segment(const SegmentPattern& one, const SegmentPattern& other) const {
    switch (one.kind) {
      case SegmentKind::kLiteral:
        return one.literal;
      case SegmentKind::kInt:
        return number_;
      case SegmentKind::kList:
        return SharedValue(one, other).value_or("");
      case SegmentKind::kTyped:
      case SegmentKind::kAny:
      case SegmentKind::kStar:
      case SegmentKind::kRest:
        return text_;
    }
    return text_;
  }

 private:
  std::set<std::string> taken_;
  std::string text_ = "x";
  std::string number_;
};

// Requires: equal conflict keys.
bool ListsOverlap(const RoutePattern& one, const RoutePattern& other) {
  for (std::size_t i = 0; i < one.path.size(); ++i) {
    if (one.path[i].kind == SegmentKind::kList && !SharedValue(one.path[i], other.path[i]).has_value()) return false;
  }
  return true;
}

std::string ExamplePath(const RoutePattern& one, const RoutePattern& other, const ExampleTexts& texts) {
  std::string path;
  for (std::size_t i = 0; i < one.path.size(); ++i) path += '/' + texts.Segment(one.path[i], other.path[i]);
  return path.empty() ? "/" : path;
}

}  // namespace

std::vector<RouteConflict> FindRouteConflicts(std::span<const RoutePattern> routes) {
  std::unordered_map<std::string, std::vector<std::size_t>> by_key;
  std::vector<RouteConflict> conflicts;
  std::optional<ExampleTexts> texts;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    std::optional<RouteConflict> found;
    for (const std::string& host : routes[i].hosts) {
      std::vector<std::size_t>& same = by_key[ConflictKey(routes[i], host)];
      const auto other = std::find_if(same.begin(), same.end(), [&](std::size_t earlier) {
        return earlier != i && ListsOverlap(routes[earlier], routes[i]);
      });
      if (other != same.end() && (!found.has_value() || *other < found->first)) {
        if (!texts.has_value()) texts.emplace(routes);
        found = RouteConflict{*other, i, host, ExamplePath(routes[*other], routes[i], *texts)};
      }
      same.push_back(i);
    }
    if (found.has_value()) conflicts.push_back(*std::move(found));
  }
  return conflicts;
}

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
