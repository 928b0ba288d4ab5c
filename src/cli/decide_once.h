// cli: one decision for one request given by flags and a file, the common road of `ward eval` and `ward why`.
#ifndef WARD_SRC_CLI_DECIDE_ONCE_H_
#define WARD_SRC_CLI_DECIDE_ONCE_H_

#include <functional>
#include <string>

#include "cli/command.h"
#include "cli/request_spec.h"
#include "ward/engine.h"

namespace ward::cli {

struct OnceOptions {
  std::string bundle;
  RequestFlags request;
  Format format = Format::kHuman;
};

struct OnceCommand {
  std::string name;
  std::string description;
  std::string example;
  // Prints the answer of a reader that has decided.
  std::function<void(const Reader&, const OnceOptions&, const Invocation&)> tell;
};

// Adds the command. It reads the request, opens the bundle and decides; the exit code says the outcome, and on failure
// everything was printed.
void AddOnceCommand(CLI::App& app, Invocation& invocation, const OnceCommand& command);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_DECIDE_ONCE_H_
