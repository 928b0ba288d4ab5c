// compile: the rows of live tables that ward.toml names, as text cells; what types they have is the
// engine's to check.
#ifndef WARD_SRC_COMPILE_LIVE_TABLES_H_
#define WARD_SRC_COMPILE_LIVE_TABLES_H_

#include <vector>

#include "base/source.h"
#include "bundle/bundle.h"
#include "bundle/file_set.h"
#include "diag/sink.h"
#include "ir/ir.h"
#include "semantic/program.h"
#include "ward/compiler.h"

namespace ward::compile {

// Cells come in the order of the compiled table: the key's columns first. What cannot be read, or
// has cells for which there is no column, is reported at its place. Requires: the two programs are
// of one bundle.
[[nodiscard]] std::vector<LiveTableData> ReadLiveTables(const bundle::FileSet& files, const bundle::Bundle& bundle,
                                                        const semantic::Program& written, const ir::Program& lowered,
                                                        base::SourceMap& sources, diag::Sink& sink);

}  // namespace ward::compile

#endif  // WARD_SRC_COMPILE_LIVE_TABLES_H_
