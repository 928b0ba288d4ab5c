#include "codegen/terms.h"

#include <algorithm>
#include <set>

#include "base/budgets.h"
#include "base/check.h"
#include "lookup/string_domain.h"

namespace ward::codegen {
namespace {

using bytecode::Truth;

bool IsNumber(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kDuration || type == ValueType::kTimestamp ||
         type == ValueType::kClock || type == ValueType::kSize;
}

// One bit a literal, folded to 64: if a bit of `a` is not in `b`, then `a` is no part of `b`.
std::uint64_t Signature(const Term& term) {
  std::uint64_t bits = 0;
  for (const LiteralCode code : term) bits |= std::uint64_t{1} << (code % 64);
  return bits;
}

// The union of both.
Term Join(const Term& a, const Term& b) {
  Term joined;
  joined.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(joined));
  return joined;
}

Terms FromTruth(Truth truth) {
  if (truth == Truth::kTrue) return {Term{}};
  if (truth == Truth::kFalse) return {};
  return {Term{kDoubtLiteral}};
}

std::vector<std::pair<std::int64_t, std::int64_t>> Points(std::vector<std::int64_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  for (const std::int64_t number : numbers) {
    if (!ranges.empty() && ranges.back().second >= number) continue;
    if (!ranges.empty() && ranges.back().second + 1 == number) {
      ranges.back().second = number;
    } else {
      ranges.emplace_back(number, number);
    }
  }
  return ranges;
}

}  // namespace

Terms Absorb(Terms terms) {
  if (terms.size() < 2) return terms;
  std::stable_sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.size() < b.size(); });
  Terms kept;
  std::vector<std::uint64_t> signatures;
  for (Term& term : terms) {
    const std::uint64_t signature = Signature(term);
    bool implied = false;
    for (std::size_t i = 0; i < kept.size() && !implied; ++i) {
      implied =
          (signatures[i] & ~signature) == 0 && std::includes(term.begin(), term.end(), kept[i].begin(), kept[i].end());
    }
    if (implied) continue;
    signatures.push_back(signature);
    kept.push_back(std::move(term));
  }
  return kept;
}

TermBuilder::TermBuilder(const ir::Program& program, const Domains& domains, Code& code, std::size_t terms_max)
    : program_(program),
      domains_(domains),
      code_(code),
      terms_max_(std::max(terms_max, base::budget::kTermsPerProductMax)),
      mentions_(program.nodes.size(), 0),
      known_(program.nodes.size()),
      atom_literals_(program.atoms.size(), kNone) {
  literals_.emplace_back();  // kDoubtLiteral
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    const ir::Node& node = program.nodes[i];
    if (node.kind == ir::NodeKind::kTest) {
      const ir::AtomOp op = program.atoms[program.tests[node.test.index()].atom.index()].op;
      if (op == ir::AtomOp::kZoneIn) mentions_[i] = kZone;
      if (op == ir::AtomOp::kOperationIn) mentions_[i] = kOperation;
    }
    for (std::uint32_t c = 0; c < node.child_count; ++c) mentions_[i] |= mentions_[Child(node, c).index()];
  }
}

std::vector<ir::AtomId> TermBuilder::AtomsOf(ir::NodeId formula, ir::AtomOp op) const {
  std::set<ir::AtomId> atoms;
  std::set<ir::NodeId> seen;
  std::vector<ir::NodeId> pending{formula};
  while (!pending.empty()) {
    const ir::NodeId id = pending.back();
    pending.pop_back();
    if (!seen.insert(id).second) continue;
    const ir::Node& node = program_.nodes[id.index()];
    if (node.kind == ir::NodeKind::kTest) {
      const ir::AtomId atom = program_.tests[node.test.index()].atom;
      if (program_.atoms[atom.index()].op == op) atoms.insert(atom);
    }
    for (std::uint32_t c = 0; c < node.child_count; ++c) pending.push_back(Child(node, c));
  }
  return {atoms.begin(), atoms.end()};
}

Truth TermBuilder::Decide(const ir::Atom& atom, const Context& context) const {
  if (atom.op == ir::AtomOp::kZoneIn) {
    if (!context.zone.has_value()) return Truth::kDoubt;
    return std::binary_search(atom.zones.begin(), atom.zones.end(), context.zone) ? Truth::kTrue : Truth::kFalse;
  }
  WARD_CHECK(atom.op == ir::AtomOp::kOperationIn && context.operation.has_value());
  const std::vector<ir::OperationId>& set = program_.operation_sets[atom.operations.index()];
  return std::binary_search(set.begin(), set.end(), context.operation) ? Truth::kTrue : Truth::kFalse;
}

