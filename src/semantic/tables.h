// semantic: tables: columns, rows written in the policy, rows of data files.
#ifndef WARD_SRC_SEMANTIC_TABLES_H_
#define WARD_SRC_SEMANTIC_TABLES_H_

#include "semantic/model.h"

namespace ward::semantic {

// Columns, keys, `live`, `tree`. Requires: ResolveTypes.
void CheckTables(Model& model);
// Rows, inline and of files. Requires: CheckTables.
void ReadTableRows(Model& model);
// `[tables]` of ward.toml.
void CheckLiveTableFiles(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_TABLES_H_
