// lint: what a formula can come out as while one input is missing and every other test answers as it likes.
//
// Exact one way: tests that depend on each other only narrow what is possible. So "not more than" and "not less than"
// hold for every request without that input, and nothing is said of what can really happen.
#ifndef WARD_SRC_LINT_TRUTH_H_
#define WARD_SRC_LINT_TRUTH_H_

#include <cstdint>
#include <optional>

#include "ir/ir.h"

namespace ward::lint {

enum class Truth : std::uint8_t { kFalse, kDoubt, kTrue };

struct TruthRange {
  Truth least = Truth::kFalse;
  Truth most = Truth::kTrue;
};

class TruthWithout {
 public:
  // `clause`: only tests of that clause are looked at, others may answer anything; none: all are.
  TruthWithout(const ir::Program& program, ir::InputId missing, std::optional<ir::Clause> clause)
      : program_(program), missing_(missing), clause_(clause) {}

  [[nodiscard]] TruthRange Of(ir::NodeId node) const;
  [[nodiscard]] TruthRange Of(const ir::Test& test) const;

 private:
  const ir::Program& program_;
  ir::InputId missing_;
  std::optional<ir::Clause> clause_;
};

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_TRUTH_H_
