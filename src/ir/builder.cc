#include "ir/builder.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace ward::ir {
namespace {

// Mixes words into one 64-bit hash (the finaliser of MurmurHash3 after each). Only speed depends on
// its quality.
class Hasher {
 public:
  Hasher& Mix(std::uint64_t word) {
    state_ = (state_ ^ word) * 0xFF51AFD7ED558CCDU;
    state_ ^= state_ >> 33;
    state_ *= 0xC4CEB9FE1A85EC53U;
    state_ ^= state_ >> 29;
    return *this;
  }
  Hasher& Mix(std::string_view text) {
    Mix(text.size());
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      word = word << 8 | static_cast<unsigned char>(text[i]);
      if (i % 8 == 7) Mix(word);
    }
    return Mix(word);
  }
  template <typename Tag>
  Hasher& Mix(base::Id<Tag> id) {
    return Mix(id.value());
  }
  template <typename Tag>
  Hasher& Mix(const std::vector<base::Id<Tag>>& ids) {
    Mix(ids.size());
    for (const auto id : ids) Mix(id.value());
    return *this;
  }
  [[nodiscard]] std::uint64_t hash() const { return state_; }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15U;
};

template <typename Enum>
std::uint64_t Word(Enum value) {
  return static_cast<std::uint64_t>(value);
}

std::uint64_t HashOf(const Constant& c) {
  return Hasher()
      .Mix(Word(c.type))
      .Mix(Word(c.number))
      .Mix(c.text)
      .Mix(c.enumeration)
      .Mix(c.cidr.network.high())
      .Mix(c.cidr.network.low())
      .Mix(Word(c.cidr.length))
      .Mix(c.items)
      .hash();
}

bool Same(const Constant& a, const Constant& b) {
  return a.type == b.type && a.number == b.number && a.text == b.text && a.enumeration == b.enumeration &&
         a.cidr == b.cidr && a.items == b.items;
}

std::uint64_t HashOf(const Value& v) {
  return Hasher()
      .Mix(Word(v.op) << 8 | Word(v.type))
      .Mix(v.enumeration)
      .Mix(v.input)
      .Mix(v.constant)
      .Mix(v.parameter)
      .Mix(v.table)
      .Mix(v.column)
      .Mix(v.args)
      .hash();
}

bool Same(const Value& a, const Value& b) {
  return a.op == b.op && a.type == b.type && a.enumeration == b.enumeration && a.input == b.input &&
         a.constant == b.constant && a.parameter == b.parameter && a.table == b.table && a.column == b.column &&
         a.args == b.args;
}

std::uint64_t HashOf(const Atom& a) {
  return Hasher()
      .Mix(Word(a.op))
      .Mix(a.args)
      .Mix(a.constants)
      .Mix(Word(a.low))
      .Mix(Word(a.high))
      .Mix(a.table)
      .Mix(a.schedule)
      .Mix(a.zones)
      .Mix(a.operations)
      .hash();
}

bool Same(const Atom& a, const Atom& b) {
  return a.op == b.op && a.args == b.args && a.constants == b.constants && a.low == b.low && a.high == b.high &&
         a.table == b.table && a.schedule == b.schedule && a.zones == b.zones && a.operations == b.operations;
}

std::uint64_t HashOf(const Test& t) {
  return Hasher()
      .Mix(t.atom)
      .Mix(Word(t.negated) | Word(t.written_negated) << 1 | Word(t.identity) << 2 | Word(t.clause) << 3)
      .Mix(t.span.file)
      .Mix(std::uint64_t{t.span.begin} << 32 | t.span.end)
      .Mix(std::uint64_t{t.derived_role.begin} << 32 | t.derived_role.end)
      .hash();
}

bool Same(const Test& a, const Test& b) {
  return a.atom == b.atom && a.negated == b.negated && a.written_negated == b.written_negated &&
         a.identity == b.identity && a.clause == b.clause && a.span == b.span && a.derived_role == b.derived_role;
}

// Finds or appends `part` in `all`.
template <typename Id, typename Part>
Id Cons(ConsTable& table, std::vector<Part>& all, Part part) {
  const Id fresh = Id::FromIndex(all.size());
  const std::uint32_t index =
      table.FindOrAdd(HashOf(part), fresh.value(), [&](std::uint32_t known) { return Same(all[known], part); });
  if (index == fresh.value()) all.push_back(std::move(part));
  return Id(index);
}

auto CidrKey(const base::Cidr& cidr) { return std::make_tuple(cidr.network.high(), cidr.network.low(), cidr.length); }

}  // namespace

void ConsTable::Grow() {
  std::vector<Cell> old = std::exchange(cells_, std::vector<Cell>(std::max<std::size_t>(64, cells_.size() * 2)));
  const std::size_t mask = cells_.size() - 1;
  for (const Cell& cell : old) {
    if (cell.index == kFree) continue;
    std::size_t at = static_cast<std::size_t>(cell.hash) & mask;
    while (cells_[at].index != kFree) at = (at + 1) & mask;
    cells_[at] = cell;
  }
}

bool ComesBefore(const Program& program, ConstantId a, ConstantId b) {
  if (a == b) return false;
  const Constant& x = program.constants[a.index()];
  const Constant& y = program.constants[b.index()];
  if (x.type != y.type) return x.type < y.type;
  if (x.number != y.number) return x.number < y.number;
  if (x.text != y.text) return x.text < y.text;
  if (!(x.cidr == y.cidr)) return CidrKey(x.cidr) < CidrKey(y.cidr);
  return std::lexicographical_compare(x.items.begin(), x.items.end(), y.items.begin(), y.items.end(),
                                      [&](ConstantId i, ConstantId j) { return ComesBefore(program, i, j); });
}

