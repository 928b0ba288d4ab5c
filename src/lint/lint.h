// lint: finds in a bundle what compiles and is probably not meant.
//
// Each lint is one function over a View and one row of the table in lint.cc; its kind (L..) has the name that `@accept`,
// `--only` and `--skip` use, and an essay. Findings are warnings. Dates come from the caller, so that a run can be
// repeated. Threads: nothing is shared between calls.
#ifndef WARD_SRC_LINT_LINT_H_
#define WARD_SRC_LINT_LINT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/file_set.h"
#include "diag/kind.h"
#include "diag/sink.h"
#include "lint/view.h"
#include "ward/compiler.h"
#include "ward/diagnostic.h"
#include "ward/error.h"

namespace ward::lint {

struct Lint {
  diag::Kind kind = diag::Kind::kStaleAccept;
  std::string_view summary;                          // one line for `ward lint --list`
  void (*look)(const View&, diag::Sink&) = nullptr;  // nullptr: found by what others report
};

// In the order of their codes.
[[nodiscard]] std::span<const Lint> AllLints();

struct Options {
  std::int64_t today_ns = 0;     // nanoseconds since 1970-01-01T00:00:00Z
  std::vector<diag::Kind> only;  // empty: all
  std::vector<diag::Kind> skip;
  std::vector<std::string> files;  // below the bundle's folder: only what is found there is told; empty: all
};

struct Outcome {
  CompileResult compiled;  // without bytecode and diagnostics
  bool compiles = false;
  std::vector<Diagnostic> findings;  // sorted; where it does not compile, its errors, of all files
};

// An error is about the world (an unreadable file).
[[nodiscard]] Result<Outcome> Run(const bundle::FileSet& files, const Options& options);

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_LINT_H_
