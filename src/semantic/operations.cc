#include "semantic/operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/budgets.h"
#include "semantic/builtins.h"
#include "semantic/path_text.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

// ---- apis

// `api.example.com`, `*.example.com`: labels of letters, digits, hyphens; no port.
bool IsHostPattern(std::string_view host) {
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty() || host.size() > base::budget::kRequestHostBytesMax) return false;
  char before = '.';
  for (const char c : host) {
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
    if (!letter && c != '.') return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  return before != '.' &&
         (host.find_first_of(":[]") == std::string_view::npos || (host.starts_with('[') && host.ends_with(']')));
}

void CheckHosts(Model& model, Api& api, const syntax::ApiDecl& decl) {
  std::unordered_map<std::string, base::Span> seen;
  for (const syntax::Text& host : decl.hosts) {
    const std::string folded = base::AsciiFolded(host.text);
    if (!IsHostPattern(folded)) {
      const std::size_t colon = folded.rfind(':');
      Diagnostic diagnostic(Kind::kBadRoute, host.span, fmt::format("`{}` is no name of a host", host.text));
      if (colon != std::string::npos && IsHostPattern(folded.substr(0, colon))) {
        model.Report(std::move(diagnostic)
                         .WithFix("leave the port out: it is not compared", host.span,
                                  fmt::format("\"{}\"", folded.substr(0, colon))));
      } else {
        model.Report(std::move(diagnostic).WithHint("write a name such as \"api.example.com\" or \"*.example.com\""));
      }
      continue;
    }
    const auto [it, fresh] = seen.try_emplace(folded, host.span);
    if (!fresh) {
      model.Report(Diagnostic(Kind::kDuplicateName, host.span, fmt::format("host `{}` is listed twice", folded))
                       .WithLabel(it->second, "the first is here"));
      continue;
    }
    api.hosts.push_back(model.Keep(folded));
  }
}

// ---- routes

class RouteReader {
 public:
  RouteReader(Model& model, OperationId id, const syntax::OperationLine& line)
      : model_(model), id_(id), line_(line), operation_(model.program.operations[id.index()]) {}

