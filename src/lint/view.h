// lint: a compiled bundle as every lint sees it: what was written, what it means, and when it is looked at.
#ifndef WARD_SRC_LINT_VIEW_H_
#define WARD_SRC_LINT_VIEW_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/source.h"
#include "compile/checked_bundle.h"
#include "ir/ir.h"
#include "semantic/program.h"
#include "syntax/ast.h"
#include "ward/compiler.h"

namespace ward::lint {

// Immutable. Borrows everything it is made of. Requires: the bundle has a program, and `lowered_in` is its own.
class View {
 public:
  View(const compile::CheckedBundle& checked_in, const ir::Program& lowered_in, std::span<const OperationCost> costs_in,
       std::int64_t today_ns_in);

  const compile::CheckedBundle& checked;
  const semantic::Program& program;
  const ir::Program& lowered;
  const std::span<const OperationCost> costs;
  const std::int64_t today_ns;

  // False for the policies that Ward ships: who uses them cannot mend them.
  [[nodiscard]] bool IsOwn(base::FileId file) const;
  [[nodiscard]] std::string_view Text(base::Span span) const { return checked.sources.Text(span); }

  // The declaration around a place, its annotations included; nullptr: there is none.
  [[nodiscard]] const syntax::Decl* DeclAt(base::Span span) const;
  // The same if it is of that kind.
  template <typename T>
  [[nodiscard]] const T* DeclAt(base::Span span) const {
    const syntax::Decl* decl = DeclAt(span);
    const auto* node = decl == nullptr ? nullptr : std::get_if<const T*>(decl);
    return node == nullptr ? nullptr : *node;
  }

  // Rules by what they became. Zone requirements are no rules here. nullptr: there is none.
  [[nodiscard]] const ir::Rule* Lowered(const semantic::Rule& rule) const;
  [[nodiscard]] const std::vector<semantic::OperationId>& Operations(semantic::OperationSetId set) const {
    return program.operation_sets[set.index()].operations;
  }
  [[nodiscard]] const semantic::Operation& Operation(semantic::OperationId id) const {
    return program.operations[id.index()];
  }

 private:
  std::vector<const syntax::File*> files_;                    // by FileId; null: no policy
  std::vector<bool> own_;                                     // by FileId
  std::unordered_map<std::uint64_t, const ir::Rule*> rules_;  // by the place of the name
};

// `a`, `b` and 3 more
[[nodiscard]] std::string ListNames(std::span<const std::string_view> names);

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_VIEW_H_
