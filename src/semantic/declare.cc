#include "semantic/declare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/budgets.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

// What decides before any rule, so that no rule may be taken for it.
constexpr std::array<std::string_view, 5> kReservedRuleNames{"bad-path", "bad-request", "default", "invalid-credential",
                                                             "no-operation"};
constexpr std::array<std::string_view, 13> kBuiltInWords{"action",    "connection", "context", "credential", "now",
                                                         "operation", "path",       "request", "resource",   "source",
                                                         "subject",   "token",      "zone"};

void ReportTwice(Model& model, const syntax::Name& name, base::Span first, std::string_view what) {
  const bool judged = what == "rules" || what == "limits";
  model.Report(Diagnostic(Kind::kDuplicateName, name.span,
                          fmt::format("two {} are called `{}`{}", what, name.text,
                                      judged ? "; logs and tests could not tell them apart" : ""))
                   .WithLabel(first, "the first is here")
                   .WithHint("give one of them another name"));
}

void ReportReserved(Model& model, const syntax::Name& name, std::string message) {
  model.Report(Diagnostic(Kind::kReservedName, name.span, std::move(message)).WithHint("choose another name"));
}

class Declarer {
 public:
  Declarer(Model& model, Scope& scope) : model_(model), scope_(scope) {}

  void Declare(const syntax::Decl& decl) {
    std::visit([this](const auto* node) { Add(*node); }, decl);
  }

 private:
  void AddName(NameMap& names, NameKind kind, const syntax::Name& name, std::size_t index) {
    const NamedThing thing{kind, static_cast<std::uint32_t>(index), name.span};
    const auto [it, fresh] = names.try_emplace(name.text, thing);
    if (fresh) return;
    const bool same = it->second.kind == kind;
    const std::string what = same ? fmt::format("{}s", KindWord(kind))
                                  : fmt::format("things (a {} and a {})", KindWord(it->second.kind), KindWord(kind));
    ReportTwice(model_, name, it->second.span, what);
  }

  // A thing that belongs to this policy: its name, where that stands, and whose it is.
  template <typename Thing>
  Thing& NewThing(std::vector<Thing>& things, const syntax::Name& name) {
    Thing& thing = things.emplace_back();
    thing.name = model_.Keep(name.text);
    thing.policy = scope_.policy;
    thing.span = name.span;
    return thing;
  }

  // One that only this policy knows by its bare name.
  template <typename Thing>
  Thing& NewNamed(NameMap& names, NameKind kind, std::vector<Thing>& things, const syntax::Name& name) {
    AddName(names, kind, name, things.size());
    return NewThing(things, name);
  }

  // A name known in the whole bundle; the id is that of the thing about to be made. `what` for "two {} are called".
  template <typename IdType, typename Thing>
  IdType AddBundleName(std::unordered_map<std::string_view, IdType>& names, const std::vector<Thing>& things,
                       const syntax::Name& name, std::string_view what) {
    const IdType id = IdType::FromIndex(things.size());
    const auto [it, fresh] = names.try_emplace(name.text, id);
    if (!fresh) ReportTwice(model_, name, things[it->second.index()].span, what);
    return id;
  }

  void RefuseBuiltIn(const syntax::Name& name, NameKind kind) {
    if (!IsBuiltInWord(name.text)) return;
    ReportReserved(
        model_, name,
        fmt::format("`{}` has a meaning of its own, so no {} can be called that", name.text, KindWord(kind)));
  }

  void Add(const syntax::PolicyDecl&) {}
  void Add(const syntax::UseDecl&) {}
  void Add(const syntax::TestDecl&) {}
  void Add(const syntax::ProveDecl&) {}

  void Add(const syntax::GivenDecl& decl) {
    auto& same = model_.givens[decl.name.text];
    for (const auto& [policy, other] : same) {
      if (policy == scope_.policy) ReportTwice(model_, decl.name, other->name.span, "givens");
    }
    same.emplace_back(scope_.policy, &decl);
  }

  void Add(const syntax::TypeDecl& decl) {
    TypeEntry entry;
    entry.decl = &decl;
    const auto [it, fresh] = model_.types.try_emplace(decl.name.text, entry);
    if (!fresh) ReportTwice(model_, decl.name, it->second.decl->name.span, "types");
  }

  void Add(const syntax::AttributesDecl& decl) {
    AttributeObject& object = model_.objects[decl.object.text];
    if (object.decls.empty()) object.span = decl.object.span;
    object.decls.push_back(&decl);
    object.broken = object.broken || decl.head.broken;
  }

