#include "testing/possible.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace ward::testing {
namespace {

using TruthSet = unsigned;
constexpr TruthSet kTrue = 1;
constexpr TruthSet kFalse = 2;
constexpr TruthSet kDoubt = 4;
constexpr TruthSet kAll = kTrue | kFalse | kDoubt;

constexpr std::size_t kMissingMax = 10;  // values that can be missing: 2^10 combinations are tried

TruthSet Negated(TruthSet set) {
  return (set & kDoubt) | ((set & kTrue) != 0 ? kFalse : 0) | ((set & kFalse) != 0 ? kTrue : 0);
}

// Strong Kleene, of sets; `or` is `and` of the negations.
TruthSet And(TruthSet a, TruthSet b) {
  TruthSet both = ((a | b) & kFalse);
  if ((a & kTrue) != 0 && (b & kTrue) != 0) both |= kTrue;
  const bool doubt = ((a & kDoubt) != 0 && (b & (kDoubt | kTrue)) != 0) || ((b & kDoubt) != 0 && (a & kTrue) != 0);
  return doubt ? both | kDoubt : both;
}

class Survey {
 public:
  explicit Survey(const ir::Program& program) : program_(program) {}

  TruthSet Of(ir::NodeId root) {
    return OfAll([this, root] { return Node(root); });
  }
  TruthSet Of(ir::TestId test) {
    return OfAll([this, test] { return Atom(program_.atoms[program_.tests[test.index()].atom.index()]); });
  }

 private:
  // What can be missing: an attribute, a row or cell, the rows of a live table, the zone.
  enum class What : std::uint8_t { kValue, kTable, kZone };
  using Thing = std::pair<What, std::uint32_t>;

  // The first look, with nothing there, finds what there is to vary.
  template <typename Look>
  TruthSet OfAll(Look look) {
    there_ = 0;
    TruthSet set = look();
    // What stands behind a missing value comes to light when that is there.
    there_ = ~std::uint64_t{0};
    set |= look();
    if (bits_.size() > kMissingMax) return kAll;
    for (there_ = 1; set != kAll && there_ < std::uint64_t{1} << bits_.size(); ++there_) set |= look();
    return set;
  }

  bool IsThere(Thing thing) {
    const std::size_t bit = bits_.emplace(thing, bits_.size()).first->second;
    return ((there_ >> std::min<std::size_t>(bit, 63)) & 1U) != 0;
  }

  bool IsThere(ir::ValueId id) {
    const ir::Value& value = program_.values[id.index()];
    const Thing thing{What::kValue, static_cast<std::uint32_t>(id.index())};
    switch (value.op) {
      case ir::ValueOp::kConstant:
      case ir::ValueOp::kParameter:
      case ir::ValueOp::kOperation:
        return true;
      case ir::ValueOp::kInput: {
        const AttributeSource source = program_.inputs[value.input.index()].source;
        return source == AttributeSource::kNow || source == AttributeSource::kCredential || IsThere(thing);
      }
      case ir::ValueOp::kZone:
        return IsThere({What::kZone, 0});
      case ir::ValueOp::kLookup: {
        const bool cell = IsThere(thing);
        return AreThere(value.args) && cell;
      }
      case ir::ValueOp::kAdd:
      case ir::ValueOp::kSubtract:
        return AreThere(value.args);
      case ir::ValueOp::kOrElse: {
        const bool second = IsThere(value.args[1]);
        return IsThere(value.args[0]) || second;
      }
    }
    return true;
  }

  // Looks at all of them, so that each gets its bit.
  bool AreThere(const std::vector<ir::ValueId>& values) {
    bool all = true;
    for (const ir::ValueId value : values) all = IsThere(value) && all;
    return all;
  }

  TruthSet Atom(const ir::Atom& atom) {
    const bool there = AreThere(atom.args);
    const bool live = atom.table.has_value() && program_.tables[atom.table.index()].live;
    const bool loaded = !live || IsThere({What::kTable, static_cast<std::uint32_t>(atom.table.index())});
    switch (atom.op) {
      case ir::AtomOp::kPresent:
        return there ? kTrue : kFalse;
      case ir::AtomOp::kOperationIn:
        return kTrue | kFalse;
      case ir::AtomOp::kZoneIn:
        if (!IsThere({What::kZone, 0})) return kDoubt;
        return atom.zones.size() == program_.zones.size() ? kTrue : kTrue | kFalse;
      case ir::AtomOp::kRange:
        if (there && atom.low > atom.high) return kFalse;
        break;
      case ir::AtomOp::kIsTrue:
      case ir::AtomOp::kIn:
      case ir::AtomOp::kEqual:
      case ir::AtomOp::kLess:
      case ir::AtomOp::kLessOrEqual:
      case ir::AtomOp::kInPrefixes:
      case ir::AtomOp::kHas:
      case ir::AtomOp::kHasValue:
      case ir::AtomOp::kHasAny:
      case ir::AtomOp::kHasAll:
      case ir::AtomOp::kInTable:
      case ir::AtomOp::kWithinTree:
      case ir::AtomOp::kWithinSchedule:
      case ir::AtomOp::kStartsWith:
      case ir::AtomOp::kEndsWith:
      case ir::AtomOp::kGlob:
      case ir::AtomOp::kUnder:
      case ir::AtomOp::kPathGlob:
        break;
    }
    return there && loaded ? kTrue | kFalse : kDoubt;
  }

  TruthSet Node(ir::NodeId id) {
    const ir::Node& node = program_.nodes[id.index()];
    switch (node.kind) {
      case ir::NodeKind::kTrue:
        return kTrue;
      case ir::NodeKind::kFalse:
        return kFalse;
      case ir::NodeKind::kTest: {
        const ir::Test& test = program_.tests[node.test.index()];
        const TruthSet set = Atom(program_.atoms[test.atom.index()]);
        return test.negated ? Negated(set) : set;
      }
      case ir::NodeKind::kAnd:
      case ir::NodeKind::kOr:
        break;
    }
    const bool either = node.kind == ir::NodeKind::kOr;
    TruthSet set = kTrue;
    for (std::uint32_t i = 0; i < node.child_count; ++i) {
      const TruthSet child = Node(program_.children[node.first_child + i]);
      set = And(set, either ? Negated(child) : child);
    }
    return either ? Negated(set) : set;
  }

  const ir::Program& program_;
  std::map<Thing, std::size_t> bits_;
  std::uint64_t there_ = 0;
};

PossibleTruths Told(TruthSet set) { return {(set & kTrue) != 0, (set & kFalse) != 0, (set & kDoubt) != 0}; }

}  // namespace

PossibleTruths PossibleOf(const ir::Program& program, ir::NodeId formula) { return Told(Survey(program).Of(formula)); }

PossibleTruths PossibleOf(const ir::Program& program, ir::TestId test) {
  const TruthSet set = Survey(program).Of(test);
  return Told(program.tests[test.index()].written_negated ? Negated(set) : set);
}

}  // namespace ward::testing
