// syntax: one logical line as a concrete tree of grammar rules.
//
// The tree is a flat list in preorder, so a line costs no allocation once the list has grown, and
// what PEGTL tries and takes back is simply cut off. Actions (src/syntax/build_*.cc) read it after
// the line has matched as a whole.
#ifndef WARD_SRC_SYNTAX_LINE_TREE_H_
#define WARD_SRC_SYNTAX_LINE_TREE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ward::syntax {

enum class NodeKind : std::uint8_t {
#define WARD_NODE(name) k##name,
#include "syntax/nodes.def"
#undef WARD_NODE
};

enum class LineForm : std::uint8_t {
#define WARD_LINE(name) k##name,
#include "syntax/line_forms.def"
#undef WARD_LINE
};

// A node of the line's tree; offsets count in the file's text.
struct LineNode {
  NodeKind kind;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t next = 0;  // index of the node after this one and all its children
};

// The children of a node, or the top nodes of a line, from left to right.
class Children {
 public:
  Children(const std::vector<LineNode>& nodes, std::uint32_t begin, std::uint32_t end)
      : nodes_(&nodes), at_(begin), end_(end) {}

  [[nodiscard]] bool empty() const { return at_ == end_; }
  [[nodiscard]] bool At(NodeKind kind) const { return !empty() && front().kind == kind; }
  // Requires: !empty().
  [[nodiscard]] const LineNode& front() const { return (*nodes_)[at_]; }
  [[nodiscard]] Children Inside() const { return {*nodes_, at_ + 1, front().next}; }
  void Skip() { at_ = front().next; }
  // True, and past it, if the next one is of this kind.
  bool Accept(NodeKind kind) {
    if (!At(kind)) return false;
    Skip();
    return true;
  }

 private:
  const std::vector<LineNode>* nodes_;
  std::uint32_t at_;
  std::uint32_t end_;
};

// Where the grammar gave up, and what it expected there in the author's words.
struct LineFailure {
  std::uint32_t offset = 0;
  std::string expected;
  bool too_deep = false;  // the nesting budget, not a wrong word
};

class LineTree {
 public:
  // Matches text[begin, end) as one line of the form. Nodes of an earlier line are gone.
  // Requires: a newline inside the range is one the line continues over.
  [[nodiscard]] std::optional<LineFailure> Match(LineForm form, std::string_view text, std::uint32_t begin,
                                                 std::uint32_t end);
  // The same, as if the first word were `keyword`. Offsets stay those of the text.
  [[nodiscard]] std::optional<LineFailure> MatchCorrected(LineForm form, std::string_view text, std::uint32_t begin,
                                                          std::uint32_t end, std::string_view keyword);

  [[nodiscard]] const std::vector<LineNode>& nodes() const { return nodes_; }
  [[nodiscard]] Children top() const { return {nodes_, 0, static_cast<std::uint32_t>(nodes_.size())}; }

 private:
  std::vector<LineNode> nodes_;
};

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_LINE_TREE_H_
