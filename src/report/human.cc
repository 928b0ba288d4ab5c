// For people: the findings with their source lines, each test that did not pass with its details, the counts.
#include <fmt/format.h>

#include <cstddef>
#include <iterator>

#include "base/legible.h"
#include "report/render.h"
#include "report/text.h"

namespace ward::report {
namespace {

constexpr std::string_view kOff = "\x1b[0m";

std::string_view ColourOf(Status status) {
  switch (status) {
    case Status::kPassed:
      return "\x1b[32m";
    case Status::kSkipped:
      return "\x1b[33m";
    case Status::kFailed:
    case Status::kError:
      return "\x1b[1;31m";
  }
  return kOff;
}

void WriteCase(std::string& out, const TestCase& one, bool coloured) {
  if (!out.empty()) out.push_back('\n');
  const std::string place = base::Legible(PlaceOf(one));
  fmt::format_to(std::back_inserter(out), "{}{}{}: {}: {}{}\n", coloured ? ColourOf(one.status) : "",
                 NameOf(one.status), coloured ? kOff : "", base::Legible(one.suite), base::Legible(one.name),
                 place.empty() ? "" : "   " + place);
  if (!one.message.empty()) fmt::format_to(std::back_inserter(out), "  {}\n", base::Legible(one.message));
  std::string_view rest = one.details;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string line = base::Legible(rest.substr(0, end));
    fmt::format_to(std::back_inserter(out), "{}{}\n", line.empty() ? "" : "  ", line);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

}  // namespace

std::string RenderHuman(const Run& run, diag::Colour colour) {
  const bool coloured = colour == diag::Colour::kAlways;
  std::string out = diag::RenderTerminal(run.diagnostics, colour);
  // The cases of files would say again what the findings said.
  const std::vector<TestCase> tests = CasesOfTests(run);
  if (run.command != "test" && tests.empty()) return out;
  for (const TestCase& one : tests) {
    if (one.status != Status::kPassed) WriteCase(out, one, coloured);
  }
  const Counts counts = CountOf(CasesOf(run));
  const bool green = IsGreen(run);
  if (!out.empty()) out.push_back('\n');
  fmt::format_to(std::back_inserter(out), "{}{}{}\n",
                 coloured ? ColourOf(green ? Status::kPassed : Status::kFailed) : "", Summary(counts),
                 coloured ? kOff : "");
  return out;
}

}  // namespace ward::report
