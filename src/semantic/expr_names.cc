// What a name in an expression stands for. In this order: a value of the enum that is wanted; a parameter of the
// condition; a word of the language; a name of the policy, its own or used; a declared attribute; inside `from` a claim.
#include <fmt/format.h>

#include "semantic/builtins.h"
#include "semantic/declare.h"
#include "semantic/expressions.h"
#include "semantic/types.h"

namespace ward::semantic {

using diag::Diagnostic;
using diag::Kind;

const Expr* ExprChecker::Fail(Diagnostic diagnostic) {
  if (!failed_) model_.Report(std::move(diagnostic));
  failed_ = true;
  return nullptr;
}

bool ExprChecker::IsPoisoned(std::string_view name) const { return context_.scope->poisoned.contains(name); }

const NamedThing* ExprChecker::FindName(Path path) const {
  const std::string_view last = path.back().text;
  if (path.size() == 1) {
    if (const NamedThing* own = model_.Find(*context_.scope, last)) return own;
  }
  if (!context_.sees_all_policies) return nullptr;
  const std::string policy = DottedText(path.first(path.size() - 1));
  const NamedThing* found = nullptr;
  const auto it = model_.names_of_all.find(last);
  if (it == model_.names_of_all.end()) return nullptr;
  for (const auto& [owner, thing] : it->second) {
    if (path.size() > 1 && model_.PolicyName(owner) != policy) continue;
    if (found != nullptr) return nullptr;  // several policies share it: it has to be policy.name
    found = &thing;
  }
  return found;
}

const Expr* ExprChecker::Name(const syntax::Expr& node, Path path, const Expected* expected) {
  if (path.size() == 1) return SingleName(node, path[0], expected);
  const std::string_view object = path[0].text;
  if (object == "path" && path.size() == 2) return PathParamRef(node, path[1]);
  if (const std::optional<BorderPlace> place = FindBuiltIn(model_, path)) {
    const auto it = model_.objects.find(object);
    const bool declared = it != model_.objects.end() && it->second.attributes.contains(AttributeKey(path.subspan(1)));
    if (!declared) {
      if (auto deep = TooDeep(node.span, place->path.size())) return Fail(*std::move(deep));
      BorderPlace typed = *place;
      // Inside `from`, what arrives as text is read as the type that is wanted of it.
      if (!context_.claims_of.empty() && expected != nullptr && typed.type.kind == TypeKind::kString) {
        typed.type = expected->type;
      }
      return AttributeNode(node.span, BorderAttribute(model_, typed, DottedText(path)));
    }
  }
  if (model_.objects.contains(object) || IsBuiltInWord(object)) return AttributeRef(node, path);
  if (const NamedThing* thing = FindName(path)) return NamedValue(node, *thing);
  if (!context_.claims_of.empty()) return Claim(node, path, expected);
  return UnknownName(node, path, expected);
}

const Expr* ExprChecker::SingleName(const syntax::Expr& node, const syntax::Name& name, const Expected* expected) {
  if (expected != nullptr && expected->type.kind == TypeKind::kEnum) {
    if (const auto value = model_.ValueOf(expected->type.enumeration, name.text)) {
      Constant* constant = model_.NewConstant(expected->type);
      constant->number = *value;
      return ConstantNode(node.span, constant);
    }
  }
  if (context_.params != nullptr) {
    for (std::size_t i = 0; i < context_.params->size(); ++i) {
      const ConditionParam& param = (*context_.params)[i];
      if (param.name != name.text) continue;
      Expr* expr = model_.NewExpr(ExprKind::kConditionParam, node.span, param.type);
      expr->ref = static_cast<std::uint32_t>(i);
      return expr;
    }
  }
  if (IsBuiltInWord(name.text)) return BuiltInWord(node, name);
  if (IsPoisoned(name.text)) return nullptr;
  const syntax::Name path[] = {name};
  if (const NamedThing* thing = FindName(path)) return NamedValue(node, *thing);
  if (!context_.claims_of.empty()) return Claim(node, path, expected);
  return UnknownName(node, path, expected);
}

const Expr* ExprChecker::BuiltInWord(const syntax::Expr& node, const syntax::Name& name) {
  if (name.text == "now") return model_.NewExpr(ExprKind::kNow, node.span, Type{TypeKind::kTimestamp, {}, 0});
  if (name.text == "zone") {
    return model_.NewExpr(ExprKind::kZone, node.span, Type{TypeKind::kEnum, model_.program.zone_enum, 0});
  }
  if (name.text == "operation") {
    return model_.NewExpr(ExprKind::kOperation, node.span, Type{TypeKind::kOperation, {}, 0});
  }
  const syntax::Name path[] = {name};
  if (const std::optional<BorderPlace> place = FindBuiltIn(model_, path)) {
    return AttributeNode(node.span, BorderAttribute(model_, *place, name.text));
  }
  return Fail(Diagnostic(Kind::kExpected, node.span, fmt::format("`{}` alone is no value", name.text))
                  .WithHint(fmt::format("name one of its attributes, as in `{}.id`", name.text)));
}

const Expr* ExprChecker::NamedValue(const syntax::Expr& node, const NamedThing& thing) {
  const std::string text = Text(node);
  switch (thing.kind) {
    case NameKind::kParameter: {
      if (model_.bad_parameters[thing.index]) return nullptr;
      Expr* expr = model_.NewExpr(ExprKind::kParameter, node.span, model_.program.parameters[thing.index].type);
      expr->ref = thing.index;
      return expr;
    }
    case NameKind::kCondition:
      return Fail(Diagnostic(Kind::kTypeMismatch, node.span, fmt::format("`{}` is a condition, not a value", text))
                      .WithLabel(thing.span, "declared here")
                      .WithHint("a condition stands alone, joined by `and`, `or`, `not`"));
    case NameKind::kTable:
      return Fail(Diagnostic(Kind::kTypeMismatch, node.span, fmt::format("`{}` is a table, not a value", text))
                      .WithLabel(thing.span, "declared here")
                      .WithHint(fmt::format(
                          "look a value up: `{}[KEY].COLUMN`; or ask whether it has a key: `KEY in {}`", text, text)));
    case NameKind::kSchedule:
      return Fail(Diagnostic(Kind::kTypeMismatch, node.span, fmt::format("`{}` is a schedule, not a value", text))
                      .WithLabel(thing.span, "declared here")
                      .WithHint(fmt::format("write `now within {}`", text)));
    case NameKind::kOperation:
    case NameKind::kGroup:
      return Fail(
          Diagnostic(Kind::kTypeMismatch, node.span,
                     fmt::format("`{}` is {} {}, and no operation is wanted here", text,
                                 thing.kind == NameKind::kGroup ? "a" : "an", KindWord(thing.kind)))
              .WithLabel(thing.span, "declared here")
              .WithHint(fmt::format("write `operation {} {}`", thing.kind == NameKind::kGroup ? "in" : "is", text)));
    case NameKind::kRule:
    case NameKind::kLimit:
      break;
  }
  return Fail(
      Diagnostic(Kind::kTypeMismatch, node.span, fmt::format("`{}` is a {}, not a value", text, KindWord(thing.kind))));
}

const Expr* ExprChecker::AttributeNode(base::Span span, AttributeId id) {
  if (model_.bad_attributes[id.index()]) return nullptr;
  Expr* expr = model_.NewExpr(ExprKind::kAttribute, span, model_.program.attributes[id.index()].type);
  expr->ref = id.value();
  return expr;
}

const Expr* ExprChecker::AttributeRef(const syntax::Expr& node, Path path) {
  // What rules read as `subject.roles` is computed; the attribute of that name is only what was claimed.
  if (path.size() == 2 && path[0].text == "subject" && path[1].text == "roles") {
    return AttributeNode(node.span, SubjectRoles(model_));
  }
  const auto object = model_.objects.find(path[0].text);
  if (object != model_.objects.end()) {
    const auto it = object->second.attributes.find(AttributeKey(path.subspan(1)));
    if (it != object->second.attributes.end()) return AttributeNode(node.span, it->second);
    if (object->second.broken) return nullptr;
  }
  return UnknownAttribute(node, path);
}

// The types that `path.x` has among the operations meant. A condition belongs to no rule: what its policy governs decides
// where routes disagree.
std::vector<const PathParamUse*> ExprChecker::PathParamUses(std::string_view name) {
  std::vector<const PathParamUse*> found;
  const auto it = model_.path_params.find(name);
  if (it == model_.path_params.end()) return found;
  const auto collect = [&](std::optional<OperationSetId> operations) {
    found.clear();
    for (const PathParamUse& use : it->second) {
      if (!operations.has_value() || Covers(model_, *operations, use)) found.push_back(&use);
    }
  };
  collect(context_.operations);
  const OperationSetId governed = model_.program.policies[context_.scope->policy.index()].governed;
  const bool of_condition = context_.params != nullptr && governed.has_value();
  if (found.size() > 1 && of_condition) collect(governed);
  return found;
}

const Expr* ExprChecker::PathParamRef(const syntax::Expr& node, const syntax::Name& name) {
  const std::vector<const PathParamUse*> uses = PathParamUses(name.text);
  for (const PathParamUse* use : uses) {
    if (!use->param.has_value()) return nullptr;
  }
  if (uses.size() > 1) {
    const auto type_of = [this](const PathParamUse& use) {
      return model_.TypeName(model_.program.path_params[use.param.index()].type);
    };
    return Fail(Diagnostic(Kind::kTypeMismatch, node.span,
                           fmt::format("`path.{}` is {} in one route and {} in another", name.text, type_of(*uses[0]),
                                       type_of(*uses[1])))
                    .WithLabel(model_.program.operations[uses[0]->operations[0].index()].span, "the one")
                    .WithLabel(model_.program.operations[uses[1]->operations[0].index()].span, "the other")
                    .WithHint("give both the same type, or one another name"));
  }
  if (uses.size() == 1) {
    Expr* expr =
        model_.NewExpr(ExprKind::kPathParam, node.span, model_.program.path_params[uses[0]->param.index()].type);
    expr->ref = uses[0]->param.value();
    return expr;
  }
  if (model_.operations_lost || model_.names_lost) return nullptr;
  const auto elsewhere = model_.path_params.find(name.text);
  if (elsewhere != model_.path_params.end()) {
    const OperationId first = elsewhere->second[0].operations[0];
    return Fail(Diagnostic(Kind::kUnknownAttribute, node.span,
                           fmt::format("no operation covered here has a part `{{{}}}` in its route", name.text))
                    .WithLabel(model_.program.operations[first.index()].span, "this one has it"));
  }
  Diagnostic diagnostic(Kind::kUnknownAttribute, node.span, fmt::format("no route has a part `{{{}}}`", name.text));
  const auto nearest = NearestKey(model_, model_.path_params, name.text);
  return Fail(
      nearest
          ? std::move(diagnostic).WithFix(fmt::format("write `path.{}`", *nearest), name.span, std::string(*nearest))
          : std::move(diagnostic));
}

const Expr* ExprChecker::Claim(const syntax::Expr& node, Path path, const Expected* expected) {
  const std::string dotted = DottedText(path);
  if (ReportMinus(node, path, Parts::kBoth)) return nullptr;
  if (expected == nullptr) {
    return Fail(Diagnostic(Kind::kBadAttributeSource, node.span, fmt::format("of what type is the claim `{}`?", dotted))
                    .WithHint("nothing here says it; declare it as an attribute of its own and name that"));
  }
  const std::optional<AttributeSource> source = ClaimSource(context_.claims_of);
  if (!source.has_value()) {
    return Fail(
        Diagnostic(Kind::kBadAttributeSource, node.span,
                   fmt::format("`{}` is nothing that `{}` could be read from", dotted, context_.claims_of))
            .WithHint("only token, subject, action, resource and context carry claims or properties; begin with "
                      "one of these, or with a table"));
  }
  if (auto deep = TooDeep(node.span, path.size())) return Fail(*std::move(deep));
  BorderPlace place{*source, {}, expected->type};
  for (const syntax::Name& segment : path) place.path.push_back(segment.text);
  return AttributeNode(node.span, BorderAttribute(model_, place, fmt::format("{}.{}", context_.claims_of, dotted)));
}

}  // namespace ward::semantic
