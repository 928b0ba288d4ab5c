#include "lint/truth.h"

#include <algorithm>

namespace ward::lint {
namespace {

// Without a value for the input the value is missing.
bool Needs(const ir::Program& program, ir::ValueId id, ir::InputId input) {
  const ir::Value& value = program.values[id.index()];
  const auto needs = [&](ir::ValueId arg) { return Needs(program, arg, input); };
  if (value.op == ir::ValueOp::kInput) return value.input == input;
  if (value.op == ir::ValueOp::kOrElse) return std::all_of(value.args.begin(), value.args.end(), needs);
  return std::any_of(value.args.begin(), value.args.end(), needs);
}

}  // namespace

TruthRange TruthWithout::Of(const ir::Test& test) const {
  const ir::Atom& atom = program_.atoms[test.atom.index()];
  const bool missing = std::any_of(atom.args.begin(), atom.args.end(),
                                   [this](ir::ValueId arg) { return Needs(program_, arg, missing_); });
  if (!missing) return {};
  if (atom.op == ir::AtomOp::kPresent) {
    const Truth truth = test.negated ? Truth::kTrue : Truth::kFalse;
    return {truth, truth};
  }
  if (clause_.has_value() && test.clause != *clause_) return {};
  return {Truth::kDoubt, Truth::kDoubt};
}

TruthRange TruthWithout::Of(ir::NodeId id) const {
  const ir::Node& node = program_.nodes[id.index()];
  if (node.kind == ir::NodeKind::kTrue) return {Truth::kTrue, Truth::kTrue};
  if (node.kind == ir::NodeKind::kFalse) return {Truth::kFalse, Truth::kFalse};
  if (node.kind == ir::NodeKind::kTest) return Of(program_.tests[node.test.index()]);
  const bool all = node.kind == ir::NodeKind::kAnd;
  TruthRange range = all ? TruthRange{Truth::kTrue, Truth::kTrue} : TruthRange{Truth::kFalse, Truth::kFalse};
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    const TruthRange part = Of(program_.children[node.first_child + i]);
    range.least = all ? std::min(range.least, part.least) : std::max(range.least, part.least);
    range.most = all ? std::min(range.most, part.most) : std::max(range.most, part.most);
  }
  return range;
}

}  // namespace ward::lint
