// border: the paths of names that slots read inside one JSON object, as a tree.
//
// `realm_access.roles` and `realm_access.groups` share the node `realm_access`. A node may be read itself and have
// children too; several slots may read one node. Immutable, thread-safe; built when a View is made.
#ifndef WARD_SRC_BORDER_CLAIM_TREE_H_
#define WARD_SRC_BORDER_CLAIM_TREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ward::border {

struct ClaimPath {
  std::span<const std::string_view> words;
  std::uint32_t slot = 0;
};

class ClaimTree {
 public:
  static constexpr std::uint32_t kRoot = 0;

  ClaimTree() = default;
  // Paths longer than budget::kRequestClaimDepthMax and empty ones are not read: their slots stay missing.
  explicit ClaimTree(std::span<const ClaimPath> paths);

  [[nodiscard]] bool empty() const { return nodes_.size() <= 1; }
  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
  // O(log children).
  [[nodiscard]] std::optional<std::uint32_t> Child(std::uint32_t node, std::string_view name) const;
  [[nodiscard]] bool HasChildren(std::uint32_t node) const { return nodes_[node].child_count != 0; }
  // The slots that read the node itself.
  [[nodiscard]] std::span<const std::uint32_t> slots(std::uint32_t node) const;
  // The slots that read the node or something below it.
  [[nodiscard]] std::span<const std::uint32_t> slots_below(std::uint32_t node) const;

 private:
  struct Node {
    std::string name;
    std::uint32_t first_child = 0;
    std::uint32_t child_count = 0;
    std::uint32_t first_slot = 0;
    std::uint32_t slot_count = 0;
    std::uint32_t below_end = 0;  // slots_below: from first_slot to here
  };

  void Grow(std::uint32_t node, std::span<const ClaimPath> paths, std::size_t depth);

  std::vector<Node> nodes_;  // children of one node side by side, sorted by name
  std::vector<std::uint32_t> slots_;
};

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_CLAIM_TREE_H_
