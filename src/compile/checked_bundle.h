// compile: the front half of the pipeline: a bundle read, parsed and checked, kept as one structure.
//
// For whoever works on what an author wrote (linter, test runner, editor) rather than on bytecode. Self-contained: the
// trees and the Program point into `sources`, so it stays where it is made.
// Threads: immutable once made, but for `sink` and `sources`, which later phases of one thread may add to.
#ifndef WARD_SRC_COMPILE_CHECKED_BUNDLE_H_
#define WARD_SRC_COMPILE_CHECKED_BUNDLE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "bundle/bundle.h"
#include "bundle/file_set.h"
#include "diag/sink.h"
#include "ir/ir.h"
#include "semantic/program.h"
#include "syntax/ast.h"
#include "ward/error.h"

namespace ward::compile {

struct CheckedBundle {
  CheckedBundle() = default;
  CheckedBundle(const CheckedBundle&) = delete;
  CheckedBundle& operator=(const CheckedBundle&) = delete;

  base::SourceMap sources;
  diag::Sink sink;  // everything found so far
  bundle::Bundle bundle;
  std::vector<std::unique_ptr<syntax::File>> parsed;  // sorted by name, those that Ward ships among them
  bundle::DataFiles data;
  std::optional<semantic::Program> program;  // nothing if the sink has an error
  std::vector<std::string> files;            // every file that was read or may come, absolute: what to watch
};

// Called with "read", "parse", "check" as each is done.
using PhaseDone = std::function<void(std::string_view)>;

// An error is about the world (no such folder); what an author can mend is in the sink.
[[nodiscard]] Result<std::unique_ptr<CheckedBundle>> CheckBundle(const bundle::FileSet& files, const PhaseDone& done);

// The back half: bytecode of a lowered program within the bundle's budgets. Nothing if an author can mend it; then the
// sink says so. The program may be another than the bundle's own (a variant of it).
[[nodiscard]] std::optional<std::vector<std::byte>> MakeBytecode(const CheckedBundle& checked,
                                                                 const ir::Program& lowered, diag::Sink& sink);

}  // namespace ward::compile

#endif  // WARD_SRC_COMPILE_CHECKED_BUNDLE_H_
