// semantic: rules: their verdict, what they cover, their clauses.
#ifndef WARD_SRC_SEMANTIC_RULES_H_
#define WARD_SRC_SEMANTIC_RULES_H_

#include "semantic/model.h"

namespace ward::semantic {

// Requires: everything that an expression may name; SpreadSecrets.
void CheckRules(Model& model);
// Two `set header`s of one name that can meet with different values (E58). Requires: CheckRules.
void CheckHeaderConflicts(Model& model);

// Reports, once a policy, a rule or limit of a policy that governs nothing. True: it governs something.
bool RequireGoverned(Model& model, const Scope& scope, base::Span span);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_RULES_H_
