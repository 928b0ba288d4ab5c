// bytecode: what one walk may cost at worst, derived from the index itself.
//
// codegen writes these numbers and the verifier derives them again, with the same code over verified indices, so a file
// cannot claim less than it needs. Sums are clamped, never wrapped. O(nodes).
#ifndef WARD_SRC_BYTECODE_BOUNDS_H_
#define WARD_SRC_BYTECODE_BOUNDS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "bytecode/image.h"

namespace ward::bytecode {

struct NodeBound {
  std::uint64_t visits = 0;
  std::uint64_t words = 0;
  std::uint64_t steps = 0;
  std::uint64_t stack = 0;
  std::uint64_t matches = 0;
  std::uint64_t extent = 0;  // elements of rule_refs from its own first
};

// By node number.
struct NodeBounds {
  std::vector<NodeBound> leaves;
  std::vector<NodeBound> branches;

  [[nodiscard]] NodeBound Of(std::uint32_t node) const {
    if (node == kNoNode) return {};
    return IsLeaf(node) ? leaves[NodeNumber(node)] : branches[NodeNumber(node)];
  }
};

// Requires: slots, rows, leaves, branches and children lie in their vectors, and child branches below their parents.
[[nodiscard]] NodeBounds DeriveNodeBounds(const Image& image);
// `computed`: instructions with a slot; no walk runs more, because each runs once.
[[nodiscard]] Bound DeriveGroupBound(const Group& group, const NodeBounds& nodes, std::uint32_t computed);
// Of the groups that one program lists.
[[nodiscard]] Bound DeriveProgramBound(std::span<const Bound> groups, std::uint32_t computed);
// The larger of each.
[[nodiscard]] Bound Larger(const Bound& a, const Bound& b);

}  // namespace ward::bytecode

#endif  // WARD_SRC_BYTECODE_BOUNDS_H_
