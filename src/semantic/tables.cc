#include "semantic/tables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/budgets.h"
#include "bundle/data_table.h"
#include "semantic/expressions.h"
#include "semantic/text_values.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::string_view kParents = "parents";

// ---- columns

void ReadColumns(Model& model, std::size_t index) {
  const syntax::TableDecl& decl = *model.table_decls[index];
  Table& table = model.program.tables[index];
  auto& by_name = model.columns[index];
  for (const syntax::TableColumn& column : decl.columns) {
    const auto [it, fresh] = by_name.try_emplace(column.name.text, table.columns.size());
    if (!fresh) {
      model.Report(Diagnostic(Kind::kDuplicateName, column.name.span,
                              fmt::format("two columns are called `{}`", column.name.text))
                       .WithLabel(decl.columns[it->second].name.span, "the first is here"));
      model.bad_tables[index] = true;
    }
    const std::optional<Type> type = ResolveTypeRef(model, column.type);
    if (!type.has_value()) model.bad_tables[index] = true;
    if (type.has_value() && column.key && IsSet(*type)) {
      model.Report(Diagnostic(Kind::kBadTable, column.type.span, "a key is one value, not a set"));
      model.bad_tables[index] = true;
    }
    if (column.key) table.keys.push_back(table.columns.size());
    Column typed{model.Keep(column.name.text), {}, column.key};
    if (type.has_value()) typed.type = *type;
    table.columns.push_back(typed);
  }
}

void CheckKeys(Model& model, std::size_t index) {
  const syntax::TableDecl& decl = *model.table_decls[index];
  const Table& table = model.program.tables[index];
  if (table.columns.size() > base::budget::kTableColumnCountMax) {
    model.Report(Diagnostic(Kind::kBudgetExceeded, decl.name.span,
                            fmt::format("a table has at most {} columns", base::budget::kTableColumnCountMax)));
    model.bad_tables[index] = true;
  }
  if (table.keys.size() > base::budget::kTableKeyColumnCountMax) {
    const syntax::TableColumn& first_beyond = decl.columns[table.keys[base::budget::kTableKeyColumnCountMax]];
    model.Report(Diagnostic(Kind::kBudgetExceeded, first_beyond.name.span,
                            fmt::format("a key has at most {} columns", base::budget::kTableKeyColumnCountMax)));
    model.bad_tables[index] = true;
  }
  if (table.keys.empty() && !decl.columns.empty()) {
    const syntax::TableColumn& first = decl.columns.front();
    model.Report(Diagnostic(Kind::kBadTable, decl.name.span, fmt::format("table `{}` has no key column", table.name))
                     .WithFix(fmt::format("make `{}` the key", first.name.text),
                              base::Span{first.type.span.file, first.type.span.end, first.type.span.end}, " key"));
    model.bad_tables[index] = true;
    return;
  }
  for (const std::size_t key : table.keys) {
    if (table.columns[key].type.kind != TypeKind::kCidr || table.keys.size() == 1) continue;
    model.Report(
        Diagnostic(Kind::kBadTable, decl.columns[key].type.span,
                   "a key that is a prefix finds the longest one, so it is the only key")
            .WithHint("in a table of its own let each prefix name a text, such as a region, and make that text "
                      "part of the key here"));
    model.bad_tables[index] = true;
  }
}

void CheckTree(Model& model, std::size_t index) {
  const syntax::TableDecl& decl = *model.table_decls[index];
  const Table& table = model.program.tables[index];
  if (!table.tree) return;
  const auto it = model.columns[index].find(kParents);
  const bool parents =
      it != model.columns[index].end() && table.columns[it->second].type.kind == TypeKind::kSetOfString;
  const bool key = table.keys.size() == 1 && table.columns[table.keys[0]].type.kind == TypeKind::kString;
  if (parents && key) return;
  model.Report(Diagnostic(Kind::kBadTable, *decl.tree,
                          parents ? "a tree has one key, a string" : "a tree has a column `parents: set of string`")
                   .WithHint("as in `| id: string key | parents: set of string |`"));
  model.bad_tables[index] = true;
}

// ---- rows

class RowReader {
 public:
  RowReader(Model& model, std::size_t index)
      : model_(model),
        table_(model.program.tables[index]),
        decl_(*model.table_decls[index]),
        columns_(model.columns[index]),
        scope_(model.scope(table_.policy)) {}

  void ReadInline() {
    for (const syntax::TableRow& row : decl_.rows) {
      if (row.cells.size() != table_.columns.size()) {
        model_.Report(Diagnostic(Kind::kBadTable, row.line.span, CountMessage(row.cells.size()))
                          .WithLabel(decl_.columns_line.span, "the columns"));
        continue;
      }
      std::vector<const Constant*> cells;
      for (std::size_t i = 0; i < row.cells.size(); ++i) cells.push_back(InlineCell(row, i));
      AddRow(std::move(cells), row.line.span);
    }
  }

