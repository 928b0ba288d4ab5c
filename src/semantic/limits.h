// semantic: limits, checked in full; running them is another phase.
#ifndef WARD_SRC_SEMANTIC_LIMITS_H_
#define WARD_SRC_SEMANTIC_LIMITS_H_

#include "semantic/model.h"

namespace ward::semantic {

// Requires: everything that an expression may name.
void CheckLimits(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_LIMITS_H_
