// testing: runs the tests of a checked bundle, in parallel, through the engine that production runs.
//
// The bundle is compiled once for each variant that the chosen tests ask for (plan.h). Each worker has an engine of its
// own per variant. The result does not depend on how many workers there are, nor on the order they run in.
#ifndef WARD_SRC_TESTING_RUN_H_
#define WARD_SRC_TESTING_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "compile/checked_bundle.h"
#include "testing/coverage.h"
#include "testing/recorded_request.h"
#include "testing/result.h"
#include "ward/engine.h"
#include "ward/error.h"

namespace ward::testing {

// Calls `work` once for each of the numbers 0 .. workers - 1, several at once or one after the other, and returns when all
// calls have.
using Crew = std::function<void(int workers, const std::function<void(int)>& work)>;
// By oneTBB.
void TbbCrew(int workers, const std::function<void(int)>& work);

// Which tests: of the bundle's own files, not of those that come with Ward.
struct Selection {
  std::vector<std::string> files;     // as the bundle names them; empty: all
  std::vector<std::string> patterns;  // a test matches one of them (plan.h); empty: all
};

struct RunOptions {
  Selection selection;
  bool fail_fast = false;  // after the first failure no further test begins
  std::uint64_t seed = 0;  // shuffles the order in which tests run; 0: the order of the text
  int worker_count = 0;    // 0: one per processor
  Crew crew = TbbCrew;     // who does the work
  RequestReader recorded;  // reads what `send request` names
  // Called from any worker after each test.
  std::function<void(std::size_t done, std::size_t total)> on_test;
  // Called from any worker after each decision, while the Reader can still explain it.
  std::function<void(const Reader&)> on_decision;
  // Has all decisions added when the run has ended, of this bundle; nobody changes it meanwhile. Null: nobody asks.
  Coverage* coverage = nullptr;
};

// The chosen tests, not run: status kNotRun.
[[nodiscard]] std::vector<TestResult> ListTests(const compile::CheckedBundle& checked, const Selection& selection);

// Requires: checked.program.
[[nodiscard]] RunResult RunTests(const compile::CheckedBundle& checked, RunOptions options);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_RUN_H_
