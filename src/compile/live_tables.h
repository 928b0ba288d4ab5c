// compile: the rows of live tables that ward.toml names, as text cells; what types they have is the
// engine's to check.
#ifndef WARD_SRC_COMPILE_LIVE_TABLES_H_
#define WARD_SRC_COMPILE_LIVE_TABLES_H_

#include <vector>

#include "bundle/file_set.h"
#include "compile/checked_bundle.h"
#include "ir/ir.h"
#include "ward/compiler.h"

namespace ward::compile {

// Cells come in the order of the compiled table: the key's columns first. What cannot be read, or
// has cells for which there is no column, is reported at its place. Requires: `lowered` is the
// lowered program of `checked`.
[[nodiscard]] std::vector<LiveTableData> ReadLiveTables(const bundle::FileSet& files, CheckedBundle& checked,
                                                        const ir::Program& lowered);

}  // namespace ward::compile

#endif  // WARD_SRC_COMPILE_LIVE_TABLES_H_
