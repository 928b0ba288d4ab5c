#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

namespace ward::cli {

void Print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void PrintError(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

void Fail(Invocation& invocation, Exit exit, std::string_view message) {
  invocation.exit = exit;
  PrintError(invocation.colour_err ? "\x1b[1;31merror:\x1b[0m " : "error: ");
  PrintError(message);
  PrintError("\n");
}

void AddFormat(CLI::App& command, Format& format) {
  static const std::map<std::string, Format> kFormats = {{"human", Format::kHuman}, {"json", Format::kJson}};
  command.add_option("--format", format, "human (default) or json")
      ->transform(CLI::CheckedTransformer(kFormats).description("human|json"));
}

}  // namespace ward::cli
