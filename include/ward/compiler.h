// include/ward: the compiler: policy sources in, diagnostics and bytecode out.
//
// A *bundle* is a folder with a `ward.toml` and `.ward` files below it; a single `.ward` file is a
// bundle of one. All errors of a bundle are reported in one go. Same input, same bytes. Functions
// are re-entrant and share nothing; they may start threads of their own while they run. Nothing
// throws.
#ifndef WARD_INCLUDE_WARD_COMPILER_H_
#define WARD_INCLUDE_WARD_COMPILER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ward/diagnostic.h"
#include "ward/error.h"

namespace ward {

struct CompileOptions {
  bool check_only = false;  // everything is checked, the budgets of its bytecode too, but no bytecode is returned
};

// What one operation can cost at most, whatever the request.
struct OperationCost {
  std::string operation;    // qualified
  std::uint32_t rules = 0;  // that cover it
  std::uint32_t limits = 0;
  std::uint32_t tests = 0;  // distinct
  std::uint32_t steps = 0;  // worst case: nodes visited, words joined, instructions
};

struct CompileStats {
  std::size_t files = 0;
  std::size_t policies = 0;
  std::size_t rules = 0;
  std::size_t operations = 0;
  std::size_t bytecode_bytes = 0;
  // Wall time of each phase, in order: name, milliseconds.
  std::vector<std::pair<std::string, double>> phases_ms;
  std::vector<OperationCost> costs;  // by qualified name
};

// A live table's content that ward.toml names, as text cells in column order.
struct LiveTableData {
  std::string table;  // qualified
  std::string file;   // where it was read
  std::vector<std::vector<std::string>> rows;
};

struct CompileResult {
  std::vector<Diagnostic> diagnostics;  // sorted; errors and warnings
  std::vector<std::byte> bytecode;      // empty if there was an error, or check_only
  std::vector<LiveTableData> live_tables;
  CompileStats stats;
  // Every file that was read, absolute: what to watch for changes.
  std::vector<std::string> files;
  [[nodiscard]] bool ok() const;  // no error among the diagnostics
};

// A source that is not (or not yet) a file: an editor's buffer, a test.
struct SourceText {
  std::string name;  // path below the bundle, `orders/access.ward`, `ward.toml`, `data/partners.csv`
  std::string text;
};

// `path` is a bundle folder or one `.ward` file. An error is about the world (no such folder,
// unreadable file); everything about the policy is a diagnostic.
[[nodiscard]] Result<CompileResult> CompilePath(const std::string& path, const CompileOptions& options);
[[nodiscard]] Result<CompileResult> CompileSources(const std::vector<SourceText>& sources,
                                                   const CompileOptions& options);

}  // namespace ward

#endif  // WARD_INCLUDE_WARD_COMPILER_H_
