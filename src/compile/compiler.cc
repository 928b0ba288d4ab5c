// The public doors: a path, or texts in memory.
#include "ward/compiler.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "bundle/file_set.h"
#include "compile/pipeline.h"

namespace ward {

bool CompileResult::ok() const {
  return std::none_of(diagnostics.begin(), diagnostics.end(),
                      [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

Result<CompileResult> CompilePath(const std::string& path, const CompileOptions& options) {
  WARD_ASSIGN_OR_RETURN(const std::unique_ptr<bundle::FileSet> files, bundle::OpenPath(path));
  return compile::Compile(*files, options);
}

Result<CompileResult> CompileSources(const std::vector<SourceText>& sources, const CompileOptions& options) {
  std::map<std::string, std::string> texts;
  for (const SourceText& source : sources) {
    if (!texts.emplace(source.name, source.text).second) {
      return Error{ErrorCode::kInvalidArgument, "two sources have the name `" + source.name + "`"};
    }
  }
  const std::unique_ptr<bundle::FileSet> files = bundle::TextsInMemory(std::move(texts));
  return compile::Compile(*files, options);
}

}  // namespace ward
