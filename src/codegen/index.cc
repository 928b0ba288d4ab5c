// The idea of a split: terms that fix one slot by `is` or `in` go to the child of each value, without that literal;
// terms that do not stay in `rest`, never copied. While the slot is in doubt, its literals are in doubt: kinds that
// count doubt then visit `doubt`, which has all those terms without their literals on the slot; what is found there is
// in doubt at best. For refusals without obligations, terms that became equal are one there: the best rank answers.
#include "codegen/index.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "codegen/key_bytes.h"
#include "lookup/string_domain.h"

namespace ward::codegen {
namespace {

// `in` of more values than this is not worth a copy a value.
constexpr std::size_t kKeyValuesMax = 8;
// Splits below splits; each level copies a term at most kKeyValuesMax times.
constexpr std::uint32_t kSplitDepthMax = 6;
// A split must take at least this share of the terms, weighted by how well it tells them apart.
constexpr double kSplitGainMin = 0.25;

std::uint32_t Rank(std::uint32_t rule_ref) { return rule_ref & ~bytecode::kAnswers401; }

bool ByRank(const IndexTerm& a, const IndexTerm& b) {
  if (Rank(a.rule) != Rank(b.rule)) return Rank(a.rule) < Rank(b.rule);
  return a.literals < b.literals;
}

// Terms that doubt made equal: one of each, per way of answering.
void Merge(std::vector<IndexTerm>& terms) {
  const auto challenges = [](const IndexTerm& term) { return (term.rule & bytecode::kAnswers401) != 0; };
  std::sort(terms.begin(), terms.end(), [&](const IndexTerm& a, const IndexTerm& b) {
    if (a.literals != b.literals) return a.literals < b.literals;
    // The flag is the highest bit: terms that answer 401 come last, each sort by rank.
    return a.rule < b.rule;
  });
  const auto same = [&](const IndexTerm& a, const IndexTerm& b) {
    return a.literals == b.literals && challenges(a) == challenges(b);
  };
  terms.erase(std::unique(terms.begin(), terms.end(), same), terms.end());
}

}  // namespace

bytecode::Group IndexBuilder::Build(bytecode::GroupKind kind, bool tells, std::vector<IndexTerm> terms) {
  const Manner manner{bytecode::CountsDoubt(kind), kind == bytecode::GroupKind::kDeny && !tells};
  const Built built = Build(std::move(terms), manner, 0);
  const std::uint32_t first = Size32(rule_refs_.size());
  rule_refs_.insert(rule_refs_.end(), built.rules.begin(), built.rules.end());
  return {static_cast<std::uint16_t>(kind), static_cast<std::uint16_t>(tells ? 1 : 0),
          bytecode::Child(built.node, first, built.words), bytecode::Bound(0, 0, 0, 0, 0)};
}

IndexBuilder::Built IndexBuilder::Build(std::vector<IndexTerm> terms, Manner manner, std::uint32_t depth) {
  if (terms.empty()) return {};
  if (terms.size() <= kLeafTermsMax) return BuildLeaf(std::move(terms), manner);
  const std::uint32_t slot = depth < kSplitDepthMax ? ChooseSlot(terms) : kNone;
  if (slot == kNone) return BuildList(std::move(terms), manner);
  return BuildSplit(terms, slot, manner, depth);
}

IndexBuilder::Built IndexBuilder::BuildLeaf(std::vector<IndexTerm> terms, Manner manner) {
  std::sort(terms.begin(), terms.end(), ByRank);
  const LeafBuilder::Placed placed = leaves_.Build(terms, manner.counts_doubt);
  Built built{placed.node, placed.words, {}};
  for (const IndexTerm& term : terms) built.rules.push_back(term.rule);
  return built;
}

// Terms that look at the same slots stand together, so that leaves have few rows.
IndexBuilder::Built IndexBuilder::BuildList(std::vector<IndexTerm> terms, Manner manner) {
  std::sort(terms.begin(), terms.end(), ByRank);
  std::vector<std::pair<std::vector<std::uint32_t>, std::size_t>> order;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    std::vector<std::uint32_t> slots;
    for (const LiteralCode code : terms[i].literals) slots.push_back(literals_[code / 2].slot);
    order.emplace_back(std::move(slots), i);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<bytecode::Child> children;
  Built built;
  for (std::size_t i = 0; i < order.size(); i += kLeafTermsMax) {
    std::vector<IndexTerm> some;
    for (std::size_t k = i; k < std::min(i + kLeafTermsMax, order.size()); ++k) some.push_back(terms[order[k].second]);
    const Built leaf = BuildLeaf(std::move(some), manner);
    children.emplace_back(leaf.node, Size32(built.rules.size()), leaf.words);
    built.rules.insert(built.rules.end(), leaf.rules.begin(), leaf.rules.end());
  }
  std::string key;
  for (const bytecode::Child& child : children) AppendBytes(key, child);
  const auto [place, fresh] = child_lists_.try_emplace(key, Size32(children_.size()));
  if (fresh) children_.insert(children_.end(), children.begin(), children.end());
  built.node = AddBranch({static_cast<std::uint32_t>(bytecode::BranchKind::kList), kNone,
                          bytecode::Range(place->second, Size32(children.size())), bytecode::Range(0, 0),
                          bytecode::Child(0, 0, 0), bytecode::Child(0, 0, 0)});
  return built;
}

LiteralCode IndexBuilder::KeyOf(const IndexTerm& term, std::uint32_t slot) const {
  for (const LiteralCode code : term.literals) {
    const Literal& literal = literals_[code / 2];
    if (code != kDoubtLiteral && !IsNegated(code) && literal.slot == slot && literal.kind == Literal::Kind::kOrdinal &&
        literal.ordinals.size() <= kKeyValuesMax) {
      return code;
    }
  }
  return kDoubtLiteral;
}

std::uint32_t IndexBuilder::ChooseSlot(const std::vector<IndexTerm>& terms) const {
  struct Use {
    std::size_t terms = 0;
    std::size_t copies = 0;
    std::set<std::uint32_t> values;
  };
  std::map<std::uint32_t, Use> uses;
  for (const IndexTerm& term : terms) {
    std::set<std::uint32_t> seen;
    for (const LiteralCode code : term.literals) {
      const std::uint32_t slot = literals_[code / 2].slot;
      if (code == kDoubtLiteral || !seen.insert(slot).second) continue;
      const LiteralCode key = KeyOf(term, slot);
      if (key == kDoubtLiteral) continue;
      Use& use = uses[slot];
      ++use.terms;
      use.copies += literals_[key / 2].ordinals.size();
      use.values.insert(literals_[key / 2].ordinals.begin(), literals_[key / 2].ordinals.end());
    }
  }
  double best = kSplitGainMin;
  std::uint32_t slot = kNone;
  for (const auto& [candidate, use] : uses) {
    const double copies = static_cast<double>(use.copies) / static_cast<double>(use.terms);
    const double share = static_cast<double>(use.terms) / static_cast<double>(terms.size());
    const double gain = share * (1 - copies / (static_cast<double>(use.values.size()) + 1));
    if (gain > best) {
      best = gain;
      slot = candidate;
    }
  }
  return slot;
}

Term IndexBuilder::Without(const Term& term, std::uint32_t slot) const {
  Term kept;
  for (const LiteralCode code : term) {
    const Literal& literal = literals_[code / 2];
    const bool decided = code != kDoubtLiteral && literal.slot == slot && literal.kind == Literal::Kind::kOrdinal;
    if (!decided) kept.push_back(code);
  }
  return kept;
}

bool IndexBuilder::Allows(const Term& term, std::uint32_t slot, std::uint32_t ordinal) const {
  return std::all_of(term.begin(), term.end(), [&](LiteralCode code) {
    const Literal& literal = literals_[code / 2];
    if (code == kDoubtLiteral || literal.slot != slot || literal.kind != Literal::Kind::kOrdinal) return true;
    return std::binary_search(literal.ordinals.begin(), literal.ordinals.end(), ordinal) != IsNegated(code);
  });
}

IndexBuilder::Built IndexBuilder::BuildSplit(const std::vector<IndexTerm>& terms, std::uint32_t slot, Manner manner,
                                             std::uint32_t depth) {
  std::vector<IndexTerm> rest;
  std::vector<IndexTerm> doubtful;
  std::map<std::uint32_t, std::vector<IndexTerm>> by_value;
  for (const IndexTerm& term : terms) {
    const LiteralCode key = KeyOf(term, slot);
    if (key == kDoubtLiteral) {
      rest.push_back(term);
      continue;
    }
    const IndexTerm remainder{Without(term.literals, slot), term.rule};
    for (const std::uint32_t ordinal : literals_[key / 2].ordinals) {
      if (Allows(term.literals, slot, ordinal)) by_value[ordinal].push_back(remainder);
    }
    if (manner.counts_doubt) doubtful.push_back(remainder);
  }
  if (manner.merges) Merge(doubtful);
  Built built;
  const auto place = [&](Built part) {
    const bytecode::Child child(part.node, Size32(built.rules.size()), part.words);
    built.rules.insert(built.rules.end(), part.rules.begin(), part.rules.end());
    return part.node == bytecode::kNoNode ? bytecode::Child(0, 0, 0) : child;
  };
  std::vector<std::pair<std::uint32_t, bytecode::Child>> children;
  children.reserve(by_value.size());
  for (auto& [ordinal, some] : by_value)
    children.emplace_back(ordinal, place(Build(std::move(some), manner, depth + 1)));
  const bytecode::Child rest_child = place(Build(std::move(rest), manner, depth + 1));
  const bytecode::Child doubt_child = place(Build(std::move(doubtful), manner, depth + 1));
  bytecode::Range keys(0, 0);
  const bytecode::Range range = AddChildren(children, keys);
  built.node =
      AddBranch({static_cast<std::uint32_t>(bytecode::BranchKind::kSplit), slot, range, keys, rest_child, doubt_child});
  return built;
}

bytecode::Range IndexBuilder::AddChildren(const std::vector<std::pair<std::uint32_t, bytecode::Child>>& by_ordinal,
                                          bytecode::Range& keys) {
  std::vector<bytecode::Child> list;
  if (!by_ordinal.empty() && by_ordinal.back().first <= 2 * by_ordinal.size() + 16) {
    list.assign(by_ordinal.back().first + 1, bytecode::Child(0, 0, 0));
    for (const auto& [ordinal, child] : by_ordinal) list[ordinal] = child;
  } else if (!by_ordinal.empty()) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const auto& [ordinal, child] : by_ordinal) {
      list.push_back(child);
      pairs.emplace_back(ordinal, Size32(list.size()));
    }
    keys = leaves_.AddPairs(pairs);
  }
  std::string key;
  for (const bytecode::Child& child : list) AppendBytes(key, child);
  const auto [place, fresh] = child_lists_.try_emplace(key, Size32(children_.size()));
  if (fresh) children_.insert(children_.end(), list.begin(), list.end());
  return {place->second, Size32(list.size())};
}

std::uint32_t IndexBuilder::AddBranch(const bytecode::Branch& branch) {
  std::string key;
  AppendBytes(key, branch);
  const auto [number, fresh] = branch_numbers_.try_emplace(key, Size32(branches_.size()));
  if (fresh) branches_.push_back(branch);
  return bytecode::BranchNode(number->second);
}

}  // namespace ward::codegen
