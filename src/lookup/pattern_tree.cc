#include "lookup/pattern_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/ascii.h"
#include "lookup/segment_trie.h"

namespace ward::lookup {
namespace {

constexpr std::uint32_t kAnyHostRank = 64;

// Exact hosts first, then by the number of labels that a pattern fixes.
std::uint32_t HostRank(std::string_view pattern) {
  if (pattern == "*") return kAnyHostRank;
  if (!pattern.starts_with("*.")) return 0;
  return kAnyHostRank - static_cast<std::uint32_t>(std::count(pattern.begin(), pattern.end(), '.'));
}

// The patterns that match whatever `pattern` matches, itself first, then the narrower ones before the wider ones.
std::vector<std::string> WiderPatterns(const std::string& pattern) {
  std::vector<std::string> wider{pattern};
  if (pattern == "*") return wider;
  const std::size_t front = pattern.starts_with("*.") ? 2 : 0;
  for (std::size_t dot = pattern.find('.', front); dot != std::string::npos; dot = pattern.find('.', dot + 1)) {
    if (dot > front) wider.push_back('*' + pattern.substr(dot));
  }
  wider.emplace_back("*");
  return wider;
}

}  // namespace

Result<PatternTree> PatternTree::Build(std::span<const RoutePattern> routes) {
  for (const RoutePattern& route : routes) WARD_RETURN_IF_ERROR(CheckRoutePattern(route));
  PatternTree tree;
  WARD_RETURN_IF_ERROR(tree.NumberMethods(routes));
  WARD_RETURN_IF_ERROR(tree.AddHosts(routes));
  tree.SumMethods();
  return tree;
}

// The commonest method gets number 0, so that most nodes have short rows of answers.
Result<void> PatternTree::NumberMethods(std::span<const RoutePattern> routes) {
  std::map<std::string, std::size_t> counts;
  for (const RoutePattern& route : routes) ++counts[route.method];
  if (counts.size() > kRouteMethodsMax) {
    return Error{ErrorCode::kTooLarge,
                 fmt::format("the routes have {} methods, at most {} are allowed", counts.size(), kRouteMethodsMax)};
  }
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  for (auto& [method, count] : sorted) methods_.push_back(method);
  return {};
}

// Host patterns with the same routes share a root. A wider pattern whose routes are all there already under a narrower
// one adds nothing to the hosts of the narrower one.
Result<void> PatternTree::AddHosts(std::span<const RoutePattern> routes) {
  std::map<std::string, std::vector<std::uint32_t>> routes_of;
  for (std::uint32_t i = 0; i < routes.size(); ++i) {
    for (const std::string& host : routes[i].hosts) {
      std::vector<std::uint32_t>& list = routes_of[base::AsciiFolded(host)];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
  }
  std::map<std::pair<std::uint32_t, std::vector<std::uint32_t>>, std::uint32_t> root_of;
  for (const auto& [pattern, list] : routes_of) {
    const auto [at, is_new] = root_of.try_emplace({HostRank(pattern), list}, 0);
    if (!is_new) continue;
    PatternNode root;
    root.host_rank = HostRank(pattern);
    at->second = NewNode(std::move(root));
    for (const std::uint32_t route : list) WARD_RETURN_IF_ERROR(AddRoute(at->second, routes, route));
  }
  for (const auto& [pattern, own_list] : routes_of) {
    Host host{pattern, {}};
    std::vector<std::uint32_t> known;
    for (const std::string& wider : WiderPatterns(pattern)) {
      const auto at = routes_of.find(wider);
      if (at == routes_of.end()) continue;
      const std::vector<std::uint32_t>& list = at->second;
      if (std::includes(known.begin(), known.end(), list.begin(), list.end())) continue;
      host.roots.push_back(root_of.at({HostRank(wider), list}));
      std::vector<std::uint32_t> all;
      std::set_union(known.begin(), known.end(), list.begin(), list.end(), std::back_inserter(all));
      known = std::move(all);
    }
    hosts_.push_back(std::move(host));
  }
  return {};
}

Result<void> PatternTree::AddRoute(std::uint32_t root, std::span<const RoutePattern> routes, std::uint32_t route) {
  std::uint32_t node = root;
  for (const SegmentPattern& segment : routes[route].path) node = Child(node, segment);
  const auto method =
      static_cast<std::uint32_t>(std::find(methods_.begin(), methods_.end(), routes[route].method) - methods_.begin());
  const auto [at, is_new] = nodes_[node].routes.emplace(method, route);
  if (!is_new) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("routes {} and {} match the same requests: {} {} and {}", at->second, route,
                             routes[route].method, PatternText(routes[at->second]), PatternText(routes[route]))};
  }
  return {};
}