  void Add(const syntax::RoleDecl& decl) {
    if (model_.program.roles.size() == base::budget::kRoleCountMax) {
      model_.Report(Diagnostic(Kind::kBudgetExceeded, decl.name.span,
                               fmt::format("more than {} roles", base::budget::kRoleCountMax)));
    }
    AddBundleName(model_.roles, model_.program.roles, decl.name, "roles");
    model_.program.roles.push_back(Role{model_.Keep(decl.name.text), {}, nullptr, decl.name.span});
    model_.role_decls.push_back(&decl);
  }

  void Add(const syntax::ZoneDecl& decl) {
    const ZoneId id = AddBundleName(model_.zones, model_.program.zones, decl.name, "zones");
    NewThing(model_.program.zones, decl.name);
    model_.zone_decls.push_back(&decl);
    if (id.index() == base::budget::kZoneCountMax) {
      model_.Report(Diagnostic(Kind::kBudgetExceeded, decl.name.span,
                               fmt::format("more than {} zones", base::budget::kZoneCountMax)));
    }
  }

  void Add(const syntax::ConditionDecl& decl) {
    RefuseBuiltIn(decl.name, NameKind::kCondition);
    NewNamed(scope_.names, NameKind::kCondition, model_.program.conditions, decl.name);
    model_.condition_decls.push_back(&decl);
    model_.bad_conditions.push_back(decl.head.broken);
  }

  void Add(const syntax::ParameterDecl& decl) {
    RefuseBuiltIn(decl.name, NameKind::kParameter);
    NewNamed(scope_.names, NameKind::kParameter, model_.program.parameters, decl.name);
    model_.parameter_decls.push_back(&decl);
    model_.bad_parameters.push_back(decl.head.broken);
  }

  void Add(const syntax::ScheduleDecl& decl) {
    NewNamed(scope_.names, NameKind::kSchedule, model_.program.schedules, decl.name);
    model_.schedule_decls.push_back(&decl);
  }

  void Add(const syntax::TableDecl& decl) {
    RefuseBuiltIn(decl.name, NameKind::kTable);
    NewNamed(scope_.names, NameKind::kTable, model_.program.tables, decl.name);
    model_.table_decls.push_back(&decl);
    model_.bad_tables.push_back(decl.head.broken);
    model_.columns.emplace_back();
  }

  void Add(const syntax::ApiDecl& decl) {
    const ApiId id = AddBundleName(model_.apis, model_.program.apis, decl.name, "apis");
    NewThing(model_.program.apis, decl.name);
    model_.api_decls.push_back(&decl);
    model_.operations_lost = model_.operations_lost || decl.head.broken;
    for (const syntax::OperationLine& line : decl.operations) AddOperation(line, id);
    for (const syntax::GroupLine& line : decl.groups) {
      NewNamed(scope_.names, NameKind::kGroup, model_.program.groups, line.name);
      model_.group_lines.push_back(&line);
    }
  }

  void AddOperation(const syntax::OperationLine& line, ApiId api) {
    AddName(scope_.names, NameKind::kOperation, line.name, model_.program.operations.size());
    const OperationId id = OperationId::FromIndex(model_.program.operations.size());
    Operation& operation = model_.program.operations.emplace_back();
    operation.name = model_.Keep(line.name.text);
    operation.api = api;
    operation.anonymous = line.anonymous.has_value();
    operation.span = line.name.span;
    model_.program.apis[api.index()].operations.push_back(id);
    model_.operation_lines.push_back(&line);
    if (id.index() == model_.input.bundle.manifest.budget.operations) {
      model_.Report(
          Diagnostic(Kind::kBudgetExceeded, line.name.span, fmt::format("more than {} operations", id.index()))
              .WithHint("the budget `operations` in ward.toml can be no larger than the built-in one"));
    }
  }

  void RefuseReserved(const syntax::Name& name, NameKind kind) {
    if (std::find(kReservedRuleNames.begin(), kReservedRuleNames.end(), name.text) == kReservedRuleNames.end()) return;
    ReportReserved(
        model_, name,
        fmt::format("`{}` decides before all rules, so no {} can be called that", name.text, KindWord(kind)));
  }

