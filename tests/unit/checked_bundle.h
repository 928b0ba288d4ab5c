// tests: a bundle in memory, parsed and checked.
#ifndef WARD_TESTS_UNIT_CHECKED_BUNDLE_H_
#define WARD_TESTS_UNIT_CHECKED_BUNDLE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/source.h"
#include "bundle/bundle.h"
#include "diag/render.h"
#include "diag/sink.h"
#include "semantic/check.h"
#include "syntax/parse.h"

namespace ward::testing {

struct CheckedBundle {
  base::SourceMap sources;
  std::vector<std::unique_ptr<syntax::File>> parsed;
  std::optional<semantic::Program> program;
  std::vector<ward::Diagnostic> diagnostics;

  // "a.ward:3:5: error[E02]: ..", one line each.
  [[nodiscard]] std::string Lines() const { return diag::RenderLines(diagnostics); }
  // "E02 E05", in order of position.
  [[nodiscard]] std::string Codes() const {
    std::string codes;
    for (const ward::Diagnostic& diagnostic : diagnostics) codes += (codes.empty() ? "" : " ") + diagnostic.code;
    return codes;
  }
};

inline std::unique_ptr<CheckedBundle> CheckFiles(const bundle::FileSet& files) {
  auto checked = std::make_unique<CheckedBundle>();
  diag::Sink sink;
  const Result<bundle::Bundle> loaded = bundle::Load(files, checked->sources, sink);
  if (!loaded.has_value()) {
    ward::Diagnostic failure;
    failure.message = loaded.error().message;
    checked->diagnostics.push_back(std::move(failure));
    return checked;
  }
  for (const base::FileId file : loaded.value().policies) {
    checked->parsed.push_back(syntax::Parse(checked->sources, file, sink));
  }
  const bundle::DataFiles data =
      bundle::ReadDataFiles(files, semantic::DataFileNames(checked->parsed), checked->sources);
  checked->program = semantic::Check({checked->sources, checked->parsed, loaded.value(), data}, sink);
  checked->diagnostics = sink.Finish(checked->sources);
  return checked;
}

inline std::unique_ptr<CheckedBundle> CheckTexts(std::map<std::string, std::string> texts) {
  return CheckFiles(*bundle::TextsInMemory(std::move(texts)));
}

}  // namespace ward::testing

#endif  // WARD_TESTS_UNIT_CHECKED_BUNDLE_H_
