// ir: puts a Program together; what is equal becomes one.
//
// Constants, values, atoms, tests, nodes and operation sets are hash-consed: adding an equal one
// gives the id of the first, so ids can stand for contents in every later comparison. Lists whose
// order means nothing (constants of an atom, members of a set, zones) are sorted here by content.
// Formulas are kept as written but for what changes no truth and hides no test: nested `and` in
// `and` is flattened, twins are dropped, constants without a test vanish. One thread at a time.
// Cost: one hash and one comparison for each part added.
#ifndef WARD_SRC_IR_BUILDER_H_
#define WARD_SRC_IR_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ir/ir.h"

namespace ward::ir {

// An index of things that live elsewhere, by hash.
class ConsTable {
 public:
  // The index known under `hash` for which equal(index) holds; if there is none, `fresh`, from now
  // on known.
  template <typename Equal>
  std::uint32_t FindOrAdd(std::uint64_t hash, std::uint32_t fresh, Equal equal) {
    if ((used_ + 1) * 2 > cells_.size()) Grow();
    const std::size_t mask = cells_.size() - 1;
    std::size_t at = static_cast<std::size_t>(hash) & mask;
    while (cells_[at].index != kFree) {
      if (cells_[at].hash == hash && equal(cells_[at].index)) return cells_[at].index;
      at = (at + 1) & mask;
    }
    cells_[at] = Cell{hash, fresh};
    ++used_;
    return fresh;
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  struct Cell {
    std::uint64_t hash = 0;
    std::uint32_t index = kFree;
  };
  void Grow();

  std::vector<Cell> cells_;
  std::size_t used_ = 0;
};

class Builder {
 public:
  // What lies in here when Finish() is called is the result; parts that are not hash-consed are set
  // directly.
  [[nodiscard]] Program& program() { return program_; }
  [[nodiscard]] const Program& program() const { return program_; }

  ConstantId Add(Constant constant);
  ConstantId AddNumber(ValueType type, std::int64_t number, EnumId enumeration = EnumId::kNone);
  ConstantId AddText(std::string text);

  ValueId Add(Value value);
  ValueId AddInput(InputId input);
  ValueId AddConstant(ConstantId constant);

  // Sorts constants and zones, drops doubles; orders the two sides of kEqual.
  AtomId Add(Atom atom);
  TestId Add(const Test& test);

  NodeId AddTrue(TestId waived_or_folded = TestId::kNone);
  NodeId AddFalse(TestId waived_or_folded = TestId::kNone);
  NodeId AddTest(TestId test);
  NodeId AddAnd(std::span<const NodeId> parts) { return AddJunction(NodeKind::kAnd, parts); }
  NodeId AddOr(std::span<const NodeId> parts) { return AddJunction(NodeKind::kOr, parts); }

  // Sorts, drops doubles.
  OperationSetId Add(std::vector<OperationId> operations);

  // Takes the program out.
  [[nodiscard]] Program Finish() && { return std::move(program_); }

 private:
  NodeId AddJunction(NodeKind kind, std::span<const NodeId> parts);
  NodeId AddNode(Node node, std::span<const NodeId> children);
  void AppendPart(NodeKind kind, NodeId part);

  Program program_;
  ConsTable constants_;
  ConsTable values_;
  ConsTable atoms_;
  ConsTable tests_;
  ConsTable nodes_;
  ConsTable operation_sets_;
  // Scratch of AddJunction.
  std::vector<NodeId> parts_;
  std::vector<std::uint32_t> last_seen_;  // by node: the AddJunction call that last took it in
  std::uint32_t call_ = 0;
};

// The order in which lists of constants are sorted: by type, then by value (numbers, bytes of text,
// prefixes). Sets come in the order of their members. Requires: ids of this program.
[[nodiscard]] bool ComesBefore(const Program& program, ConstantId a, ConstantId b);

}  // namespace ward::ir

#endif  // WARD_SRC_IR_BUILDER_H_
