#include "compile/pipeline.h"

#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/source.h"
#include "bundle/bundle.h"
#include "bytecode/load.h"
#include "codegen/codegen.h"
#include "compile/costs.h"
#include "compile/live_tables.h"
#include "compile/sources.h"
#include "diag/sink.h"
#include "ir/lower.h"
#include "semantic/check.h"

namespace ward::compile {
namespace {

// Wall time of each phase, from one call of Done to the next.
class PhaseClock {
 public:
  explicit PhaseClock(CompileStats& stats) : stats_(stats) {}
  void Done(std::string phase) {
    const auto now = std::chrono::steady_clock::now();
    stats_.phases_ms.emplace_back(std::move(phase), std::chrono::duration<double, std::milli>(now - last_).count());
    last_ = now;
  }

 private:
  CompileStats& stats_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class Pipeline {
 public:
  Pipeline(const bundle::FileSet& files, const CompileOptions& options)
      : files_(files), options_(options), clock_(result_.stats) {}

  Result<CompileResult> Run() {
    WARD_ASSIGN_OR_RETURN(const bundle::Bundle bundle, bundle::Load(files_, sources_, sink_));
    NoteFiles(bundle);
    clock_.Done("read");
    const std::vector<std::unique_ptr<syntax::File>> parsed = ParseAll(bundle, sources_, sink_);
    result_.stats.files = parsed.size();
    clock_.Done("parse");
    const std::vector<std::string_view> data_names = semantic::DataFileNames(parsed);
    const bundle::DataFiles data = bundle::ReadDataFiles(files_, data_names, sources_);
    NoteFiles(data_names);
    const std::optional<semantic::Program> checked = semantic::Check({sources_, parsed, bundle, data}, sink_);
    clock_.Done("check");
    if (checked.has_value()) WARD_RETURN_IF_ERROR(Lower(bundle, *checked));
    result_.diagnostics = sink_.Finish(sources_);
    return std::move(result_);
  }

 private:
  Result<void> Lower(const bundle::Bundle& bundle, const semantic::Program& checked) {
    const std::unique_ptr<const ir::Program> lowered = ir::Lower(checked, sink_);
    clock_.Done("lower");
    if (lowered == nullptr) return {};
    result_.stats.policies = checked.policies.size();
    result_.stats.rules = lowered->rules.size();
    result_.stats.operations = lowered->operations.size();
    // Before bytecode, so that the digest does not depend on rows that are pushed or read again at
    // run time.
    WARD_RETURN_IF_ERROR(Generate(bundle, *lowered));
    result_.live_tables = ReadLiveTables(files_, bundle, checked, *lowered, sources_, sink_);
    for (const bundle::LiveTableFile& table : bundle.manifest.tables) NoteFile(table.file);
    clock_.Done("live tables");
    if (sink_.has_errors() || options_.check_only) result_.bytecode.clear();
    return {};
  }

  // Also where only checks are wanted: budgets of the bytecode are part of what an author must
  // know.
  Result<void> Generate(const bundle::Bundle& bundle, const ir::Program& lowered) {
    codegen::Options options;
    options.constant_count_max = bundle.manifest.budget.constants;
    options.terms_per_rule_max = bundle.manifest.budget.terms_per_rule;
    options.steps_per_operation_max = bundle.manifest.budget.steps_per_operation;
    const auto bytes = codegen::Generate(lowered, sources_, options, sink_);
    clock_.Done("generate");
    if (!bytes.has_value()) return {};
    result_.bytecode.resize(bytes->size());
    std::memcpy(result_.bytecode.data(), bytes->data(), bytes->size());
    result_.stats.bytecode_bytes = bytes->size();
    // What we wrote must be what a loader accepts, and the bounds are those that it derives.
    Result<bytecode::Image> image = bytecode::Load(*bytes);
    if (!image.has_value()) {
      return Error{ErrorCode::kInternal, "the compiler's own bytecode is refused: " + image.error().message};
    }
    result_.stats.costs = CostsOf(lowered, image.value());
    clock_.Done("verify");
    return {};
  }

  void NoteFile(std::string_view name) {
    std::string path = files_.AbsolutePath(name);
    if (!path.empty()) result_.files.push_back(std::move(path));
  }
  void NoteFiles(const bundle::Bundle& bundle) {
    if (bundle.manifest_file.has_value()) NoteFile(sources_.file(bundle.manifest_file).name());
    for (const base::FileId id : bundle.policies) NoteFile(sources_.file(id).name());
  }
  // Also those that could not be read: they may come.
  void NoteFiles(const std::vector<std::string_view>& names) {
    for (const std::string_view name : names) {
      if (bundle::StaysInside(name)) NoteFile(name);
    }
  }

  const bundle::FileSet& files_;
  const CompileOptions& options_;
  base::SourceMap sources_;
  diag::Sink sink_;
  CompileResult result_;
  PhaseClock clock_;
};

}  // namespace

Result<CompileResult> Compile(const bundle::FileSet& files, const CompileOptions& options) {
  return Pipeline(files, options).Run();
}

}  // namespace ward::compile
