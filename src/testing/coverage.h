// testing: which states of the rules, and of the tests in their conditions, the decisions of a run have shown.
//
// A *state* is something that can be seen: a rule is true (certain), false or in doubt; a test of a condition is true or
// false. What there is to see comes from the engine itself: every operation is asked once with nothing bound, and the
// explanation names each rule and test. Which states are possible follows from the rule's formula (possible.h): `x is
// missing or x is 5` is never in doubt, `zone in [..]` with every zone never false. What an anonymous operation waives
// wherever it counts is not there at all; waived truths are not seen.
// A test is what stands at one place: a condition's test counts once, whichever rules use the condition.
// The percentage is states seen / states possible, rounded down, so that 100 means all.
// One thread at a time; workers have one each and Merge.
#ifndef WARD_SRC_TESTING_COVERAGE_H_
#define WARD_SRC_TESTING_COVERAGE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ir/ir.h"
#include "ward/engine.h"
#include "ward/error.h"

namespace ward::testing {

// How many decisions showed each truth.
struct TruthCounts {
  std::uint64_t in_doubt = 0;
  std::uint64_t is_false = 0;
  std::uint64_t is_true = 0;

  [[nodiscard]] std::uint64_t sum() const { return in_doubt + is_false + is_true; }
  friend bool operator==(const TruthCounts&, const TruthCounts&) = default;
};

struct CoveredTest {
  std::string file;
  std::uint32_t line = 0;
  std::string text;    // `token.scopes has orders:read`
  std::string clause;  // of the first rule that has it: `when`, `unless`, `require`
  bool can_be_true = false;
  bool can_be_false = false;
  TruthCounts counts;
};

struct CoveredRule {
  std::string name;    // qualified
  std::string policy;  // what qualifies it
  std::string kind;    // as RuleExplanation
  std::string file;
  std::uint32_t line = 0;
  bool shadow = false;
  bool can_be_false = false;
  bool can_be_in_doubt = false;
  bool can_be_true = false;
  std::vector<std::size_t> tests;  // into Coverage::tests(); waived ones are not among them
  TruthCounts counts;
};

struct Share {
  std::size_t seen = 0;
  std::size_t possible = 0;

  // Of nothing, all was seen.
  [[nodiscard]] std::uint32_t percent() const {
    return possible == 0 ? 100U : static_cast<std::uint32_t>(seen * 100 / possible);
  }
  Share& operator+=(const Share& other) {
    seen += other.seen;
    possible += other.possible;
    return *this;
  }
};

[[nodiscard]] Share ShareOf(const CoveredRule& rule);
[[nodiscard]] Share ShareOf(const CoveredTest& test);

// Decisions about one operation from one zone.
struct ZoneCell {
  std::uint64_t allowed = 0;
  std::uint64_t refused = 0;
};

class Coverage {
 public:
  // Everything that the loaded bundle has, nothing seen yet. `lowered` is what it was made of. Takes a reader of `engine`
  // for the time of the call.
  [[nodiscard]] static Result<Coverage> Of(Engine& engine, const ir::Program& lowered);

  // Of the same bundle, nothing seen yet.
  [[nodiscard]] Coverage Fresh() const;

  // One decision. Rules and tests that the bundle does not have (of a variant of it) are left out.
  void Add(const Explanation& explanation);
  // Requires: both are of the same bundle.
  void Merge(const Coverage& other);

  // By file, line, name (text).
  [[nodiscard]] const std::vector<CoveredRule>& rules() const { return rules_; }
  [[nodiscard]] const std::vector<CoveredTest>& tests() const { return tests_; }
  [[nodiscard]] const std::vector<std::string>& operations() const { return operations_; }
  // The last is "": in doubt, or none.
  [[nodiscard]] const std::vector<std::string>& zones() const { return zones_; }
  [[nodiscard]] const ZoneCell& cell(std::size_t operation, std::size_t zone) const {
    return matrix_[operation * zones_.size() + zone];
  }
  [[nodiscard]] std::uint64_t decision_count() const { return decision_count_; }

  [[nodiscard]] Share total() const;
  // A test belongs to the file it stands in, and to the policy of that file's rules or else of the first rule with it.
  [[nodiscard]] std::map<std::string, Share> by_file() const;
  [[nodiscard]] std::map<std::string, Share> by_policy() const;

 private:
  using RuleKey = std::pair<std::string, bool>;  // name, shadow
  struct TestKey {
    std::string file;
    std::uint32_t line = 0;
    std::string text;
    friend auto operator<=>(const TestKey&, const TestKey&) = default;
  };

  class Possible;
  void Survey(const Explanation& nothing_bound, Possible& possible);
  void Sort();

  std::vector<CoveredRule> rules_;
  std::vector<CoveredTest> tests_;
  std::vector<std::string> operations_;
  std::vector<std::string> zones_;
  std::vector<ZoneCell> matrix_;
  std::uint64_t decision_count_ = 0;
  std::map<RuleKey, std::size_t> rule_of_;
  std::map<TestKey, std::size_t> test_of_;
  std::vector<std::uint64_t> last_decision_;  // of each test: it counts once a decision
};

// What was not seen, one sentence each, by file and line:
// `orders/access.ward:16: rule orders.access.read was never true`.
[[nodiscard]] std::vector<std::string> Unseen(const Coverage& coverage);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_COVERAGE_H_
