// Which routes nothing tells apart (E16).
//
// From the left, a literal segment beats a typed parameter, that a bare one, then `*`, then `**` (LANGUAGE.md section (e)).
// Two routes that match one path tie at a segment only if both have the same rank there, and for literals the same text.
// So only routes of equal shape, ranks and literal texts in order, can be confused: one hash look-up finds them. Among
// those the types decide: two enums without a common value, or an int and an enum without numbers, never match the same
// segment; any other type takes any text. An action is told apart by its name and the type of its resource.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "semantic/operations.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

bool IsBare(const Model& model, const RouteSegment& segment) {
  return model.program.path_params[segment.param.index()].type.kind == TypeKind::kString;
}

std::string Shape(const Model& model, const Operation& operation) {
  std::string shape;
  for (const RouteSegment& segment : operation.route) {
    switch (segment.kind) {
      case RouteSegment::Kind::kLiteral:
        shape.append("/=").append(segment.text);
        break;
      case RouteSegment::Kind::kParam:
        shape.append(IsBare(model, segment) ? "/b" : "/t");
        break;
      case RouteSegment::Kind::kOne:
        shape.append("/*");
        break;
      case RouteSegment::Kind::kRest:
        shape.append("/**");
        break;
    }
  }
  return shape;
}

// The types of its typed parameters, in order.
std::vector<Type> TypesOf(const Model& model, const Operation& operation) {
  std::vector<Type> types;
  for (const RouteSegment& segment : operation.route) {
    if (segment.kind != RouteSegment::Kind::kParam || IsBare(model, segment)) continue;
    types.push_back(model.program.path_params[segment.param.index()].type);
  }
  return types;
}

bool SpellsInt(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// Whether no text is a value of both.
bool AreDisjoint(const Model& model, const Type& a, const Type& b) {
  if (b.kind == TypeKind::kEnum && a.kind == TypeKind::kInt) return AreDisjoint(model, b, a);
  if (a.kind != TypeKind::kEnum) return false;
  const auto& values = model.program.enums[a.enumeration.index()].values;
  if (b.kind == TypeKind::kInt) return std::none_of(values.begin(), values.end(), SpellsInt);
  if (b.kind != TypeKind::kEnum) return false;
  return std::none_of(values.begin(), values.end(),
                      [&](std::string_view value) { return model.ValueOf(b.enumeration, value).has_value(); });
}

// A text that both types take.
std::string CommonText(const Model& model, const RouteSegment& a, const RouteSegment& b) {
  if (a.kind != RouteSegment::Kind::kParam || b.kind != RouteSegment::Kind::kParam) return "x";
  const Type& one = model.program.path_params[a.param.index()].type;
  const Type& other = model.program.path_params[b.param.index()].type;
  if (one.kind != TypeKind::kEnum && other.kind == TypeKind::kEnum) return CommonText(model, b, a);
  if (one.kind != TypeKind::kEnum) return one.kind == TypeKind::kInt || other.kind == TypeKind::kInt ? "7" : "x";
  for (const std::string_view value : model.program.enums[one.enumeration.index()].values) {
    const bool both = other.kind == TypeKind::kEnum  ? model.ValueOf(other.enumeration, value).has_value()
                      : other.kind == TypeKind::kInt ? SpellsInt(value)
                                                     : true;
    if (both) return std::string(value);
  }
  return "x";
}

// A path that both match. Requires: equal shapes.
std::string Example(const Model& model, const Operation& a, const Operation& b) {
  std::string path;
  for (std::size_t i = 0; i < a.route.size(); ++i) {
    const RouteSegment& segment = a.route[i];
    const bool literal = segment.kind == RouteSegment::Kind::kLiteral;
    path += "/" + (literal ? std::string(segment.text) : CommonText(model, segment, b.route[i]));
  }
  return path.empty() ? "/" : path;
}

base::Span RouteSpan(const Model& model, OperationId id) {
  const syntax::OperationLine& line = *model.operation_lines[id.index()];
  return line.route.has_value() ? line.route->span : line.action->span;
}

void Report(Model& model, OperationId first, OperationId second) {
  const Operation& operation = model.program.operations[second.index()];
  const std::string one(model.Source(RouteSpan(model, first)));
  const std::string other(model.Source(RouteSpan(model, second)));
  if (operation.method.empty()) {
    model.Report(Diagnostic(Kind::kRouteOverlap, RouteSpan(model, second),
                            fmt::format("two operations are action \"{}\" on the same resources", operation.action))
                     .WithLabel(RouteSpan(model, first), "the other is here"));
    return;
  }
  const std::string where = operation.route.empty() || one == other
                                ? fmt::format("two operations are {} {}", operation.method, one)
                                : fmt::format("{} and {} both match {}", one, other,
                                              Example(model, operation, model.program.operations[first.index()]));
  model.Report(Diagnostic(Kind::kRouteOverlap, RouteSpan(model, second), where)
                   .WithLabel(RouteSpan(model, first), "the other is here")
                   .WithHint(TypesOf(model, operation).empty()
                                 ? "give one a type or a literal, or make them one operation"
                                 : "give one a literal, or make them one operation"));
}

}  // namespace

void CheckRouteOverlap(Model& model) {
  struct Known {
    OperationId id;
    std::vector<Type> types;
  };
  // By shape; in each, one operation for each distinct row of types, which are few.
  std::unordered_map<std::string, std::vector<Known>> seen;
  const auto look = [&](std::string key, OperationId id, std::vector<Type> types) {
    std::vector<Known>& alike = seen[std::move(key)];
    for (const Known& other : alike) {
      bool told_apart = false;
      for (std::size_t i = 0; i < types.size(); ++i) {
        told_apart = told_apart || AreDisjoint(model, types[i], other.types[i]);
      }
      if (told_apart) continue;
      Report(model, other.id, id);
      return false;
    }
    alike.push_back(Known{id, std::move(types)});
    return true;
  };
  for (std::size_t i = 0; i < model.program.operations.size(); ++i) {
    if (model.bad_operations[i]) continue;
    const Operation& operation = model.program.operations[i];
    const OperationId id = OperationId::FromIndex(i);
    if (!operation.action.empty()) {
      look(fmt::format("!{}\x1f{}", operation.action, operation.resource_type), id, {});
    }
    if (operation.method.empty()) continue;
    const std::string shape = fmt::format("{}\x1f{}", operation.method, Shape(model, operation));
    const std::vector<Type> types = TypesOf(model, operation);
    const auto& hosts = model.program.apis[operation.api.index()].hosts;
    if (hosts.empty()) look(fmt::format("\x1f{}", shape), id, types);
    for (const std::string_view host : hosts) {
      if (!look(fmt::format("{}\x1f{}", host, shape), id, types)) break;
    }
  }
}

}  // namespace ward::semantic
