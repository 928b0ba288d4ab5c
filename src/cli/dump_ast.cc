#include "cli/dump_ast.h"

#include <filesystem>
#include <utility>

#include "cli/bundle_source.h"
#include "diag/render.h"
#include "diag/sink.h"
#include "syntax/dump.h"
#include "syntax/parse.h"

namespace ward::cli {

void DumpAst(const std::string& path, Invocation& invocation) {
  Result<std::string> text = ReadText(path);
  if (!text.has_value()) return Fail(invocation, Exit::kUsage, text.error().message);
  base::SourceMap sources;
  const base::FileId file = sources.Add(std::filesystem::path(path).filename().string(), *std::move(text));
  diag::Sink sink;
  Print(syntax::Dump(*syntax::Parse(sources, file, sink), sources, {}));
  Print(
      diag::RenderTerminal(sink.Finish(sources), invocation.colour_out ? diag::Colour::kAlways : diag::Colour::kNever));
  if (sink.has_errors()) invocation.exit = Exit::kFindings;
}

}  // namespace ward::cli
