// cli: from a path on the command line (folder, .ward, .wardc) to bytecode and live rows.
#ifndef WARD_SRC_CLI_BUNDLE_SOURCE_H_
#define WARD_SRC_CLI_BUNDLE_SOURCE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "cli/command.h"
#include "ward/compiler.h"
#include "ward/engine.h"
#include "ward/error.h"

namespace ward::cli {

struct BundleSource {
  std::vector<std::byte> bytecode;
  std::vector<Engine::TableContent> tables;
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> files;  // what to watch
};

// True if `path` names compiled bytecode.
[[nodiscard]] bool IsCompiled(const std::string& path);

// Whole content of a file; the error names it.
[[nodiscard]] Result<std::vector<std::byte>> ReadBytes(const std::string& path);
[[nodiscard]] Result<std::string> ReadText(const std::string& path);

// kPolicy: it did not compile; `diagnostics` of the result cannot be returned then, so they are appended to `found`.
[[nodiscard]] Result<BundleSource> ReadBundle(const std::string& path, std::vector<Diagnostic>& found);

// Reads, compiles if needed, loads into a new engine. On failure everything was printed and the exit code is set.
[[nodiscard]] Result<Engine> OpenBundle(const std::string& path, Invocation& invocation);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_BUNDLE_SOURCE_H_
