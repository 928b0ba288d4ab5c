// semantic: what a test may bind: attributes, parameters, rows of live tables, each to a value known now.
#ifndef WARD_SRC_SEMANTIC_BINDINGS_H_
#define WARD_SRC_SEMANTIC_BINDINGS_H_

#include <optional>
#include <variant>

#include "semantic/expressions.h"
#include "semantic/model.h"
#include "semantic/suite.h"

namespace ward::semantic {

class BindingChecker {
 public:
  // `context` is that of a test: it sees the names of all policies.
  BindingChecker(Model& model, const ExprContext& context) : model_(model), context_(context) {}

  // What can be bound: an attribute, a path parameter, a parameter, or a look-up of constants: a cell, a row (without a
  // column), a whole table (without keys). Null: reported.
  const Expr* Target(const syntax::Expr& node);
  // `node` is what the target was written as. Nothing: reported.
  std::optional<Binding> Bind(const syntax::Expr& node, const Expr& target,
                              const std::variant<syntax::Presence, const syntax::Expr*>& value, base::Span span);

 private:
  void Fail(base::Span span, std::string message) {
    model_.Report(diag::Diagnostic(diag::Kind::kBadTest, span, std::move(message)));
  }
  const Expr* LookupTarget(const syntax::Expr& node, const syntax::Lookup& lookup);
  const Expr* WholeTable(const syntax::Expr& node, const NamedThing& thing);
  bool BindPresence(Binding& binding, const Expr& target, syntax::Presence presence);
  bool BindValue(Binding& binding, const syntax::Expr& node, const Expr& target, const syntax::Expr& value);
  bool BindRow(Binding& binding, const Expr& target, const syntax::Expr& value);
  // Reports a text that a live table cannot hold.
  bool IsCell(const Constant& value, base::Span span);
  bool IsInRange(const Binding& binding, base::Span span);
  const Constant* Value(const syntax::Expr& value, const Type& type, base::Span of);

  Model& model_;
  const ExprContext& context_;
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_BINDINGS_H_
