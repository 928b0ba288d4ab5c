#include "compile/live_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/set_text.h"
#include "bundle/data_table.h"

namespace ward::compile {
namespace {

using diag::Diagnostic;
using diag::Kind;

std::string CellText(const bundle::Cell& cell) {
  if (cell.kind != bundle::Cell::Kind::kList) return std::string(cell.text);
  std::vector<std::string> members;
  for (const bundle::Cell& item : cell.items) members.emplace_back(item.text);
  return base::SetText(members);
}

class RowReader {
 public:
  RowReader(const semantic::Table& written, const ir::Table& lowered, diag::Sink& sink)
      : lowered_(lowered), sink_(sink) {
    for (const semantic::Column& column : written.columns) names_.push_back(column.name);
  }

  std::vector<std::vector<std::string>> Read(bundle::DataTable& table) {
    bundle::ApplyHeader(table, names_);
    std::vector<std::vector<std::string>> rows;
    for (const bundle::Row& row : table.rows) {
      if (!row.named && row.cells.size() != names_.size()) {
        sink_.Report(Diagnostic(Kind::kBadDataFile, row.span,
                                fmt::format("this row has {} cells, table `{}` has {} columns", row.cells.size(),
                                            lowered_.name, names_.size())));
        continue;
      }
      std::vector<std::string> cells(names_.size());
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const std::string_view name = row.named ? row.cells[i].column : names_[i];
        const auto at = std::find_if(lowered_.columns.begin(), lowered_.columns.end(),
                                     [name](const ir::Column& column) { return column.name == name; });
        if (at == lowered_.columns.end()) {
          sink_.Report(Diagnostic(Kind::kBadDataFile, row.cells[i].column_span,
                                  fmt::format("table `{}` has no column `{}`", lowered_.name, name)));
          continue;
        }
        cells[static_cast<std::size_t>(at - lowered_.columns.begin())] = CellText(row.cells[i]);
      }
      rows.push_back(std::move(cells));
    }
    return rows;
  }

 private:
  const ir::Table& lowered_;
  diag::Sink& sink_;
  std::vector<std::string_view> names_;  // as written
};

}  // namespace

std::vector<LiveTableData> ReadLiveTables(const bundle::FileSet& files, CheckedBundle& checked,
                                          const ir::Program& lowered) {
  std::vector<LiveTableData> tables;
  for (const bundle::LiveTableFile& entry : checked.bundle.manifest.tables) {
    const auto at = std::find_if(lowered.tables.begin(), lowered.tables.end(),
                                 [&](const ir::Table& table) { return table.name == entry.table; });
    if (at == lowered.tables.end()) continue;  // reported by semantic
    const std::string_view name = entry.file;
    const bundle::DataFiles read = bundle::ReadDataFiles(files, std::span(&name, 1), checked.sources);
    const bundle::DataFile& file = read.begin()->second;
    if (!file.file.has_value()) {
      checked.sink.Report(Diagnostic(Kind::kBadDataFile, entry.file_span, file.reason));
      continue;
    }
    bundle::DataTable table = bundle::ReadDataTable(checked.sources, file.file, checked.sink);
    const auto index = static_cast<std::size_t>(at - lowered.tables.begin());
    LiveTableData data{entry.table, entry.file,
                       RowReader(checked.program->tables[index], *at, checked.sink).Read(table)};
    tables.push_back(std::move(data));
  }
  return tables;
}

}  // namespace ward::compile
