// semantic: what leads back to itself, and how deep look-ups nest.
#ifndef WARD_SRC_SEMANTIC_CYCLES_H_
#define WARD_SRC_SEMANTIC_CYCLES_H_

#include "semantic/model.h"

namespace ward::semantic {

// Conditions, derived roles and computed attributes, all in one graph: each may read the others. Then, that at most
// kLookupDepthMax look-ups stand in the keys of look-ups, conditions and attributes counted. False: there is a cycle, and
// nobody may follow these edges.
bool CheckCyclesAndDepth(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_CYCLES_H_
