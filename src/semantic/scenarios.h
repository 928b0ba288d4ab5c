// semantic: `given`, `test` and `prove`: names and types. Running them is another phase.
#ifndef WARD_SRC_SEMANTIC_SCENARIOS_H_
#define WARD_SRC_SEMANTIC_SCENARIOS_H_

#include "semantic/model.h"

namespace ward::semantic {

// They leave no trace in the Program: whoever runs them reads the AST, knowing that it is right. Requires: CheckRules,
// CheckLimits.
void CheckScenarios(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_SCENARIOS_H_
