#include "cli/decide_once.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/bundle_source.h"

namespace ward::cli {
namespace {

void DecideOnce(const OnceCommand& command, const OnceOptions& options, Invocation& invocation) {
  const Result<RequestSpec> spec = ReadRequest(options.request);
  if (!spec.has_value()) return Fail(invocation, Exit::kUsage, spec.error().message);
  Result<Engine> engine = OpenBundle(options.bundle, invocation);
  if (!engine.has_value()) return;
  Result<Reader> reader = engine->NewReader();
  if (!reader.has_value()) return Fail(invocation, Exit::kInternal, reader.error().message);
  const PreparedRequest prepared(*spec);
  const Result<void> applied = prepared.Apply(*engine, reader->Begin());
  if (!applied.has_value()) return Fail(invocation, Exit::kUsage, applied.error().message);
  if (!reader->Decide().allowed()) invocation.exit = Exit::kFindings;
  command.tell(*reader, options, invocation);
}

}  // namespace

void AddOnceCommand(CLI::App& app, Invocation& invocation, const OnceCommand& command) {
  auto options = std::make_shared<OnceOptions>();
  CLI::App* added = app.add_subcommand(command.name, command.description);
  added->add_option("BUNDLE", options->bundle, "bundle folder, .ward or .wardc file")->required();
  AddRequestFlags(*added, options->request);
  AddFormat(*added, options->format);
  added->footer("exit code: 0 allowed, 1 refused, 2 the request or the bundle cannot be used\n\nexample:\n" +
                command.example);
  added->callback([command, options, &invocation] { DecideOnce(command, *options, invocation); });
}

}  // namespace ward::cli
