// Rows are played as files of tests, many at once, and the engine says what each test of each rule was. First the values
// that a single test can tell apart, one test at a time. What made the tests true and false is then put together as each
// rule's formula wants it (formula_tree.h); where that does not do, the rows that came nearest are varied, one value at a
// time. The table: rows of several rules are joined as long as they do not contradict each other, a greedy set cover and
// a look for rows that others make needless choose among all rows that were tried, and cells that change nothing go.
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

#include "compile/checked_bundle.h"
#include "ir/lower.h"
#include "testing/candidates.h"
#include "testing/formula_tree.h"
#include "testing/generated_file.h"
#include "testing/row_player.h"

namespace ward::testing {
namespace {

constexpr std::size_t kLeafRowsMax = 96;   // of a test
constexpr std::size_t kOperationsMax = 3;  // that a rule is tried with
constexpr std::size_t kRoundCount = 3;     // of variations
constexpr std::size_t kNearestRows = 2;    // that are varied
constexpr std::size_t kWitnessesMax = 6;   // kept of a truth of a rule
constexpr std::size_t kTrimsMax = 24;      // cells taken out of a row

struct SearchedRule {
  RuleName name;
  std::vector<std::string> operations;  // that it is tried with
  RuleFormula formula;
  Candidates candidates;  // of all its tests
  LeafWitnesses seen{0};
  std::vector<std::string> leaf_texts;  // by place in the explanation
  std::vector<Row> witnesses_true;
  std::vector<Row> witnesses_false;
  std::vector<std::pair<int, Row>> tried;  // with how many tests are as an allow wants them; the nearest ones
};

bool Names(std::string_view qualified, std::string_view asked) {
  return qualified == asked || (qualified.ends_with(asked) && qualified[qualified.size() - asked.size() - 1] == '.');
}

// All combinations of cells; where these are too many, the first cells of all columns, what differs from that in one
// column, and a sample.
std::vector<Row> RowsOf(const Candidates& candidates, std::mt19937& random) {
  std::size_t combinations = 1;
  for (const auto& [column, cells] : candidates) combinations = std::min(combinations * cells.size(), kLeafRowsMax + 1);
  std::vector<Row> rows;
  const auto add = [&](const auto& choose) {
    Row row;
    for (const auto& [column, cells] : candidates) {
      const std::string& cell = cells[choose(column, cells.size())];
      if (!cell.empty()) row.emplace(column, cell);
    }
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(std::move(row));
  };
  if (combinations <= kLeafRowsMax) {
    for (std::size_t i = 0; i < combinations; ++i) {
      std::size_t number = i;
      add([&number](const std::string& /*column*/, std::size_t count) {
        const std::size_t choice = number % count;
        number /= count;
        return choice;
      });
    }
    return rows;
  }
  for (const auto& [varied, cells] : candidates) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      add([&varied = varied, i](const std::string& column, std::size_t) { return column == varied ? i : 0; });
    }
  }
  for (std::size_t i = rows.size(); i < kLeafRowsMax; ++i) {
    add([&random](const std::string& /*column*/, std::size_t count) { return random() % count; });
  }
  return rows;
}

class Search {
 public:
  Search(const bundle::FileSet& files, const compile::CheckedBundle& checked, const ir::Program& lowered)
      : player_(files, lowered), checked_(checked), lowered_(lowered) {}