  void ReadFile() {
    const auto it = model_.input.data.find(decl_.from->text);
    if (it == model_.input.data.end() || !it->second.file.has_value()) {
      model_.Report(Diagnostic(Kind::kBadDataFile, decl_.from->span,
                               it == model_.input.data.end() ? "this file was not read" : it->second.reason)
                        .WithHint("the path is that below the bundle's folder"));
      return;
    }
    bundle::DataTable data = bundle::ReadDataTable(model_.input.sources, it->second.file, model_.sink);
    std::vector<std::string_view> names;
    for (const Column& column : table_.columns) names.push_back(column.name);
    bundle::ApplyHeader(data, names);
    std::size_t errors = 0;
    for (const bundle::Row& row : data.rows) {
      if (!ReadDataRow(row) && ++errors == kErrorsPerFile) {
        model_.Report(Diagnostic(Kind::kBadDataFile, row.span, "and so on: the rest of this file is not looked at"));
        return;
      }
    }
  }

 private:
  // A file with a wrong column is wrong in every row.
  static constexpr std::size_t kErrorsPerFile = 20;

  std::string CountMessage(std::size_t cells) const {
    return fmt::format("this row has {} cell{}, and table `{}` has {} column{}", cells, cells == 1 ? "" : "s",
                       table_.name, table_.columns.size(), table_.columns.size() == 1 ? "" : "s");
  }

  const Constant* InlineCell(const syntax::TableRow& row, std::size_t i) {
    const syntax::Expr* cell = row.cells[i];
    const Type& type = table_.columns[i].type;
    if (cell == nullptr) {
      if (table_.columns[i].key) ReportEmptyKey(row.line.span, i);
      return nullptr;
    }
    ExprChecker checker(model_, ExprContext{&scope_, nullptr, {}, {}, false});
    const Expected expected{type, decl_.columns[i].name.span};
    if (!IsSet(type)) {
      const Constant* constant = checker.ConstantOf(*cell, expected);
      good_ = good_ && constant != nullptr;
      return constant;
    }
    const auto* list = cell->As<syntax::ListLiteral>();
    if (list == nullptr) {
      model_.Report(Diagnostic(Kind::kTypeMismatch, cell->span,
                               fmt::format("`{}` is a set: write `[..]`", table_.columns[i].name)));
      good_ = false;
      return nullptr;
    }
    const Expected element{ElementType(type), decl_.columns[i].name.span};
    std::vector<const Constant*> members;
    for (const syntax::Expr* item : list->elements) {
      const Constant* member = checker.ConstantOf(*item, element);
      if (member != nullptr) members.push_back(member);
      good_ = good_ && member != nullptr;
    }
    return SetOf(model_, type, std::move(members));
  }

  void ReportEmptyKey(base::Span span, std::size_t i) {
    model_.Report(
        Diagnostic(Kind::kBadTable, span, fmt::format("the key `{}` of a row is never empty", table_.columns[i].name)));
    good_ = false;
  }

