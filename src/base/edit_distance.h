// base: which known name did the author mean?
//
// Source: optimal string alignment (Damerau-Levenshtein without edits inside a swapped pair), on
// bytes.
#ifndef WARD_SRC_BASE_EDIT_DISTANCE_H_
#define WARD_SRC_BASE_EDIT_DISTANCE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace ward::base {

// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`; nothing if
// more than `cutoff`. O(|a| * cutoff) time.
[[nodiscard]] std::optional<std::size_t> EditDistance(std::string_view a, std::string_view b, std::size_t cutoff);

// The candidate nearest to `wanted`, if one is near enough to be a slip of the finger (a third of
// its length, at least 1, at most 3 edits). Of equally near ones the first in byte order, whatever
// the order of the candidates. `wanted` itself is no candidate.
[[nodiscard]] std::optional<std::string_view> NearestName(std::string_view wanted,
                                                          std::span<const std::string_view> candidates);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_EDIT_DISTANCE_H_