  [[nodiscard]] Result<Generated> Run(const std::string& only) {
    ChooseRules(only);
    if (rules_.empty()) {
      return Error{ErrorCode::kNotFound, fmt::format("no operation and no rule is called `{}`", only)};
    }
    for (std::size_t i = 0; i < kOperationsMax; ++i) WARD_RETURN_IF_ERROR(SearchWith(i));
    std::vector<Row> rows = Join();
    WARD_ASSIGN_OR_RETURN(std::vector<Answer> answers, player_.Ask(rows));
    Cover(rows, answers);
    WARD_RETURN_IF_ERROR(Trim(rows, answers));
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
      const auto is_anonymous = [&](ir::OperationId id) { return lowered_.operations[id.index()].anonymous; };
      const bool anonymous = std::all_of(operations.begin(), operations.end(), is_anonymous);
      if (!anonymous) std::erase_if(operations, is_anonymous);
      if (operations.empty()) continue;
      SearchedRule searched;
      searched.name = {rule.name, rule.shadow};
      for (const ir::OperationId id : operations) {
        if (searched.operations.size() == kOperationsMax) break;
        searched.operations.push_back(lowered_.operations[id.index()].name);
      }
      searched.formula = FormulaOf(lowered_, anonymous ? rule.anonymous_formula : rule.formula);
      searched.seen = LeafWitnesses(searched.formula.told_count);
      searched.leaf_texts.resize(searched.formula.told_count);
      index_of_.emplace(searched.name, rules_.size());
      rules_.push_back(std::move(searched));
    }
  }

  // ---- the search

  [[nodiscard]] bool Lacks(const SearchedRule& rule) const {
    return rule.witnesses_true.empty() || rule.witnesses_false.empty();
  }

  // Each rule that still lacks a truth, with its operation of this number.
  [[nodiscard]] Result<void> SearchWith(std::size_t number) {
    std::vector<std::pair<SearchedRule*, std::string>> open;
    for (SearchedRule& rule : rules_) {
      if (number < rule.operations.size() && Lacks(rule)) open.emplace_back(&rule, rule.operations[number]);
    }
    std::vector<Row> rows;
    for (const auto& [rule, operation] : open) {
      AddTo(rows, {Row()}, operation);
      AddLeafRows(rows, *rule, operation);
    }
    WARD_RETURN_IF_ERROR(Try(std::move(rows)));
    rows.clear();
    for (const auto& [rule, operation] : open) {
      if (rule->witnesses_true.empty()) AddTo(rows, RowsFor(rule->formula.tree, true, rule->seen), operation);
      if (rule->witnesses_false.empty()) AddTo(rows, RowsFor(rule->formula.tree, false, rule->seen), operation);
    }
    WARD_RETURN_IF_ERROR(Try(std::move(rows)));
    for (std::size_t round = 0; round < kRoundCount; ++round) {
      rows.clear();
      for (const auto& [rule, operation] : open) {
        if (Lacks(*rule)) AddTo(rows, Variations(*rule), operation);
      }
      WARD_RETURN_IF_ERROR(Try(std::move(rows)));
    }
    return {};
  }

  // Values that each of the rule's tests can tell apart.
  void AddLeafRows(std::vector<Row>& rows, SearchedRule& rule, const std::string& operation) {
    const std::vector<const FormulaTree*> leaves = LeavesOf(rule.formula.tree);
    std::vector<ir::TestId> tests;
    for (const FormulaTree* leaf : leaves) tests.insert(tests.end(), leaf->tests.begin(), leaf->tests.end());
    for (const FormulaTree* leaf : leaves) {
      const Candidates candidates = CandidatesOf({*checked_.program, lowered_, checked_.sources}, leaf->tests, tests);
      for (const auto& [column, cells] : candidates) {
        std::vector<std::string>& all = rule.candidates[column];
        for (const std::string& cell : cells) {
          if (std::find(all.begin(), all.end(), cell) == all.end()) all.push_back(cell);
        }
      }
      AddTo(rows, RowsOf(candidates, random_), operation);
    }
  }

  // Each row once; what was learnt with another operation is tried with this one.
  static void AddTo(std::vector<Row>& rows, std::vector<Row> more, const std::string& operation) {
    for (Row& row : more) {
      row.insert_or_assign(std::string(kSend), operation);
      rows.push_back(std::move(row));
    }
  }

  [[nodiscard]] Result<void> Try(std::vector<Row> rows) {
    std::erase_if(rows, [this](const Row& row) { return !known_.insert(row).second; });
    if (rows.empty()) return {};
    WARD_ASSIGN_OR_RETURN(const std::vector<Answer> answers, player_.Ask(rows));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (const auto& [name, told] : answers[i].rules) {
        const auto found = index_of_.find(name);
        if (found != index_of_.end()) Note(rules_[found->second], told, rows[i]);
      }
    }
    return {};
  }

  static void Note(SearchedRule& rule, const RuleExplanation& told, const Row& row) {
    int score = 0;
    for (std::size_t i = 0; i < told.tests.size(); ++i) {
      const TestExplanation& test = told.tests[i];
      const bool wanted = test.clause == "when";
      if (test.truth == (wanted ? Truth::kTrue : Truth::kFalse)) ++score;
      // Else the formula is told in other pieces than here, and only variations are left to find it.
      if (told.tests.size() != rule.formula.told_count || test.waived) continue;
      rule.leaf_texts[i] = test.text;
      if (test.truth != Truth::kDoubt) rule.seen.Add(i, test.truth == Truth::kTrue, row);
    }
    const bool wants_true = rule.witnesses_true.empty();
    const auto nearer = [wants_true](const auto& a, const auto& b) {
      return wants_true ? a.first > b.first : a.first < b.first;
    };
    const std::pair<int, Row> tried(score, row);
    rule.tried.insert(std::upper_bound(rule.tried.begin(), rule.tried.end(), tried, nearer), tried);
    if (rule.tried.size() > kNearestRows) rule.tried.pop_back();
    if (told.truth == Truth::kDoubt) return;
    std::vector<Row>& witnesses = told.truth == Truth::kTrue ? rule.witnesses_true : rule.witnesses_false;
    const auto larger = std::find_if(witnesses.begin(), witnesses.end(),
                                     [&row](const Row& known) { return known.size() > row.size(); });
    witnesses.insert(larger, row);
    if (witnesses.size() > kWitnessesMax) witnesses.pop_back();
  }

  // One value varied in the rows that came nearest to what is still missing.
  static std::vector<Row> Variations(SearchedRule& rule) {
    std::vector<Row> rows;
    for (const auto& [score, nearest] : std::exchange(rule.tried, {})) {
      for (const auto& [column, cells] : rule.candidates) {
        for (const std::string& cell : cells) {
          Row row = nearest;
          row.erase(column);
          if (!cell.empty()) row.emplace(column, cell);
          rows.push_back(std::move(row));
        }
      }
    }
    return rows;
  }

  // ---- the table

  // Each witness goes into the first row that it does not contradict. That may lose what a presence test wanted, so the
  // witnesses themselves are there to fall back on.
  [[nodiscard]] std::vector<Row> Join() const {
    std::vector<Row> rows;
    std::vector<Row> single;
    const auto place = [&](const std::vector<Row>& witnesses) {
      if (witnesses.empty()) return;
      single.insert(single.end(), witnesses.begin(), witnesses.end());
      for (Row& row : rows) {
        for (const Row& witness : witnesses) {
          std::optional<Row> both = Joined(row, witness);
          if (!both) continue;
          row = *std::move(both);
          return;
        }
      }
      rows.push_back(witnesses.front());
    };
    for (const SearchedRule& rule : rules_) place(rule.witnesses_true);
    for (const SearchedRule& rule : rules_) place(rule.witnesses_false);
    rows.insert(rows.end(), single.begin(), single.end());
    return rows;
  }

  using Driven = std::set<std::pair<RuleName, Truth>>;

  [[nodiscard]] Driven DrivenBy(const Answer& answer) const {
    Driven driven;
    for (const auto& [name, rule] : answer.rules) {
      if (rule.truth != Truth::kDoubt && index_of_.contains(name)) driven.emplace(name, rule.truth);
    }
    return driven;
  }

  // The row that drives the most of what is left, again and again; then none that the others make needless.
  void Cover(std::vector<Row>& rows, std::vector<Answer>& answers) const {
    std::vector<Driven> driven;
    driven.reserve(answers.size());
    for (const Answer& answer : answers) driven.push_back(DrivenBy(answer));
    std::vector<std::size_t> kept;
    Driven covered;
    while (true) {
      std::size_t best = 0;
      std::size_t most = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto fresh = static_cast<std::size_t>(std::count_if(
            driven[i].begin(), driven[i].end(), [&covered](const auto& one) { return !covered.contains(one); }));
        const bool smaller = fresh == most && fresh > 0 && rows[i].size() < rows[best].size();
        if (fresh > most || smaller) std::tie(best, most) = std::pair(i, fresh);
      }
      if (most == 0) break;
      covered.insert(driven[best].begin(), driven[best].end());
      kept.push_back(best);
    }
    for (std::size_t i = 0; i < kept.size();) {
      Driven others;
      for (const std::size_t other : kept) {
        if (other != kept[i]) others.insert(driven[other].begin(), driven[other].end());
      }
      const auto at = kept.begin() + static_cast<std::ptrdiff_t>(i);
      if (others == covered) {
        kept.erase(at);
      } else {
        ++i;
      }
    }
    std::vector<Row> kept_rows;
    std::vector<Answer> kept_answers;
    for (const std::size_t i : kept) {
      kept_rows.push_back(std::move(rows[i]));
      kept_answers.push_back(std::move(answers[i]));
    }
    rows = std::move(kept_rows);
    answers = std::move(kept_answers);
  }

  // Takes cells out of rows, one at a time, as long as each row still drives what no row before it drives.
  [[nodiscard]] Result<void> Trim(std::vector<Row>& rows, std::vector<Answer>& answers) {
    std::vector<Driven> owned;
    Driven covered;
    for (const Answer& answer : answers) {
      Driven& own = owned.emplace_back();
      for (const auto& one : DrivenBy(answer)) {
        if (covered.insert(one).second) own.insert(one);
      }
    }
    for (std::size_t round = 0; round < kTrimsMax; ++round) {
      std::vector<Row> smaller;
      std::vector<std::size_t> of;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const auto& [column, cell] : rows[i]) {
          if (column == kSend) continue;
          smaller.push_back(rows[i]);
          smaller.back().erase(column);
          of.push_back(i);
        }
      }
      if (smaller.empty()) return {};
      WARD_ASSIGN_OR_RETURN(std::vector<Answer> told, player_.Ask(smaller));
      std::set<std::size_t> trimmed;
      for (std::size_t i = 0; i < smaller.size(); ++i) {
        const Driven driven = DrivenBy(told[i]);
        if (!std::includes(driven.begin(), driven.end(), owned[of[i]].begin(), owned[of[i]].end())) continue;
        if (!trimmed.insert(of[i]).second) continue;
        rows[of[i]] = std::move(smaller[i]);
        answers[of[i]] = std::move(told[i]);
      }
      if (trimmed.empty()) return {};
    }
    return {};
  }

  [[nodiscard]] Generated Write(const std::vector<Row>& rows, const std::vector<Answer>& answers) const {
    Generated generated;
    std::map<std::pair<std::string, std::string>, std::vector<Row>> by_operation;
    Driven driven;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Row row = rows[i];
      row.emplace(kExpect, answers[i].expect);
      const auto at = row.find(std::string(kAt));
      by_operation[{row.at(std::string(kSend)), at == row.end() ? std::string() : at->second}].push_back(
          std::move(row));
      driven.merge(DrivenBy(answers[i]));
    }
    std::vector<GeneratedTest> tests;
    for (auto& [key, table] : by_operation) {
      const std::string at = key.second.empty() ? std::string() : ", at " + key.second;
      tests.push_back({fmt::format("{}: every rule both ways{}", key.first, at), std::move(table)});
    }
    generated.row_count = rows.size();
    for (const SearchedRule& rule : rules_) {
      if (!driven.contains({rule.name, Truth::kTrue})) generated.undriven.push_back(Undriven(rule, true));
      const bool constant = LeavesOf(rule.formula.tree).empty();
      if (!constant && !driven.contains({rule.name, Truth::kFalse}))
        generated.undriven.push_back(Undriven(rule, false));
    }
    if (tests.empty()) return generated;
    generated.text = "# Written by `ward test --generate`: what the policy answers now. Read it before you keep it.\n";
    for (const std::string& one : generated.undriven) generated.text += "# not driven: " + one + "\n";
    generated.text += FileOf(tests, lowered_);
    return generated;
  }

  [[nodiscard]] std::string Undriven(const SearchedRule& rule, bool truth) const {
    const std::string text =
        fmt::format("{} {}: never {}", rule.name.second ? "shadow rule" : "rule", rule.name.first, truth);
    const FormulaTree* obstacle = Obstacle(rule.formula.tree, truth, rule.seen);
    if (obstacle == nullptr) return text + ", since its tests were never so together";
    const auto names_every_zone = [this](ir::TestId id) {
      const ir::Atom& atom = lowered_.atoms[lowered_.tests[id.index()].atom.index()];
      return atom.op == ir::AtomOp::kZoneIn && atom.zones.size() == lowered_.zones.size();
    };
    if (std::all_of(obstacle->tests.begin(), obstacle->tests.end(), names_every_zone)) {
      return text + fmt::format(", since `{}` names every zone", rule.leaf_texts[obstacle->told]);
    }
    const bool text_truth = truth != obstacle->turned;
    return text + fmt::format(", since nothing tried makes `{}` {}", rule.leaf_texts[obstacle->told], text_truth);
  }

  RowPlayer player_;
  const compile::CheckedBundle& checked_;
  const ir::Program& lowered_;
  std::vector<SearchedRule> rules_;
  std::map<RuleName, std::size_t> index_of_;
  std::set<Row> known_;     // every row that was tried
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
