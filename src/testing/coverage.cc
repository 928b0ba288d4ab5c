#include "testing/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "base/check.h"
#include "testing/formula_tree.h"
#include "testing/possible.h"

namespace ward::testing {
namespace {

void Count(TruthCounts& counts, Truth truth) {
  switch (truth) {
    case Truth::kDoubt:
      ++counts.in_doubt;
      break;
    case Truth::kFalse:
      ++counts.is_false;
      break;
    case Truth::kTrue:
      ++counts.is_true;
      break;
  }
}

void Add(TruthCounts& into, const TruthCounts& counts) {
  into.in_doubt += counts.in_doubt;
  into.is_false += counts.is_false;
  into.is_true += counts.is_true;
}

// `orders.access.read` is of `orders.access`; `platform.zones.internet.fresh-token`, a zone requirement, of
// `platform.zones`.
std::string PolicyOf(const RuleExplanation& rule) {
  std::string policy = rule.rule;
  for (int names = rule.kind == "zone requirement" ? 2 : 1; names > 0; --names) {
    const std::size_t dot = policy.rfind('.');
    if (dot == std::string::npos) return policy;
    policy.resize(dot);
  }
  return policy;
}

void AddState(Share& share, bool possible, std::uint64_t count) {
  // What was seen is possible, whatever the survey thought.
  if (!possible && count == 0) return;
  ++share.possible;
  if (count > 0) ++share.seen;
}

// Sorts `items` by `key`; the result says where each one went.
template <typename Item, typename Key>
std::vector<std::size_t> SortBy(std::vector<Item>& items, Key key) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(items[a]) < key(items[b]); });
  std::vector<Item> sorted;
  std::vector<std::size_t> place_of(items.size());
  for (const std::size_t from : order) {
    place_of[from] = sorted.size();
    sorted.push_back(std::move(items[from]));
  }
  items = std::move(sorted);
  return place_of;
}

}  // namespace

Share ShareOf(const CoveredRule& rule) {
  Share share;
  AddState(share, rule.can_be_true, rule.counts.is_true);
  AddState(share, rule.can_be_false, rule.counts.is_false);
  AddState(share, rule.can_be_in_doubt, rule.counts.in_doubt);
  return share;
}

Share ShareOf(const CoveredTest& test) {
  Share share;
  AddState(share, test.can_be_true, test.counts.is_true);
  AddState(share, test.can_be_false, test.counts.is_false);
  return share;
}

// What the formulas of the rules allow, once a rule.
class Coverage::Possible {
 public:
  struct OfRule {
    PossibleTruths rule;
    std::vector<PossibleTruths> tests;  // as an explanation tells them
  };

  explicit Possible(const ir::Program& lowered) : lowered_(lowered) {
    for (const ir::Rule& rule : lowered.rules) rules_.emplace(RuleKey{rule.name, rule.shadow}, &rule);
    for (const ir::Operation& operation : lowered.operations) {
      if (operation.anonymous) anonymous_.insert(operation.name);
    }
  }

  // Requires: the rule is one of the lowered ones.
  const OfRule& Of(const RuleExplanation& told, const std::string& operation) {
    const bool anonymous = anonymous_.contains(operation);
    const auto [place, added] = known_.try_emplace({RuleKey{told.rule, told.shadow}, anonymous});
    if (!added) return place->second;
    const ir::Rule& rule = *rules_.at(place->first.first);
    const ir::NodeId root = anonymous ? rule.anonymous_formula : rule.formula;
    place->second.rule = PossibleOf(lowered_, root);
    const RuleFormula formula = FormulaOf(lowered_, root);
    // Told in other pieces than here: anything may be.
    const bool same = formula.told_count == told.tests.size();
    place->second.tests.resize(told.tests.size(), same ? PossibleTruths() : PossibleTruths{true, true, true});
    for (const FormulaTree* leaf : LeavesOf(formula.tree)) {
      for (const ir::TestId test : leaf->tests) {
        if (!same) break;
        const PossibleTruths truths = PossibleOf(lowered_, test);
        PossibleTruths& all = place->second.tests[leaf->told];
        all.is_true = all.is_true || truths.is_true;
        all.is_false = all.is_false || truths.is_false;
      }
    }
    return place->second;
  }

 private:
  const ir::Program& lowered_;
  std::map<RuleKey, const ir::Rule*> rules_;
  std::set<std::string> anonymous_;
  std::map<std::pair<RuleKey, bool>, OfRule> known_;
};

