#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/check.h"
#include "codegen/schema.h"

namespace ward::codegen {
namespace {

lookup::SegmentPattern PatternOf(const ir::Program& program, const ir::PathSegment& segment) {
  lookup::SegmentPattern pattern;
  switch (segment.kind) {
    case ir::PathSegment::Kind::kLiteral:
      pattern.kind = lookup::SegmentKind::kLiteral;
      pattern.literal = segment.text;
      break;
    case ir::PathSegment::Kind::kOne:
      pattern.kind = lookup::SegmentKind::kStar;
      break;
    case ir::PathSegment::Kind::kRest:
      pattern.kind = lookup::SegmentKind::kRest;
      break;
    case ir::PathSegment::Kind::kParameter:
      if (segment.type == ValueType::kInt) {
        pattern.kind = lookup::SegmentKind::kInt;
      } else if (segment.type == ValueType::kEnum) {
        pattern.kind = lookup::SegmentKind::kList;
        pattern.values = program.enums[segment.enumeration.index()].values;
      } else if (segment.type == ValueType::kBool) {
        pattern.kind = lookup::SegmentKind::kList;
        pattern.values = {"false", "true"};
      } else if (segment.type != ValueType::kString) {
        pattern.kind = lookup::SegmentKind::kTyped;
      }
      break;
  }
  return pattern;
}

// As in messages: /orders/{order}
std::string RouteText(const ir::Operation& operation) {
  std::string text;
  for (const ir::PathSegment& segment : operation.route) {
    switch (segment.kind) {
      case ir::PathSegment::Kind::kLiteral:
        text += "/" + segment.text;
        break;
      case ir::PathSegment::Kind::kParameter:
        text += "/{" + segment.text + "}";
        break;
      case ir::PathSegment::Kind::kOne:
        text += "/*";
        break;
      case ir::PathSegment::Kind::kRest:
        text += "/**";
        break;
    }
  }
  return text.empty() && !operation.method.empty() ? "/" : text;
}

class RoutePlanner {
 public:
  RoutePlanner(const ir::Program& program, const GroupPlan& groups, Domains& domains, Pools& pools, diag::Sink& sink)
      : program_(program), groups_(groups), domains_(domains), pools_(pools), sink_(sink) {}

  RoutePlan Plan() {
    for (std::size_t i = 0; i < program_.operations.size(); ++i) AddOperation(Size32(i));
    NameOperations();
    BuildTrie();
    return std::move(plan_);
  }

 private:
  void AddOperation(std::uint32_t number) {
    const ir::Operation& operation = program_.operations[number];
    const std::uint32_t first = Size32(plan_.parameters.size());
    std::uint32_t segment = 0;
    std::size_t parameter = 0;
    for (const ir::PathSegment& part : operation.route) {
      if (part.kind == ir::PathSegment::Kind::kParameter && parameter < operation.parameters.size()) {
        const ir::InputId input = operation.parameters[parameter++];
        if (input.has_value()) plan_.parameters.emplace_back(input.value(), segment);
      }
      ++segment;
    }
    WARD_CHECK(parameter == operation.parameters.size());
    const bytecode::Range parameters(first, Size32(plan_.parameters.size()) - first);
    const bytecode::Text name = pools_.Text(operation.name);
    const bytecode::Text api = pools_.Text(operation.api);
    const bytecode::Text method = pools_.Text(operation.method);
    const bytecode::Text route = pools_.Text(RouteText(operation));
    const bytecode::Text action = pools_.Text(operation.action);
    const bytecode::Text resource = pools_.Text(operation.resource_type);
    const bytecode::Place place = pools_.Place(operation.span);
    plan_.operations.emplace_back(name, api, method, route, action, resource, parameters, groups_.operation_row[number],
                                  operation.anonymous ? bytecode::kOperationAnonymous : 0U, place);
  }

  void NameOperations() {
    std::map<std::string, std::uint32_t> names;
    std::map<std::string, std::uint32_t> actions;
    for (std::size_t i = 0; i < program_.operations.size(); ++i) {
      const ir::Operation& operation = program_.operations[i];
      names.try_emplace(operation.name, Size32(i));
      if (operation.action.empty()) continue;
      std::string key = operation.action;
      if (!operation.resource_type.empty()) key += '\0' + operation.resource_type;
      actions.try_emplace(std::move(key), Size32(i));
    }
    std::vector<DomainText> texts;
    texts.reserve(names.size());
    for (const auto& [name, operation] : names) texts.push_back({name, lookup::kOrdinalFirst + operation});
    plan_.names = domains_.Add(texts);
    texts.clear();
    for (const auto& [action, operation] : actions) {
      texts.push_back({action, lookup::kOrdinalFirst + Size32(plan_.action_operations.size())});
      plan_.action_operations.push_back(operation);
    }
    plan_.actions = domains_.Add(texts);
  }

  void BuildTrie() {
    std::vector<lookup::RoutePattern> patterns;
    for (std::size_t i = 0; i < program_.operations.size(); ++i) {
      const ir::Operation& operation = program_.operations[i];
      if (operation.method.empty()) continue;
      lookup::RoutePattern pattern;
      pattern.hosts = operation.hosts;
      if (pattern.hosts.empty()) pattern.hosts.emplace_back("*");
      pattern.method = operation.method;
      pattern.operation = Size32(i) + 1;
      for (const ir::PathSegment& segment : operation.route) pattern.path.push_back(PatternOf(program_, segment));
      patterns.push_back(std::move(pattern));
    }
    Result<lookup::SegmentTrieData> trie = lookup::BuildSegmentTrie(patterns);
    if (!trie.has_value()) {
      const auto kind = trie.error().code == ErrorCode::kTooLarge ? diag::Kind::kBudgetExceeded : diag::Kind::kBadRoute;
      sink_.Report(diag::Diagnostic(kind, base::Span{}, trie.error().message));
      return;
    }
    plan_.trie = std::move(trie).value();
    plan_.exact_hosts = domains_.Add(plan_.trie.exact_hosts);
    plan_.suffix_hosts = domains_.Add(plan_.trie.suffix_hosts);
    plan_.methods = domains_.Add(plan_.trie.methods);
  }

  const ir::Program& program_;
  const GroupPlan& groups_;
  Domains& domains_;
  Pools& pools_;
  diag::Sink& sink_;
  RoutePlan plan_;
};

}  // namespace

RoutePlan PlanRoutes(const ir::Program& program, const GroupPlan& groups, Domains& domains, Pools& pools,
                     diag::Sink& sink) {
  return RoutePlanner(program, groups, domains, pools, sink).Plan();
}

}  // namespace ward::codegen