Terms TermBuilder::Of(ir::NodeId formula, const Context& context) { return Build(formula, context); }

Terms TermBuilder::Build(ir::NodeId id, const Context& context) {
  const bool fixed = mentions_[id.index()] == 0;
  if (fixed && known_[id.index()] != nullptr) return *known_[id.index()];
  const ir::Node& node = program_.nodes[id.index()];
  Terms terms;
  switch (node.kind) {
    case ir::NodeKind::kTrue:
      return FromTruth(Truth::kTrue);
    case ir::NodeKind::kFalse:
      return FromTruth(Truth::kFalse);
    case ir::NodeKind::kTest:
      return BuildTest(program_.tests[node.test.index()], context);
    case ir::NodeKind::kAnd:
      terms = BuildAnd(node, context);
      break;
    case ir::NodeKind::kOr:
      terms = BuildOr(id, context);
      break;
  }
  if (fixed) known_[id.index()] = std::make_unique<Terms>(terms);
  return terms;
}

Terms TermBuilder::BuildTest(const ir::Test& test, const Context& context) {
  const ir::Atom& atom = program_.atoms[test.atom.index()];
  if (atom.op == ir::AtomOp::kZoneIn || atom.op == ir::AtomOp::kOperationIn) {
    const Truth truth = Decide(atom, context);
    if (truth == Truth::kDoubt || !test.negated) return FromTruth(truth);
    return FromTruth(truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue);
  }
  return {Term{2 * LiteralOf(test.atom) + (test.negated ? 1U : 0U)}};
}

Terms TermBuilder::BuildAnd(const ir::Node& node, const Context& context) {
  struct Factor {
    ir::NodeId id;
    Terms terms;
  };
  std::vector<Factor> factors;
  for (std::uint32_t c = 0; c < node.child_count; ++c) {
    factors.push_back({Child(node, c), Build(Child(node, c), context)});
    if (factors.back().terms.empty()) return {};
  }
  // The largest factors become code until the product fits.
  const auto product = [&] {
    std::size_t count = 1;
    for (const Factor& factor : factors) count = std::min(count * factor.terms.size(), terms_max_ + 1);
    return count;
  };
  const std::size_t wide_factors = static_cast<std::size_t>(
      std::count_if(factors.begin(), factors.end(), [](const Factor& f) { return f.terms.size() > 1; }));
  // One union among conditions distributes without growing in number, so it may be as long as any union.
  const std::size_t limit = wide_factors <= 1 ? terms_max_ : base::budget::kTermsPerProductMax;
  while (product() > limit) {
    const auto largest = std::max_element(factors.begin(), factors.end(), [](const Factor& a, const Factor& b) {
      return a.terms.size() < b.terms.size();
    });
    largest->terms = {Term{LiteralOfCode(largest->id, context)}};
  }
  Terms result{Term{}};
  for (const Factor& factor : factors) {
    Terms next;
    for (const Term& left : result) {
      for (const Term& right : factor.terms) next.push_back(Join(left, right));
    }
    result = Absorb(std::move(next));
  }
  return result;
}

Terms TermBuilder::BuildOr(ir::NodeId id, const Context& context) {
  const ir::Node& node = program_.nodes[id.index()];
  Terms all;
  for (std::uint32_t c = 0; c < node.child_count; ++c) {
    Terms terms = Build(Child(node, c), context);
    std::move(terms.begin(), terms.end(), std::back_inserter(all));
    if (all.size() > terms_max_) return {Term{LiteralOfCode(id, context)}};
  }
  return Absorb(std::move(all));
}

LiteralCode TermBuilder::LiteralOfCode(ir::NodeId id, const Context& context) {
  const SignedTruth truth = CodeOf(id, context);
  Literal literal;
  literal.slot = truth / 2;
  literal.ordinals = {static_cast<std::uint32_t>(Truth::kTrue)};
  return 2 * Intern(std::move(literal)) + (truth & 1U);
}

