// lint: which values of one operand pass a test, as a set that can be joined, met and turned round.
//
// Numbers of every kind (enum values by index, operations by id) are unions of closed intervals, texts and addresses a
// finite set or all but one. What has neither form (globs, prefixes, tables, two variables) has no region.
#ifndef WARD_SRC_LINT_REGIONS_H_
#define WARD_SRC_LINT_REGIONS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "semantic/program.h"

namespace ward::lint {

class Region {
 public:
  using Interval = std::pair<std::int64_t, std::int64_t>;  // both ends included

  // Sorted, apart from each other.
  [[nodiscard]] static Region OfNumbers(std::vector<Interval> intervals);
  [[nodiscard]] static Region OfTexts(std::set<std::string> texts);

  [[nodiscard]] Region Complement() const;
  // Requires: both of numbers, or both of texts.
  [[nodiscard]] Region Meet(const Region& other) const;
  [[nodiscard]] Region Join(const Region& other) const { return Complement().Meet(other.Complement()).Complement(); }
  [[nodiscard]] bool empty() const { return intervals_.empty() && texts_.empty() && !all_but_; }

 private:
  bool numbers_ = true;
  std::vector<Interval> intervals_;
  std::set<std::string> texts_;
  bool all_but_ = false;  // of texts: all others
};

struct OperandRegion {
  const semantic::Expr* operand = nullptr;
  Region region;
};

// Same value in every request: the same text, or two ways to write it that were resolved to the same.
[[nodiscard]] bool SameOperand(const semantic::Expr& a, const semantic::Expr& b);

// Where the test is true, given that the operand is present. `operations` are those a clause is for; nullptr: any.
class RegionReader {
 public:
  RegionReader(const semantic::Program& program, const std::vector<semantic::OperationId>* operations)
      : program_(program), operations_(operations) {}

  // Nothing if it speaks of more than one operand, or in other ways.
  [[nodiscard]] std::optional<OperandRegion> Of(const semantic::Expr& test) const;
  // All values that the operand can have. Of `zone`, one more stands for none, where no zone says `everything else`.
  [[nodiscard]] Region Domain(const semantic::Expr& operand) const;

 private:
  [[nodiscard]] std::optional<Region> OfTest(const semantic::Expr& test) const;

  const semantic::Program& program_;
  const std::vector<semantic::OperationId>* operations_;
};

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_REGIONS_H_
