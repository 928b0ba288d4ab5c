// report: what one call of `ward check`, `lint` or `test` found, before anybody chose a format.
//
// Plain values, filled by the command; every renderer reads the same Run, so that no format can tell another story.
#ifndef WARD_SRC_REPORT_RUN_H_
#define WARD_SRC_REPORT_RUN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ward/diagnostic.h"

namespace ward::report {

enum class Status : std::uint8_t {
  kPassed,
  kFailed,   // it ran, and what was expected did not happen
  kSkipped,  // it did not run, and `message` says why; never counts as passed
  kError,    // it could not run to its end: neither the policy nor the test was judged
};

// One test. Texts may hold any bytes; renderers make them harmless.
struct TestCase {
  std::string suite;       // what it belongs to: the policy, else the file
  std::string name;        // with the table's row, if it is one
  std::string file;        // as the bundle names it; empty if it has none
  std::uint32_t line = 0;  // from 1; 0 is unknown
  Status status = Status::kError;
  std::string message;           // one sentence, not for passed ones
  std::string details;           // several lines for people: decision, explanation, difference
  std::int64_t duration_ns = 0;  // wall time
};

struct Run {
  std::string command;                     // "check", "lint", "test"
  std::vector<std::string> files;          // each file that was looked at counts as a test case; `test` leaves it empty
  std::vector<Diagnostic> diagnostics;     // sorted as the compiler sorts them
  Severity fails_from = Severity::kError;  // kWarning: warnings fail the run, too
  std::vector<TestCase> tests;             // in the order they are shown
  std::string stopped;                     // not empty: the run ended before its end, and why
  std::vector<std::pair<std::string, std::string>> properties;  // what else a reader needs: the seed, the bundle
};

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t errors = 0;
};

// A case for each of `files`, and for other files with findings that fail.
[[nodiscard]] std::vector<TestCase> CasesOfFiles(const Run& run);
// `tests`. A run that stopped, or in which nothing ran (everything skipped is nothing, too), gets one case more: an error.
[[nodiscard]] std::vector<TestCase> CasesOfTests(const Run& run);
// Both: the run in formats that know test cases only.
[[nodiscard]] std::vector<TestCase> CasesOf(const Run& run);
[[nodiscard]] Counts CountOf(const std::vector<TestCase>& cases);

// Whether the command may exit with 0: something ran to its end and nothing failed.
[[nodiscard]] bool IsGreen(const Run& run);
[[nodiscard]] bool Fails(const Run& run, const Diagnostic& diagnostic);

// Puts `folder` before the name of every file, so that a bundle's names become names from where the command was
// called. Absolute names stay.
void PrefixFiles(Run& run, std::string_view folder);
void PrefixFile(std::string& file, std::string_view folder);

// "12 passed, 1 failed, 3 skipped"; errors count as failed.
[[nodiscard]] std::string Summary(const Counts& counts);

}  // namespace ward::report

#endif  // WARD_SRC_REPORT_RUN_H_