  void Add(const syntax::RuleDecl& decl) {
    RefuseReserved(decl.name, NameKind::kRule);
    const std::size_t index = model_.program.rules.size();
    NewNamed(scope_.rules, NameKind::kRule, model_.program.rules, decl.name).shadow = decl.shadow;
    model_.rule_decls.push_back(&decl);
    if (index == model_.input.bundle.manifest.budget.rules) {
      model_.Report(Diagnostic(Kind::kBudgetExceeded, decl.name.span, fmt::format("more than {} rules", index))
                        .WithHint("the budget `rules` in ward.toml can be no larger than the built-in one"));
    }
  }

  void Add(const syntax::LimitDecl& decl) {
    RefuseReserved(decl.name, NameKind::kLimit);
    NewNamed(scope_.limits, NameKind::kLimit, model_.program.limits, decl.name).shadow = decl.shadow;
    model_.limit_decls.push_back(&decl);
  }

  Model& model_;
  Scope& scope_;
};

void DeclarePolicy(Model& model, const syntax::File& file) {
  const PolicyId id = PolicyId::FromIndex(model.program.policies.size());
  Policy& policy = model.program.policies.emplace_back();
  Scope& scope = model.scopes.emplace_back();
  scope.policy = id;
  scope.file = &file;
  model.names_lost = model.names_lost || file.lost_declarations;
  if (file.policy == nullptr) {
    scope.governs_unknown = true;
    return;
  }
  policy.name = model.Keep(DottedText(file.policy->name.segments));
  policy.span = file.policy->name.span;
  const auto [it, fresh] = model.policies.try_emplace(policy.name, id);
  if (!fresh) {
    model.Report(Diagnostic(Kind::kDuplicateName, policy.span, fmt::format("two files are policy `{}`", policy.name))
                     .WithLabel(model.program.policies[it->second.index()].span, "the first is here")
                     .WithHint("a policy is one file; give one of them another name"));
  }
}

// The names another policy offers, for `use`.
const NamedThing* FindOffered(const Scope& from, std::string_view name) {
  if (const auto it = from.names.find(name); it != from.names.end()) return &it->second;
  if (const auto it = from.limits.find(name); it != from.limits.end()) return &it->second;
  return nullptr;
}

std::optional<std::string_view> NearestOffered(const Model& model, const Scope& from, std::string_view name) {
  std::vector<std::string_view> candidates;
  for (const auto& entry : from.names) candidates.push_back(entry.first);
  for (const auto& entry : from.limits) candidates.push_back(entry.first);
  return Nearest(model, name, candidates);
}

// What every policy of a bundle knows, and no `use` brings.
std::string_view KnownEverywhere(const Model& model, std::string_view name) {
  if (model.types.contains(name)) return "types";
  if (model.roles.contains(name)) return "roles";
  if (model.zones.contains(name)) return "zones";
  if (model.apis.contains(name)) return "APIs";
  if (model.objects.contains(name)) return "attributes";
  return {};
}

void UseName(Model& model, Scope& scope, const Scope& from, const syntax::Name& name) {
  const std::string_view policy = model.PolicyName(from.policy);
  const NamedThing* thing = FindOffered(from, name.text);
  if (thing == nullptr) {
    scope.poisoned.insert(name.text);
    if (model.names_lost || model.operations_lost) return;
    Diagnostic diagnostic(Kind::kUnknownUse, name.span, fmt::format("policy `{}` has no `{}`", policy, name.text));
    if (from.rules.contains(name.text)) {
      model.Report(std::move(diagnostic)
                       .WithHint("it has a rule of that name; rules are named in tests only, and need no `use` there"));
    } else if (const std::string_view known = KnownEverywhere(model, name.text); !known.empty()) {
      model.Report(
          std::move(diagnostic).WithHint(fmt::format("{} are known in the whole bundle and need no `use`", known)));
    } else if (const auto nearest = NearestOffered(model, from, name.text)) {
      model.Report(
          std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), name.span, std::string(*nearest)));
    } else {
      model.Report(std::move(diagnostic));
    }
    return;
  }
  NameMap& target = thing->kind == NameKind::kLimit ? scope.used_limits : scope.used;
  const NameMap& own = thing->kind == NameKind::kLimit ? scope.limits : scope.names;
  if (const auto it = own.find(name.text); it != own.end()) {
    model.Report(Diagnostic(Kind::kDuplicateName, name.span,
                            fmt::format("`{}` is also a {} of this policy", name.text, KindWord(it->second.kind)))
                     .WithLabel(it->second.span, "declared here"));
    return;
  }
  const auto [it, fresh] = target.try_emplace(name.text, *thing);
  if (!fresh) {
    model.Report(Diagnostic(Kind::kDuplicateName, name.span, fmt::format("`{}` is used twice", name.text))
                     .WithLabel(it->second.span, "this one is known here already"));
  }
}

