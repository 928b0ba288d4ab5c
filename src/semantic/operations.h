// semantic: apis: hosts, routes, actions, groups; and lists of operations wherever they are named.
#ifndef WARD_SRC_SEMANTIC_OPERATIONS_H_
#define WARD_SRC_SEMANTIC_OPERATIONS_H_

#include <optional>

#include "semantic/model.h"

namespace ward::semantic {

// Hosts, routes and path parameters of every api. Requires: ResolveTypes.
void CheckApis(Model& model);
// Two routes that no rule of precedence tells apart. Requires: CheckApis.
void CheckRouteOverlap(Model& model);
// Requires: ResolveUses.
void ResolveGroups(Model& model);

// The operations a rule or limit names, all of them governed by its policy. Nothing: reported, or poisoned.
[[nodiscard]] std::optional<OperationSetId> ResolveOperations(Model& model, const Scope& scope,
                                                              const syntax::Operations& operations);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_OPERATIONS_H_
