// data: who is below whom in a table declared `tree`.
//
// Every row names its parents; ancestors are closed once, at load, and kept sorted per node, so a question is one
// search among the ancestors of one node, whatever the depth. A cycle is refused. Nodes without a row have no
// ancestors. Immutable once built, thread-safe. Cost of Within: two probes and log2(ancestors) steps.
#ifndef WARD_SRC_DATA_TREE_H_
#define WARD_SRC_DATA_TREE_H_

#include <ward/error.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lookup/string_domain.h"

namespace ward::data {

struct TreeRow {
  std::string_view name;
  std::span<const std::string_view> parents;
};

class Tree {
 public:
  Tree() = default;
  // Keeps no view of the rows. Requires: names are distinct. kInvalidArgument: a cycle, named. kTooLarge: more than
  // kAncestorCountMax pairs of a node and an ancestor.
  static Result<Tree> Build(std::span<const TreeRow> rows);

  // Whether `node` is `ancestor`, or has it among its ancestors.
  [[nodiscard]] bool Within(std::string_view node, std::string_view ancestor) const;

  static constexpr std::size_t kAncestorCountMax = std::size_t{1} << 26;

 private:
  lookup::StringDomainData nodes_;        // name -> 2 + node
  std::vector<std::uint32_t> firsts_;     // into ancestors_, one more than nodes
  std::vector<std::uint32_t> ancestors_;  // ascending for each node
};

}  // namespace ward::data

#endif  // WARD_SRC_DATA_TREE_H_
