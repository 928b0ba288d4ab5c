// semantic: collects every name of a bundle before anything is looked at.
#ifndef WARD_SRC_SEMANTIC_DECLARE_H_
#define WARD_SRC_SEMANTIC_DECLARE_H_

#include "semantic/model.h"

namespace ward::semantic {

// Policies with their own names, and the names known in the whole bundle. Reports names given twice and reserved ones.
void DeclareNames(Model& model);
// `use` lines and `governs`. Requires: DeclareNames.
void ResolveUses(Model& model);
void ResolveGoverns(Model& model);

// Words with a meaning of their own in an expression: `now`, `token`, `request`.
[[nodiscard]] bool IsBuiltInWord(std::string_view word);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_DECLARE_H_
