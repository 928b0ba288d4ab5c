#include "compile/checked_bundle.h"

#include <cstring>
#include <utility>

#include "codegen/codegen.h"
#include "compile/sources.h"
#include "semantic/check.h"

namespace ward::compile {
namespace {

void NoteFile(const bundle::FileSet& files, std::string_view name, std::vector<std::string>& noted) {
  std::string path = files.AbsolutePath(name);
  if (!path.empty()) noted.push_back(std::move(path));
}

// Data files that could not be read are noted, too: they may come.
void NoteFiles(const bundle::FileSet& files, const std::vector<std::string_view>& data_names, CheckedBundle& checked) {
  const bundle::Bundle& bundle = checked.bundle;
  if (bundle.manifest_file.has_value()) {
    NoteFile(files, checked.sources.file(bundle.manifest_file).name(), checked.files);
  }
  for (const base::FileId id : bundle.policies) NoteFile(files, checked.sources.file(id).name(), checked.files);
  for (const std::string_view name : data_names) {
    if (bundle::StaysInside(name)) NoteFile(files, name, checked.files);
  }
  for (const bundle::LiveTableFile& table : bundle.manifest.tables) NoteFile(files, table.file, checked.files);
}

}  // namespace

Result<std::unique_ptr<CheckedBundle>> CheckBundle(const bundle::FileSet& files, const PhaseDone& done) {
  auto checked = std::make_unique<CheckedBundle>();
  WARD_ASSIGN_OR_RETURN(checked->bundle, bundle::Load(files, checked->sources, checked->sink));
  done("read");
  checked->parsed = ParseAll(checked->bundle, checked->sources, checked->sink);
  done("parse");
  const std::vector<std::string_view> data_names = semantic::DataFileNames(checked->parsed);
  checked->data = bundle::ReadDataFiles(files, data_names, checked->sources);
  NoteFiles(files, data_names, *checked);
  checked->program =
      semantic::Check({checked->sources, checked->parsed, checked->bundle, checked->data}, checked->sink);
  done("check");
  return checked;
}

std::optional<std::vector<std::byte>> MakeBytecode(const CheckedBundle& checked, const ir::Program& lowered,
                                                   diag::Sink& sink) {
  const bundle::BudgetSettings& budget = checked.bundle.manifest.budget;
  codegen::Options options;
  options.constant_count_max = budget.constants;
  options.terms_per_rule_max = budget.terms_per_rule;
  options.steps_per_operation_max = budget.steps_per_operation;
  options.server = bundle::ServerText(checked.bundle.manifest.server);
  const auto generated = codegen::Generate(lowered, checked.sources, options, sink);
  if (!generated.has_value()) return std::nullopt;
  std::vector<std::byte> bytes(generated->size());
  std::memcpy(bytes.data(), generated->data(), generated->size());
  return bytes;
}

}  // namespace ward::compile
