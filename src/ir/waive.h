// ir: the formula of a rule for operations marked anonymous (LANGUAGE.md (e)).
//
// There is no identity there, so a test that reads one is decided by where it stands, after
// negations were pushed inward and conditions inlined, whether or not it is negated itself:
//   deny, require, zone requirement: false in `when` and `unless`, true in what is required
//   on:                              true in `when`, false in `unless`
//   allow:                           the clause fails: false in `when`, true in `unless`
// `subject.roles has r` is one such test, also where r is derived from what is no identity.
#ifndef WARD_SRC_IR_WAIVE_H_
#define WARD_SRC_IR_WAIVE_H_

#include <array>
#include <vector>

#include "ir/builder.h"

namespace ward::ir {

// What a waived test counts as in the text of its clause.
[[nodiscard]] bool WaivedTruth(RuleKind kind, Clause clause);

class Waiver {
 public:
  explicit Waiver(Builder& builder) : builder_(builder) {}

  // The formula with its waived tests as constants; the formula itself if it has none.
  [[nodiscard]] NodeId Waive(NodeId formula, RuleKind kind);
  // The waived tests of a formula, each once, in no order that matters.
  [[nodiscard]] std::vector<TestId> WaivedTests(NodeId formula);

 private:
  Builder& builder_;
  std::array<std::vector<NodeId>, 3> known_;  // by kind, then node
  std::vector<std::uint32_t> last_seen_;      // by node: the call of WaivedTests that last met it
  std::uint32_t call_ = 0;
};

}  // namespace ward::ir

#endif  // WARD_SRC_IR_WAIVE_H_
