#include "bundle/data_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/budgets.h"
#include "base/utf8.h"
#include "bundle/json_tree.h"

namespace ward::bundle {
namespace {

using diag::Diagnostic;
using diag::Kind;

class CsvReader {
 public:
  CsvReader(std::string_view text, base::FileId file, DataTable& table, diag::Sink& sink)
      : text_(text), file_(file), table_(table), sink_(sink) {}

  void Read() {
    if (const auto bad = base::FirstInvalidUtf8(text_)) {
      Fail(*bad, *bad + 1, "this is not UTF-8");
      return;
    }
    while (at_ < text_.size()) {
      const std::size_t begin = at_;
      if (AtLineEnd()) {
        SkipLineEnd();
        continue;
      }
      Row row;
      if (!ReadRow(row)) return;
      row.span = Range(begin, at_);
      SkipLineEnd();
      table_.rows.push_back(std::move(row));
      if (table_.rows.size() > base::budget::kTableRowCountMax) {
        Fail(begin, begin, fmt::format("more than {} rows", base::budget::kTableRowCountMax));
        return;
      }
    }
  }

 private:
  void Fail(std::size_t begin, std::size_t end, std::string message) {
    sink_.Report(Diagnostic(Kind::kBadDataFile, Range(begin, end), std::move(message)));
  }

  base::Span Range(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  bool AtLineEnd() const {
    return text_[at_] == '\n' || (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }

  void SkipLineEnd() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  }

  bool ReadRow(Row& row) {
    while (true) {
      Cell& cell = row.cells.emplace_back();
      const bool good = at_ < text_.size() && text_[at_] == '"' ? ReadQuoted(cell) : ReadBare(cell);
      if (!good) return false;
      if (at_ == text_.size() || text_[at_] != ',') return true;
      ++at_;
    }
  }

  bool ReadBare(Cell& cell) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') {
      if (text_[at_] == '"') {
        Fail(at_, at_ + 1, "a cell with a quote in it is quoted as a whole, and the quote doubled");
        return false;
      }
      ++at_;
    }
    std::size_t end = at_;
    if (end > begin && text_[end - 1] == '\r' && at_ < text_.size() && text_[at_] == '\n') --end;
    while (end > begin && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    std::size_t first = begin;
    while (first < end && (text_[first] == ' ' || text_[first] == '\t')) ++first;
    cell.text = text_.substr(first, end - first);
    cell.kind = cell.text.empty() ? Cell::Kind::kEmpty : Cell::Kind::kText;
    cell.span = Range(first, end);
    return true;
  }

  bool ReadQuoted(Cell& cell) {
    const std::size_t begin = at_++;
    std::string text;
    bool doubled = false;
    std::size_t piece = at_;
    while (at_ < text_.size()) {
      if (text_[at_] != '"') {
        ++at_;
        continue;
      }
      text.append(text_.substr(piece, at_ - piece));
      ++at_;
      if (at_ == text_.size() || text_[at_] != '"') {
        cell.text = doubled ? std::string_view(table_.unescaped.emplace_back(std::move(text)))
                            : text_.substr(begin + 1, at_ - begin - 2);
        cell.kind = Cell::Kind::kText;
        cell.span = Range(begin, at_);
        return AfterQuoted();
      }
      doubled = true;
      piece = at_++;
    }
    Fail(begin, begin + 1, "this quoted cell has no end");
    return false;
  }

  bool AfterQuoted() {
    if (at_ == text_.size() || text_[at_] == ',' || AtLineEnd()) return true;
    Fail(at_, at_ + 1, "after a quoted cell comes a comma or the end of the line");
    return false;
  }

