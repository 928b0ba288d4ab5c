#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/legible.h"
#include "base/utf8.h"
#include "testing/coverage_report.h"

namespace ward::testing {
namespace {

using Table = std::vector<std::vector<std::string>>;

// The first column to the left, the others to the right.
void WriteTable(std::string& out, const Table& rows) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], base::CountColumns(row[i]));
  }
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - base::CountColumns(row[i]), ' ');
      out += i == 0 ? "  " + row[i] + space : "  " + space + row[i];
    }
    out += '\n';
  }
}

std::vector<std::string> RowOf(const std::string& name, const Share& share) {
  return {base::Legible(name), fmt::format("{}/{}", share.seen, share.possible), fmt::format("{}%", share.percent())};
}

void WriteMatrix(std::string& out, const Coverage& coverage) {
  Table rows;
  std::vector<std::string>& head = rows.emplace_back();
  head.emplace_back("allowed/refused");
  for (const std::string& zone : coverage.zones()) head.push_back(zone.empty() ? "no zone" : base::Legible(zone));
  std::size_t asked = 0;
  for (std::size_t i = 0; i < coverage.operations().size(); ++i) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(base::Legible(coverage.operations()[i]));
    for (std::size_t zone = 0; zone < coverage.zones().size(); ++zone) {
      const ZoneCell& cell = coverage.cell(i, zone);
      const bool seen = cell.allowed + cell.refused > 0;
      if (seen && !coverage.zones()[zone].empty()) ++asked;
      row.push_back(seen ? fmt::format("{}/{}", cell.allowed, cell.refused) : "-");
    }
  }
  fmt::format_to(std::back_inserter(out), "\noperations by zone: {} of {} pairs were asked\n", asked,
                 coverage.operations().size() * (coverage.zones().size() - 1));
  WriteTable(out, rows);
}

}  // namespace

std::string CoverageText(const Coverage& coverage) {
  const Share total = coverage.total();
  std::string out =
      fmt::format("coverage {}%: {} of {} states seen in {} {}\n", total.percent(), total.seen, total.possible,
                  coverage.decision_count(), coverage.decision_count() == 1 ? "decision" : "decisions");
  Table rows;
  for (const auto& [policy, share] : coverage.by_policy()) rows.push_back(RowOf(policy, share));
  WriteTable(out, rows);
  const std::vector<std::string> unseen = Unseen(coverage);
  if (!unseen.empty()) out += "\nnot seen:\n";
  for (const std::string& sentence : unseen) out += "  " + base::Legible(sentence) + "\n";
  if (!coverage.operations().empty()) WriteMatrix(out, coverage);
  return out;
}

}  // namespace ward::testing
