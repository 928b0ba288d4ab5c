// `ward version`
#include <CLI/CLI.hpp>

#include "cli/command.h"

namespace ward::cli {

void AddVersion(CLI::App& app, Invocation&) {
  CLI::App* command = app.add_subcommand("version", "print the version");
  command->callback([] { Print("ward " WARD_VERSION "\n"); });
}

}  // namespace ward::cli
