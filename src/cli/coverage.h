// cli: the coverage flags of `ward test`: what is collected while tests run, printed, and held against a threshold.
#ifndef WARD_SRC_CLI_COVERAGE_H_
#define WARD_SRC_CLI_COVERAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/command.h"
#include "compile/checked_bundle.h"
#include "report/render.h"
#include "report/run.h"
#include "testing/coverage.h"
#include "testing/coverage_report.h"
#include "ward/engine.h"
#include "ward/error.h"

namespace ward::cli {

struct CoverageOptions {
  std::optional<testing::CoverageFormat> format;
  std::string out;  // empty: stdout
  std::optional<std::uint32_t> threshold_percent;
};

// `--coverage`, `--coverage-out`, `--threshold`.
void AddCoverageFlags(CLI::App& command, CoverageOptions& options);

// Why the options do not go together, as a message; empty: they do. One text cannot be two reports.
[[nodiscard]] std::string WrongOutput(const CoverageOptions& options, report::Format format, std::size_t bundle_count);

// Collects what the tests of one bundle show.
class CoverageCollector {
 public:
  // Nothing if neither the flags nor, for a whole run, the bundle's ward.toml ask for coverage. Part of the tests says
  // nothing about the bundle's threshold.
  [[nodiscard]] static Result<std::unique_ptr<CoverageCollector>> Open(const CoverageOptions& options,
                                                                       const compile::CheckedBundle& checked,
                                                                       bool whole_run);

  // For the runner of the tests.
  [[nodiscard]] testing::Coverage& coverage() { return coverage_; }

  struct Outcome {
    std::string text;                        // the report, if it goes to stdout
    std::optional<report::TestCase> failed;  // the threshold is not met
  };
  // Writes the report that was asked for, if it goes to a file. `path` is the bundle's, as it was typed.
  [[nodiscard]] Result<Outcome> Finish(const compile::CheckedBundle& checked, const std::string& path) const;

 private:
  CoverageCollector(const CoverageOptions& options, testing::Coverage coverage, std::uint32_t threshold_percent)
      : options_(options), threshold_percent_(threshold_percent), coverage_(std::move(coverage)) {}

  const CoverageOptions& options_;
  const std::uint32_t threshold_percent_;  // 0: none
  testing::Coverage coverage_;
};

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_COVERAGE_H_
