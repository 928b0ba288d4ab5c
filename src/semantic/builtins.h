// semantic: what a policy can read of a request without declaring it (LANGUAGE.md section (f), "Built in").
#ifndef WARD_SRC_SEMANTIC_BUILTINS_H_
#define WARD_SRC_SEMANTIC_BUILTINS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "semantic/model.h"

namespace ward::semantic {

struct BorderPlace {
  AttributeSource source = AttributeSource::kToken;
  std::vector<std::string_view> path;
  Type type;
};

// The attribute that reads this place with this type; made when first asked for. `name` as an author writes it.
AttributeId BorderAttribute(Model& model, const BorderPlace& place, std::string_view name);

// `request.method`, `connection.client-cert.issuer`, `request.json.order.id`, `credential`, `path`. Nothing: there is no
// such built-in attribute. `path.x`, `request.header[..]`, `subject.roles`, `now`, `zone`, `operation` are none either.
[[nodiscard]] std::optional<BorderPlace> FindBuiltIn(const Model& model, std::span<const syntax::Name> segments);
// Names that may follow `object.`, for hints.
[[nodiscard]] std::vector<std::string_view> BuiltInNames(std::string_view object);

// request.header["x"], request.query["x"].
[[nodiscard]] BorderPlace HeaderOrQuery(Model& model, bool header, std::string_view name);

// The source whose claims `attributes of` declares: token, subject, action, resource, context.
[[nodiscard]] std::optional<AttributeSource> ClaimSource(std::string_view object);

// What is wrong with a path of so many names into claims, properties or JSON; nothing, if a request is read that deep.
[[nodiscard]] std::optional<diag::Diagnostic> TooDeep(base::Span span, std::size_t names);

// The attribute `subject.roles`: what `roles` of token and subject claim, closed, plus derived roles.
AttributeId SubjectRoles(Model& model);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_BUILTINS_H_
