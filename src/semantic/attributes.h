// semantic: `attributes of X`: their types, and where their values come from.
#ifndef WARD_SRC_SEMANTIC_ATTRIBUTES_H_
#define WARD_SRC_SEMANTIC_ATTRIBUTES_H_

#include "semantic/model.h"

namespace ward::semantic {

// Names and types of all attributes, the columns of rows among them. Requires: CheckTables.
void DeclareAttributes(Model& model);
// Their sources. Requires: DeclareAttributes, CheckApis.
void CheckAttributeSources(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_ATTRIBUTES_H_