Result<Coverage> Coverage::Of(Engine& engine, const ir::Program& lowered) {
  Coverage coverage;
  Possible possible(lowered);
  const BundleInfo info = engine.info();
  WARD_ASSIGN_OR_RETURN(Reader reader, engine.NewReader());
  for (const OperationInfo& operation : info.operations) {
    coverage.operations_.push_back(operation.name);
    // Without an address every zone is a candidate, so the requirements of all are listed.
    Request& request = reader.Begin();
    request.SetOperation(operation.name);
    request.SetNow(0);
    reader.Decide();
    coverage.Survey(reader.Explain(), possible);
  }
  std::sort(coverage.operations_.begin(), coverage.operations_.end());
  coverage.zones_ = info.zones;
  coverage.zones_.emplace_back();
  coverage.matrix_.resize(coverage.operations_.size() * coverage.zones_.size());
  coverage.Sort();
  return coverage;
}

void Coverage::Survey(const Explanation& nothing_bound, Possible& possible) {
  for (const RuleExplanation& found : nothing_bound.rules) {
    const auto [place, added] = rule_of_.emplace(RuleKey{found.rule, found.shadow}, rules_.size());
    if (added) {
      CoveredRule rule;
      rule.name = found.rule;
      rule.policy = PolicyOf(found);
      rule.kind = found.kind;
      rule.file = found.file;
      rule.line = found.line;
      rule.shadow = found.shadow;
      rules_.push_back(std::move(rule));
    }
    CoveredRule& rule = rules_[place->second];
    const Possible::OfRule& truths = possible.Of(found, nothing_bound.operation);
    rule.can_be_true = rule.can_be_true || truths.rule.is_true;
    rule.can_be_false = rule.can_be_false || truths.rule.is_false;
    rule.can_be_in_doubt = rule.can_be_in_doubt || truths.rule.in_doubt;
    for (std::size_t i = 0; i < found.tests.size(); ++i) {
      const TestExplanation& seen = found.tests[i];
      if (seen.waived) continue;
      const auto [test, is_new] = test_of_.emplace(TestKey{seen.file, seen.line, seen.text}, tests_.size());
      if (is_new) tests_.push_back(CoveredTest{seen.file, seen.line, seen.text, seen.clause, false, false, {}});
      CoveredTest& covered = tests_[test->second];
      covered.can_be_true = covered.can_be_true || truths.tests[i].is_true;
      covered.can_be_false = covered.can_be_false || truths.tests[i].is_false;
      if (std::find(rule.tests.begin(), rule.tests.end(), test->second) == rule.tests.end()) {
        rule.tests.push_back(test->second);
      }
    }
  }
}

void Coverage::Sort() {
  const std::vector<std::size_t> test_place =
      SortBy(tests_, [](const CoveredTest& t) { return std::tie(t.file, t.line, t.text); });
  for (auto& [key, index] : test_of_) index = test_place[index];
  for (CoveredRule& rule : rules_) {
    for (std::size_t& test : rule.tests) test = test_place[test];
  }
  const std::vector<std::size_t> rule_place =
      SortBy(rules_, [](const CoveredRule& r) { return std::tie(r.file, r.line, r.name, r.shadow); });
  for (auto& [key, index] : rule_of_) index = rule_place[index];
  last_decision_.assign(tests_.size(), 0);
}

void Coverage::Add(const Explanation& explanation) {
  ++decision_count_;
  const auto operation = std::lower_bound(operations_.begin(), operations_.end(), explanation.operation);
  const auto zone = std::find(zones_.begin(), zones_.end(), explanation.zone);
  if (operation != operations_.end() && *operation == explanation.operation && zone != zones_.end()) {
    const auto row = static_cast<std::size_t>(operation - operations_.begin());
    ZoneCell& cell = matrix_[row * zones_.size() + static_cast<std::size_t>(zone - zones_.begin())];
    ++(explanation.outcome == Outcome::kAllow ? cell.allowed : cell.refused);
  }
  for (const RuleExplanation& rule : explanation.rules) {
    const auto found = rule_of_.find(RuleKey{rule.rule, rule.shadow});
    if (found == rule_of_.end()) continue;
    Count(rules_[found->second].counts, rule.truth);
    for (const TestExplanation& test : rule.tests) {
      if (test.waived) continue;
      const auto known = test_of_.find(TestKey{test.file, test.line, test.text});
      if (known == test_of_.end() || last_decision_[known->second] == decision_count_) continue;
      last_decision_[known->second] = decision_count_;
      Count(tests_[known->second].counts, test.truth);
    }
  }
}

