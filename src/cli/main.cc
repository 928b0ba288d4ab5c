// The `ward` binary: reads the command line, runs one command, turns its result into an exit code.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/command.h"

namespace {

bool WantsColour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(descriptor) != 0 && (no_colour == nullptr || *no_colour == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb");
}

constexpr const char* kFooter =
    "exit codes:\n"
    "  0  done; `eval`, `why`: allowed\n"
    "  1  the policy has errors; `eval`, `why`: refused\n"
    "  2  a wrong flag, a missing or unreadable file, a bad request file\n"
    "  3  the system refused something (a port in use, a failed write), or a bug of ours\n"
    "\n"
    "example:\n"
    "  ward check examples/gateway\n"
    "  ward eval examples/gateway --method GET --host api.example.com --path /orders/7 --ip 203.0.113.9\n"
    "\n"
    "`ward COMMAND --help` shows the options of one command.";

}  // namespace

int main(int argc, char** argv) {
  ward::cli::Invocation invocation;
  invocation.colour_out = WantsColour(STDOUT_FILENO);
  invocation.colour_err = WantsColour(STDERR_FILENO);

  CLI::App app("Ward, a policy decision engine: compiles rule files, answers authorization requests.", "ward");
  app.require_subcommand(1);
  app.footer(kFooter);
  app.get_formatter()->column_width(34);
  ward::cli::AddCheck(app, invocation);
  ward::cli::AddCompile(app, invocation);
  ward::cli::AddDump(app, invocation);
  ward::cli::AddEval(app, invocation);
  ward::cli::AddWhy(app, invocation);
#ifdef WARD_WITH_SERVER
  ward::cli::AddServe(app, invocation);
#endif
  ward::cli::AddExplain(app, invocation);
  ward::cli::AddVersion(app, invocation);
  app.set_version_flag("--version", WARD_VERSION);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version come this way too, with code 0.
    return app.exit(error) == 0 ? 0 : static_cast<int>(ward::cli::Exit::kUsage);
  }
  return static_cast<int>(invocation.exit);
}