ConstantId Builder::Add(Constant constant) {
  std::vector<ConstantId>& items = constant.items;
  std::sort(items.begin(), items.end(), [this](ConstantId a, ConstantId b) { return ComesBefore(program_, a, b); });
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return Cons<ConstantId>(constants_, program_.constants, std::move(constant));
}

ConstantId Builder::AddNumber(ValueType type, std::int64_t number, EnumId enumeration) {
  Constant constant;
  constant.type = type;
  constant.number = number;
  constant.enumeration = enumeration;
  return Add(std::move(constant));
}

ConstantId Builder::AddText(std::string text) {
  Constant constant;
  constant.type = ValueType::kString;
  constant.text = std::move(text);
  return Add(std::move(constant));
}

ValueId Builder::Add(Value value) { return Cons<ValueId>(values_, program_.values, std::move(value)); }

ValueId Builder::AddInput(InputId input) {
  Value value;
  value.op = ValueOp::kInput;
  value.type = program_.inputs[input.index()].type;
  value.enumeration = program_.inputs[input.index()].enumeration;
  value.input = input;
  return Add(std::move(value));
}

ValueId Builder::AddConstant(ConstantId constant) {
  Value value;
  value.op = ValueOp::kConstant;
  value.type = program_.constants[constant.index()].type;
  value.enumeration = program_.constants[constant.index()].enumeration;
  value.constant = constant;
  return Add(std::move(value));
}

AtomId Builder::Add(Atom atom) {
  std::sort(atom.constants.begin(), atom.constants.end(),
            [this](ConstantId a, ConstantId b) { return ComesBefore(program_, a, b); });
  atom.constants.erase(std::unique(atom.constants.begin(), atom.constants.end()), atom.constants.end());
  std::sort(atom.zones.begin(), atom.zones.end());
  atom.zones.erase(std::unique(atom.zones.begin(), atom.zones.end()), atom.zones.end());
  if (atom.op == AtomOp::kEqual && atom.args[1] < atom.args[0]) std::swap(atom.args[0], atom.args[1]);
  return Cons<AtomId>(atoms_, program_.atoms, std::move(atom));
}

TestId Builder::Add(const Test& test) { return Cons<TestId>(tests_, program_.tests, Test(test)); }

NodeId Builder::AddTrue(TestId waived_or_folded) {
  Node node;
  node.kind = NodeKind::kTrue;
  node.test = waived_or_folded;
  return AddNode(node, {});
}

NodeId Builder::AddFalse(TestId waived_or_folded) {
  Node node;
  node.kind = NodeKind::kFalse;
  node.test = waived_or_folded;
  return AddNode(node, {});
}

NodeId Builder::AddTest(TestId test) {
  Node node;
  node.kind = NodeKind::kTest;
  node.test = test;
  return AddNode(node, {});
}

NodeId Builder::AddNode(Node node, std::span<const NodeId> children) {
  Hasher hasher;
  hasher.Mix(Word(node.kind)).Mix(node.test).Mix(children.size());
  for (const NodeId child : children) hasher.Mix(child);
  const NodeId fresh = NodeId::FromIndex(program_.nodes.size());
  const auto same = [&](std::uint32_t known) {
    const Node& other = program_.nodes[known];
    return other.kind == node.kind && other.test == node.test && other.child_count == children.size() &&
           std::equal(children.begin(), children.end(), program_.children.begin() + other.first_child);
  };
  const std::uint32_t index = nodes_.FindOrAdd(hasher.hash(), fresh.value(), same);
  if (index == fresh.value()) {
    node.first_child = static_cast<std::uint32_t>(program_.children.size());
    node.child_count = static_cast<std::uint32_t>(children.size());
    WARD_CHECK(program_.children.size() + children.size() < UINT32_MAX);
    program_.children.insert(program_.children.end(), children.begin(), children.end());
    program_.nodes.push_back(node);
  }
  return NodeId(index);
}

// One part of a junction: its own parts if it is a junction of the same kind, nothing if it is the
// neutral element.
void Builder::AppendPart(NodeKind kind, NodeId part) {
  const Node node = program_.nodes[part.index()];
  if (node.kind == kind) {
    for (std::uint32_t i = 0; i < node.child_count; ++i) AppendPart(kind, program_.children[node.first_child + i]);
    return;
  }
  const NodeKind neutral = kind == NodeKind::kAnd ? NodeKind::kTrue : NodeKind::kFalse;
  if (node.kind == neutral && !node.test.has_value()) return;
  if (last_seen_.size() <= part.index()) last_seen_.resize(program_.nodes.size(), 0);
  if (std::exchange(last_seen_[part.index()], call_) == call_) return;
  parts_.push_back(part);
}

NodeId Builder::AddJunction(NodeKind kind, std::span<const NodeId> parts) {
  ++call_;
  parts_.clear();
  for (const NodeId part : parts) AppendPart(kind, part);
  if (parts_.empty()) return kind == NodeKind::kAnd ? AddTrue() : AddFalse();
  if (parts_.size() == 1) return parts_.front();
  Node node;
  node.kind = kind;
  return AddNode(node, parts_);
}

OperationSetId Builder::Add(std::vector<OperationId> operations) {
  std::sort(operations.begin(), operations.end());
  operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
  std::vector<std::vector<OperationId>>& all = program_.operation_sets;
  const OperationSetId fresh = OperationSetId::FromIndex(all.size());
  const std::uint32_t index = operation_sets_.FindOrAdd(Hasher().Mix(operations).hash(), fresh.value(),
                                                        [&](std::uint32_t known) { return all[known] == operations; });
  if (index == fresh.value()) all.push_back(std::move(operations));
  return OperationSetId(index);
}

}  // namespace ward::ir
