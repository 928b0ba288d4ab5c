// ir: lowers rules and zone requirements: one formula each, its reply and its obligations.
//
// The formula is `when and not unless`, for `require C` also `and not C`; a zone's `requires C` is
// such a rule for all that the zone's policy governs, bound to the zone. Names are qualified;
// numbers are given later, by rank.
#ifndef WARD_SRC_IR_LOWER_RULE_H_
#define WARD_SRC_IR_LOWER_RULE_H_

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "diag/sink.h"
#include "ir/builder.h"
#include "ir/lower_expr.h"
#include "ir/lower_value.h"
#include "ir/waive.h"
#include "semantic/program.h"

namespace ward::ir {

class RuleLowering {
 public:
  // Keeps all of them. The builder's program already has its operations and operation sets.
  RuleLowering(const semantic::Program& source, Builder& builder, ValueLowering& values, FormulaLowering& formulas,
               diag::Sink& sink);

  [[nodiscard]] Rule Lower(const semantic::Rule& rule);
  [[nodiscard]] Rule Lower(semantic::ZoneId zone, const semantic::ZoneRequirement& requirement);

 private:
  void SetFormula(Rule& rule, const std::vector<NodeId>& parts);
  void SetReply(Rule& rule, std::uint32_t reply_index);
  [[nodiscard]] Obligations LowerObligations(const semantic::Obligations& obligations);
  void ReportWaived(const Rule& rule);

  const semantic::Program& source_;
  Builder& builder_;
  ValueLowering& values_;
  FormulaLowering& formulas_;
  diag::Sink& sink_;
  Waiver waiver_;
  std::set<std::pair<RuleKind, TestId>> reported_waived_;
  std::vector<char> has_anonymous_;  // by operation set
};

}  // namespace ward::ir

#endif  // WARD_SRC_IR_LOWER_RULE_H_
