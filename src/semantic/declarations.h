// semantic: the declarations that rules build on: parameters, schedules, conditions, roles.
#ifndef WARD_SRC_SEMANTIC_DECLARATIONS_H_
#define WARD_SRC_SEMANTIC_DECLARATIONS_H_

#include "semantic/model.h"

namespace ward::semantic {

// Types, defaults, bounds, and values of ward.toml. Requires: ResolveTypes.
void CheckParameters(Model& model);
void CheckSchedules(Model& model);
// The types of their parameters; before any body is checked. Requires: ResolveTypes.
void DeclareConditions(Model& model);
// Their bodies. Requires: everything that an expression may name.
void CheckConditions(Model& model);
// `includes` closed, and `when`. Requires: everything that an expression may name.
void CheckRoles(Model& model);

// Reports a time zone this system does not know.
bool CheckTimeZone(Model& model, const syntax::Text& name, diag::Kind kind);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_DECLARATIONS_H_
