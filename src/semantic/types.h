// semantic: types by name, and the enums.
#ifndef WARD_SRC_SEMANTIC_TYPES_H_
#define WARD_SRC_SEMANTIC_TYPES_H_

#include <optional>

#include "semantic/model.h"

namespace ward::semantic {

// All enums of the bundle, the built-in ones too, and the aliases. Requires: DeclareNames.
void ResolveTypes(Model& model);

// Nothing: reported, or poisoned by what was.
[[nodiscard]] std::optional<Type> ResolveTypeRef(Model& model, const syntax::TypeRef& ref);
// `int` of `{order: int}`.
[[nodiscard]] std::optional<Type> ResolveTypeName(Model& model, const syntax::Name& name);

[[nodiscard]] constexpr bool IsSet(const Type& type) {
  return type.kind == TypeKind::kSetOfEnum || type.kind == TypeKind::kSetOfString;
}
// What a set has: an enum value or a string. Requires: IsSet(type).
[[nodiscard]] constexpr Type ElementType(const Type& type) {
  Type element = type;
  element.kind = type.kind == TypeKind::kSetOfEnum ? TypeKind::kEnum : TypeKind::kString;
  return element;
}

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_TYPES_H_
