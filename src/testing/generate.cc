// Rounds of rows, each played as one file of tests. The first round has a rule's values in all combinations, or a sample
// where there are too many; later ones vary the rows that came nearest to a truth that is still missing, one value at a
// time. What rules need is then put together, row by row, as long as the values do not contradict each other, and a
// greedy set cover drops rows that add nothing. The last round answers what to expect.
#include "testing/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "compile/checked_bundle.h"
#include "ir/lower.h"
#include "testing/candidates.h"
#include "testing/run.h"

namespace ward::testing {
namespace {

constexpr std::string_view kFileName = "generated.test.ward";
constexpr std::size_t kFirstRowsMax = 160;  // of a rule
constexpr std::size_t kRoundCount = 4;      // after the first
constexpr std::size_t kNearestRows = 2;     // that a later round varies
constexpr std::size_t kWitnessesMax = 6;    // kept of a truth of a rule
constexpr std::size_t kOperationsMax = 3;   // that a rule is tried with
constexpr std::size_t kAttemptsMax = 5;     // to write rows that compile

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

using Row = std::map<std::string, std::string>;  // column -> cell; what is missing is not there

struct Answer {
  std::string expect;
  std::map<std::string, RuleExplanation> rules;  // by name
};

struct SearchedRule {
  std::string name;
  Candidates candidates;
  std::vector<Row> witnesses_true;
  std::vector<Row> witnesses_false;
  std::vector<std::pair<int, Row>> tried;  // of this round, with how many tests are as an allow wants them
};

std::string ExpectOf(const Explanation& explanation) {
  const std::string_view outcome = explanation.outcome == Outcome::kAllow       ? "allow"
                                   : explanation.outcome == Outcome::kChallenge ? "challenge"
                                   : explanation.outcome == Outcome::kThrottle  ? "throttle"
                                                                                : "deny";
  return fmt::format("{} by {}", outcome, explanation.rule);
}

bool Names(std::string_view qualified, std::string_view asked) {
  return qualified == asked || (qualified.ends_with(asked) && qualified[qualified.size() - asked.size() - 1] == '.');
}

// ---- text

// `send` first, `expect` last.
std::vector<std::string> ColumnsOf(const std::vector<Row>& rows) {
  std::set<std::string> names;
  for (const Row& row : rows) {
    for (const auto& [name, cell] : row) names.insert(name);
  }
  names.erase("send");
  names.erase("expect");
  std::vector<std::string> columns = {"send"};
  columns.insert(columns.end(), names.begin(), names.end());
  columns.emplace_back("expect");
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

class Search {
 public:
  Search(const bundle::FileSet& files, const compile::CheckedBundle& checked, const ir::Program& lowered)
      : files_(files), checked_(checked), lowered_(lowered) {}

  [[nodiscard]] Result<Generated> Run(const std::string& only) {
    ChooseRules(only);
    if (rules_.empty()) {
      return Error{ErrorCode::kNotFound, fmt::format("no operation and no rule is called `{}`", only)};
    }
    WARD_RETURN_IF_ERROR(FindWitnesses());
    std::vector<Row> rows = Join();
    WARD_ASSIGN_OR_RETURN(std::vector<Answer> answers, Ask(rows));
    Cover(rows, answers);
    return Write(rows, answers);
  }

 private:
  void ChooseRules(const std::string& only) {
    for (const ir::Rule& rule : lowered_.rules) {
      std::vector<ir::OperationId> operations = lowered_.operation_sets[rule.operations.index()];
      if (!only.empty() && !Names(rule.name, only)) {
        std::erase_if(operations,
                      [&](ir::OperationId id) { return !Names(lowered_.operations[id.index()].name, only); });
      }
      // What an anonymous operation waives cannot be driven there.
      std::stable_partition(operations.begin(), operations.end(),
                            [&](ir::OperationId id) { return !lowered_.operations[id.index()].anonymous; });
      if (operations.empty() || rule.shadow) continue;
      operations.resize(std::min(operations.size(), kOperationsMax));
      SearchedRule searched;
      searched.name = rule.name;
      searched.candidates = CandidatesOf({*checked_.program, lowered_, checked_.sources}, rule, operations);
      rules_.push_back(std::move(searched));
    }
  }

  // ---- rows and what the engine says to them

  // The text of a whole file; rows of one operation are one test.
  [[nodiscard]] std::string FileOf(const std::vector<std::vector<Row>>& tables,
                                   const std::vector<std::string>& names) const {
    std::set<std::string> columns;
    for (const std::vector<Row>& table : tables) {
      for (const Row& row : table) {
        for (const auto& [name, cell] : row) columns.insert(name);
      }
    }
    std::string text = fmt::format("policy {} governs everything\n", kPolicyName);
    std::string uses;
    for (const ir::Parameter& parameter : lowered_.parameters) {
      const std::size_t dot = parameter.name.rfind('.');
      const std::string name = parameter.name.substr(dot + 1);
      if (columns.contains(name)) uses += fmt::format("use {} from {}\n", name, parameter.name.substr(0, dot));
    }
    if (!uses.empty()) text += "\n" + uses;
    for (std::size_t i = 0; i < tables.size(); ++i) {
      text += fmt::format("\ntest \"{}\"\n{}", names[i], TableOf(tables[i]));
    }
    return text;
  }

  // Every row with the answer of the engine, empty for a row that cannot be played. A column that turns out to be none
  // that tests may bind is taken out of the rows.
  [[nodiscard]] Result<std::vector<Answer>> Ask(std::vector<Row>& rows) {
    for (std::size_t attempt = 0;; ++attempt) {
      const WithFile files(files_, OneTestEach(rows));
      WARD_ASSIGN_OR_RETURN(const auto checked, compile::CheckBundle(files, [](std::string_view) {}));
      if (checked->program.has_value()) return Play(*checked, rows.size());
      const std::vector<Diagnostic> found = checked->sink.Finish(checked->sources);
      if (attempt == kAttemptsMax || !TakeOut(found, rows)) {
        return Error{ErrorCode::kPolicy, found.empty() ? "the bundle has errors" : found.front().message};
      }
    }
  }

  [[nodiscard]] std::string OneTestEach(const std::vector<Row>& rows) const {
    std::vector<std::vector<Row>> tables;
    std::vector<std::string> names;
    for (const Row& row : rows) {
      Row asked = row;
      asked.emplace("expect", "deny by default");
      tables.push_back({std::move(asked)});
      names.push_back(fmt::format("row {}", names.size() + 1));
    }
    return FileOf(tables, names);
  }

  static std::vector<Answer> Play(const compile::CheckedBundle& checked, std::size_t count) {
    std::vector<Answer> answers(count);
    std::optional<Answer> current;
    RunOptions options;
    options.selection.files = {std::string(kFileName)};
    // One worker plays the tests in the order of the text, so answers and rows correspond.
    options.worker_count = 1;
    options.on_decision = [&current](const Reader& reader) { current = AnswerOf(reader.Explain()); };
    options.on_test = [&](std::size_t done, std::size_t) {
      std::optional<Answer> answer = std::exchange(current, std::nullopt);
      if (answer && done <= answers.size()) answers[done - 1] = *std::move(answer);
    };
    static_cast<void>(RunTests(checked, options));
    return answers;
  }

  // The column or cell at each error's place. False: the errors are about something else.
  bool TakeOut(const std::vector<Diagnostic>& found, std::vector<Row>& rows) {
    std::set<std::string> bad;
    for (const Diagnostic& one : found) {
      const Location& at = one.location;
      if (one.severity != Severity::kError || at.file != kFileName || at.column == 0) continue;
      // Cells are ASCII up to the error wherever columns are; a miss ends the search with the error.
      const std::size_t begin = at.source_line.rfind("| ", at.column - 1);
      if (begin == std::string::npos) continue;
      std::string cell = at.source_line.substr(begin + 2, at.source_line.find(" |", begin + 2) - begin - 2);
      cell.resize(cell.find_last_not_of(' ') + 1);
      bad.insert(std::move(cell));
    }
    bad.erase("send");
    bad.erase("expect");
    const auto is_bad = [&bad](const auto& entry) { return bad.contains(entry.first) || bad.contains(entry.second); };
    std::size_t taken = 0;
    for (Row& row : rows) taken += std::erase_if(row, is_bad);
    for (SearchedRule& rule : rules_) {
      std::erase_if(rule.candidates, [&bad](const auto& entry) { return bad.contains(entry.first); });
      for (auto& [column, cells] : rule.candidates)
        std::erase_if(cells, [&](const auto& c) { return bad.contains(c); });
      std::erase_if(rule.candidates, [](const auto& entry) { return entry.second.empty(); });
    }
    return taken > 0;
  }

  static Answer AnswerOf(const Explanation& explanation) {
    Answer answer;
    answer.expect = ExpectOf(explanation);
    for (const RuleExplanation& rule : explanation.rules) answer.rules.emplace(rule.rule, rule);
    return answer;
  }

  // ---- the search

  [[nodiscard]] Result<void> FindWitnesses() {
    std::vector<std::pair<std::size_t, Row>> rows;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      for (Row& row : FirstRows(rules_[i].candidates)) rows.emplace_back(i, std::move(row));
    }
    for (std::size_t round = 0; !rows.empty() && round <= kRoundCount; ++round) {
      WARD_RETURN_IF_ERROR(Try(rows));
      rows.clear();
      for (std::size_t i = 0; i < rules_.size(); ++i) {
        for (Row& row : NextRows(rules_[i])) rows.emplace_back(i, std::move(row));
      }
    }
    return {};
  }

  std::vector<Row> FirstRows(const Candidates& candidates) {
    std::size_t combinations = 1;
    for (const auto& [column, cells] : candidates) {
      combinations = std::min(combinations * std::max<std::size_t>(cells.size(), 1), kFirstRowsMax + 1);
    }
    std::vector<Row> rows;
    for (std::size_t i = 0; i < std::min(combinations, kFirstRowsMax); ++i) {
      Row row;
      std::size_t number = i;
      for (const auto& [column, cells] : candidates) {
        const std::size_t choice = combinations > kFirstRowsMax ? random_() % cells.size() : number % cells.size();
        number /= cells.size();
        if (!cells[choice].empty()) row.emplace(column, cells[choice]);
      }
      if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(std::move(row));
    }
    return rows;
  }

  [[nodiscard]] Result<void> Try(const std::vector<std::pair<std::size_t, Row>>& tries) {
    std::vector<Row> rows;
    rows.reserve(tries.size());
    for (const auto& one : tries) rows.push_back(one.second);
    WARD_ASSIGN_OR_RETURN(const std::vector<Answer> answers, Ask(rows));
    for (std::size_t i = 0; i < tries.size(); ++i) {
      const Row& row = rows[i];
      SearchedRule& rule = rules_[tries[i].first];
      const auto found = answers[i].rules.find(rule.name);
      if (found == answers[i].rules.end()) continue;
      int score = 0;
      for (const TestExplanation& test : found->second.tests) {
        const bool wanted = test.clause == "when";
        if (test.truth == (wanted ? Truth::kTrue : Truth::kFalse)) ++score;
      }
      rule.tried.emplace_back(score, row);
      if (found->second.truth == Truth::kDoubt) continue;
      std::vector<Row>& witnesses = found->second.truth == Truth::kTrue ? rule.witnesses_true : rule.witnesses_false;
      if (witnesses.size() < kWitnessesMax) witnesses.push_back(row);
    }
    return {};
  }

  // One value varied in the rows that came nearest to what is still missing.
  std::vector<Row> NextRows(SearchedRule& rule) {
    std::vector<Row> rows;
    if (!rule.witnesses_true.empty() && !rule.witnesses_false.empty()) return rows;
    const bool wants_true = rule.witnesses_true.empty();
    std::stable_sort(rule.tried.begin(), rule.tried.end(),
                     [&](const auto& a, const auto& b) { return wants_true ? a.first > b.first : a.first < b.first; });
    for (std::size_t i = 0; i < std::min(kNearestRows, rule.tried.size()); ++i) {
      for (const auto& [column, cells] : rule.candidates) {
        for (const std::string& cell : cells) {
          Row row = rule.tried[i].second;
          row.erase(column);
          if (!cell.empty()) row.emplace(column, cell);
          if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(std::move(row));
        }
      }
    }
    rule.tried.resize(std::min(kNearestRows, rule.tried.size()));
    return rows;
  }

  // ---- the table

  static bool Fits(const Row& row, const Row& other) {
    return std::all_of(other.begin(), other.end(), [&row](const auto& cell) {
      const auto known = row.find(cell.first);
      return known == row.end() || known->second == cell.second;
    });
  }

  // Each witness goes into the first row that it does not contradict.
  [[nodiscard]] std::vector<Row> Join() const {
    std::vector<Row> rows;
    const auto place = [&rows](const std::vector<Row>& witnesses) {
      if (witnesses.empty()) return;
      for (Row& row : rows) {
        for (const Row& witness : witnesses) {
          if (!Fits(row, witness)) continue;
          row.insert(witness.begin(), witness.end());
          return;
        }
      }
      rows.push_back(witnesses.front());
    };
    for (const SearchedRule& rule : rules_) place(rule.witnesses_true);
    for (const SearchedRule& rule : rules_) place(rule.witnesses_false);
    // A joined row may lose what a presence test wanted; the witnesses themselves are there to fall back on.
    for (const SearchedRule& rule : rules_) {
      for (const std::vector<Row>* witnesses : {&rule.witnesses_true, &rule.witnesses_false}) {
        if (!witnesses->empty()) rows.push_back(witnesses->front());
      }
    }
    return rows;
  }

  using Driven = std::set<std::pair<std::string, Truth>>;

  [[nodiscard]] Driven DrivenBy(const Answer& answer) const {
    Driven driven;
    for (const SearchedRule& rule : rules_) {
      const auto found = answer.rules.find(rule.name);
      if (found != answer.rules.end() && found->second.truth != Truth::kDoubt) {
        driven.emplace(rule.name, found->second.truth);
      }
    }
    return driven;
  }

  // The row that drives the most of what is left, again and again.
  void Cover(std::vector<Row>& rows, std::vector<Answer>& answers) const {
    std::vector<Row> kept_rows;
    std::vector<Answer> kept_answers;
    Driven covered;
    while (true) {
      std::size_t best = 0;
      std::size_t most = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        std::size_t fresh = 0;
        for (const auto& one : DrivenBy(answers[i])) fresh += covered.contains(one) ? 0U : 1U;
        if (fresh > most) std::tie(best, most) = std::pair(i, fresh);
      }
      if (most == 0) break;
      covered.merge(DrivenBy(answers[best]));
      kept_rows.push_back(rows[best]);
      kept_answers.push_back(answers[best]);
    }
    rows = std::move(kept_rows);
    answers = std::move(kept_answers);
  }

