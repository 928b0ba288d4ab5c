#include "semantic/declarations.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/budgets.h"
#include "semantic/declare.h"
#include "semantic/expressions.h"
#include "semantic/text_values.h"
#include "semantic/time_zone_names.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

// ---- parameters

bool HasBounds(const Model& model, const Type& type) {
  switch (type.kind) {
    case TypeKind::kInt:
    case TypeKind::kDuration:
    case TypeKind::kSize:
    case TypeKind::kTimestamp:
    case TypeKind::kClock:
      return true;
    case TypeKind::kEnum:
      return model.program.enums[type.enumeration.index()].ordered;
    case TypeKind::kBool:
    case TypeKind::kString:
    case TypeKind::kIp:
    case TypeKind::kCidr:
    case TypeKind::kHost:
    case TypeKind::kPath:
    case TypeKind::kSetOfEnum:
    case TypeKind::kSetOfString:
    case TypeKind::kOperation:
    case TypeKind::kPresence:
      return false;
  }
  return false;
}

class ParameterChecker {
 public:
  ParameterChecker(Model& model, std::size_t index)
      : model_(model),
        index_(index),
        parameter_(model.program.parameters[index]),
        decl_(*model.parameter_decls[index]) {}

  void Check() {
    if (decl_.head.broken) return;
    const std::optional<Type> type = ResolveTypeRef(model_, decl_.type);
    if (!type.has_value() || !CheckType(*type)) {
      model_.bad_parameters[index_] = true;
      return;
    }
    parameter_.type = *type;
    parameter_.value = Value(decl_.value);
    if (decl_.least != nullptr && decl_.most != nullptr) CheckBounds();
    if (parameter_.value != nullptr && parameter_.low != nullptr) CheckRange(*parameter_.value, decl_.value->span);
  }

  // From ward.toml. The bounds hold for it too.
  void Set(const bundle::Setting& setting) {
    if (model_.bad_parameters[index_]) return;
    const std::string text = std::visit([](const auto& value) { return Spelling(value); }, setting.value);
    const auto value = ValueFromText(model_, parameter_.type, text);
    if (const auto* wrong = std::get_if<NoValue>(&value)) {
      Diagnostic diagnostic(Kind::kBadManifest, setting.value_span, wrong->reason);
      diagnostic.labels.push_back({parameter_.span, model_.Noun(parameter_.type)});
      if (!wrong->nearest.empty()) diagnostic.hints.push_back(fmt::format("nearest is `{}`", wrong->nearest));
      model_.Report(std::move(diagnostic));
      return;
    }
    const Constant* constant = std::get<const Constant*>(value);
    if (parameter_.low != nullptr) CheckRange(*constant, setting.value_span);
    parameter_.value = constant;
  }

 private:
  static std::string Spelling(bool value) { return value ? "true" : "false"; }
  static std::string Spelling(std::int64_t value) { return std::to_string(value); }
  static std::string Spelling(const std::string& value) { return value; }

  bool CheckType(const Type& type) {
    if (IsSet(type)) {
      model_.Report(Diagnostic(Kind::kTypeMismatch, decl_.type.span, "a parameter is one value, not a set"));
      return false;
    }
    if (type.kind == TypeKind::kEnum && model_.ValueOf(type.enumeration, decl_.name.text).has_value()) {
      model_.Report(Diagnostic(Kind::kReservedName, decl_.name.span,
                               fmt::format("`{}` is also a value of its own type, so nobody could tell them apart",
                                           decl_.name.text))
                        .WithHint("choose another name"));
      return false;
    }
    return true;
  }

  const Constant* Value(const syntax::Expr* node) {
    ExprChecker checker(model_, ExprContext{&model_.scope(parameter_.policy), nullptr, {}, {}, false});
    const Constant* constant = checker.ConstantOf(*node, Expected{parameter_.type, decl_.name.span});
    return constant;
  }

  void CheckBounds() {
    if (!HasBounds(model_, parameter_.type)) {
      model_.Report(
          Diagnostic(Kind::kTypeMismatch, base::Join(decl_.least->span, decl_.most->span),
                     fmt::format("{} has no order, so there is no `between`", model_.TypeName(parameter_.type))));
      return;
    }
    const Constant* low = Value(decl_.least);
    const Constant* high = Value(decl_.most);
    if (low == nullptr || high == nullptr) return;
    if (low->number > high->number) {
      model_.Report(Diagnostic(Kind::kParameterOutOfRange, base::Join(decl_.least->span, decl_.most->span),
                               "the first bound is above the second: nothing lies between"));
      return;
    }
    parameter_.low = low;
    parameter_.high = high;
  }

