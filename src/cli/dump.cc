// `ward dump`: what is in compiled bytecode, or in the tree of one policy file, readably.
#include "bytecode/dump.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bytecode/load.h"
#include "cli/bundle_source.h"
#include "cli/command.h"
#include "cli/dump_ast.h"
#include "diag/render.h"

namespace ward::cli {
namespace {

void Dump(const std::string& path, Invocation& invocation) {
  std::vector<Diagnostic> found;
  const Result<BundleSource> source = ReadBundle(path, found);
  if (!source.has_value()) {
    PrintError(diag::RenderTerminal(found, invocation.colour_err ? diag::Colour::kAlways : diag::Colour::kNever));
    return Fail(invocation, Exit::kUsage, source.error().message);
  }
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(source->bytecode.data());
  const Result<bytecode::Image> image = bytecode::Load({bytes, source->bytecode.size()});
  if (!image.has_value()) return Fail(invocation, Exit::kUsage, fmt::format("`{}`: {}", path, image.error().message));
  Print(bytecode::Dump(*image));
}

}  // namespace

void AddDump(CLI::App& app, Invocation& invocation) {
  auto path = std::make_shared<std::string>();
  auto ast = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("dump", "print compiled bytecode as text");
  command->add_option("BUNDLE", *path, ".wardc file, bundle folder or .ward file")->required();
  command->add_flag("--ast", *ast, "the syntax tree of one .ward file instead, whether or not it compiles");
  command->footer("example:\n  ward dump gateway.wardc\n  ward dump --ast orders/access.ward");
  command->callback([path, ast, &invocation] { *ast ? DumpAst(*path, invocation) : Dump(*path, invocation); });
}

}  // namespace ward::cli
