// The `ward` binary: reads the command line, runs one command, turns its result into an exit code.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/edit_distance.h"
#include "cli/command.h"

namespace {

bool WantsColour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(descriptor) != 0 && (no_colour == nullptr || *no_colour == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb");
}

// The next file that is opened takes the number of a standard stream that is closed: our output would go into a compiled
// bundle, our log into a connection. The place is held by a file of the other direction, so that using it still fails.
void HoldStandardStreams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

constexpr const char* kFooter =
    "exit codes:\n"
    "  0  done; `eval`, `why`: allowed; `test`: all that ran passed\n"
    "  1  the policy has errors; `eval`, `why`: refused; `test`: one failed, or nothing ran\n"
    "  2  a wrong flag, a missing or unreadable file, a bad request file\n"
    "  3  the system refused something (a port in use, a failed write), or a bug of ours\n"
    "\n"
    "example:\n"
    "  ward check examples/gateway\n"
    "  ward test examples/gateway\n"
    "  ward eval examples/gateway --method GET --host api.example.com --path /orders/7 --ip 203.0.113.9\n"
    "\n"
    "`ward COMMAND --help` shows the options of one command.";

// CLI11 would only say that a command is missing.
bool IsUnknownCommand(const CLI::App& app, std::string_view word) {
  if (word.empty() || word.front() == '-') return false;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
    if (names.back() == word) return false;
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto nearest = ward::base::NearestName(word, known);
  ward::cli::PrintError(nearest ? fmt::format("error: there is no command `{}`; did you mean `{}`?\n", word, *nearest)
                                : fmt::format("error: there is no command `{}`; `ward --help` lists them\n", word));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  HoldStandardStreams();
  ward::cli::Invocation invocation;
  invocation.colour_out = WantsColour(STDOUT_FILENO);
  invocation.colour_err = WantsColour(STDERR_FILENO);

  CLI::App app("Ward, a policy decision engine: compiles rule files, answers authorization requests.", "ward");
  app.require_subcommand(1);
  app.footer(kFooter);
  app.get_formatter()->column_width(34);
  ward::cli::AddCheck(app, invocation);
  ward::cli::AddLint(app, invocation);
  ward::cli::AddFix(app, invocation);
  ward::cli::AddCompile(app, invocation);
  ward::cli::AddDump(app, invocation);
  ward::cli::AddEval(app, invocation);
  ward::cli::AddWhy(app, invocation);
  ward::cli::AddTest(app, invocation);
#ifdef WARD_WITH_SERVER
  ward::cli::AddServe(app, invocation);
#endif
  ward::cli::AddFmt(app, invocation);
  ward::cli::AddNew(app, invocation);
  ward::cli::AddExplain(app, invocation);
  ward::cli::AddVersion(app, invocation);
  app.set_version_flag("--version", WARD_VERSION);

  if (argc > 1 && IsUnknownCommand(app, argv[1])) return static_cast<int>(ward::cli::Exit::kUsage);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version come this way too, with code 0.
    return app.exit(error) == 0 ? 0 : static_cast<int>(ward::cli::Exit::kUsage);
  }
  // What nobody could read did not happen: a full disk must not look like an empty, successful run.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    ward::cli::Fail(invocation, ward::cli::Exit::kInternal,
                    fmt::format("cannot write the output: {}", std::strerror(errno)));
  }
  return static_cast<int>(invocation.exit);
}
