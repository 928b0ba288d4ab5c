#include "testing/row_player.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>

#include "compile/checked_bundle.h"
#include "testing/run.h"

namespace ward::testing {
namespace {

constexpr std::string_view kFileName = "generated.test.ward";
constexpr std::size_t kAttemptsMax = 5;  // to write rows that compile

// The bundle with one file more.
class WithFile : public bundle::FileSet {
 public:
  WithFile(const bundle::FileSet& files, std::string text) : files_(files), text_(std::move(text)) {}

  Result<std::vector<std::string>> PolicyFiles() const override {
    WARD_ASSIGN_OR_RETURN(std::vector<std::string> names, files_.PolicyFiles());
    std::erase(names, kFileName);
    names.emplace_back(kFileName);
    std::sort(names.begin(), names.end());
    return names;
  }
  Result<std::string> Read(std::string_view name, std::size_t bytes_max) const override {
    return name == kFileName ? Result<std::string>(text_) : files_.Read(name, bytes_max);
  }
  std::string AbsolutePath(std::string_view name) const override { return files_.AbsolutePath(name); }
  std::string DefaultName() const override { return files_.DefaultName(); }
  bool needs_manifest() const override { return files_.needs_manifest(); }

 private:
  const bundle::FileSet& files_;
  std::string text_;
};

std::string ExpectOf(const Decision& decision) {
  std::string text = fmt::format("{} by {}", OutcomeName(decision.outcome()), decision.rule());
  for (const ShadowOutcome& shadow : decision.shadows()) {
    if (shadow.outcome) text += fmt::format(", shadow {} by {}", OutcomeName(*shadow.outcome), shadow.rule);
  }
  return text;
}

Answer AnswerOf(const Reader& reader) {
  Answer answer;
  answer.expect = ExpectOf(reader.decision());
  for (RuleExplanation& rule : reader.Explain().rules) {
    RuleName name{rule.rule, rule.shadow};
    answer.rules.emplace(std::move(name), std::move(rule));
  }
  return answer;
}

std::vector<Answer> Play(const compile::CheckedBundle& checked, std::size_t count) {
  std::vector<Answer> answers(count);
  std::optional<Answer> current;
  RunOptions options;
  options.selection.files = {std::string(kFileName)};
  // One worker plays the tests in the order of the text, so answers and rows correspond.
  options.worker_count = 1;
  options.on_decision = [&current](const Reader& reader) { current = AnswerOf(reader); };
  options.on_test = [&](std::size_t done, std::size_t) {
    std::optional<Answer> answer = std::exchange(current, std::nullopt);
    if (answer && done <= answers.size()) answers[done - 1] = *std::move(answer);
  };
  static_cast<void>(RunTests(checked, options));
  return answers;
}

std::vector<std::string> CellsOf(std::string_view line) {
  std::vector<std::string> cells;
  for (std::size_t begin = line.find("| "); begin != std::string_view::npos;) {
    const std::size_t end = line.find(" |", begin + 1);
    if (end == std::string_view::npos) break;
    std::string cell(line.substr(begin + 2, std::max(end, begin + 2) - begin - 2));
    cell.resize(cell.find_last_not_of(' ') + 1);
    cells.push_back(std::move(cell));
    begin = end + 1;
  }
  return cells;
}

}  // namespace

Result<std::vector<Answer>> RowPlayer::Ask(std::vector<Row>& rows) {
  for (std::size_t attempt = 0;; ++attempt) {
    for (const BadCell& bad : bad_) {
      for (Row& row : rows) {
        const auto cell = row.find(bad.column);
        if (cell != row.end() && (bad.whole_column || cell->second == bad.cell)) row.erase(cell);
      }
    }
    const std::string text = OneTestEach(rows);
    const WithFile files(files_, text);
    WARD_ASSIGN_OR_RETURN(const auto checked, compile::CheckBundle(files, [](std::string_view) {}));
    if (checked->program.has_value()) return Play(*checked, rows.size());
    const std::vector<Diagnostic> found = checked->sink.Finish(checked->sources);
    if (attempt == kAttemptsMax || !Learn(found, text)) {
      return Error{ErrorCode::kPolicy, found.empty() ? "the bundle has errors" : found.front().message};
    }
  }
}

std::string RowPlayer::OneTestEach(const std::vector<Row>& rows) const {
  std::vector<GeneratedTest> tests;
  for (const Row& row : rows) {
    Row asked = row;
    asked.emplace(kExpect, "deny by default");
    tests.push_back({fmt::format("row {}", tests.size() + 1), {std::move(asked)}});
  }
  return FileOf(tests, lowered_);
}

// What stands at each error's place; no cell has a bar in it (candidates.cc), and each table has two lines, its head and
// one row. False: the errors are about something else.
bool RowPlayer::Learn(const std::vector<Diagnostic>& found, std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size(); begin = std::min(text.find('\n', begin), text.size()) + 1) {
    lines.push_back(text.substr(begin, text.find('\n', begin) - begin));
  }
  const std::size_t before = bad_.size();
  for (const Diagnostic& one : found) {
    const Location& at = one.location;
    if (one.severity != Severity::kError || at.file != kFileName || at.line < 2 || at.line > lines.size()) continue;
    const std::string_view here = lines[at.line - 1];
    const bool head = here.starts_with("  | send ");
    const std::string_view left = here.substr(0, at.column);
    const auto bars = static_cast<std::size_t>(std::count(left.begin(), left.end(), '|'));
    const std::vector<std::string> columns = CellsOf(head ? here : lines[at.line - 2]);
    const std::vector<std::string> cells = CellsOf(here);
    // The first column is what is sent.
    if (bars >= 2 && bars <= columns.size() && bars <= cells.size()) {
      bad_.push_back({columns[bars - 1], cells[bars - 1], head});
    }
  }
  return bad_.size() > before;
}

}  // namespace ward::testing
