// Nodes are closed parents first: a node waits until all its parents are done (Kahn's order), then its ancestors are
// its parents and theirs, merged. What still waits at the end is on a cycle or below one.
#include "data/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace ward::data {
namespace {

using Nodes = std::vector<std::uint32_t>;

struct Graph {
  std::vector<std::string_view> names;
  std::vector<Nodes> parents;
};

Graph MakeGraph(std::span<const TreeRow> rows) {
  Graph graph;
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  const auto number_of = [&](std::string_view name) {
    const auto [at, is_new] = numbers.try_emplace(name, static_cast<std::uint32_t>(graph.names.size()));
    if (is_new) {
      graph.names.push_back(name);
      graph.parents.emplace_back();
    }
    return at->second;
  };
  for (const TreeRow& row : rows) {
    const std::uint32_t node = number_of(row.name);
    for (const std::string_view parent : row.parents) {
      const std::uint32_t number = number_of(parent);
      graph.parents[node].push_back(number);
    }
  }
  return graph;
}

// Walks up from a node that could not be closed: every step stays among such nodes, so it must come back.
std::string DescribeCycle(const Graph& graph, const std::vector<std::uint32_t>& waiting) {
  const auto first = std::find_if(waiting.begin(), waiting.end(), [](std::uint32_t count) { return count != 0; });
  auto node = static_cast<std::uint32_t>(first - waiting.begin());
  std::vector<bool> seen(graph.names.size());
  const auto up = [&](std::uint32_t from) {
    return *std::find_if(graph.parents[from].begin(), graph.parents[from].end(),
                         [&](std::uint32_t parent) { return waiting[parent] != 0; });
  };
  for (; !seen[node]; node = up(node)) seen[node] = true;
  std::string text = fmt::format("`{}`", graph.names[node]);
  for (std::uint32_t at = up(node); at != node; at = up(at)) text += fmt::format(" below `{}`", graph.names[at]);
  return text + fmt::format(" below `{}`", graph.names[node]);
}

void Merge(Nodes& into, const Nodes& other) {
  Nodes merged;
  merged.reserve(into.size() + other.size());
  std::set_union(into.begin(), into.end(), other.begin(), other.end(), std::back_inserter(merged));
  into = std::move(merged);
}

}  // namespace

Result<Tree> Tree::Build(std::span<const TreeRow> rows) {
  const Graph graph = MakeGraph(rows);
  const std::size_t count = graph.names.size();
  std::vector<Nodes> children(count);
  std::vector<std::uint32_t> waiting(count);
  for (std::uint32_t node = 0; node < count; ++node) {
    waiting[node] = static_cast<std::uint32_t>(graph.parents[node].size());
    for (const std::uint32_t parent : graph.parents[node]) children[parent].push_back(node);
  }
  std::vector<Nodes> closed(count);
  Nodes ready;
  for (std::uint32_t node = 0; node < count; ++node) {
    if (waiting[node] == 0) ready.push_back(node);
  }
  std::size_t total = 0;
  for (std::size_t at = 0; at < ready.size(); ++at) {
    const std::uint32_t node = ready[at];
    for (const std::uint32_t parent : graph.parents[node]) {
      Merge(closed[node], closed[parent]);
      Merge(closed[node], {parent});
    }
    total += closed[node].size();
    if (total > kAncestorCountMax) {
      return Error{ErrorCode::kTooLarge,
                   fmt::format("the tree has more than {} pairs of a node and an ancestor", kAncestorCountMax)};
    }
    for (const std::uint32_t child : children[node]) {
      if (--waiting[child] == 0) ready.push_back(child);
    }
  }
  if (ready.size() != count) {
    return Error{ErrorCode::kInvalidArgument, "the tree has a cycle: " + DescribeCycle(graph, waiting)};
  }
  Tree tree;
  tree.ancestors_.reserve(total);
  std::vector<lookup::StringDomainConstant> names;
  for (std::uint32_t node = 0; node < count; ++node) {
    tree.firsts_.push_back(static_cast<std::uint32_t>(tree.ancestors_.size()));
    tree.ancestors_.insert(tree.ancestors_.end(), closed[node].begin(), closed[node].end());
    names.push_back({graph.names[node], node + lookup::kOrdinalFirst});
  }
  tree.firsts_.push_back(static_cast<std::uint32_t>(tree.ancestors_.size()));
  WARD_ASSIGN_OR_RETURN(tree.nodes_, lookup::BuildStringDomain(names));
  return tree;
}

bool Tree::Within(std::string_view node, std::string_view ancestor) const {
  if (node == ancestor) return true;
  if (firsts_.empty()) return false;
  const lookup::StringDomain nodes = nodes_.View();
  const std::uint32_t from = nodes.Find(node);
  const std::uint32_t to = nodes.Find(ancestor);
  if (from < lookup::kOrdinalFirst || to < lookup::kOrdinalFirst) return false;
  const std::uint32_t number = from - lookup::kOrdinalFirst;
  const std::span<const std::uint32_t> ancestors =
      std::span(ancestors_).subspan(firsts_[number], firsts_[number + 1] - firsts_[number]);
  return std::binary_search(ancestors.begin(), ancestors.end(), to - lookup::kOrdinalFirst);
}

}  // namespace ward::data
