// semantic: zones: their prefixes, when they hold, what they require.
#ifndef WARD_SRC_SEMANTIC_ZONES_H_
#define WARD_SRC_SEMANTIC_ZONES_H_

#include "semantic/model.h"

namespace ward::semantic {

// Prefixes, overlaps, `everything else`, `when`, `requires`. Requires: everything that an expression may name.
void CheckZones(Model& model);
// A zone's `when` reads connection and source only. Requires: no cycles.
void CheckZoneReads(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_ZONES_H_
