#include "compile/pipeline.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bytecode/load.h"
#include "compile/checked_bundle.h"
#include "compile/costs.h"
#include "compile/live_tables.h"
#include "ir/lower.h"

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

  Result<KeptCompilation> Run() {
    WARD_ASSIGN_OR_RETURN(std::unique_ptr<CheckedBundle> checked,
                          CheckBundle(files_, [this](std::string_view phase) { clock_.Done(std::string(phase)); }));
    result_.files = checked->files;
    result_.stats.files = checked->parsed.size();
    if (checked->program.has_value()) WARD_RETURN_IF_ERROR(Lower(*checked));
    result_.diagnostics = checked->sink.Finish(checked->sources);
    return KeptCompilation{std::move(result_), std::move(checked), std::move(lowered_)};
  }

 private:
  Result<void> Lower(CheckedBundle& checked) {
    lowered_ = ir::Lower(*checked.program, checked.sink);
    clock_.Done("lower");
    if (lowered_ == nullptr) return {};
    result_.stats.policies = checked.program->policies.size();
    result_.stats.rules = lowered_->rules.size();
    result_.stats.operations = lowered_->operations.size();
    // Before live tables are read, so that the digest does not depend on rows that change at run time.
    WARD_RETURN_IF_ERROR(Generate(checked, *lowered_));
    result_.live_tables = ReadLiveTables(files_, checked, *lowered_);
    clock_.Done("live tables");
    if (checked.sink.has_errors() || options_.check_only) result_.bytecode.clear();
    return {};
  }

  // Also where only checks are wanted: budgets of the bytecode are part of what an author must know.
  Result<void> Generate(CheckedBundle& checked, const ir::Program& lowered) {
    std::optional<std::vector<std::byte>> bytes = MakeBytecode(checked, lowered, checked.sink);
    clock_.Done("generate");
    if (!bytes.has_value()) return {};
    result_.bytecode = *std::move(bytes);
    result_.stats.bytecode_bytes = result_.bytecode.size();
    // What we wrote must be what a loader accepts, and the bounds are those that it derives.
    const auto* data = reinterpret_cast<const std::uint8_t*>(result_.bytecode.data());
    Result<bytecode::Image> image = bytecode::Load({data, result_.bytecode.size()});
    if (!image.has_value()) {
      return Error{ErrorCode::kInternal, "the compiler's own bytecode is refused: " + image.error().message};
    }
    result_.stats.costs = CostsOf(lowered, image.value());
    clock_.Done("verify");
    return {};
  }

  const bundle::FileSet& files_;
  const CompileOptions& options_;
  CompileResult result_;
  std::unique_ptr<const ir::Program> lowered_;
  PhaseClock clock_;
};

}  // namespace

Result<KeptCompilation> CompileAndKeep(const bundle::FileSet& files, const CompileOptions& options) {
  return Pipeline(files, options).Run();
}

Result<CompileResult> Compile(const bundle::FileSet& files, const CompileOptions& options) {
  WARD_ASSIGN_OR_RETURN(KeptCompilation kept, CompileAndKeep(files, options));
  return std::move(kept.result);
}

}  // namespace ward::compile