SignedTruth TermBuilder::CodeOf(ir::NodeId id, const Context& context) {
  const bool fixed = mentions_[id.index()] == 0;
  if (const auto known = known_code_.find(id); known != known_code_.end()) return known->second;
  const ir::Node& node = program_.nodes[id.index()];
  switch (node.kind) {
    case ir::NodeKind::kTrue:
      return 2 * code_.SlotOf(Truth::kTrue);
    case ir::NodeKind::kFalse:
      return 2 * code_.SlotOf(Truth::kFalse);
    case ir::NodeKind::kTest: {
      const ir::Test& test = program_.tests[node.test.index()];
      const ir::Atom& atom = program_.atoms[test.atom.index()];
      const bool folded = atom.op == ir::AtomOp::kZoneIn || atom.op == ir::AtomOp::kOperationIn;
      const std::uint32_t slot = folded ? code_.SlotOf(Decide(atom, context)) : code_.SlotOf(test.atom);
      return 2 * slot + (test.negated ? 1U : 0U);
    }
    case ir::NodeKind::kAnd:
    case ir::NodeKind::kOr:
      break;
  }
  std::vector<SignedTruth> operands;
  for (std::uint32_t c = 0; c < node.child_count; ++c) operands.push_back(CodeOf(Child(node, c), context));
  const bytecode::Op op = node.kind == ir::NodeKind::kAnd ? bytecode::Op::kAnd : bytecode::Op::kOr;
  const SignedTruth truth = operands.size() == 1 ? operands.front() : 2 * code_.SlotOf(op, std::move(operands));
  if (fixed) known_code_[id] = truth;
  return truth;
}

std::uint32_t TermBuilder::LiteralOf(ir::AtomId id) {
  std::uint32_t& number = atom_literals_[id.index()];
  if (number == kNone) number = Intern(MakeLiteral(id));
  return number;
}

std::uint32_t TermBuilder::Intern(Literal literal) {
  const auto [found, fresh] = literal_numbers_.try_emplace(literal, Size32(literals_.size()));
  if (fresh) literals_.push_back(std::move(literal));
  return found->second;
}

Literal TermBuilder::MakeLiteral(ir::AtomId id) {
  const ir::Atom& atom = program_.atoms[id.index()];
  Literal literal;
  const ir::ValueId value = atom.args[0];
  const ValueType type = program_.values[value.index()].type;
  const bool is_set = type == ValueType::kEnumSet || type == ValueType::kStringSet;
  const auto constant = [&](std::size_t i) -> const ir::Constant& {
    return program_.constants[atom.constants[i].index()];
  };
  const auto ordinal = [&](const ir::Constant& c) {
    if (c.type == ValueType::kString) return domains_.Ordinal(value, c.text);
    const std::uint32_t first =
        type == ValueType::kBool ? static_cast<std::uint32_t>(Truth::kFalse) : lookup::kOrdinalFirst;
    return first + static_cast<std::uint32_t>(c.number);
  };
  if (atom.op == ir::AtomOp::kIsTrue) {
    literal.ordinals = {static_cast<std::uint32_t>(Truth::kTrue)};
  } else if (atom.op == ir::AtomOp::kIn && IsNumber(type)) {
    literal.kind = Literal::Kind::kInterval;
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < atom.constants.size(); ++i) numbers.push_back(constant(i).number);
    literal.ranges = Points(std::move(numbers));
  } else if (atom.op == ir::AtomOp::kIn &&
             (type == ValueType::kString || type == ValueType::kEnum || type == ValueType::kBool)) {
    for (std::size_t i = 0; i < atom.constants.size(); ++i) literal.ordinals.push_back(ordinal(constant(i)));
    std::sort(literal.ordinals.begin(), literal.ordinals.end());
  } else if (atom.op == ir::AtomOp::kRange && IsNumber(type)) {
    literal.kind = Literal::Kind::kInterval;
    if (atom.low <= atom.high) literal.ranges.emplace_back(atom.low, atom.high);
  } else if (atom.op == ir::AtomOp::kRange) {
    literal.ordinals = code_.OrdinalsInRange(atom);
  } else if (atom.op == ir::AtomOp::kHas && is_set) {
    literal.kind = Literal::Kind::kMember;
    literal.member = ordinal(constant(0));
  } else {
    literal.slot = code_.SlotOf(id);
    literal.ordinals = {static_cast<std::uint32_t>(Truth::kTrue)};
    return literal;
  }
  literal.slot = code_.SlotOf(value);
  return literal;
}

}  // namespace ward::codegen
