#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "lint/lints.h"

namespace ward::lint {
namespace {

bool IsNear(std::size_t used, std::size_t budget) { return used >= budget - budget / 10; }

// The line `key = ..` of a section of ward.toml, or the bundle as a whole if it leaves the default.
base::Span BudgetLine(const View& view, std::string_view key) {
  const base::FileId file = view.checked.bundle.manifest_file;
  if (!file.has_value()) return {};
  const std::string_view text = view.checked.sources.file(file).text();
  bool in_section = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (line.starts_with('[')) in_section = line.starts_with("[budget]");
    const std::size_t after = line.find_first_of(" \t=");
    if (in_section && line.substr(0, after) == key) {
      return {file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + key.size())};
    }
    begin = end + 1;
  }
  return {};
}

class BudgetCheck {
 public:
  BudgetCheck(const View& view, diag::Sink& sink) : view_(view), sink_(sink) {}

  void Count(std::string_view key, std::size_t used, std::size_t budget) {
    if (!IsNear(used, budget)) return;
    sink_.Report(diag::Diagnostic(diag::Kind::kOverBudget, BudgetLine(view_, key),
                                  fmt::format("the bundle has {} {}, its budget is {}", used, key, budget)));
  }

  void Steps(std::size_t budget) {
    std::unordered_map<std::string_view, const ir::Operation*> operations;
    for (const ir::Operation& operation : view_.lowered.operations) operations.emplace(operation.name, &operation);
    for (const OperationCost& cost : view_.costs) {
      const auto it = operations.find(cost.operation);
      if (it == operations.end() || !IsNear(cost.steps, budget)) continue;
      sink_.Report(diag::Diagnostic(diag::Kind::kOverBudget, it->second->span,
                                    fmt::format("a decision on `{}` takes up to {} steps, the budget is {}",
                                                cost.operation, cost.steps, budget)));
    }
  }

  void Rows(std::size_t budget) {
    for (const semantic::Table& table : view_.program.tables) {
      const std::size_t rows = table.columns.empty() ? 0 : table.cells.size() / table.columns.size();
      if (table.live || !IsNear(rows, budget)) continue;
      sink_.Report(diag::Diagnostic(diag::Kind::kOverBudget, table.span,
                                    fmt::format("`{}` has {} rows, the budget is {}", table.name, rows, budget)));
    }
  }

 private:
  const View& view_;
  diag::Sink& sink_;
};

}  // namespace

// Not `terms-per-rule`: a rule with more terms becomes code, so only its steps matter.
void OverBudget(const View& view, diag::Sink& sink) {
  const bundle::BudgetSettings& budget = view.checked.bundle.manifest.budget;
  BudgetCheck check(view, sink);
  check.Count("rules", view.program.rules.size(), budget.rules);
  check.Count("operations", view.program.operations.size(), budget.operations);
  check.Count("constants", view.lowered.constants.size(), budget.constants);
  check.Steps(budget.steps_per_operation);
  check.Rows(budget.table_rows);
}

}  // namespace ward::lint