  void Read() {
    const auto& segments = line_.route->segments;
    operation_.method = model_.Keep(line_.method->text);
    if (segments.size() > base::budget::kRouteSegmentCountMax) {
      model_.Report(Diagnostic(Kind::kBudgetExceeded, line_.route->span,
                               fmt::format("a route has at most {} segments", base::budget::kRouteSegmentCountMax)));
      return;
    }
    if (segments.size() == 1 && segments[0].kind == syntax::RouteSegment::Kind::kEmpty) return;  // the root
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (!ReadSegment(segments[i], i + 1 == segments.size())) {
        model_.bad_operations[id_.index()] = true;
        return;
      }
    }
  }

 private:
  bool ReadSegment(const syntax::RouteSegment& segment, bool last) {
    RouteSegment typed;
    switch (segment.kind) {
      case syntax::RouteSegment::Kind::kEmpty:
        model_.Report(EmptySegment(last));
        return false;
      case syntax::RouteSegment::Kind::kText: {
        const std::optional<std::string> text = DecodeSegment(model_, segment);
        if (!text.has_value()) return false;
        typed.text = model_.Keep(*text);
        break;
      }
      case syntax::RouteSegment::Kind::kParameter:
        typed.kind = RouteSegment::Kind::kParam;
        if (!ReadParameter(segment, typed)) return false;
        break;
      case syntax::RouteSegment::Kind::kAnyOne:
        typed.kind = RouteSegment::Kind::kOne;
        break;
      case syntax::RouteSegment::Kind::kAnyRest:
        if (!last) {
          model_.Report(Diagnostic(Kind::kBadRoute, segment.span, "`**` stands last: it is the rest of the path"));
          return false;
        }
        typed.kind = RouteSegment::Kind::kRest;
        break;
    }
    operation_.route.push_back(typed);
    return true;
  }

  Diagnostic EmptySegment(bool last) {
    const base::Span span = line_.route->span;
    const std::string text(model_.Source(span));
    Diagnostic diagnostic(Kind::kBadRoute, span,
                          last ? "paths never end in `/`: it is dropped before they are matched"
                               : "paths never hold `//`: it becomes `/` before they are matched");
    if (!last) return diagnostic;
    const std::string better = text.substr(0, text.find_last_not_of('/') + 1);
    return std::move(diagnostic).WithFix(fmt::format("write `{}`", better), span, better);
  }

  bool ReadParameter(const syntax::RouteSegment& segment, RouteSegment& typed) {
    const syntax::Name& name = segment.parameter;
    const auto [it, fresh] = seen_.try_emplace(name.text, name.span);
    if (!fresh) {
      model_.Report(Diagnostic(Kind::kBadRoute, name.span, fmt::format("`{{{}}}` stands twice in one route", name.text))
                        .WithLabel(it->second, "the first is here"));
      return false;
    }
    std::optional<Type> type = Type{TypeKind::kString, {}, base::budget::kStringValueBytesDefault};
    if (segment.type.has_value()) type = ResolveTypeName(model_, *segment.type);
    if (type.has_value() && IsSet(*type)) {
      model_.Report(Diagnostic(Kind::kTypeMismatch, segment.type->span, "a segment of a path is one value, not a set"));
      type.reset();
    }
    typed.param = ParamOf(name, type);
    return type.has_value();
  }

  // Routes that agree in name and type share a parameter.
  PathParamId ParamOf(const syntax::Name& name, const std::optional<Type>& type) {
    auto& uses = model_.path_params[name.text];
    for (PathParamUse& use : uses) {
      const bool same = use.param.has_value() ? type.has_value() && Same(use.param, *type) : !type.has_value();
      if (!same) continue;
      use.operations.push_back(id_);
      return use.param;
    }
    PathParamId id;
    if (type.has_value()) {
      id = PathParamId::FromIndex(model_.program.path_params.size());
      const BorderPlace place{AttributeSource::kPathParameter, {name.text}, *type};
      const AttributeId attribute = BorderAttribute(model_, place, fmt::format("path.{}", name.text));
      model_.program.path_params.push_back(PathParam{model_.Keep(name.text), *type, attribute});
    }
    uses.push_back(PathParamUse{id, path_param_uses_++, {id_}});
    return id;
  }

  [[nodiscard]] bool Same(PathParamId id, const Type& type) const {
    const Type& other = model_.program.path_params[id.index()].type;
    return other == type && other.max_bytes == type.max_bytes;
  }

  Model& model_;
  OperationId id_;
  const syntax::OperationLine& line_;
  Operation& operation_;
  std::uint32_t& path_param_uses_ = model_.path_param_use_count;
  std::unordered_map<std::string_view, base::Span> seen_;
};

void ReadOperation(Model& model, OperationId id) {
  const syntax::OperationLine& line = *model.operation_lines[id.index()];
  Operation& operation = model.program.operations[id.index()];
  if (line.broken) {
    model.bad_operations[id.index()] = true;
    return;
  }
  if (line.action.has_value()) {
    operation.action = model.Keep(line.action->text);
    if (line.resource_type.has_value()) operation.resource_type = model.Keep(line.resource_type->text);
    if (line.action->text.empty()) {
      model.Report(Diagnostic(Kind::kBadRoute, line.action->span, "an action has a name"));
    } else if (line.resource_type.has_value() && line.resource_type->text.empty()) {
      model.Report(Diagnostic(Kind::kBadRoute, line.resource_type->span, "a type of resources has a name")
                       .WithHint("an action without `on` is that action on any resource"));
    } else if (operation.action.size() + operation.resource_type.size() > base::budget::kActionBytesMax) {
      model.Report(Diagnostic(Kind::kBudgetExceeded, line.action->span,
                              fmt::format("an action and its type of resources have at most {} bytes together",
                                          base::budget::kActionBytesMax)));
    }
  }
  if (line.route.has_value()) RouteReader(model, id, line).Read();
}

