#include "cli/command.h"

#include <cstdio>

#include "cli/choice.h"

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
  AddChoice(command, "--format", format, "for people or for programs",
            {{"human", Format::kHuman}, {"json", Format::kJson}});
}

}  // namespace ward::cli