  [[nodiscard]] Generated Write(const std::vector<Row>& rows, const std::vector<Answer>& answers) const {
    Generated generated;
    std::map<std::string, std::vector<Row>> by_operation;
    Driven driven;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Row row = rows[i];
      row["expect"] = answers[i].expect;
      by_operation[row.at("send")].push_back(std::move(row));
      driven.merge(DrivenBy(answers[i]));
    }
    std::vector<std::vector<Row>> tables;
    std::vector<std::string> names;
    for (const auto& [operation, table] : by_operation) {
      names.push_back(operation + ": every rule both ways");
      tables.push_back(table);
    }
    generated.row_count = rows.size();
    for (const SearchedRule& rule : rules_) {
      if (!driven.contains({rule.name, Truth::kTrue}))
        generated.undriven.push_back(fmt::format("rule {}: never true", rule.name));
      if (!driven.contains({rule.name, Truth::kFalse}) && rule.candidates.size() > 1) {
        generated.undriven.push_back(fmt::format("rule {}: never false", rule.name));
      }
    }
    if (tables.empty()) return generated;
    generated.text = "# Written by `ward test --generate`: what the policy answers now. Read it before you keep it.\n";
    for (const std::string& one : generated.undriven) generated.text += "# not driven: " + one + "\n";
    generated.text += FileOf(tables, names);
    return generated;
  }

  static constexpr std::string_view kPolicyName = "generated";

  const bundle::FileSet& files_;
  const compile::CheckedBundle& checked_;
  const ir::Program& lowered_;
  std::vector<SearchedRule> rules_;
  std::mt19937 random_{1};  // same bundle, same text
};

}  // namespace

Result<Generated> GenerateTests(const bundle::FileSet& files, const std::string& only) {
  WARD_ASSIGN_OR_RETURN(const auto checked, compile::CheckBundle(files, [](std::string_view) {}));
  if (!checked->program.has_value()) return Error{ErrorCode::kPolicy, "the bundle has errors; `ward check` lists them"};
  diag::Sink sink;
  const auto lowered = ir::Lower(*checked->program, sink);
  if (lowered == nullptr) return Error{ErrorCode::kPolicy, "the bundle does not compile; `ward check` says why"};
  return Search(files, *checked, *lowered).Run(only);
}

}  // namespace ward::testing