// ---- groups

class GroupResolver {
 public:
  explicit GroupResolver(Model& model) : model_(model), state_(model.program.groups.size(), State::kNew) {}

  void Resolve(std::size_t index) {
    if (state_[index] != State::kNew) return;
    state_[index] = State::kBusy;
    Group& group = model_.program.groups[index];
    const Scope& scope = model_.scope(group.policy);
    std::vector<OperationId> operations;
    if (model_.group_lines[index]->broken) model_.bad_groups[index] = true;
    for (const syntax::Name& member : model_.group_lines[index]->members) AddMember(scope, index, member, operations);
    model_.program.groups[index].operations = model_.InternOperations(std::move(operations));
    state_[index] = State::kDone;
  }

 private:
  enum class State : std::uint8_t { kNew, kBusy, kDone };

  void AddMember(const Scope& scope, std::size_t index, const syntax::Name& member,
                 std::vector<OperationId>& operations) {
    const NamedThing* thing = model_.Find(scope, member.text);
    if (thing != nullptr && thing->kind == NameKind::kOperation) {
      operations.push_back(OperationId(thing->index));
      return;
    }
    model_.bad_groups[index] = true;
    if (thing != nullptr && thing->kind == NameKind::kGroup) {
      if (state_[thing->index] == State::kBusy) {
        model_.Report(
            Diagnostic(Kind::kConditionCycle, member.span, fmt::format("group `{}` leads back to itself", member.text))
                .WithLabel(thing->span, "declared here"));
        return;
      }
      if (depth_ == base::budget::kNestingMax) {
        model_.Report(Diagnostic(Kind::kBudgetExceeded, member.span,
                                 fmt::format("groups nest at most {} deep", base::budget::kNestingMax)));
        return;
      }
      model_.bad_groups[index] = false;
      ++depth_;
      Resolve(thing->index);
      --depth_;
      model_.bad_groups[index] = model_.bad_groups[thing->index];
      const Group& inner = model_.program.groups[thing->index];
      const auto& members = model_.program.operation_sets[inner.operations.index()].operations;
      operations.insert(operations.end(), members.begin(), members.end());
      return;
    }
    ReportUnknownOperation(model_, scope, member);
  }

 public:
  static void ReportUnknownOperation(Model& model, const Scope& scope, const syntax::Name& name) {
    if (scope.poisoned.contains(name.text)) return;
    if (const NamedThing* thing = model.Find(scope, name.text)) {
      model.Report(Diagnostic(Kind::kUnknownOperation, name.span,
                              fmt::format("`{}` is a {}, not an operation", name.text, KindWord(thing->kind)))
                       .WithLabel(thing->span, "declared here"));
      return;
    }
    if (model.names_lost || model.operations_lost) return;
    Diagnostic diagnostic(Kind::kUnknownOperation, name.span,
                          fmt::format("there is no operation or group `{}`", name.text));
    if (const auto elsewhere = model.names_of_all.find(name.text); elsewhere != model.names_of_all.end()) {
      for (const auto& [owner, thing] : elsewhere->second) {
        if (thing.kind != NameKind::kOperation && thing.kind != NameKind::kGroup) continue;
        diagnostic.labels.push_back({thing.span, "this policy has it"});
        model.Report(WithUse(model, scope, std::move(diagnostic), {name.text, model.PolicyName(owner)}));
        return;
      }
    }
    std::vector<std::string_view> candidates{"everything"};
    for (const NameMap* names : {&scope.names, &scope.used}) {
      for (const auto& [known, thing] : *names) {
        if (thing.kind == NameKind::kOperation || thing.kind == NameKind::kGroup) candidates.push_back(known);
      }
    }
    const auto nearest = Nearest(model, name.text, candidates);
    model.Report(
        nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), name.span, std::string(*nearest))
                : std::move(diagnostic));
  }

 private:
  Model& model_;
  std::vector<State> state_;
  std::size_t depth_ = 0;
};

