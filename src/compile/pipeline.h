// compile: text -> bytecode, all phases in order; behind ward/compiler.h.
#ifndef WARD_SRC_COMPILE_PIPELINE_H_
#define WARD_SRC_COMPILE_PIPELINE_H_

#include "bundle/file_set.h"
#include "ward/compiler.h"
#include "ward/error.h"

namespace ward::compile {

[[nodiscard]] Result<CompileResult> Compile(const bundle::FileSet& files, const CompileOptions& options);

}  // namespace ward::compile

#endif  // WARD_SRC_COMPILE_PIPELINE_H_