Coverage Coverage::Fresh() const {
  Coverage fresh = *this;
  for (CoveredRule& rule : fresh.rules_) rule.counts = TruthCounts();
  for (CoveredTest& test : fresh.tests_) test.counts = TruthCounts();
  fresh.matrix_.assign(matrix_.size(), ZoneCell());
  fresh.decision_count_ = 0;
  fresh.last_decision_.assign(tests_.size(), 0);
  return fresh;
}

void Coverage::Merge(const Coverage& other) {
  WARD_CHECK(rules_.size() == other.rules_.size() && tests_.size() == other.tests_.size());
  for (std::size_t i = 0; i < rules_.size(); ++i) testing::Add(rules_[i].counts, other.rules_[i].counts);
  for (std::size_t i = 0; i < tests_.size(); ++i) testing::Add(tests_[i].counts, other.tests_[i].counts);
  for (std::size_t i = 0; i < matrix_.size(); ++i) {
    matrix_[i].allowed += other.matrix_[i].allowed;
    matrix_[i].refused += other.matrix_[i].refused;
  }
  decision_count_ += other.decision_count_;
  // Numbers of decisions before the merge mean nothing after it.
  last_decision_.assign(tests_.size(), 0);
}

Share Coverage::total() const {
  Share share;
  for (const CoveredRule& rule : rules_) share += ShareOf(rule);
  for (const CoveredTest& test : tests_) share += ShareOf(test);
  return share;
}

std::map<std::string, Share> Coverage::by_file() const {
  std::map<std::string, Share> shares;
  for (const CoveredRule& rule : rules_) shares[rule.file] += ShareOf(rule);
  for (const CoveredTest& test : tests_) shares[test.file] += ShareOf(test);
  return shares;
}

std::map<std::string, Share> Coverage::by_policy() const {
  std::map<std::string, std::string> policy_of_file;
  for (const CoveredRule& rule : rules_) policy_of_file.emplace(rule.file, rule.policy);
  std::vector<std::string> policy_of_test(tests_.size());
  for (const CoveredRule& rule : rules_) {
    for (const std::size_t test : rule.tests) {
      if (policy_of_test[test].empty()) policy_of_test[test] = rule.policy;
    }
  }
  std::map<std::string, Share> shares;
  for (const CoveredRule& rule : rules_) shares[rule.policy] += ShareOf(rule);
  for (std::size_t i = 0; i < tests_.size(); ++i) {
    const auto owner = policy_of_file.find(tests_[i].file);
    shares[owner == policy_of_file.end() ? policy_of_test[i] : owner->second] += ShareOf(tests_[i]);
  }
  return shares;
}

std::vector<std::string> Unseen(const Coverage& coverage) {
  std::vector<std::tuple<std::string, std::uint32_t, std::string>> found;
  const auto add = [&found](const std::string& file, std::uint32_t line, const std::string& what, bool possible,
                            std::string_view state) {
    if (possible) found.emplace_back(file, line, fmt::format("{} was never {}", what, state));
  };
  for (const CoveredRule& rule : coverage.rules()) {
    const std::string what = fmt::format("{} {}", rule.shadow ? "shadow rule" : "rule", rule.name);
    // The formula of a requirement says what breaks it.
    const bool requirement = rule.kind == "require" || rule.kind == "zone requirement";
    add(rule.file, rule.line, what, rule.can_be_true && rule.counts.is_true == 0, requirement ? "broken" : "true");
    add(rule.file, rule.line, what, rule.can_be_false && rule.counts.is_false == 0, requirement ? "met" : "false");
    add(rule.file, rule.line, what, rule.can_be_in_doubt && rule.counts.in_doubt == 0, "in doubt");
  }
  for (const CoveredTest& test : coverage.tests()) {
    const std::string what = fmt::format("`{}`", test.text);
    add(test.file, test.line, what, test.can_be_true && test.counts.is_true == 0, "true");
    add(test.file, test.line, what, test.can_be_false && test.counts.is_false == 0, "false");
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<std::string> sentences;
  sentences.reserve(found.size());
  for (const auto& [file, line, text] : found) sentences.push_back(fmt::format("{}:{}: {}", file, line, text));
  return sentences;
}

}  // namespace ward::testing
