// The idea: literals that look at the same class of the same slot make one row. For each class, the row's word has a
// bit for every term that the class does not refute. Class 0 is doubt, where no literal is false: for kinds that count
// doubt the word has all terms, and the word before it those without a literal in the row, which alone stay certain;
// for the other kinds both words are the latter.
#include "codegen/leaf_builder.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "codegen/key_bytes.h"
#include "lookup/interval_cuts.h"
#include "lookup/string_domain.h"

namespace ward::codegen {
namespace {

using bytecode::RowMode;

std::string KeyOf(std::span<const IndexTerm> terms, bool counts_doubt) {
  std::string key(1, counts_doubt ? 'd' : 'c');
  for (const IndexTerm& term : terms) {
    AppendBytes(key, term.literals.size());
    for (const LiteralCode code : term.literals) AppendBytes(key, code);
  }
  return key;
}

RowMode ModeOf(const Literal& literal) {
  switch (literal.kind) {
    case Literal::Kind::kOrdinal:
      return RowMode::kDense;
    case Literal::Kind::kInterval:
      return RowMode::kInterval;
    case Literal::Kind::kMember:
      return RowMode::kMember;
  }
  return RowMode::kDense;
}

bool Holds(const Literal& literal, std::int64_t value) {
  switch (literal.kind) {
    case Literal::Kind::kOrdinal:
      return std::binary_search(literal.ordinals.begin(), literal.ordinals.end(), static_cast<std::uint32_t>(value));
    case Literal::Kind::kInterval:
      return std::any_of(literal.ranges.begin(), literal.ranges.end(),
                         [value](const auto& range) { return range.first <= value && value <= range.second; });
    case Literal::Kind::kMember:
      return value != 0;
  }
  return false;
}

}  // namespace

std::vector<LeafBuilder::Column> LeafBuilder::Columns(std::span<const IndexTerm> terms) const {
  // Cheap rows first: inputs before computed slots, dense before the rest, then by slot.
  std::map<std::tuple<std::uint32_t, RowMode, std::uint32_t, std::uint32_t>, Column> columns;
  for (std::uint32_t i = 0; i < terms.size(); ++i) {
    for (const LiteralCode code : terms[i].literals) {
      if (code == kDoubtLiteral) continue;
      const Literal& literal = literals_[code / 2];
      const RowMode mode = ModeOf(literal);
      Column& column = columns[{code_.Steps(literal.slot).count(), mode, literal.slot, literal.member}];
      column.mode = mode;
      column.slot = literal.slot;
      column.member = literal.member;
      column.uses.emplace_back(i, code);
      column.mentions |= std::uint64_t{1} << i;
    }
  }
  std::vector<Column> list;
  for (auto& [key, column] : columns) {
    // Far more classes than this leaf tells apart: look up the few it does.
    if (column.mode == RowMode::kDense && code_.Ordinals(column.slot) > 2 * UsedOrdinals(column).size() + 16) {
      column.mode = RowMode::kSparse;
    }
    list.push_back(std::move(column));
  }
  std::stable_partition(list.begin(), list.end(), [&](const Column& column) {
    return column.mode == RowMode::kDense && code_.Steps(column.slot).count() == 0;
  });
  return list;
}

std::vector<std::uint32_t> LeafBuilder::UsedOrdinals(const Column& column) const {
  std::vector<std::uint32_t> ordinals;
  for (const auto& [term, code] : column.uses) {
    const std::vector<std::uint32_t>& used = literals_[code / 2].ordinals;
    ordinals.insert(ordinals.end(), used.begin(), used.end());
  }
  std::sort(ordinals.begin(), ordinals.end());
  ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
  return ordinals;
}

std::uint64_t LeafBuilder::WordAt(const Column& column, std::uint64_t all, std::int64_t value) const {
  std::uint64_t word = all;
  for (const auto& [term, code] : column.uses) {
    if (Holds(literals_[code / 2], value) == IsNegated(code)) word &= ~(std::uint64_t{1} << term);
  }
  return word;
}

bytecode::Range LeafBuilder::AddPairs(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs) {
  std::size_t capacity = 2;
  while (2 * capacity < 3 * pairs.size() + 1) capacity *= 2;
  std::vector<std::uint32_t> table(2 * capacity, 0);
  for (const auto& [ordinal, value] : pairs) {
    WARD_CHECK(ordinal != 0 && value != 0);
    std::size_t i = bytecode::SparseStart(ordinal) & (capacity - 1);
    while (table[2 * i] != 0) i = (i + 1) & (capacity - 1);
    table[2 * i] = ordinal;
    table[2 * i + 1] = value;
  }
  return {keys_.Add(table).first(), Size32(capacity)};
}

void LeafBuilder::DraftOrdinals(const Column& column, std::uint64_t all, Draft& draft, bool dense) {
  if (dense) {
    for (std::uint32_t ordinal = 1; ordinal < code_.Ordinals(column.slot); ++ordinal) {
      draft.words.push_back(WordAt(column, all, ordinal));
    }
    return;
  }
  // Class 1 is every ordinal that no literal names; ordinals that mean the same share a class.
  draft.words.push_back(WordAt(column, all, lookup::kOrdinalNone));
  std::map<std::uint64_t, std::uint32_t> classes{{draft.words.back(), lookup::kOrdinalNone}};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const std::uint32_t ordinal : UsedOrdinals(column)) {
    const std::uint64_t word = WordAt(column, all, ordinal);
    const auto [found, fresh] = classes.try_emplace(word, Size32(classes.size() + 1));
    if (fresh) draft.words.push_back(word);
    if (found->second != lookup::kOrdinalNone) pairs.emplace_back(ordinal, found->second);
  }
  draft.lookup = AddPairs(pairs);
}