  bool ReadDataRow(const bundle::Row& row) {
    if (!row.named && row.cells.size() != table_.columns.size()) {
      model_.Report(Diagnostic(Kind::kBadDataFile, row.span, CountMessage(row.cells.size()))
                        .WithLabel(decl_.columns_line.span, "the columns"));
      return false;
    }
    std::vector<const Constant*> cells(table_.columns.size(), nullptr);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const bundle::Cell& cell = row.cells[i];
      const auto it = row.named ? columns_.find(cell.column) : columns_.end();
      if (row.named && it == columns_.end()) return ReportUnknownColumn(cell);
      const std::size_t column = row.named ? it->second : i;
      if (!DataCell(cell, column, cells[column])) return false;
    }
    for (const std::size_t key : table_.keys) {
      if (cells[key] != nullptr) continue;
      model_.Report(Diagnostic(Kind::kBadDataFile, row.span,
                               fmt::format("the key `{}` of a row is never empty", table_.columns[key].name)));
      return false;
    }
    good_ = true;
    return AddRow(std::move(cells), row.span);
  }

  bool ReportUnknownColumn(const bundle::Cell& cell) {
    Diagnostic diagnostic(Kind::kBadDataFile, cell.column_span,
                          fmt::format("table `{}` has no column `{}`", table_.name, cell.column));
    const auto nearest = NearestKey(model_, columns_, cell.column);
    if (nearest.has_value()) diagnostic.hints.push_back(fmt::format("nearest is `{}`", *nearest));
    model_.Report(std::move(diagnostic));
    return false;
  }

  bool DataCell(const bundle::Cell& cell, std::size_t column, const Constant*& target) {
    const Type& type = table_.columns[column].type;
    if (cell.kind == bundle::Cell::Kind::kEmpty) return true;
    if (cell.kind == bundle::Cell::Kind::kList) {
      if (!IsSet(type)) return ReportCell(cell, column, NoValue{"a list stands in a column that is no set", {}});
      std::vector<const Constant*> members;
      for (const bundle::Cell& item : cell.items) {
        if (!IsWrittenAs(item.kind, ElementType(type).kind)) return ReportKind(item, column);
        const auto member = ValueFromText(model_, ElementType(type), item.text);
        if (std::holds_alternative<NoValue>(member)) return ReportCell(item, column, std::get<NoValue>(member));
        members.push_back(std::get<const Constant*>(member));
      }
      target = SetOf(model_, type, std::move(members));
      return true;
    }
    if (!IsWrittenAs(cell.kind, type.kind)) return ReportKind(cell, column);
    const auto value = ValueFromText(model_, type, cell.text);
    if (std::holds_alternative<NoValue>(value)) return ReportCell(cell, column, std::get<NoValue>(value));
    target = std::get<const Constant*>(value);
    return true;
  }

  // What JSON writes without quotes is a number or a truth, and no text: of what type it is, the file says itself.
  static bool IsWrittenAs(bundle::Cell::Kind written, TypeKind kind) {
    switch (written) {
      case bundle::Cell::Kind::kText:
        return true;
      case bundle::Cell::Kind::kNumber:
        return kind == TypeKind::kInt || kind == TypeKind::kSize || kind == TypeKind::kDuration ||
               kind == TypeKind::kTimestamp;
      case bundle::Cell::Kind::kBool:
        return kind == TypeKind::kBool;
      case bundle::Cell::Kind::kEmpty:
      case bundle::Cell::Kind::kList:
        break;
    }
    return false;
  }

  bool ReportKind(const bundle::Cell& cell, std::size_t column) {
    const Type& type = table_.columns[column].type;
    const std::string what = cell.text.empty() ? "this" : fmt::format("`{}`", cell.text);
    return ReportCell(cell, column,
                      NoValue{fmt::format("{} stands without quotes, and is no {}", what,
                                          model_.TypeName(IsSet(type) ? ElementType(type) : type)),
                              {}});
  }

  bool ReportCell(const bundle::Cell& cell, std::size_t column, const NoValue& why) {
    Diagnostic diagnostic(Kind::kBadDataFile, cell.span, why.reason);
    diagnostic.labels.push_back({decl_.columns[column].span, "the column"});
    if (!why.nearest.empty()) diagnostic.hints.push_back(fmt::format("nearest is `{}`", why.nearest));
    model_.Report(std::move(diagnostic));
    return false;
  }

  // The key of a row, in bytes that differ exactly if the keys do.
  std::string KeyOf(const std::vector<const Constant*>& cells) const {
    std::string key;
    for (const std::size_t column : table_.keys) {
      const Constant& c = *cells[column];
      key += fmt::format("{}/{}/{}/{}:", c.number, c.cidr.network.high(), c.cidr.network.low(), c.cidr.length);
      key += fmt::format("{}:", c.text.size());
      key += c.text;
    }
    return key;
  }

  bool AddRow(std::vector<const Constant*> cells, base::Span span) {
    if (!std::exchange(good_, true)) return false;
    const auto [it, fresh] = keys_.try_emplace(KeyOf(cells), span);
    if (!fresh) {
      model_.Report(Diagnostic(decl_.from.has_value() ? Kind::kBadDataFile : Kind::kBadTable, span,
                               fmt::format("two rows of table `{}` have this key", table_.name))
                        .WithLabel(it->second, "the first is here"));
      return false;
    }
    if (keys_.size() > model_.input.bundle.manifest.budget.table_rows) {
      if (keys_.size() == model_.input.bundle.manifest.budget.table_rows + 1) {
        model_.Report(Diagnostic(Kind::kBudgetExceeded, span,
                                 fmt::format("table `{}` has more than {} rows", table_.name, keys_.size() - 1)));
      }
      return false;
    }
    table_.cells.insert(table_.cells.end(), cells.begin(), cells.end());
    return true;
  }

  Model& model_;
  Table& table_;
  const syntax::TableDecl& decl_;
  const std::unordered_map<std::string_view, std::size_t>& columns_;
  const Scope& scope_;
  bool good_ = true;
  std::unordered_map<std::string, base::Span> keys_;
};

