// `ward explain E07`: the essay of one diagnostic code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "diag/kind.h"

namespace ward::cli {
namespace {

void Explain(const std::string& asked, Invocation& invocation) {
  const std::optional<diag::Kind> kind = diag::FindKind(asked);
  if (!kind) {
    return Fail(invocation, Exit::kUsage,
                fmt::format("no diagnostic has the code or name `{}`; `ward explain` lists all", asked));
  }
  Print(diag::Essay(*kind));
}

void List() {
  for (const diag::KindInfo& info : diag::AllKinds()) Print(fmt::format("{:<5} {}\n", info.code, info.name));
}

}  // namespace

void AddExplain(CLI::App& app, Invocation& invocation) {
  auto code = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("explain", "say more about a diagnostic code");
  command->add_option("CODE", *code, "such as E07 or missing-operations; without it all codes are listed");
  command->footer("example:\n  ward explain E07");
  command->callback([code, &invocation] { code->empty() ? List() : Explain(*code, invocation); });
}

}  // namespace ward::cli