  std::string_view text_;
  base::FileId file_;
  DataTable& table_;
  diag::Sink& sink_;
  std::size_t at_ = 0;
};

Cell CellOf(const JsonValue& value, diag::Sink& sink) {
  Cell cell;
  cell.span = value.span;
  cell.text = value.text;
  switch (value.kind) {
    case JsonValue::Kind::kNull:
      cell.text = {};
      break;
    case JsonValue::Kind::kBool:
      cell.kind = Cell::Kind::kBool;
      break;
    case JsonValue::Kind::kNumber:
      cell.kind = Cell::Kind::kNumber;
      break;
    case JsonValue::Kind::kString:
      cell.kind = Cell::Kind::kText;
      break;
    case JsonValue::Kind::kArray:
      cell.kind = Cell::Kind::kList;
      for (const JsonValue& item : value.items) cell.items.push_back(CellOf(item, sink));
      break;
    case JsonValue::Kind::kObject:
      sink.Report(Diagnostic(Kind::kBadDataFile, value.span, "a cell holds no object"));
      break;
  }
  cell.column = value.name;
  cell.column_span = value.name_span;
  return cell;
}

void ReadJsonRows(const base::SourceMap& sources, base::FileId file, DataTable& table, diag::Sink& sink) {
  const std::optional<JsonValue> root = ReadJson(sources, file, table.unescaped, sink);
  if (!root.has_value()) return;
  if (root->kind != JsonValue::Kind::kArray) {
    sink.Report(Diagnostic(Kind::kBadDataFile, root->span, "a table's file is an array of rows"));
    return;
  }
  if (root->items.size() > base::budget::kTableRowCountMax) {
    sink.Report(
        Diagnostic(Kind::kBadDataFile, root->span, fmt::format("more than {} rows", base::budget::kTableRowCountMax)));
    return;
  }
  for (const JsonValue& item : root->items) {
    if (item.kind != JsonValue::Kind::kArray && item.kind != JsonValue::Kind::kObject) {
      sink.Report(Diagnostic(Kind::kBadDataFile, item.span, "a row is an array of cells or an object by column name"));
      continue;
    }
    Row& row = table.rows.emplace_back();
    row.span = item.span;
    row.named = item.kind == JsonValue::Kind::kObject;
    for (const JsonValue& value : item.items) row.cells.push_back(CellOf(value, sink));
  }
}

const JsonValue* Member(const JsonValue& object, std::string_view name) {
  for (const JsonValue& member : object.items) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

void AddJsonPrefix(const JsonValue& entry, PrefixList& list, diag::Sink& sink) {
  constexpr std::array<std::string_view, 4> kMembers{"ip_prefix", "ipv6_prefix", "ipv4Prefix", "ipv6Prefix"};
  if (entry.kind == JsonValue::Kind::kString) {
    list.prefixes.push_back({entry.span, entry.text});
    return;
  }
  bool found = false;
  for (const std::string_view name : kMembers) {
    const JsonValue* member = entry.kind == JsonValue::Kind::kObject ? Member(entry, name) : nullptr;
    if (member == nullptr || member->kind != JsonValue::Kind::kString) continue;
    list.prefixes.push_back({member->span, member->text});
    found = true;
  }
  if (!found) sink.Report(Diagnostic(Kind::kBadDataFile, entry.span, "this is no network, such as \"10.0.0.0/8\""));
}

void ReadJsonPrefixes(const base::SourceMap& sources, base::FileId file, PrefixList& list, diag::Sink& sink) {
  const std::optional<JsonValue> root = ReadJson(sources, file, list.unescaped, sink);
  if (!root.has_value()) return;
  if (root->kind == JsonValue::Kind::kArray) {
    for (const JsonValue& entry : root->items) AddJsonPrefix(entry, list, sink);
    return;
  }
  bool found = false;
  if (root->kind == JsonValue::Kind::kObject) {
    // Amazon publishes IPv4 and IPv6 in two arrays of one object.
    for (const JsonValue& member : root->items) {
      if (member.kind != JsonValue::Kind::kArray) continue;
      if (member.name != "prefixes" && member.name != "ipv6_prefixes" && member.name != "networks") continue;
      found = true;
      for (const JsonValue& entry : member.items) AddJsonPrefix(entry, list, sink);
    }
  }
  if (!found) {
    sink.Report(Diagnostic(Kind::kBadDataFile, root->span,
                           "a file of networks is an array, or an object with an array `prefixes`"));
  }
}

bool EndsWith(const base::SourceMap& sources, base::FileId file, std::string_view ending) {
  return sources.file(file).name().ends_with(ending);
}

void ReportEnding(base::FileId file, diag::Sink& sink) {
  sink.Report(Diagnostic(Kind::kBadDataFile, base::Span{file, 0, 0}, "a data file ends in `.csv` or `.json`"));
}

}  // namespace

DataTable ReadDataTable(const base::SourceMap& sources, base::FileId file, diag::Sink& sink) {
  DataTable table;
  if (EndsWith(sources, file, ".csv")) {
    CsvReader(sources.file(file).text(), file, table, sink).Read();
  } else if (EndsWith(sources, file, ".json")) {
    ReadJsonRows(sources, file, table, sink);
  } else {
    ReportEnding(file, sink);
  }
  return table;
}

void ApplyHeader(DataTable& table, std::span<const std::string_view> columns) {
  if (table.rows.empty() || table.rows[0].named || table.rows[0].cells.size() != columns.size()) return;
  const Row header = table.rows[0];
  for (const std::string_view column : columns) {
    const auto names_it = [column](const Cell& cell) { return cell.text == column; };
    if (std::count_if(header.cells.begin(), header.cells.end(), names_it) != 1) return;
  }
  table.rows.erase(table.rows.begin());
  for (Row& row : table.rows) {
    if (row.cells.size() != columns.size()) continue;  // who types the cells reports it
    row.named = true;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      row.cells[i].column = header.cells[i].text;
      row.cells[i].column_span = header.cells[i].span;
    }
  }
}

PrefixList ReadPrefixList(const base::SourceMap& sources, base::FileId file, diag::Sink& sink) {
  PrefixList list;
  if (EndsWith(sources, file, ".json")) {
    ReadJsonPrefixes(sources, file, list, sink);
  } else if (EndsWith(sources, file, ".csv")) {
    DataTable table;
    CsvReader(sources.file(file).text(), file, table, sink).Read();
    for (const Row& row : table.rows) list.prefixes.push_back({row.cells[0].span, row.cells[0].text});
    list.unescaped = std::move(table.unescaped);
  } else {
    ReportEnding(file, sink);
  }
  return list;
}

}  // namespace ward::bundle