void LeafBuilder::DraftInterval(const Column& column, std::uint64_t all, Draft& draft) {
  std::vector<std::int64_t> cuts;
  for (const auto& [term, code] : column.uses) {
    for (const auto& [low, high] : literals_[code / 2].ranges) {
      if (low != INT64_MIN) cuts.push_back(low);
      if (high != INT64_MAX) cuts.push_back(high + 1);
    }
  }
  cuts = lookup::BuildIntervalCuts(std::move(cuts));
  draft.words.push_back(WordAt(column, all, INT64_MIN));
  for (const std::int64_t cut : cuts) draft.words.push_back(WordAt(column, all, cut));
  draft.lookup = cuts_.Add(cuts);
}

LeafBuilder::Draft LeafBuilder::DraftRow(const Column& column, std::uint64_t all, bool counts_doubt) {
  Draft draft;
  const std::uint64_t unmentioned = all & ~column.mentions;
  draft.words = {unmentioned, counts_doubt ? all : unmentioned};
  switch (column.mode) {
    case RowMode::kDense:
    case RowMode::kSparse:
      DraftOrdinals(column, all, draft, column.mode == RowMode::kDense);
      break;
    case RowMode::kInterval:
      DraftInterval(column, all, draft);
      break;
    case RowMode::kMember:
      draft.lookup = {column.member, 0};
      draft.words.push_back(WordAt(column, all, 0));
      draft.words.push_back(WordAt(column, all, 1));
      break;
  }
  return draft;
}

LeafBuilder::Placed LeafBuilder::Build(std::span<const IndexTerm> terms, bool counts_doubt) {
  WARD_CHECK(!terms.empty() && terms.size() <= kLeafTermsMax);
  const auto [known, fresh] = known_.try_emplace(KeyOf(terms, counts_doubt));
  if (!fresh) return known->second;
  const std::uint64_t all = ~std::uint64_t{0} >> (kLeafTermsMax - terms.size());
  std::uint64_t certain = all;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Term& literals = terms[i].literals;
    if (!literals.empty() && literals.front() == kDoubtLiteral) certain &= ~(std::uint64_t{1} << i);
  }
  std::vector<bytecode::Row> rows;
  std::vector<std::uint64_t> words;
  std::uint32_t dense = 0;
  for (const Column& column : Columns(terms)) {
    const Draft draft = DraftRow(column, all, counts_doubt);
    if (dense == rows.size() && column.mode == RowMode::kDense && code_.Steps(column.slot).count() == 0) ++dense;
    rows.emplace_back(column.slot, Size32(draft.words.size() - 1), Size32(words.size() + 1), draft.lookup.first(),
                      draft.lookup.count(), static_cast<std::uint32_t>(column.mode));
    words.insert(words.end(), draft.words.begin(), draft.words.end());
  }
  const bytecode::Range row_range = rows_.Add(rows);
  const bytecode::Leaf leaf(all, certain, row_range, dense, Size32(words.size()));
  std::string shape;
  AppendBytes(shape, all);
  AppendBytes(shape, certain);
  AppendBytes(shape, row_range);
  AppendBytes(shape, dense);
  const auto [number, new_shape] = shapes_.try_emplace(shape, Size32(leaves_.size()));
  if (new_shape) leaves_.push_back(leaf);
  known->second = {bytecode::LeafNode(number->second), words_.Add(words).first()};
  return known->second;
}

}  // namespace ward::codegen
