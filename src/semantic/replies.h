// semantic: what a caller is told and what happens besides: replies, reasons, obligations, annotations.
#ifndef WARD_SRC_SEMANTIC_REPLIES_H_
#define WARD_SRC_SEMANTIC_REPLIES_H_

#include "semantic/expressions.h"
#include "semantic/model.h"

namespace ward::semantic {

// The index into Program::replies; 0 where neither is given.
[[nodiscard]] std::uint32_t CheckReply(Model& model, const ExprContext& context, const syntax::Reply* reply,
                                       const syntax::Because* because);

// The index into Program::obligations; 0 where there are none. `goes_on`: the request goes on where the rule applies, so
// that headers can be set.
struct ObligationPlace {
  const ExprContext& context;
  bool goes_on = true;
};
[[nodiscard]] std::uint32_t CheckObligations(Model& model, const ObligationPlace& place,
                                             syntax::List<syntax::WithClause> with);

// What may be annotated, and how.
enum class Annotated : std::uint8_t { kJudged, kRole, kOther };  // kJudged: rules, limits, zones have a severity
std::uint32_t CheckAnnotations(Model& model, const syntax::DeclHead& head, Annotated what);

// Attributes computed from secret ones are secret. Requires: CheckAttributeSources.
void SpreadSecrets(Model& model);
// The secret whose value this operand shows; none: it shows none.
[[nodiscard]] AttributeId SecretShown(const Model& model, const Expr& operand);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_REPLIES_H_