std::uint32_t PatternTree::Child(std::uint32_t node, const SegmentPattern& segment) {
  std::vector<std::string> values = segment.values;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const auto child = [&]() -> std::uint32_t& {
    PatternNode& at = nodes_[node];
    switch (segment.kind) {
      case SegmentKind::kLiteral:
        return at.literals[segment.literal];
      case SegmentKind::kInt:
        return at.int_child;
      case SegmentKind::kList:
        return at.lists[values];
      case SegmentKind::kTyped:
        return at.typed_child;
      case SegmentKind::kAny:
        return at.any_child;
      case SegmentKind::kStar:
        return at.star_child;
      case SegmentKind::kRest:
        return at.rest_child;
    }
    return at.rest_child;
  };
  if (child() == 0) {
    PatternNode fresh;
    fresh.kind = segment.kind;
    fresh.parent = node;
    fresh.host_rank = nodes_[node].host_rank;
    fresh.has_list_above = nodes_[node].has_list_above || segment.kind == SegmentKind::kList;
    const std::uint32_t number = NewNode(std::move(fresh));  // moves the nodes
    child() = number;
  }
  return child();
}

std::uint32_t PatternTree::NewNode(PatternNode node) {
  nodes_.push_back(std::move(node));
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void PatternTree::SumMethods() {
  // Children have higher numbers than their parents.
  for (std::size_t i = nodes_.size() - 1; i > 0; --i) {
    PatternNode& node = nodes_[i];
    for (const auto& [method, route] : node.routes) node.methods_below |= std::uint64_t{1} << method;
    nodes_[node.parent].methods_below |= node.methods_below;
  }
}

Positions PatternTree::Follow(const Positions& from, std::string_view segment) const {
  const bool is_int = SpellsInt64(segment);
  Positions to;
  const auto add = [&to](std::uint32_t child) {
    if (child != 0) to.push_back(child);
  };
  for (const std::uint32_t number : from) {
    const PatternNode& at = nodes_[number];
    if (at.is_rest()) add(number);
    const auto literal = at.literals.find(segment);
    if (literal != at.literals.end()) add(literal->second);
    if (is_int) add(at.int_child);
    for (const auto& [values, child] : at.lists) {
      if (std::binary_search(values.begin(), values.end(), segment)) add(child);
    }
    add(at.typed_child);
    add(at.any_child);
    add(at.star_child);
    add(at.rest_child);
  }
  Sort(to);
  return to;
}

Positions PatternTree::FollowOther(const Positions& from, OtherSegment segment) const {
  Positions to;
  const auto add = [&to](std::uint32_t child) {
    if (child != 0) to.push_back(child);
  };
  for (const std::uint32_t number : from) {
    const PatternNode& at = nodes_[number];
    if (at.is_rest()) add(number);
    if (segment == OtherSegment::kInt) add(at.int_child);
    add(at.typed_child);
    add(at.any_child);
    add(at.star_child);
    add(at.rest_child);
  }
  Sort(to);
  return to;
}

std::set<std::string_view> PatternTree::Alphabet(std::span<const std::uint32_t> from) const {
  std::set<std::string_view> texts;
  for (const std::uint32_t number : from) {
    for (const auto& [text, child] : nodes_[number].literals) texts.insert(text);
    for (const auto& [values, child] : nodes_[number].lists) texts.insert(values.begin(), values.end());
  }
  return texts;
}

std::map<std::uint32_t, std::uint32_t> PatternTree::Answers(const Positions& at) const {
  std::map<std::uint32_t, std::uint32_t> answers;
  Positions ends;
  for (const std::uint32_t number : at) {
    ends.push_back(number);
    if (nodes_[number].rest_child != 0) ends.push_back(nodes_[number].rest_child);
  }
  Sort(ends);
  // emplace keeps what is there: the route of the better position.
  for (const std::uint32_t number : ends) answers.insert(nodes_[number].routes.begin(), nodes_[number].routes.end());
  return answers;
}

Positions PatternTree::Prune(const Positions& positions) const {
  Positions kept;
  std::uint64_t covered = 0;
  for (const std::uint32_t number : positions) {
    const PatternNode& at = nodes_[number];
    if ((at.methods_below & ~covered) == 0) continue;
    kept.push_back(number);
    if (at.is_rest()) covered |= at.methods_below;
  }
  return kept;
}

void PatternTree::Sort(Positions& positions) const {
  const auto has_list = [this](std::uint32_t number) { return nodes_[number].has_list_above; };
  // Without lists no two nodes that one path leads to have the same rank, so the order of the parents is right already.
  if (std::none_of(positions.begin(), positions.end(), has_list)) return;
  std::vector<std::pair<std::vector<std::uint32_t>, std::uint32_t>> sorted;
  sorted.reserve(positions.size());
  for (const std::uint32_t number : positions) sorted.emplace_back(Precedence(number), number);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::transform(sorted.begin(), sorted.end(), positions.begin(), [](const auto& entry) { return entry.second; });
}

std::vector<std::uint32_t> PatternTree::Precedence(std::uint32_t node) const {
  std::vector<std::uint32_t> ranks;
  const std::uint32_t host_rank = nodes_[node].host_rank;
  for (; nodes_[node].parent != 0; node = nodes_[node].parent) {
    ranks.push_back(static_cast<std::uint32_t>(nodes_[node].kind));
  }
  ranks.push_back(host_rank);
  std::reverse(ranks.begin(), ranks.end());
  return ranks;
}

}  // namespace ward::lookup