  void CheckRange(const Constant& value, base::Span span) {
    if (value.number >= parameter_.low->number && value.number <= parameter_.high->number) return;
    Diagnostic diagnostic(Kind::kParameterOutOfRange, span,
                          fmt::format("`{}` lies between {} and {}", parameter_.name,
                                      ConstantText(model_, *parameter_.low), ConstantText(model_, *parameter_.high)));
    if (span.file != decl_.least->span.file || span.begin != decl_.value->span.begin) {
      diagnostic.labels.push_back({base::Join(decl_.least->span, decl_.most->span), "declared here"});
    }
    model_.Report(std::move(diagnostic));
  }

  Model& model_;
  std::size_t index_;
  Parameter& parameter_;
  const syntax::ParameterDecl& decl_;
};

void ApplySetting(Model& model, const bundle::Setting& setting) {
  const std::string_view qualified = setting.name;
  const std::size_t dot = qualified.rfind('.');
  const auto policy =
      dot == std::string_view::npos ? model.policies.end() : model.policies.find(qualified.substr(0, dot));
  if (policy != model.policies.end()) {
    const NameMap& names = model.scope(policy->second).names;
    const auto it = names.find(qualified.substr(dot + 1));
    if (it != names.end() && it->second.kind == NameKind::kParameter) {
      ParameterChecker(model, it->second.index).Set(setting);
      return;
    }
  }
  if (model.names_lost) return;
  std::vector<std::string> names;
  for (const Parameter& parameter : model.program.parameters) {
    names.push_back(fmt::format("{}.{}", model.PolicyName(parameter.policy), parameter.name));
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  Diagnostic diagnostic(Kind::kBadManifest, setting.name_span, fmt::format("there is no parameter `{}`", setting.name));
  const auto nearest = Nearest(model, setting.name, candidates);
  model.Report(
      nearest ? std::move(diagnostic)
                    .WithFix(fmt::format("write `{}`", *nearest), setting.name_span, fmt::format("\"{}\"", *nearest))
              : std::move(diagnostic)
                    .WithHint("a parameter is named with its policy, as in `platform.zones.max-token-age`"));
}

// ---- roles

class RoleCloser {
 public:
  explicit RoleCloser(Model& model) : model_(model), direct_(model.program.roles.size()) {}

  void Close() {
    for (std::size_t i = 0; i < direct_.size(); ++i) ReadIncludes(i);
    if (FindCycle()) return;
    // A role's includes are complete once those of what it includes are: in the order in which FindCycle left them.
    for (const std::size_t i : order_) {
      std::vector<RoleId>& all = model_.program.roles[i].includes;
      for (const std::size_t included : direct_[i]) {
        all.push_back(RoleId::FromIndex(included));
        const auto& further = model_.program.roles[included].includes;
        all.insert(all.end(), further.begin(), further.end());
      }
      std::sort(all.begin(), all.end());
      all.erase(std::unique(all.begin(), all.end()), all.end());
    }
  }

 private:
  void ReadIncludes(std::size_t i) {
    for (const syntax::Name& name : model_.role_decls[i]->includes) {
      const auto it = model_.roles.find(name.text);
      if (it != model_.roles.end()) {
        direct_[i].push_back(it->second.index());
        continue;
      }
      if (model_.names_lost) continue;
      Diagnostic diagnostic(Kind::kUnknownRole, name.span, fmt::format("there is no role `{}`", name.text));
      const auto nearest = NearestKey(model_, model_.roles, name.text);
      model_.Report(
          nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), name.span, std::string(*nearest))
                  : std::move(diagnostic));
    }
  }

  // Depth first without recursion: a chain of roles may be long.
  bool FindCycle() {
    std::vector<std::uint8_t> state(direct_.size(), 0);
    std::vector<std::pair<std::size_t, std::size_t>> path;
    for (std::size_t start = 0; start < state.size(); ++start) {
      if (state[start] == 0) path.emplace_back(start, 0);
      while (!path.empty()) {
        auto& [role, next] = path.back();
        state[role] = 1;
        if (next == direct_[role].size()) {
          state[role] = 2;
          order_.push_back(role);
          path.pop_back();
          continue;
        }
        const std::size_t to = direct_[role][next++];
        if (state[to] == 1) {
          Report(path, to);
          return true;
        }
        if (state[to] == 0) path.emplace_back(to, 0);
      }
    }
    return false;
  }

  void Report(const std::vector<std::pair<std::size_t, std::size_t>>& path, std::size_t to) {
    std::string names;
    bool inside = false;
    for (const auto& [role, next] : path) {
      inside = inside || role == to;
      if (inside) names += fmt::format("{}, ", model_.program.roles[role].name);
    }
    names += model_.program.roles[to].name;
    model_.Report(Diagnostic(Kind::kRoleCycle, model_.program.roles[to].span,
                             fmt::format("roles may not include themselves: {}", names)));
  }

  Model& model_;
  std::vector<std::vector<std::size_t>> direct_;
  std::vector<std::size_t> order_;  // what is included before what includes
};

