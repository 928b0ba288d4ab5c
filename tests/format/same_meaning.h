// tests: what the formatter must not change: the tree of a file, its comments, and what it compiles to.
#ifndef WARD_TESTS_FORMAT_SAME_MEANING_H_
#define WARD_TESTS_FORMAT_SAME_MEANING_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ward::formatting {

struct Reading {
  bool ok = false;                    // parsed without errors
  std::string tree;                   // the dump in normal form, without comments
  std::vector<std::string> comments;  // their texts, sorted
};

// In the tree's normal form `not x is y` is `x is not y`, and lists whose order means nothing are sorted by bytes. Knows
// nothing of the formatter; it works on the text of the dump.
[[nodiscard]] Reading Read(std::string text);
[[nodiscard]] std::string NormalForm(std::string_view dump);

// Compiled bytecode without what depends on how the source is laid out: all that decides byte by byte (code, index,
// domains, zones, routes), and the rest as `ward dump` shows it, but no digest, no size, no lines and columns, and no
// words of tests. Requires: bytecode of this version.
[[nodiscard]] std::string WithoutPlaces(std::span<const std::byte> bytecode);

}  // namespace ward::formatting

#endif  // WARD_TESTS_FORMAT_SAME_MEANING_H_
