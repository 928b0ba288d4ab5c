#include "data/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/budgets.h"
#include "border/convert.h"
#include "lookup/string_domain.h"

namespace ward::data {
namespace {

using border::Cell;

constexpr std::string_view kParentsColumn = "parents";

border::ValueSpec SpecOf(const bytecode::Image& image, const bytecode::Column& column, const TextForms& forms) {
  border::ValueSpec spec;
  if ((column.flags() & bytecode::kColumnPathForm) != 0) spec.normal_form = forms.path;
  if ((column.flags() & bytecode::kColumnHostForm) != 0) spec.normal_form = forms.host;
  spec.type = static_cast<ValueType>(column.type());
  spec.max_bytes = column.max_bytes();
  if (column.enumeration() != bytecode::kNone) {
    spec.domain = &image.domain_views[image.enums[column.enumeration()].domain()];
  }
  return spec;
}

// Enough for a copy of every text and whatever a cell makes of it: a member of a set has at least one byte and one
// separator; a normal form is never longer than its text, but wants some room to be made in.
std::size_t MemoryFor(std::span<const TextRow> rows) {
  std::size_t bytes = border::kNormalFormBytesMin;
  for (const TextRow row : rows) {
    for (const std::string& cell : row) {
      bytes += cell.size() + (cell.size() / 2 + 2) * sizeof(std::string_view) + sizeof(base::Cidr);
    }
  }
  return bytes;
}

std::string_view Copy(std::string_view text, border::Scratch& memory) {
  const std::span<char> place = memory.TakeBytes(text.size());
  std::copy(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(place.size()), place.begin());
  return {place.data(), place.size()};
}

Error AboutCell(std::size_t row, std::string_view column, std::string_view what) {
  return {ErrorCode::kInvalidArgument, fmt::format("row {}, column `{}`: {}", row + 1, column, what)};
}

}  // namespace

Result<Table> Table::FromImage(const bytecode::Image& image, const Constants& constants, std::uint32_t number) {
  const bytecode::Table& schema = image.tables[number];
  Table table(0);
  table.width_ = schema.columns().count();
  table.loaded_ = (schema.flags() & bytecode::kTableLive) == 0;
  if (!table.loaded_) return table;
  const std::size_t count = table.width_ * schema.rows();
  table.cells_.reserve(count);
  for (const std::uint32_t constant : image.cells.subspan(schema.cells(), count)) {
    table.cells_.push_back(constant == bytecode::kNone ? Cell{} : constants.cell(constant));
  }
  const Result<void> indexed = table.Index(image, schema);
  if (!indexed) {
    return Error{ErrorCode::kCorrupt,
                 fmt::format("table `{}`: {}", image.TextOf(schema.name()), indexed.error().message)};
  }
  return table;
}

Result<Table> Table::FromText(const bytecode::Image& image, std::uint32_t number, std::span<const TextRow> rows,
                              const TextForms& forms) {
  const bytecode::Table& schema = image.tables[number];
  const std::span<const bytecode::Column> columns = Slice(image.columns, schema.columns());
  if (rows.size() > base::budget::kTableRowCountMax) {
    return Error{ErrorCode::kTooLarge,
                 fmt::format("{} rows, at most {}", rows.size(), base::budget::kTableRowCountMax)};
  }
  std::vector<border::ValueSpec> specs;
  for (const bytecode::Column& column : columns) specs.push_back(SpecOf(image, column, forms));
  Table table(MemoryFor(rows));
  table.width_ = columns.size();
  table.loaded_ = true;
  table.cells_.reserve(rows.size() * columns.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].size() != columns.size()) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("row {} has {} cells, the table {} columns", row + 1, rows[row].size(), columns.size())};
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string& text = rows[row][i];
      Cell cell;
      if (!text.empty()) {
        cell = border::FromCellText(specs[i], Copy(text, table.memory_), table.memory_);
        if (!cell.present()) {
          return AboutCell(row, image.TextOf(columns[i].name()), fmt::format("`{}` is not of the column's type", text));
        }
      } else if (columns[i].key() != 0) {
        return AboutCell(row, image.TextOf(columns[i].name()), "a key cannot be empty");
      }
      table.cells_.push_back(cell);
    }
  }
  WARD_RETURN_IF_ERROR(table.Index(image, schema));
  return table;
}

Result<void> Table::Index(const bytecode::Image& image, const bytecode::Table& schema) {
  const std::span<const bytecode::Column> columns = Slice(image.columns, schema.columns());
  std::vector<ValueType> types;
  for (std::size_t i = 0; i < schema.keys(); ++i) types.push_back(static_cast<ValueType>(columns[i].type()));
  for (std::size_t row = 0; row < row_count(); ++row) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (!cells_[row * width_ + i].present())
        return AboutCell(row, image.TextOf(columns[i].name()), "a key cannot be empty");
    }
  }
  WARD_ASSIGN_OR_RETURN(keys_, KeyIndex::Build(types, cells_, width_));
  if ((schema.flags() & bytecode::kTableTree) == 0) return {};
  const auto parents = std::find_if(columns.begin(), columns.end(), [&image](const bytecode::Column& column) {
    return image.TextOf(column.name()) == kParentsColumn &&
           static_cast<ValueType>(column.type()) == ValueType::kStringSet;
  });
  if (parents == columns.end() || types.size() != 1 || types.front() != ValueType::kString) {
    return Error{ErrorCode::kInvalidArgument, "a tree needs one string key and a column `parents` of strings"};
  }
  const auto parents_at = static_cast<std::size_t>(parents - columns.begin());
  std::vector<TreeRow> rows;
  for (std::size_t row = 0; row < row_count(); ++row) {
    const Cell& cell = cells_[row * width_ + parents_at];
    rows.push_back(
        {cells_[row * width_].text(), cell.present() ? cell.string_set() : std::span<const std::string_view>()});
  }
  WARD_ASSIGN_OR_RETURN(tree_, Tree::Build(rows));
  return {};
}

}  // namespace ward::data