// Ancestors are closed at load; a node that is its own ancestor would never end. Iterative: a chain may be long.
void CheckTreeCycle(Model& model, std::size_t index) {
  const Table& table = model.program.tables[index];
  const std::size_t width = table.columns.size();
  const std::size_t parents = model.columns[index].find(kParents)->second;
  std::unordered_map<std::string_view, std::size_t> rows;
  for (std::size_t r = 0; r * width < table.cells.size(); ++r)
    rows.emplace(table.cells[r * width + table.keys[0]]->text, r);
  std::vector<std::uint8_t> state(rows.size(), 0);
  std::vector<std::pair<std::size_t, std::size_t>> path;  // row, next parent
  for (std::size_t start = 0; start < state.size(); ++start) {
    if (state[start] == 0) path.emplace_back(start, 0);
    while (!path.empty()) {
      auto& [row, next] = path.back();
      state[row] = 1;
      const Constant* cell = table.cells[row * width + parents];
      if (cell == nullptr || next == cell->members.size()) {
        state[row] = 2;
        path.pop_back();
        continue;
      }
      const auto it = rows.find(cell->members[next++]->text);
      if (it == rows.end() || state[it->second] == 2) continue;
      if (state[it->second] == 1) {
        model.Report(Diagnostic(Kind::kBadTable, table.span,
                                fmt::format("in tree `{}` the node `{}` is its own ancestor", table.name, it->first)));
        return;
      }
      path.emplace_back(it->second, 0);
    }
  }
}

}  // namespace

void CheckTables(Model& model) {
  for (std::size_t i = 0; i < model.program.tables.size(); ++i) {
    const syntax::TableDecl& decl = *model.table_decls[i];
    Table& table = model.program.tables[i];
    table.live = decl.live.has_value();
    table.tree = decl.tree.has_value();
    if (decl.from.has_value()) table.source_file = model.Keep(decl.from->text);
    ReadColumns(model, i);
    if (!decl.head.broken) CheckKeys(model, i);
    if (!model.bad_tables[i]) CheckTree(model, i);
    if (table.live && (decl.from.has_value() || !decl.rows.empty())) {
      model.Report(Diagnostic(Kind::kBadTable, *decl.live, "a live table gets its rows at run time, and has none here")
                       .WithHint(decl.from.has_value() ? "name the file below `[tables]` of ward.toml, or drop `live`"
                                                       : "drop its rows, or `live`"));
    } else if (decl.from.has_value() && !decl.rows.empty()) {
      model.Report(Diagnostic(Kind::kBadTable, decl.from->span, "a table has its rows here or in a file, not both"));
    }
  }
}

void ReadTableRows(Model& model) {
  for (std::size_t i = 0; i < model.program.tables.size(); ++i) {
    const syntax::TableDecl& decl = *model.table_decls[i];
    if (model.bad_tables[i] || decl.live.has_value()) continue;
    RowReader reader(model, i);
    if (decl.from.has_value()) {
      if (decl.rows.empty()) reader.ReadFile();
    } else {
      reader.ReadInline();
    }
    if (model.program.tables[i].tree && !model.bad_tables[i]) CheckTreeCycle(model, i);
  }
}

void CheckLiveTableFiles(Model& model) {
  for (const bundle::LiveTableFile& entry : model.input.bundle.manifest.tables) {
    const std::size_t dot = entry.table.rfind('.');
    const auto policy =
        dot == std::string::npos ? model.policies.end() : model.policies.find(entry.table.substr(0, dot));
    const NamedThing* thing = nullptr;
    if (policy != model.policies.end()) {
      const NameMap& names = model.scope(policy->second).names;
      const auto it = names.find(std::string_view(entry.table).substr(dot + 1));
      if (it != names.end() && it->second.kind == NameKind::kTable) thing = &it->second;
    }
    if (thing == nullptr) {
      if (model.names_lost) continue;
      Diagnostic diagnostic(Kind::kBadManifest, entry.table_span, fmt::format("there is no table `{}`", entry.table));
      std::vector<std::string> names;
      for (const Table& table : model.program.tables) {
        if (table.live) names.push_back(fmt::format("{}.{}", model.PolicyName(table.policy), table.name));
      }
      const std::vector<std::string_view> candidates(names.begin(), names.end());
      const auto nearest = Nearest(model, entry.table, candidates);
      model.Report(
          nearest ? std::move(diagnostic)
                        .WithFix(fmt::format("write `{}`", *nearest), entry.table_span, fmt::format("\"{}\"", *nearest))
                  : std::move(diagnostic).WithHint("a table is named with its policy, as in `orders.access.clients`"));
    } else if (!model.program.tables[thing->index].live) {
      model.Report(Diagnostic(Kind::kBadManifest, entry.table_span, fmt::format("table `{}` is not live", entry.table))
                       .WithLabel(thing->span, "declared here")
                       .WithHint("a table that is not live has its rows in the policy, or `from \"file\"` there"));
    }
  }
}

}  // namespace ward::semantic
