// `ward compile`: writes a bundle's bytecode.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "diag/render.h"
#include "ward/compiler.h"

namespace ward::cli {
namespace {

struct CompileCommand {
  std::string bundle;
  std::string output;
  bool stats = false;
  Format format = Format::kHuman;
};

// Writes beside the target and renames, so that a server that watches the file never sees half of it.
Result<void> WriteFile(const std::string& path, const std::vector<std::byte>& bytes) {
  const std::string temporary = path + ".tmp";
  std::FILE* file = std::fopen(temporary.c_str(), "wb");
  if (file == nullptr) {
    return Error{ErrorCode::kIo, fmt::format("cannot write `{}`: {}", path, std::strerror(errno))};
  }
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    std::remove(temporary.c_str());
    return Error{ErrorCode::kIo, fmt::format("cannot write `{}`: {}", path, reason)};
  }
  return {};
}

std::string StatsText(const CompileStats& stats) {
  std::string text = fmt::format("{} files, {} policies, {} rules, {} operations, {} bytes\n", stats.files,
                                 stats.policies, stats.rules, stats.operations, stats.bytecode_bytes);
  for (const auto& [phase, milliseconds] : stats.phases_ms) {
    text += fmt::format("  {:<12} {:>9.2f} ms\n", phase, milliseconds);
  }
  for (const OperationCost& cost : stats.costs) {
    text += fmt::format("{}: {} atoms, {} rules, {} limits, worst case {} steps\n", cost.operation, cost.tests,
                        cost.rules, cost.limits, cost.steps);
  }
  return text;
}

void Compile(const CompileCommand& options, Invocation& invocation) {
  Result<CompileResult> result = CompilePath(options.bundle, {});
  if (!result.has_value()) return Fail(invocation, Exit::kUsage, result.error().message);
  if (options.format == Format::kJson) {
    Print(diag::RenderJson(result->diagnostics));
  } else {
    // What anonymous operations waive is for `ward check --waived`.
    std::erase_if(result->diagnostics, [](const Diagnostic& diagnostic) { return diagnostic.code == "W01"; });
    PrintError(diag::RenderTerminal(result->diagnostics,
                                    invocation.colour_err ? diag::Colour::kAlways : diag::Colour::kNever));
  }
  if (!result->ok()) {
    invocation.exit = Exit::kFindings;
    return;
  }
  std::string output = options.output;
  if (output.empty()) {
    const auto folder = std::filesystem::absolute(options.bundle).lexically_normal();
    output = (folder.has_filename() ? folder.stem() : folder.parent_path().stem()).string() + ".wardc";
  }
  Result<void> written = WriteFile(output, result->bytecode);
  if (!written.has_value()) return Fail(invocation, Exit::kInternal, written.error().message);
  if (options.stats) Print(StatsText(result->stats));
  if (options.format == Format::kHuman) PrintError(fmt::format("wrote {}\n", output));
}

}  // namespace

void AddCompile(CLI::App& app, Invocation& invocation) {
  auto options = std::make_shared<CompileCommand>();
  CLI::App* command = app.add_subcommand("compile", "write a bundle's bytecode");
  command->add_option("BUNDLE", options->bundle, "bundle folder or .ward file")->required();
  command->add_option("-o,--output", options->output, "file to write (default: NAME.wardc in the current folder)");
  command->add_flag("--stats", options->stats, "print sizes, times and the cost bound of each operation");
  AddFormat(*command, options->format);
  command->footer("example:\n  ward compile examples/gateway -o gateway.wardc --stats");
  command->callback([options, &invocation] { Compile(*options, invocation); });
}

}  // namespace ward::cli
