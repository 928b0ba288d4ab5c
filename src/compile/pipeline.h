// compile: text -> bytecode, all phases in order; behind ward/compiler.h.
#ifndef WARD_SRC_COMPILE_PIPELINE_H_
#define WARD_SRC_COMPILE_PIPELINE_H_

#include <memory>

#include "bundle/file_set.h"
#include "compile/checked_bundle.h"
#include "ir/ir.h"
#include "ward/compiler.h"
#include "ward/error.h"

namespace ward::compile {

[[nodiscard]] Result<CompileResult> Compile(const bundle::FileSet& files, const CompileOptions& options);

// The result and what it was made from, for whoever looks at both.
struct KeptCompilation {
  CompileResult result;
  std::unique_ptr<CheckedBundle> checked;
  std::unique_ptr<const ir::Program> lowered;  // null if errors were found before there was one
};
[[nodiscard]] Result<KeptCompilation> CompileAndKeep(const bundle::FileSet& files, const CompileOptions& options);

}  // namespace ward::compile

#endif  // WARD_SRC_COMPILE_PIPELINE_H_