bool Governs(const Model& model, const Scope& scope, OperationId id) {
  if (model.program.policies[scope.policy.index()].governs_everything || scope.governs_unknown) return true;
  return scope.governed_apis[model.program.operations[id.index()].api.index()];
}

void ReportUngoverned(Model& model, const Scope& scope, const syntax::Name& name, OperationId id) {
  const Api& api = model.program.apis[model.program.operations[id.index()].api.index()];
  const Policy& policy = model.program.policies[scope.policy.index()];
  std::string governs = "everything";
  if (!policy.governs.empty()) {
    governs.clear();
    for (const ApiId governed : policy.governs) {
      governs += (governs.empty() ? "" : ", ") + std::string(model.program.apis[governed.index()].name);
    }
    governs += fmt::format(", {}", api.name);
  }
  model.Report(
      Diagnostic(Kind::kUngovernedOperation, name.span,
                 fmt::format("`{}` belongs to api `{}`, which this policy does not govern", name.text, api.name))
          .WithLabel(policy.span, "what a policy governs stands in its first line")
          .WithHint(fmt::format("`policy {} governs {}` would", policy.name, governs)));
}

}  // namespace

void CheckApis(Model& model) {
  model.bad_operations.assign(model.program.operations.size(), false);
  model.bad_groups.assign(model.program.groups.size(), false);
  for (std::size_t i = 0; i < model.program.apis.size(); ++i) {
    const syntax::ApiDecl& decl = *model.api_decls[i];
    Api& api = model.program.apis[i];
    CheckHosts(model, api, decl);
    if (decl.from.has_value()) {
      model.operations_lost = true;
      model.Report(
          Diagnostic(Kind::kBadRoute, decl.from->span, "reading operations from an OpenAPI file is not possible yet")
              .WithHint("list the operations below the api"));
    } else if (decl.operations.empty() && !decl.head.broken) {
      model.Report(Diagnostic(Kind::kMissingClause, decl.name.span, fmt::format("api `{}` has no operations", api.name))
                       .WithHint("add lines such as `list-orders GET /orders`"));
    }
    for (const OperationId id : api.operations) ReadOperation(model, id);
  }
  for (auto& [name, uses] : model.path_params) {
    for (PathParamUse& use : uses) std::sort(use.operations.begin(), use.operations.end());
  }
}

void ResolveGroups(Model& model) {
  GroupResolver resolver(model);
  for (std::size_t i = 0; i < model.program.groups.size(); ++i) resolver.Resolve(i);
}

std::optional<OperationSetId> ResolveOperations(Model& model, const Scope& scope,
                                                const syntax::Operations& operations) {
  const Policy& policy = model.program.policies[scope.policy.index()];
  if (operations.everything) {
    if (scope.governs_unknown) return std::nullopt;
    return policy.governed.has_value() ? std::optional(policy.governed) : std::nullopt;
  }
  std::vector<OperationId> set;
  bool good = true;
  for (const syntax::Name& name : operations.names) {
    const NamedThing* thing = model.Find(scope, name.text);
    if (thing == nullptr || (thing->kind != NameKind::kOperation && thing->kind != NameKind::kGroup)) {
      GroupResolver::ReportUnknownOperation(model, scope, name);
      return std::nullopt;
    }
    const std::size_t before = set.size();
    if (thing->kind == NameKind::kOperation) {
      set.push_back(OperationId(thing->index));
    } else {
      const Group& group = model.program.groups[thing->index];
      const auto& members = model.program.operation_sets[group.operations.index()].operations;
      set.insert(set.end(), members.begin(), members.end());
      good = good && !model.bad_groups[thing->index];
    }
    for (std::size_t i = before; i < set.size(); ++i) {
      if (Governs(model, scope, set[i])) continue;
      if (policy.governed.has_value()) ReportUngoverned(model, scope, name, set[i]);
      return std::nullopt;  // a policy that governs nothing hears it once, from its rules
    }
  }
  if (!good) return std::nullopt;
  return model.InternOperations(std::move(set));
}

}  // namespace ward::semantic
