// lookup: which interval between sorted numbers a number lies in.
//
// n cuts make n + 1 classes: class 1 is below the first cut, class k + 1 begins at (and contains) cut k. Class 0 is
// kept for doubt and never returned. Works in place over the cuts of a bytecode. Thread-safe: immutable.
// Cost: log2(n + 1) steps whose number depends on n alone; no branch depends on the number looked up. Any content is
// safe to search; Verify finds cuts that are out of order, because they would make classes that nothing reaches.
#ifndef WARD_SRC_LOOKUP_INTERVAL_CUTS_H_
#define WARD_SRC_LOOKUP_INTERVAL_CUTS_H_

#include <ward/error.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ward::lookup {

class IntervalCuts {
 public:
  // No cuts: every number is class 1.
  IntervalCuts() = default;
  explicit IntervalCuts(std::span<const std::int64_t> cuts) : cuts_(cuts) {}

  // 1 + the number of cuts that are <= value.
  [[nodiscard]] std::uint32_t ClassOf(std::int64_t value) const {
    const std::int64_t* first = cuts_.data();
    std::size_t left = cuts_.size();
    while (left > 0) {
      const std::size_t half = (left + 1) / 2;
      first += first[half - 1] <= value ? half : 0;
      left -= half;
    }
    return 1 + static_cast<std::uint32_t>(first - cuts_.data());
  }

  // Classes 0 (doubt) .. class_count() - 1.
  [[nodiscard]] std::uint32_t class_count() const { return static_cast<std::uint32_t>(cuts_.size()) + 2; }

  // kCorrupt unless the cuts are strictly ascending.
  [[nodiscard]] Result<void> Verify() const;

 private:
  std::span<const std::int64_t> cuts_;
};

// The cuts in order, each once.
[[nodiscard]] std::vector<std::int64_t> BuildIntervalCuts(std::vector<std::int64_t> cuts);

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_INTERVAL_CUTS_H_
