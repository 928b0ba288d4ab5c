// cli: what `check`, `lint` and `test` found, printed in the format that `--format` chose.
#ifndef WARD_SRC_CLI_REPORT_FORMAT_H_
#define WARD_SRC_CLI_REPORT_FORMAT_H_

#include <string>
#include <vector>

#include "cli/command.h"
#include "report/render.h"
#include "report/run.h"
#include "ward/diagnostic.h"

namespace ward::cli {

// `--format human|json|lines|junit|tap|sarif|github`.
void AddReportFormat(CLI::App& command, report::Format& format);

// What was found in one bundle.
struct BundleFindings {
  const std::string& path;                // as it was named on the command line
  const std::vector<std::string>& files;  // CompileResult::files
  std::vector<Diagnostic> diagnostics;
};
// Adds them to a run that may have several, with names of files from the current folder.
void AddBundle(report::Run& run, BundleFindings bundle);

// The folder of the bundle at `path` (folder or .ward file) as a prefix for report::PrefixFiles: "examples/gateway/";
// empty for the current folder; absolute if the bundle lies elsewhere.
[[nodiscard]] std::string PrefixOf(const std::string& path);

// Prints to stdout; sets kFindings unless the run is green.
void PrintReport(const report::Run& run, report::Format format, Invocation& invocation);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_REPORT_FORMAT_H_
