// data: which row of a table has a key.
//
// One key column of a prefix type: longest prefix (lookup/prefix_table). Any other key, of one or several columns: open
// addressing by the hash of the parts; a hit is always compared part by part. Immutable once built, thread-safe.
// Cost of Find: one probe on average, no allocation.
#ifndef WARD_SRC_DATA_KEY_INDEX_H_
#define WARD_SRC_DATA_KEY_INDEX_H_

#include <ward/error.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "border/cell.h"
#include "lookup/prefix_table.h"
#include "ward/schema.h"

namespace ward::data {

class KeyIndex {
 public:
  KeyIndex() = default;
  // `cells`: row by row, `width` cells each, the key first. Borrows them. A key that comes twice is kInvalidArgument,
  // and so is a prefix as one of several key columns: which row is longest would not be defined.
  static Result<KeyIndex> Build(std::span<const ValueType> key_types, std::span<const border::Cell> cells,
                                std::size_t width);

  // Requires: one present cell a key column, of its type; an address where the column is a prefix.
  [[nodiscard]] std::optional<std::uint32_t> Find(std::span<const border::Cell> key) const;

 private:
  [[nodiscard]] std::uint64_t Hash(std::span<const border::Cell> key) const;
  [[nodiscard]] bool Same(std::uint32_t row, std::span<const border::Cell> key) const;
  Result<void> BuildPrefixes(std::size_t rows);
  Result<void> BuildHash(std::size_t rows);

  std::vector<ValueType> types_;
  std::span<const border::Cell> cells_;
  std::size_t width_ = 1;
  std::vector<std::uint32_t> places_;  // row + 1, 0 = free; a power of two, at most half full
  lookup::PrefixTableData prefixes_;
  bool by_prefix_ = false;
};

}  // namespace ward::data

#endif  // WARD_SRC_DATA_KEY_INDEX_H_
