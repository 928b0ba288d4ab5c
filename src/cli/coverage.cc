#include "cli/coverage.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "base/legible.h"
#include "cli/choice.h"
#include "cli/report_format.h"
#include "ir/lower.h"

namespace ward::cli {
namespace {

using testing::Coverage;
using testing::CoverageFormat;

// The whole bundle in an engine, as the tests without `only` see it.
Result<Coverage> NothingSeen(const compile::CheckedBundle& checked) {
  diag::Sink sink;
  const auto lowered = ir::Lower(*checked.program, sink);
  const auto bytecode = lowered == nullptr ? std::nullopt : compile::MakeBytecode(checked, *lowered, sink);
  if (!bytecode) return Error{ErrorCode::kPolicy, "the bundle does not compile; `ward check` says why"};
  WARD_ASSIGN_OR_RETURN(Engine engine, Engine::Create({}));
  WARD_ASSIGN_OR_RETURN([[maybe_unused]] const std::uint64_t generation, engine.Load(*bytecode));
  return Coverage::Of(engine, *lowered);
}

testing::SourceTexts TextsOf(const compile::CheckedBundle& checked) {
  testing::SourceTexts texts;
  for (const auto& file : checked.parsed) {
    const base::SourceFile& source = checked.sources.file(file->span.file);
    texts.emplace(source.name(), source.text());
  }
  return texts;
}

std::string ReportOf(CoverageFormat format, const Coverage& coverage, const compile::CheckedBundle& checked,
                     const std::string& path) {
  switch (format) {
    case CoverageFormat::kText:
      return testing::CoverageText(coverage);
    case CoverageFormat::kJson:
      return testing::CoverageJson(coverage);
    case CoverageFormat::kLcov:
      return testing::CoverageLcov(coverage, PrefixOf(path));
    case CoverageFormat::kHtml:
      return testing::CoverageHtml(coverage, TextsOf(checked));
  }
  return {};
}

report::TestCase BelowThreshold(const Coverage& coverage, std::uint32_t threshold_percent) {
  const std::vector<std::string> unseen = testing::Unseen(coverage);
  report::TestCase result;
  result.suite = "coverage";
  result.name = "threshold";
  result.status = report::Status::kFailed;
  result.message =
      fmt::format("coverage {}% is below the threshold of {}%: {}{}", coverage.total().percent(), threshold_percent,
                  unseen.front(), unseen.size() == 1 ? std::string() : fmt::format(", and {} more", unseen.size() - 1));
  for (const std::string& sentence : unseen) result.details += sentence + "\n";
  return result;
}

}  // namespace

void AddCoverageFlags(CLI::App& command, CoverageOptions& options) {
  AddChoice(
      command, "--coverage", options.format,
      "report which truths of rules and tests were seen: text for people, json, lcov for genhtml and editors, html "
      "as one page",
      {{"text", CoverageFormat::kText},
       {"json", CoverageFormat::kJson},
       {"lcov", CoverageFormat::kLcov},
       {"html", CoverageFormat::kHtml}});
  command.add_option("--coverage-out", options.out, "write that report to FILE (default: after the results)")
      ->type_name("FILE")
      ->needs("--coverage");
  command
      .add_option("--threshold", options.threshold_percent,
                  "fail if less than PERCENT of what can be seen was seen (default: `[test] threshold` of ward.toml)")
      ->type_name("PERCENT")
      ->check(CLI::Range(0, 100));
}

std::string WrongOutput(const CoverageOptions& options, report::Format format, std::size_t bundle_count) {
  if (!options.format) return {};
  if (bundle_count > 1) return "--coverage is about one bundle; call ward once for each";
  if (options.out.empty() && format != report::Format::kHuman) {
    return "--coverage and --format would both write to the output; name a file with --coverage-out";
  }
  return {};
}

Result<std::unique_ptr<CoverageCollector>> CoverageCollector::Open(const CoverageOptions& options,
                                                                   const compile::CheckedBundle& checked,
                                                                   bool whole_run) {
  const std::uint32_t of_bundle = whole_run ? checked.bundle.manifest.test.threshold_percent : 0U;
  const std::uint32_t threshold_percent = options.threshold_percent.value_or(of_bundle);
  if (!options.format && threshold_percent == 0) return std::unique_ptr<CoverageCollector>();
  WARD_ASSIGN_OR_RETURN(Coverage coverage, NothingSeen(checked));
  return std::unique_ptr<CoverageCollector>(new CoverageCollector(options, std::move(coverage), threshold_percent));
}

Result<CoverageCollector::Outcome> CoverageCollector::Finish(const compile::CheckedBundle& checked,
                                                             const std::string& path) const {
  Outcome outcome;
  if (options_.format) outcome.text = ReportOf(*options_.format, coverage_, checked, path);
  if (!options_.out.empty()) {
    std::ofstream file(options_.out, std::ios::binary);
    file << outcome.text;
    if (!file.flush()) return Error{ErrorCode::kIo, fmt::format("cannot write `{}`", base::Legible(options_.out))};
    outcome.text.clear();
  }
  if (coverage_.total().percent() < threshold_percent_) outcome.failed = BelowThreshold(coverage_, threshold_percent_);
  return outcome;
}

}  // namespace ward::cli
