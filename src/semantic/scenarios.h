// semantic: `given`, `test` and `prove`: names and types, and the typed suite that a runner takes.
#ifndef WARD_SRC_SEMANTIC_SCENARIOS_H_
#define WARD_SRC_SEMANTIC_SCENARIOS_H_

#include "semantic/model.h"

namespace ward::semantic {

// Fills Program::suite, which means something only if nothing was wrong. Proofs leave no trace yet. Requires:
// CheckRules, CheckLimits.
void CheckScenarios(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_SCENARIOS_H_
