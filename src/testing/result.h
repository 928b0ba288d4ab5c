// testing: what became of each test, as plain values: for a terminal, for report formats, for coverage.
#ifndef WARD_SRC_TESTING_RESULT_H_
#define WARD_SRC_TESTING_RESULT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ward/decision.h"
#include "ward/diagnostic.h"

namespace ward::testing {

enum class Status : std::uint8_t {
  kPassed,
  kFailed,   // it ran, and something else happened than it expects
  kSkipped,  // it did not run, and `reason` says why; never counts as passed
  kError,    // it could not run to its end: `reason` says why
  kNotRun,   // the run ended before (fail fast)
};

// One expectation that was not met.
struct Failure {
  std::string expected;     // as written: `deny by default`
  Location at;              // where; its source line is the line to change, if the policy is right
  std::string happened;     // `allow by orders.access.read, status 200, zone internet`
  std::string difference;   // the smallest: `token.scopes has orders:read` is true (orders/access.ward:16)
  Explanation explanation;  // of the request that shows it
};

// One test, or one row of a test's table.
struct TestResult {
  std::string policy;
  std::string name;   // with the row, if it is one: `scopes decide, row 2`
  Location location;  // of the name, or of the row
  Status status = Status::kNotRun;
  std::string reason;  // kSkipped, kError: one sentence
  std::vector<Failure> failures;
  std::int64_t duration_ns = 0;
};

struct RunResult {
  std::vector<TestResult> tests;  // in the order of the text, whatever order they ran in
  std::uint64_t seed = 0;         // of that order; 0: that of the text
  std::size_t image_count = 0;    // how many variants of the bundle were compiled
  std::size_t decision_count = 0;

  [[nodiscard]] std::size_t Count(Status status) const;
  // Something ran, nothing failed, nothing was left out but what says why.
  [[nodiscard]] bool green() const;
};

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_RESULT_H_
