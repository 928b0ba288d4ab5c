// syntax: one file as a tree.
//
// Parse (syntax/parse.h) always returns one. It owns the nodes; it borrows the source text.
#ifndef WARD_SRC_SYNTAX_AST_H_
#define WARD_SRC_SYNTAX_AST_H_

#include <memory_resource>
#include <variant>
#include <vector>

#include "syntax/ast_decl.h"
#include "syntax/ast_expr.h"
#include "syntax/ast_test.h"

namespace ward::syntax {

// Never null. In a finished File every declaration has a readable name; what `head.broken` says
// about the rest is told in ast_decl.h.
using Decl = std::variant<const PolicyDecl*, const UseDecl*, const ParameterDecl*, const TypeDecl*,
                          const AttributesDecl*, const ApiDecl*, const ZoneDecl*, const RoleDecl*, const ConditionDecl*,
                          const ScheduleDecl*, const TableDecl*, const RuleDecl*, const LimitDecl*, const GivenDecl*,
                          const TestDecl*, const ProveDecl*>;

inline const DeclHead& Head(const Decl& decl) {
  return std::visit([](const auto* node) -> const DeclHead& { return node->head; }, decl);
}

// Not copyable: nodes point into it.
struct File {
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Span span;                           // the whole text
  const PolicyDecl* policy = nullptr;  // null if it is missing or broken, which has been reported
  std::vector<Decl> declarations;      // in source order, the policy among them
  List<Comment> comments_at_end;       // after the last line of code
  // Some declaration was so broken that not even its name is known: names that seem undeclared may
  // be its.
  bool lost_declarations = false;

  std::pmr::monotonic_buffer_resource memory;  // of all nodes
};

// Calls `visit(const T&)` for each declaration of one kind, in source order.
template <typename T, typename Visit>
void ForEach(const File& file, Visit&& visit) {
  for (const Decl& decl : file.declarations) {
    if (const T* const* node = std::get_if<const T*>(&decl)) visit(**node);
  }
}

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_AST_H_
