// JUnit XML as Jenkins reads it (junit-10.xsd), which others read as well. A case has no attribute for its line there,
// so the place leads the text of a failure. Cases are grouped by suite, in the order of each suite's first case.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include "base/markup.h"
#include "report/render.h"
#include "report/text.h"

namespace ward::report {
namespace {

// CleanLines leaves no sign that XML 1.0 forbids.
std::string Text(std::string_view raw) { return base::EscapedMarkup(CleanLines(raw)); }

// Inside double quotes; readers would turn bare line breaks and tabs into blanks.
std::string Attribute(std::string_view raw) {
  std::string out;
  for (const char sign : Text(raw)) {
    if (sign == '"') {
      out += "&quot;";
    } else if (sign == '\n') {
      out += "&#10;";
    } else if (sign == '\t') {
      out += "&#9;";
    } else {
      out.push_back(sign);
    }
  }
  return out;
}

std::string Seconds(std::int64_t duration_ns) {
  return fmt::format("{}.{:03}", duration_ns / 1'000'000'000, duration_ns / 1'000'000 % 1000);
}

struct Suite {
  std::string name;
  std::vector<const TestCase*> cases;
};

std::vector<Suite> SuitesOf(const std::vector<TestCase>& cases) {
  std::vector<Suite> suites;
  std::map<std::string_view, std::size_t> index_of;
  for (const TestCase& one : cases) {
    const auto [place, added] = index_of.emplace(one.suite, suites.size());
    if (added) suites.push_back(Suite{one.suite, {}});
    suites[place->second].cases.push_back(&one);
  }
  return suites;
}

std::int64_t DurationOf(const std::vector<const TestCase*>& cases) {
  std::int64_t sum = 0;
  for (const TestCase* one : cases) sum += one->duration_ns;
  return sum;
}

void WriteOutcome(std::string& out, std::string_view element, const TestCase& one) {
  const std::string place = PlaceOf(one);
  fmt::format_to(std::back_inserter(out), "      <{} type=\"{}\" message=\"{}\">{}{}{}</{}>\n", element,
                 NameOf(one.status), Attribute(one.message), Text(place), place.empty() ? "" : "\n", Text(one.details),
                 element);
}

void WriteCase(std::string& out, const TestCase& one) {
  fmt::format_to(std::back_inserter(out), "    <testcase classname=\"{}\" name=\"{}\" time=\"{}\">\n",
                 Attribute(one.suite), Attribute(one.name), Seconds(one.duration_ns));
  switch (one.status) {
    case Status::kPassed:
      if (!one.details.empty()) {
        fmt::format_to(std::back_inserter(out), "      <system-out>{}</system-out>\n", Text(one.details));
      }
      break;
    case Status::kFailed:
      WriteOutcome(out, "failure", one);
      break;
    case Status::kError:
      WriteOutcome(out, "error", one);
      break;
    case Status::kSkipped:
      WriteOutcome(out, "skipped", one);
      break;
  }
  out += "    </testcase>\n";
}

// "" if the cases lie in several files.
std::string FileOf(const Suite& suite) {
  const std::string& file = suite.cases.front()->file;
  const bool same =
      std::all_of(suite.cases.begin(), suite.cases.end(), [&file](const TestCase* one) { return one->file == file; });
  return same ? file : std::string();
}

void WriteSuite(std::string& out, const Run& run, const Suite& suite) {
  std::vector<TestCase> cases;
  for (const TestCase* one : suite.cases) cases.push_back(*one);
  const Counts counts = CountOf(cases);
  fmt::format_to(std::back_inserter(out),
                 "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"",
                 Attribute(suite.name), cases.size(), counts.failed, counts.errors, counts.skipped,
                 Seconds(DurationOf(suite.cases)));
  const std::string file = FileOf(suite);
  if (!file.empty()) fmt::format_to(std::back_inserter(out), " file=\"{}\"", Attribute(file));
  out += ">\n    <properties>\n";
  fmt::format_to(std::back_inserter(out), "      <property name=\"command\" value=\"ward {}\"/>\n",
                 Attribute(run.command));
  for (const auto& [name, value] : run.properties) {
    fmt::format_to(std::back_inserter(out), "      <property name=\"{}\" value=\"{}\"/>\n", Attribute(name),
                   Attribute(value));
  }
  out += "    </properties>\n";
  for (const TestCase* one : suite.cases) WriteCase(out, *one);
  out += "  </testsuite>\n";
}

}  // namespace

std::string RenderJunit(const Run& run) {
  const std::vector<TestCase> cases = CasesOf(run);
  const Counts counts = CountOf(cases);
  std::int64_t duration_ns = 0;
  for (const TestCase& one : cases) duration_ns += one.duration_ns;
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  fmt::format_to(std::back_inserter(out),
                 "<testsuites name=\"ward {}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{}\">\n",
                 Attribute(run.command), cases.size(), counts.failed, counts.errors, Seconds(duration_ns));
  for (const Suite& suite : SuitesOf(cases)) WriteSuite(out, run, suite);
  out += "</testsuites>\n";
  return out;
}

}  // namespace ward::report
