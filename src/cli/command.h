// cli: what every command shares: exit codes, output, and how it hangs into the command line.
#ifndef WARD_SRC_CLI_COMMAND_H_
#define WARD_SRC_CLI_COMMAND_H_

#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): the library calls itself so
class App;
}

namespace ward::cli {

// Documented in `ward --help`; scripts rely on them.
enum class Exit : int {
  kOk = 0,        // done; `eval`, `why`: allowed
  kFindings = 1,  // the policy has errors; `eval`, `why`: refused
  kUsage = 2,     // a wrong flag, a missing or unreadable file, a bad request file
  kInternal = 3,  // the world or we are wrong: a port in use, a failed write
};

enum class Format { kHuman, kJson };

// What a command got from the outside, and what it answers. One per process.
struct Invocation {
  Exit exit = Exit::kOk;
  // True if stdout (stderr) is a terminal that wants colours; NO_COLOR is respected.
  bool colour_out = false;
  bool colour_err = false;
};

void Print(std::string_view text);       // to stdout
void PrintError(std::string_view text);  // to stderr

// "error: <message>" on stderr; sets the exit code.
void Fail(Invocation& invocation, Exit exit, std::string_view message);

// `--format human|json`.
void AddFormat(CLI::App& command, Format& format);

void AddCheck(CLI::App& app, Invocation& invocation);
void AddLint(CLI::App& app, Invocation& invocation);
void AddFix(CLI::App& app, Invocation& invocation);
void AddCompile(CLI::App& app, Invocation& invocation);
void AddDump(CLI::App& app, Invocation& invocation);
void AddEval(CLI::App& app, Invocation& invocation);
void AddWhy(CLI::App& app, Invocation& invocation);
void AddFmt(CLI::App& app, Invocation& invocation);
void AddTest(CLI::App& app, Invocation& invocation);
void AddNew(CLI::App& app, Invocation& invocation);
void AddServe(CLI::App& app, Invocation& invocation);
void AddExplain(CLI::App& app, Invocation& invocation);
void AddVersion(CLI::App& app, Invocation& invocation);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_COMMAND_H_
