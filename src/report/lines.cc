// One line each, for editors and grep: findings as diag writes them, then the tests that did not pass.
#include <fmt/format.h>

#include <iterator>

#include "report/render.h"
#include "report/text.h"

namespace ward::report {

std::string RenderLines(const Run& run) {
  std::string out = diag::RenderLines(run.diagnostics);
  for (const TestCase& one : CasesOfTests(run)) {
    if (one.status == Status::kPassed) continue;
    const std::string place = CleanLine(PlaceOf(one));
    fmt::format_to(std::back_inserter(out), "{}{}{}: {}: {}\n", place, place.empty() ? "" : ": ", NameOf(one.status),
                   CleanLine(one.name), CleanLine(one.message));
  }
  return out;
}

}  // namespace ward::report