void ResolveUse(Model& model, Scope& scope, const syntax::UseDecl& decl) {
  const std::string policy = DottedText(decl.policy.segments);
  const auto it = model.policies.find(policy);
  if (it == model.policies.end()) {
    for (const syntax::Name& name : decl.names) scope.poisoned.insert(name.text);
    Diagnostic diagnostic(Kind::kUnknownUse, decl.policy.span, fmt::format("there is no policy `{}`", policy));
    const auto nearest = NearestKey(model, model.policies, policy);
    model.Report(nearest ? std::move(diagnostic)
                               .WithFix(fmt::format("write `{}`", *nearest), decl.policy.span, std::string(*nearest))
                         : std::move(diagnostic));
    return;
  }
  if (it->second == scope.policy) {
    model.Report(Diagnostic(Kind::kUnknownUse, decl.policy.span, "a policy knows its own names without `use`"));
    return;
  }
  for (const syntax::Name& name : decl.names) UseName(model, scope, model.scope(it->second), name);
}

void GovernApi(Model& model, Scope& scope, const syntax::Name& name) {
  const auto it = model.apis.find(name.text);
  if (it != model.apis.end()) {
    scope.governed_apis[it->second.index()] = true;
    model.program.policies[scope.policy.index()].governs.push_back(it->second);
    return;
  }
  scope.governs_unknown = true;
  if (model.names_lost) return;
  Diagnostic diagnostic(Kind::kUnknownGoverns, name.span, fmt::format("there is no api `{}`", name.text));
  std::optional<std::string_view> nearest = NearestKey(model, model.apis, name.text);
  if (!nearest && base::EditDistance(name.text, "everything", 3)) nearest = "everything";
  model.Report(
      nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), name.span, std::string(*nearest))
              : std::move(diagnostic).WithHint("`governs` names apis, or says `everything`"));
}

}  // namespace

bool IsBuiltInWord(std::string_view word) {
  return std::binary_search(kBuiltInWords.begin(), kBuiltInWords.end(), word);
}

void DeclareNames(Model& model) {
  const std::size_t count = model.input.files.size();
  model.scopes.reserve(count);
  for (const auto& file : model.input.files) DeclarePolicy(model, *file);
  for (std::size_t i = 0; i < count; ++i) {
    Declarer declarer(model, model.scopes[i]);
    for (const syntax::Decl& decl : model.input.files[i]->declarations) declarer.Declare(decl);
  }
  for (const Scope& scope : model.scopes) {
    for (const auto& [name, thing] : scope.names) model.names_of_all[name].emplace_back(scope.policy, thing);
  }
}

void ResolveUses(Model& model) {
  for (Scope& scope : model.scopes) {
    syntax::ForEach<syntax::UseDecl>(*scope.file, [&](const syntax::UseDecl& decl) { ResolveUse(model, scope, decl); });
  }
}

void ResolveGoverns(Model& model) {
  std::vector<OperationId> all;
  for (std::size_t i = 0; i < model.program.operations.size(); ++i) all.push_back(OperationId::FromIndex(i));
  const OperationSetId everything = model.InternOperations(std::move(all));
  for (Scope& scope : model.scopes) {
    Policy& policy = model.program.policies[scope.policy.index()];
    scope.governed_apis.assign(model.program.apis.size(), false);
    if (scope.file->policy == nullptr || !scope.file->policy->governs.has_value()) continue;
    const syntax::Operations& governs = *scope.file->policy->governs;
    if (governs.everything) {
      policy.governs_everything = true;
      policy.governed = everything;
      continue;
    }
    for (const syntax::Name& name : governs.names) GovernApi(model, scope, name);
    std::sort(policy.governs.begin(), policy.governs.end());
    policy.governs.erase(std::unique(policy.governs.begin(), policy.governs.end()), policy.governs.end());
    std::vector<OperationId> governed;
    for (const ApiId api : policy.governs) {
      const auto& operations = model.program.apis[api.index()].operations;
      governed.insert(governed.end(), operations.begin(), operations.end());
    }
    policy.governed = model.InternOperations(std::move(governed));
  }
}

}  // namespace ward::semantic
