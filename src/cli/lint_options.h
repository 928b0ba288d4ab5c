// cli: the options by which `lint` and `fix` choose lints and the date.
#ifndef WARD_SRC_CLI_LINT_OPTIONS_H_
#define WARD_SRC_CLI_LINT_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "lint/lint.h"

namespace ward::cli {

struct LintChoice {
  std::vector<std::string> only;
  std::vector<std::string> skip;
  std::string today;  // empty: now
};

// `--only NAME`, `--skip NAME`, `--today DATE`.
void AddLintChoice(CLI::App& command, LintChoice& choice);

// Nothing if a name or the date is wrong; that was printed and the exit code is set.
[[nodiscard]] std::optional<lint::Options> ReadLintChoice(const LintChoice& choice, Invocation& invocation);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_LINT_OPTIONS_H_
