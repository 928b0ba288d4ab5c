// testing: coverage as text: for a terminal, for programs, for lcov and its relatives, as a page.
//
// All functions are pure: same coverage, same bytes. Names and sources may hold any bytes.
#ifndef WARD_SRC_TESTING_COVERAGE_REPORT_H_
#define WARD_SRC_TESTING_COVERAGE_REPORT_H_

#include <cstdint>
#include <map>
#include <string>

#include "testing/coverage.h"

namespace ward::testing {

enum class CoverageFormat : std::uint8_t { kText, kJson, kLcov, kHtml };

// File name, as the bundle has it -> text.
using SourceTexts = std::map<std::string, std::string>;

// Percentages per policy, what was not seen, who was asked from where.
[[nodiscard]] std::string CoverageText(const Coverage& coverage);

// One object: `percent`, `seen`, `possible`, `decisions`; `policies` and `files` {name: {percent, seen, possible}};
// `rules` [{name, policy, kind, shadow, file, line, true, false, in_doubt, possible ["true"..], tests [index]}];
// `tests` [{file, line, text, clause, true, false, in_doubt, possible}]; `operations` {name: {zone: {allowed, refused}}} where ""
// is no zone or one in doubt, and cells that were never asked are left out; `unseen` [sentence].
[[nodiscard]] std::string CoverageJson(const Coverage& coverage);

// The tracefile format of lcov (man geninfo): a rule is a function, hit when it was true. DA: how often a decision
// looked at the line. BRDA: block 0 are rules, block 1 tests; branches in the order true, false, in doubt (of rules that can
// be). `folder` comes before each name, so that genhtml finds the files.
[[nodiscard]] std::string CoverageLcov(const Coverage& coverage, const std::string& folder);

// One page that needs nothing else: each line of the sources with what was seen of the rules and tests on it.
[[nodiscard]] std::string CoverageHtml(const Coverage& coverage, const SourceTexts& sources);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_COVERAGE_REPORT_H_
