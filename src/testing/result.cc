#include "testing/result.h"

#include <algorithm>

namespace ward::testing {

std::size_t RunResult::Count(Status status) const {
  return static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(), [status](const TestResult& test) { return test.status == status; }));
}

bool RunResult::green() const {
  return Count(Status::kPassed) > 0 && Count(Status::kFailed) + Count(Status::kError) + Count(Status::kNotRun) == 0;
}

}  // namespace ward::testing
