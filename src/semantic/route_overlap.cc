// Which routes nothing tells apart (E16).
//
// From the left, a literal segment beats a typed parameter, that a bare one, then `*`, then `**` (LANGUAGE.md section (e)).
// Two routes that match one path tie at a segment only if both have the same rank there, and for literals the same text.
// So they cannot be told apart exactly if their shapes, ranks and literal texts in order, are equal: one hash look-up a
// route. An action is told apart by its name and the type of its resource.
#include <fmt/format.h>

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

// A path that both match.
std::string Example(const Operation& operation) {
  std::string path;
  for (const RouteSegment& segment : operation.route) {
    path += "/" + (segment.kind == RouteSegment::Kind::kLiteral ? std::string(segment.text) : std::string("x"));
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
                                : fmt::format("{} and {} both match {}", one, other, Example(operation));
  model.Report(Diagnostic(Kind::kRouteOverlap, RouteSpan(model, second), where)
                   .WithLabel(RouteSpan(model, first), "the other is here")
                   .WithHint("give one a type or a literal, or make them one operation"));
}

}  // namespace

void CheckRouteOverlap(Model& model) {
  std::unordered_map<std::string, OperationId> seen;
  const auto look = [&](std::string key, OperationId id) {
    const auto [it, fresh] = seen.try_emplace(std::move(key), id);
    if (!fresh) Report(model, it->second, id);
    return fresh;
  };
  for (std::size_t i = 0; i < model.program.operations.size(); ++i) {
    if (model.bad_operations[i]) continue;
    const Operation& operation = model.program.operations[i];
    const OperationId id = OperationId::FromIndex(i);
    if (!operation.action.empty()) {
      look(fmt::format("!{}\x1f{}", operation.action, operation.resource_type), id);
    }
    if (operation.method.empty()) continue;
    const std::string shape = fmt::format("{}\x1f{}", operation.method, Shape(model, operation));
    const auto& hosts = model.program.apis[operation.api.index()].hosts;
    if (hosts.empty()) look(fmt::format("\x1f{}", shape), id);
    for (const std::string_view host : hosts) {
      if (!look(fmt::format("{}\x1f{}", host, shape), id)) break;
    }
  }
}

}  // namespace ward::semantic
