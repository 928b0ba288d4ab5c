#include "testing/generated_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/utf8.h"

namespace ward::testing {
namespace {

// `send` first, `expect` last.
std::vector<std::string> ColumnsOf(const std::vector<Row>& rows) {
  std::set<std::string, std::less<>> names;
  for (const Row& row : rows) {
    for (const auto& [name, cell] : row) names.insert(name);
  }
  std::vector<std::string> columns = {std::string(kSend)};
  for (const std::string& name : names) {
    if (name != kSend && name != kExpect && name != kAt) columns.push_back(name);
  }
  columns.emplace_back(kExpect);
  return columns;
}

std::string TableOf(const std::vector<Row>& rows) {
  const std::vector<std::string> columns = ColumnsOf(rows);
  std::vector<std::vector<std::string>> lines = {columns};
  for (const Row& row : rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const std::string& column : columns) {
      const auto cell = row.find(column);
      line.push_back(cell == row.end() ? std::string() : cell->second);
    }
  }
  std::string text;
  std::vector<std::size_t> widths(columns.size());
  for (const std::vector<std::string>& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], base::CountColumns(line[i]));
  }
  for (const std::vector<std::string>& line : lines) {
    text += " ";
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += fmt::format(" | {}{}", line[i], std::string(widths[i] - base::CountColumns(line[i]), ' '));
    }
    text += " |\n";
  }
  return text;
}

}  // namespace

std::string FileOf(const std::vector<GeneratedTest>& tests, const ir::Program& lowered) {
  std::set<std::string> columns;
  for (const GeneratedTest& test : tests) {
    for (const Row& row : test.rows) {
      for (const auto& [name, cell] : row) columns.insert(name);
    }
  }
  std::string text = "policy generated governs everything\n";
  std::string uses;
  for (const ir::Parameter& parameter : lowered.parameters) {
    const std::size_t dot = parameter.name.rfind('.');
    const std::string name = parameter.name.substr(dot + 1);
    if (columns.contains(name)) uses += fmt::format("use {} from {}\n", name, parameter.name.substr(0, dot));
  }
  if (!uses.empty()) text += "\n" + uses;
  for (const GeneratedTest& test : tests) {
    text += fmt::format("\ntest \"{}\"\n", test.name);
    const auto at = test.rows.front().find(std::string(kAt));
    if (at != test.rows.front().end()) text += fmt::format("  at {}\n", at->second);
    text += TableOf(test.rows);
  }
  return text;
}

}  // namespace ward::testing
