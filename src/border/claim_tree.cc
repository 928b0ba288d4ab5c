#include "border/claim_tree.h"

#include <algorithm>

#include "base/budgets.h"

namespace ward::border {

ClaimTree::ClaimTree(std::span<const ClaimPath> paths) {
  std::vector<ClaimPath> sorted;
  for (const ClaimPath& path : paths) {
    if (!path.words.empty() && path.words.size() <= base::budget::kRequestClaimDepthMax) sorted.push_back(path);
  }
  // By words, shorter first: the paths that end at a node come before those that go on below it.
  std::sort(sorted.begin(), sorted.end(), [](const ClaimPath& a, const ClaimPath& b) {
    return std::lexicographical_compare(a.words.begin(), a.words.end(), b.words.begin(), b.words.end());
  });
  nodes_.emplace_back();
  Grow(kRoot, sorted, 0);
}

// `paths` agree in their first `depth` words, which lead to `node`. Depth is bounded by the budget.
void ClaimTree::Grow(std::uint32_t node, std::span<const ClaimPath> paths, std::size_t depth) {
  nodes_[node].first_slot = static_cast<std::uint32_t>(slots_.size());
  while (!paths.empty() && paths.front().words.size() == depth) {
    slots_.push_back(paths.front().slot);
    ++nodes_[node].slot_count;
    paths = paths.subspan(1);
  }
  std::vector<std::span<const ClaimPath>> groups;
  while (!paths.empty()) {
    const std::string_view name = paths.front().words[depth];
    const auto other = std::find_if(paths.begin(), paths.end(),
                                    [name, depth](const ClaimPath& path) { return path.words[depth] != name; });
    const auto count = static_cast<std::size_t>(other - paths.begin());
    groups.push_back(paths.first(count));
    paths = paths.subspan(count);
  }
  const auto first = static_cast<std::uint32_t>(nodes_.size());
  nodes_[node].first_child = first;
  nodes_[node].child_count = static_cast<std::uint32_t>(groups.size());
  nodes_.resize(nodes_.size() + groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto child = first + static_cast<std::uint32_t>(i);
    nodes_[child].name = std::string(groups[i].front().words[depth]);
    Grow(child, groups[i], depth + 1);
  }
  nodes_[node].below_end = static_cast<std::uint32_t>(slots_.size());
}

std::optional<std::uint32_t> ClaimTree::Child(std::uint32_t node, std::string_view name) const {
  const auto begin = nodes_.begin() + nodes_[node].first_child;
  const auto end = begin + nodes_[node].child_count;
  const auto found = std::lower_bound(begin, end, name,
                                      [](const Node& child, std::string_view wanted) { return child.name < wanted; });
  if (found == end || found->name != name) return std::nullopt;
  return static_cast<std::uint32_t>(found - nodes_.begin());
}

std::span<const std::uint32_t> ClaimTree::slots(std::uint32_t node) const {
  return std::span(slots_).subspan(nodes_[node].first_slot, nodes_[node].slot_count);
}

std::span<const std::uint32_t> ClaimTree::slots_below(std::uint32_t node) const {
  return std::span(slots_).subspan(nodes_[node].first_slot, nodes_[node].below_end - nodes_[node].first_slot);
}

}  // namespace ward::border
