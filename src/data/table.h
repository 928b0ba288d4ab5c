// data: one table of a bundle, static or live: its rows as cells, its key, its tree.
//
// A live table that nobody loaded has no rows and says so: then every look at it is a doubt. Cells of a static table
// borrow from the image and its Constants, those of a live one from the Table itself; enum values are those of the
// image it was typed against. Immutable once made, so any thread may read it; moving it keeps every address.
#ifndef WARD_SRC_DATA_TABLE_H_
#define WARD_SRC_DATA_TABLE_H_

#include <ward/error.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "border/cell.h"
#include "border/convert.h"
#include "border/scratch.h"
#include "bytecode/image.h"
#include "data/constants.h"
#include "data/key_index.h"
#include "data/tree.h"

namespace ward::data {

// The cells of a row as text, in the order of the columns; an empty one is missing.
using TextRow = std::span<const std::string>;

// How texts of type `path` and `host` are spelled; null: as they come.
struct TextForms {
  border::NormalForm path = nullptr;
  border::NormalForm host = nullptr;
};

class Table {
 public:
  // The rows that the bytecode holds; of a live table, none, and not loaded. kCorrupt: a key comes twice, or a cycle.
  static Result<Table> FromImage(const bytecode::Image& image, const Constants& constants, std::uint32_t number);
  // A live table with these rows. Keeps no view of them. kInvalidArgument names the row (from 1) and the column whose
  // text is not of its type; kTooLarge beyond budget::kTableRowCountMax.
  static Result<Table> FromText(const bytecode::Image& image, std::uint32_t number, std::span<const TextRow> rows,
                                const TextForms& forms = {});

  [[nodiscard]] bool loaded() const { return loaded_; }
  [[nodiscard]] std::size_t row_count() const { return width_ == 0 ? 0 : cells_.size() / width_; }
  // The row of a key. Requires: one present cell a key column; an address for a prefix.
  [[nodiscard]] std::optional<std::uint32_t> Find(std::span<const border::Cell> key) const { return keys_.Find(key); }
  // Requires: a row from Find, a column of the table.
  [[nodiscard]] const border::Cell& cell(std::uint32_t row, std::uint32_t column) const {
    return cells_[std::size_t{row} * width_ + column];
  }
  [[nodiscard]] const Tree& tree() const { return tree_; }

 private:
  explicit Table(std::size_t memory_bytes) : memory_(memory_bytes) {}
  Result<void> Index(const bytecode::Image& image, const bytecode::Table& table);

  border::Scratch memory_;  // of a live table: texts, addresses, sets
  std::vector<border::Cell> cells_;
  std::size_t width_ = 0;
  bool loaded_ = false;
  KeyIndex keys_;
  Tree tree_;
};

}  // namespace ward::data

#endif  // WARD_SRC_DATA_TABLE_H_
