#include "bytecode/bounds.h"

#include <algorithm>
#include <bit>

namespace ward::bytecode {
namespace {

// Far beyond every budget, and far below where sums of a file's vectors could wrap.
constexpr std::uint64_t kClamp = UINT32_MAX;

std::uint32_t Clamp(std::uint64_t number) { return static_cast<std::uint32_t>(std::min(number, kClamp)); }

void Add(NodeBound& to, const NodeBound& what) {
  to.visits = std::min(to.visits + what.visits, kClamp);
  to.words = std::min(to.words + what.words, kClamp);
  to.steps = std::min(to.steps + what.steps, kClamp);
  to.matches = std::min(to.matches + what.matches, kClamp);
}

void Raise(NodeBound& to, const NodeBound& what) {
  to.visits = std::max(to.visits, what.visits);
  to.words = std::max(to.words, what.words);
  to.steps = std::max(to.steps, what.steps);
  to.matches = std::max(to.matches, what.matches);
  to.stack = std::max(to.stack, what.stack);
}

NodeBound OfLeaf(const Image& image, const Leaf& leaf) {
  NodeBound bound;
  bound.visits = 1;
  bound.words = leaf.rows().count();
  for (const Row& row : Slice(image.rows, leaf.rows())) bound.steps += image.slots[row.slot()].steps().count();
  bound.stack = 1;
  bound.matches = static_cast<std::uint64_t>(std::popcount(leaf.all()));
  bound.extent = bound.matches;
  return bound;
}

NodeBound OfBranch(const Image& image, const Branch& branch, const NodeBounds& nodes) {
  NodeBound bound;
  const std::span<const Child> children = Slice(image.children, branch.children());
  const auto reach = [&](const Child& child) {
    if (child.node() == kNoNode) return;
    bound.extent = std::max(bound.extent, std::min(child.rules() + nodes.Of(child.node()).extent, kClamp));
  };
  if (static_cast<BranchKind>(branch.kind()) == BranchKind::kSplit) {
    NodeBound one = nodes.Of(branch.doubt().node());
    for (const Child& child : children) Raise(one, nodes.Of(child.node()));
    const NodeBound rest = nodes.Of(branch.rest().node());
    bound.stack = std::max({std::uint64_t{1}, rest.stack, one.stack + (branch.rest().node() == kNoNode ? 0U : 1U)});
    Add(bound, one);
    Add(bound, rest);
    bound.steps += image.slots[branch.slot()].steps().count();
    reach(branch.rest());
    reach(branch.doubt());
  } else {
    bound.stack = 1;
    for (std::size_t i = 0; i < children.size(); ++i) {
      const NodeBound below = nodes.Of(children[i].node());
      Add(bound, below);
      bound.stack = std::max(bound.stack, i + below.stack);
    }
  }
  for (const Child& child : children) reach(child);
  bound.visits += 1;
  return bound;
}

}  // namespace

NodeBounds DeriveNodeBounds(const Image& image) {
  NodeBounds nodes;
  nodes.leaves.reserve(image.leaves.size());
  nodes.branches.reserve(image.branches.size());
  for (const Leaf& leaf : image.leaves) nodes.leaves.push_back(OfLeaf(image, leaf));
  for (const Branch& branch : image.branches) nodes.branches.push_back(OfBranch(image, branch, nodes));
  return nodes;
}

Bound DeriveGroupBound(const Group& group, const NodeBounds& nodes, std::uint32_t computed) {
  const NodeBound bound = nodes.Of(group.root().node());
  return {Clamp(bound.visits), Clamp(bound.words), std::min(Clamp(bound.steps), computed), Clamp(bound.stack),
          group.tells() == 0 ? 0U : Clamp(bound.matches)};
}

Bound DeriveProgramBound(std::span<const Bound> groups, std::uint32_t computed) {
  NodeBound sum;
  for (const Bound& group : groups) {
    Add(sum, {group.visits(), group.words(), group.steps(), 0, group.matches(), 0});
    sum.stack = std::max<std::uint64_t>(sum.stack, group.stack());
  }
  return {Clamp(sum.visits), Clamp(sum.words), std::min(Clamp(sum.steps), computed), Clamp(sum.stack),
          Clamp(sum.matches)};
}

Bound Larger(const Bound& a, const Bound& b) {
  return {std::max(a.visits(), b.visits()), std::max(a.words(), b.words()), std::max(a.steps(), b.steps()),
          std::max(a.stack(), b.stack()), std::max(a.matches(), b.matches())};
}

}  // namespace ward::bytecode
