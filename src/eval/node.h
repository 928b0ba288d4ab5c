// eval: one visit of one node of the index.
//
// A leaf decides up to 64 terms at once: one word a row, looked up by the class of the row's slot, AND-ed. `possible`
// keeps the terms of which no test is false, `certain` those of which every test is true. The word before class 0 of a
// row has the terms that stay certain while that slot is in doubt. A branch says where to go on.
// Everything here trusts the verifier: rows are as long as their slot has classes. No branch depends on the data but
// for the early end of a leaf that has nothing left.
#ifndef WARD_SRC_EVAL_NODE_H_
#define WARD_SRC_EVAL_NODE_H_

#include <cstdint>
#include <span>

#include "bytecode/image.h"
#include "eval/slots.h"
#include "lookup/interval_cuts.h"

namespace ward::eval {

// The value beside `ordinal` in open-addressed pairs; 0 if it is not there. Requires: a free pair (ordinal 0).
[[nodiscard]] inline std::uint32_t FindSparse(std::span<const std::uint32_t> pairs, std::uint32_t ordinal) {
  const std::size_t mask = pairs.size() / 2 - 1;
  for (std::size_t i = bytecode::SparseStart(ordinal) & mask;; i = (i + 1) & mask) {
    if (pairs[2 * i] == ordinal) return pairs[2 * i + 1];
    if (pairs[2 * i] == 0) return 0;
  }
}

// The class of a row's slot. Rows of kDense are read by the caller, without a switch.
template <SlotClasses T>
[[nodiscard]] std::uint32_t ClassOf(const bytecode::Image& image, const bytecode::Row& row, T& classes) {
  switch (static_cast<bytecode::RowMode>(row.mode())) {
    case bytecode::RowMode::kDense:
      return classes.Ordinal(row.slot());
    case bytecode::RowMode::kSparse: {
      const std::uint32_t ordinal = classes.Ordinal(row.slot());
      if (ordinal < lookup::kOrdinalFirst) return ordinal;
      const std::uint32_t found = FindSparse(image.keys.subspan(row.first(), 2 * std::size_t{row.count()}), ordinal);
      return found == 0 ? lookup::kOrdinalNone : found;
    }
    case bytecode::RowMode::kInterval: {
      const Reading reading = classes.Number(row.slot());
      if (!reading.present) return lookup::kOrdinalDoubt;
      return lookup::IntervalCuts(image.cuts.subspan(row.first(), row.count())).ClassOf(reading.number);
    }
    case bytecode::RowMode::kMember:
      return classes.Member(row.slot(), row.first());
  }
  return lookup::kOrdinalDoubt;
}

struct LeafMasks {
  std::uint64_t possible = 0;
  std::uint64_t certain = 0;
};

// Both masks; for kinds that count doubt.
template <SlotClasses T>
[[nodiscard]] LeafMasks VisitLeaf(const bytecode::Image& image, const bytecode::Leaf& leaf, std::uint32_t words,
                                  T& classes) {
  LeafMasks masks{leaf.all(), leaf.certain()};
  const std::uint64_t* block = image.words.data() + words;
  const std::span<const bytecode::Row> rows = Slice(image.rows, leaf.rows());
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t slot_class =
        i < leaf.dense() ? classes.Ordinal(rows[i].slot()) : ClassOf(image, rows[i], classes);
    const std::uint64_t* row = block + rows[i].words();
    masks.possible &= row[slot_class];
    masks.certain &= slot_class == 0 ? row[-1] : row[slot_class];
    if (masks.possible == 0) break;
  }
  masks.certain &= masks.possible;
  return masks;
}

// The certain terms only; for kinds where doubt counts as false (class 0 of their rows says so already).
template <SlotClasses T>
[[nodiscard]] std::uint64_t VisitCertainLeaf(const bytecode::Image& image, const bytecode::Leaf& leaf,
                                             std::uint32_t words, T& classes) {
  std::uint64_t mask = leaf.certain();
  const std::uint64_t* block = image.words.data() + words;
  const std::span<const bytecode::Row> rows = Slice(image.rows, leaf.rows());
  std::uint32_t i = 0;
  for (; i < leaf.dense(); ++i) mask &= block[rows[i].words() + classes.Ordinal(rows[i].slot())];
  for (; i < rows.size() && mask != 0; ++i) mask &= block[rows[i].words() + ClassOf(image, rows[i], classes)];
  return mask;
}

// The child of a split for an ordinal >= 1, or nothing.
[[nodiscard]] inline const bytecode::Child* SplitChild(const bytecode::Image& image, const bytecode::Branch& split,
                                                       std::uint32_t ordinal) {
  std::uint32_t number = ordinal;
  if (split.keys().count() != 0) {
    const std::uint32_t found =
        FindSparse(image.keys.subspan(split.keys().first(), 2 * std::size_t{split.keys().count()}), ordinal);
    if (found == 0) return nullptr;
    number = found - 1;
  }
  if (number >= split.children().count()) return nullptr;
  const bytecode::Child& child = image.children[split.children().first() + number];
  return child.node() == bytecode::kNoNode ? nullptr : &child;
}

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_NODE_H_