Type ConditionParamType(Model& model, std::size_t index, const syntax::TypeRef& ref) {
  const std::optional<Type> type = ResolveTypeRef(model, ref);
  if (type.has_value()) return *type;
  model.bad_conditions[index] = true;
  return Type{};
}

}  // namespace

bool CheckTimeZone(Model& model, const syntax::Text& name, Kind kind) {
  if (IsTimeZone(name.text)) return true;
  Diagnostic diagnostic(kind, name.span, fmt::format("there is no time zone `{}`", name.text));
  const std::vector<std::string> known = TimeZoneNames();
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto nearest = Nearest(model, name.text, candidates);
  model.Report(nearest
                   ? std::move(diagnostic)
                         .WithFix(fmt::format("write `\"{}\"`", *nearest), name.span, fmt::format("\"{}\"", *nearest))
                   : std::move(diagnostic).WithHint("zones have names such as \"Europe/Paris\" or \"UTC\""));
  return false;
}

void CheckParameters(Model& model) {
  for (std::size_t i = 0; i < model.program.parameters.size(); ++i) ParameterChecker(model, i).Check();
  for (const bundle::Setting& setting : model.input.bundle.manifest.parameters) ApplySetting(model, setting);
}

void CheckSchedules(Model& model) {
  model.bad_schedules.assign(model.program.schedules.size(), false);
  for (std::size_t i = 0; i < model.program.schedules.size(); ++i) {
    const syntax::ScheduleDecl& decl = *model.schedule_decls[i];
    if (decl.head.broken) continue;
    Schedule& schedule = model.program.schedules[i];
    bool good = true;
    for (const syntax::ScheduleSpan& span : decl.spans) {
      if (span.from_seconds == span.to_seconds || span.from_seconds >= 86'400) {
        model.Report(
            Diagnostic(Kind::kBadSchedule, span.span,
                       span.from_seconds >= 86'400 ? "no span begins at 24:00" : "this span begins when it ends")
                .WithHint("a whole day is `00:00 to 24:00`"));
        good = false;
        break;
      }
      schedule.spans.push_back(ScheduleSpan{static_cast<std::uint8_t>(span.first_day),
                                            static_cast<std::uint8_t>(span.last_day), span.from_seconds,
                                            span.to_seconds});
    }
    if (good) CheckTimeZone(model, decl.time_zone, Kind::kBadSchedule);
    schedule.timezone = model.Keep(decl.time_zone.text);
  }
}

void DeclareConditions(Model& model) {
  for (std::size_t i = 0; i < model.program.conditions.size(); ++i) {
    const syntax::ConditionDecl& decl = *model.condition_decls[i];
    Condition& condition = model.program.conditions[i];
    std::unordered_map<std::string_view, base::Span> seen;
    for (const syntax::ParameterOfCondition& param : decl.parameters) {
      const auto [it, fresh] = seen.try_emplace(param.name.text, param.name.span);
      if (!fresh) {
        model.Report(Diagnostic(Kind::kDuplicateName, param.name.span,
                                fmt::format("two parameters are called `{}`", param.name.text))
                         .WithLabel(it->second, "the first is here"));
      }
      if (IsBuiltInWord(param.name.text)) {
        model.Report(Diagnostic(Kind::kReservedName, param.name.span,
                                fmt::format("`{}` has a meaning of its own", param.name.text))
                         .WithHint("choose another name"));
      }
      condition.params.push_back(ConditionParam{model.Keep(param.name.text), ConditionParamType(model, i, param.type)});
    }
  }
}

void CheckConditions(Model& model) {
  for (std::size_t i = 0; i < model.program.conditions.size(); ++i) {
    const syntax::ConditionDecl& decl = *model.condition_decls[i];
    if (decl.condition == nullptr || model.bad_conditions[i]) continue;
    Condition& condition = model.program.conditions[i];
    const ExprContext context{&model.scope(condition.policy), &condition.params, {}, {}, false};
    condition.body = ExprChecker(model, context).Test(*decl.condition);
  }
}

void CheckRoles(Model& model) {
  if (model.program.roles.size() > base::budget::kRoleCountMax) return;  // reported; closing them could take for ever
  RoleCloser(model).Close();
  for (const Scope& scope : model.scopes) {
    syntax::ForEach<syntax::RoleDecl>(*scope.file, [&](const syntax::RoleDecl& decl) {
      const Role& first = model.program.roles[model.roles.find(decl.name.text)->second.index()];
      if (decl.when == nullptr || first.span != decl.name.span) return;
      const RoleId id = model.roles.find(decl.name.text)->second;
      const Expr* when = ExprChecker(model, ExprContext{&scope, nullptr, {}, {}, false}).Test(*decl.when);
      model.program.roles[id.index()].when = when;
    });
  }
}

}  // namespace ward::semantic
