// bundle: the rows of a data file, CSV or JSON, as text with places. What a cell means is for its column's type to say.
//
// CSV (RFC 4180): cells in the order of the columns, or as a first line of exactly the columns' names says; `"a ""b"""`
// quoted, LF or CR LF, an empty line is no row. JSON: an array of rows; a row is an array of cells in the order of the columns, or an object by column name. A
// cell is a string, number, boolean, null (empty), or an array of strings (a set).
// Ownership: texts point into the source text, or into the table where escapes were resolved; both must outlive them.
// Errors go to the sink as kBadDataFile with the smallest place; rows that could be read are returned all the same.
#ifndef WARD_SRC_BUNDLE_DATA_TABLE_H_
#define WARD_SRC_BUNDLE_DATA_TABLE_H_

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "diag/sink.h"

namespace ward::bundle {

struct Cell {
  enum class Kind : std::uint8_t { kEmpty, kText, kNumber, kBool, kList };
  Kind kind = Kind::kEmpty;
  base::Span span;
  std::string_view text;    // kText, kNumber, kBool; of CSV always kText
  std::vector<Cell> items;  // kList
  std::string_view column;  // the member's name in a JSON object; empty: by position
  base::Span column_span;
};

struct Row {
  base::Span span;
  bool named = false;  // a JSON object
  std::vector<Cell> cells;
};

struct DataTable {
  std::vector<Row> rows;
  std::deque<std::string> unescaped;
};

// By the ending of the file's name: `.csv` or `.json`; any other is reported.
[[nodiscard]] DataTable ReadDataTable(const base::SourceMap& sources, base::FileId file, diag::Sink& sink);

// If the first row is a header, that is each of `columns` once: drops it and names the cells of the others by it.
// Requires: `columns` outlive the table.
void ApplyHeader(DataTable& table, std::span<const std::string_view> columns);

// A list of prefixes, for `networks from "x.json"`: an array of strings, or an object with such arrays as members
// `prefixes`, `ipv6_prefixes`, `networks`; entries may be objects with a member `ip_prefix`, `ipv6_prefix`,
// `ipv4Prefix` or `ipv6Prefix`, as cloud providers publish them. CSV: the first cell of each row.
struct PrefixText {
  base::Span span;
  std::string_view text;
};
struct PrefixList {
  std::vector<PrefixText> prefixes;
  std::deque<std::string> unescaped;
};
[[nodiscard]] PrefixList ReadPrefixList(const base::SourceMap& sources, base::FileId file, diag::Sink& sink);

}  // namespace ward::bundle

#endif  // WARD_SRC_BUNDLE_DATA_TABLE_H_
