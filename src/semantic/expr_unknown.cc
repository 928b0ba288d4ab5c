// Names that stand for nothing: which one was meant?
#include <fmt/format.h>

#include <algorithm>

#include "semantic/builtins.h"
#include "semantic/declare.h"
#include "semantic/expressions.h"
#include "semantic/types.h"

namespace ward::semantic {

using diag::Diagnostic;
using diag::Kind;

namespace {

// Whether an author could write this value of an enum without quotes.
bool IsNameable(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:") ==
                              std::string_view::npos;
}

std::string ListValues(const Enum& values) {
  constexpr std::size_t kShown = 6;
  std::string list;
  for (std::size_t i = 0; i < values.values.size() && i < kShown; ++i) {
    const bool last = i + 1 == values.values.size();
    if (i > 0) list += last ? " or " : ", ";
    list += IsNameable(values.values[i]) ? std::string(values.values[i]) : fmt::format("\"{}\"", values.values[i]);
  }
  if (values.values.size() > kShown) list += ", ...";
  return list;
}

std::string WithArticle(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun[0]) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

// `x is null`: what other languages call a missing value.
std::optional<Diagnostic> MissingValue(const Model& model, const syntax::Expr& node, std::string_view name,
                                       const Expected* expected) {
  const bool nothing = name == "null" || name == "nil" || name == "undefined";
  if (!nothing || expected == nullptr || !expected->is_left_side) return std::nullopt;
  const base::Span test{node.span.file, expected->of.end, node.span.end};
  const std::string_view words = model.Source({test.file, test.begin, node.span.begin});
  const bool negated = words.find("not") != std::string_view::npos;
  if (words.find("is") == std::string_view::npos) return std::nullopt;
  const std::string_view better = negated ? "is present" : "is missing";
  return Diagnostic(Kind::kUnknownName, node.span,
                    fmt::format("there is no `{}`; a value that is not there is missing", name))
      .WithFix(fmt::format("write `{}`", better), test, fmt::format(" {}", better));
}

}  // namespace

// A part of a name that a hyphen may have glued to another: `now`, `drift`, `token.age`, and `iat` where that is a claim.
std::optional<ExprChecker::Term> ExprChecker::FindTerm(std::string_view text) const {
  const auto counted = [](const Type& type) {
    return type.kind == TypeKind::kTimestamp || type.kind == TypeKind::kDuration || type.kind == TypeKind::kInt ||
           type.kind == TypeKind::kSize;
  };
  const std::size_t dot = text.find('.');
  const std::string_view first = text.substr(0, dot);
  if (dot != std::string_view::npos) {
    if (!IsBuiltInWord(first) && !model_.objects.contains(first)) return std::nullopt;
    return Term{std::string(text), true};
  }
  if (context_.params != nullptr) {
    for (const ConditionParam& param : *context_.params) {
      if (param.name == text && counted(param.type)) return Term{std::string(text), true};
    }
  }
  const NamedThing* thing = model_.Find(*context_.scope, text);
  const bool parameter = thing != nullptr && thing->kind == NameKind::kParameter &&
                         !model_.bad_parameters[thing->index] && counted(model_.program.parameters[thing->index].type);
  if (text == "now" || parameter) return Term{std::string(text), true};
  if (!context_.claims_of.empty()) {
    const auto object = model_.objects.find(context_.claims_of);
    const bool declared = object != model_.objects.end() && object->second.attributes.contains(text);
    return declared ? std::optional(Term{std::string(text), false}) : std::nullopt;
  }
  const std::vector<std::string> attributes = AttributesCalled(text);
  return attributes.empty() ? std::nullopt : std::optional(Term{attributes[0], false});
}

// `token.iat` for `iat`: the objects that have such an attribute, the token first.
std::vector<std::string> ExprChecker::AttributesCalled(std::string_view name) const {
  std::vector<std::string_view> objects;
  if (model_.sink.error_count() > kErrorsWithHints) return {};
  for (const auto& [object, declared] : model_.objects) {
    if (declared.attributes.contains(name)) objects.push_back(object);
  }
  std::sort(objects.begin(), objects.end(), [](std::string_view a, std::string_view b) {
    return std::pair(a != "token", a) < std::pair(b != "token", b);
  });
  std::vector<std::string> attributes;
  attributes.reserve(objects.size());
  for (const std::string_view object : objects) attributes.push_back(fmt::format("{}.{}", object, name));
  return attributes;
}

// `now-iat`: one name to us, a difference to its author. (`token-age` may be a claim: inside `from` only names that begin
// or end with `now`, or of which both parts are known, are differences.)
bool ExprChecker::ReportMinus(const syntax::Expr& node, Path path, Parts known) {
  if (std::any_of(path.begin(), path.end(), [](const syntax::Name& name) { return name.quoted; })) return false;
  const std::string name = DottedText(path);
  for (std::size_t dash = name.find('-'); dash != std::string::npos; dash = name.find('-', dash + 1)) {
    const std::string_view left = std::string_view(name).substr(0, dash);
    const std::string_view right = std::string_view(name).substr(dash + 1);
    if (left.empty() || right.empty()) continue;
    const std::optional<Term> first = FindTerm(left);
    const std::optional<Term> second = FindTerm(right);
    const bool one = (first.has_value() && first->alone) || (second.has_value() && second->alone);
    const bool in_from = !context_.claims_of.empty();
    const bool begins = in_from ? left == "now" || right == "now" : known == Parts::kOne && one;
    if (!begins && !(first.has_value() && second.has_value())) continue;
    const std::string spaced =
        fmt::format("{} - {}", first.has_value() ? first->text : left, second.has_value() ? second->text : right);
    Diagnostic diagnostic(Kind::kMinusWithoutSpaces, node.span,
                          fmt::format("`{}` reads as one name; minus needs spaces", Text(node)));
    if (!in_from && !(first.has_value() && second.has_value())) {
      diagnostic.hints.push_back(fmt::format("a rule reads `{}` only if it is declared, as in `attributes of token`",
                                             first.has_value() ? right : left));
    }
    Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", spaced), node.span, spaced));
    return true;
  }
  return false;
}

// A role with `when` is computed. Were it read from a claim, whoever writes the claim could take it or hide it; so where
// there is such a role, claims are asked for roles by name, as `subject.roles` is everywhere. Tables may name any role.
bool ExprChecker::ReportUnnamedRole(const Expr& value) {
  const bool claimed = value.kind != ExprKind::kConstant && value.kind != ExprKind::kList;
  if (!claimed || value.type.enumeration != model_.program.role_enum) return false;
  const auto derives = [](const syntax::RoleDecl* role) { return role->when != nullptr; };
  const auto with_when = std::find_if(model_.role_decls.begin(), model_.role_decls.end(), derives);
  if (with_when == model_.role_decls.end()) return false;
  const Role& role = model_.program.roles[static_cast<std::size_t>(with_when - model_.role_decls.begin())];
  Diagnostic diagnostic(Kind::kTypeMismatch, value.span,
                        fmt::format("this may be `{}`, which follows from its `when`; no claim gives it", role.name));
  diagnostic.labels.push_back({role.span, "declared here"});
  Fail(std::move(diagnostic).WithHint("ask for roles by name, as in `subject.roles has NAME`"));
  return true;
}

bool ExprChecker::ReportDerivedRole(const Relation& relation, const Expr& test) {
  const Expr& left = *relation.left;
  if (left.type.enumeration != model_.program.role_enum) return false;
  if (left.kind == ExprKind::kAttribute && model_.program.attributes[left.attribute().index()].roles) return false;
  if (test.args.size() < 2) return left.kind != ExprKind::kLookup && ReportUnnamedRole(left);
  const Expr& right = *test.args[1];
  if (left.kind == ExprKind::kLookup) return right.kind != ExprKind::kLookup && ReportUnnamedRole(right);
  if (ReportUnnamedRole(right)) return true;
  const std::span<const Expr* const> listed = right.args;
  const auto is_derived = [this](const Expr* value) {
    return value->kind == ExprKind::kConstant &&
           model_.role_decls[static_cast<std::size_t>(value->constant->number)]->when != nullptr;
  };
  const auto it = std::find_if(listed.begin(), listed.end(), is_derived);
  const Expr* derived = it != listed.end() ? *it : is_derived(&right) ? &right : nullptr;
  if (derived == nullptr) return false;
  const auto number = static_cast<std::size_t>(derived->constant->number);
  Diagnostic diagnostic(
      Kind::kNeverTrue, derived->span,
      fmt::format("never true: `{}` follows from its `when`, no claim gives it", model_.program.roles[number].name));
  diagnostic.labels.push_back({model_.program.roles[number].span, "declared here"});
  const bool asks = test.op == TestOp::kHas || test.op == TestOp::kHasAnyOf || test.op == TestOp::kHasAllOf;
  Fail(asks ? std::move(diagnostic).WithFix("write `subject.roles`", relation.test.left->span, "subject.roles")
            : std::move(diagnostic).WithHint("write `subject.roles has NAME`"));
  return true;
}

std::optional<std::string_view> ExprChecker::PolicyWith(std::string_view name) const {
  std::optional<std::string_view> first;
  const auto it = model_.names_of_all.find(name);
  if (it == model_.names_of_all.end()) return first;
  for (const auto& [owner, thing] : it->second) {
    const std::string_view policy = model_.PolicyName(owner);
    if (!first.has_value() || policy < *first) first = policy;
  }
  return first;
}

// `b.strong`, `tokn.sub`.
const Expr* ExprChecker::UnknownDotted(const syntax::Expr& node, Path path) {
  if (model_.names_lost) return nullptr;
  const std::string policy = DottedText(path.first(path.size() - 1));
  const auto it = model_.policies.find(policy);
  if (it != model_.policies.end() && model_.scope(it->second).names.contains(path.back().text)) {
    Diagnostic diagnostic(Kind::kUnknownName, node.span, "a name of another policy is written without it");
    const std::string_view name = path.back().text;
    if (model_.Find(*context_.scope, name) != nullptr) {
      return Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", name), node.span, std::string(name)));
    }
    diagnostic = WithUse(model_, *context_.scope, std::move(diagnostic), {name, policy});
    if (!diagnostic.fixes.empty()) {
      diagnostic.fixes[0].description += fmt::format(", and `{}` here", name);
      diagnostic.fixes[0].edits.push_back({node.span, std::string(name)});
    }
    return Fail(std::move(diagnostic));
  }
  Diagnostic diagnostic(Kind::kUnknownName, path[0].span, fmt::format("there is nothing called `{}`", path[0].text));
  std::vector<std::string_view> objects{"token",   "subject",    "action", "resource", "context",
                                        "request", "connection", "source", "path"};
  for (const auto& entry : model_.objects) objects.push_back(entry.first);
  const auto nearest = Nearest(model_, path[0].text, objects);
  if (!nearest && ReportMinus(node, path, Parts::kOne)) return nullptr;
  return Fail(
      nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), path[0].span, std::string(*nearest))
              : std::move(diagnostic).WithHint("attributes are declared by `attributes of`"));
}

const Expr* ExprChecker::UnknownName(const syntax::Expr& node, Path path, const Expected* expected) {
  const std::string text = DottedText(path);
  if (ReportMinus(node, path, Parts::kBoth)) return nullptr;
  if (path.size() > 1) return UnknownDotted(node, path);
  if (auto missing = MissingValue(model_, node, path[0].text, expected)) return Fail(*std::move(missing));
  if (expected != nullptr && expected->type.kind == TypeKind::kEnum) return UnknownValue(node, path[0].text, *expected);
  if (model_.names_lost) return nullptr;
  Diagnostic diagnostic(Kind::kUnknownName, node.span, fmt::format("there is nothing called `{}`", text));
  if (const auto policy = PolicyWith(path[0].text)) {
    return Fail(WithUse(model_, *context_.scope, std::move(diagnostic), {path[0].text, *policy}));
  }
  if (const std::vector<std::string> attributes = AttributesCalled(path[0].text); !attributes.empty()) {
    constexpr std::size_t kShown = 3;
    for (std::size_t i = 0; i < std::min(kShown, attributes.size()); ++i) {
      diagnostic.fixes.push_back({fmt::format("write `{}`", attributes[i]), {{node.span, attributes[i]}}});
    }
    return Fail(std::move(diagnostic));
  }
  std::vector<std::string_view> candidates{"now", "zone", "operation", "credential"};
  for (const auto& entry : context_.scope->names) candidates.push_back(entry.first);
  for (const auto& entry : context_.scope->used) candidates.push_back(entry.first);
  if (context_.params != nullptr) {
    for (const ConditionParam& param : *context_.params) candidates.push_back(param.name);
  }
  if (const auto nearest = Nearest(model_, path[0].text, candidates)) {
    return Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), node.span, std::string(*nearest)));
  }
  if (ReportMinus(node, path, Parts::kOne)) return nullptr;
  if (expected != nullptr && expected->type.kind == TypeKind::kString) {
    return Fail(std::move(diagnostic)
                    .WithFix(fmt::format("write `\"{}\"`: a text stands in quotes", path[0].text), node.span,
                             fmt::format("\"{}\"", path[0].text)));
  }
  const auto listed = model_.enums_by_value.find(path[0].text);
  if (listed != model_.enums_by_value.end()) {
    return Fail(std::move(diagnostic)
                    .WithHint(fmt::format("it is a value of `{}`; values stand right of `is` or in a list",
                                          model_.program.enums[listed->second.index()].name)));
  }
  return Fail(std::move(diagnostic)
                  .WithHint(fmt::format(
                      "declare it below `attributes of token` and read it as `token.{}`, or as a `condition`", text)));
}

// Something stands where a value of an enum is wanted, and is none of its values.
const Expr* ExprChecker::UnknownValue(const syntax::Expr& node, std::string_view text, const Expected& expected) {
  const EnumId id = expected.type.enumeration;
  const Enum& wanted = model_.program.enums[id.index()];
  const std::string left(model_.Source(expected.of));
  // Another enum's value: the author compares the wrong attribute. The first such enum by declaration.
  EnumId other;
  const auto [begin, end] = model_.enums_by_value.equal_range(text);
  for (auto it = begin; it != end; ++it) other = std::min(other, it->second);
  if (other.has_value() && expected.is_left_side) {
    Diagnostic diagnostic(Kind::kNeverTrue, node.span,
                          fmt::format("never true: `{}` is {}, `{}` is {}", text,
                                      WithArticle(model_.program.enums[other.index()].name), left, ListValues(wanted)));
    const std::string_view object = std::string_view(left).substr(0, left.find('.'));
    const auto declared = model_.objects.find(object);
    std::string better;
    if (declared != model_.objects.end()) {
      for (const auto& entry : declared->second.attributes) {
        const Attribute& attribute = model_.program.attributes[entry.second.index()];
        const bool fits = attribute.type.kind == TypeKind::kEnum && attribute.type.enumeration == other;
        if (fits && (better.empty() || attribute.name < better)) better = attribute.name;
      }
    }
    if (better.empty()) return Fail(std::move(diagnostic));
    const std::string_view between = model_.Source({node.span.file, expected.of.end, node.span.end});
    const bool in_list = between.find_first_of("[\n") != std::string_view::npos;
    return Fail(
        std::move(diagnostic)
            .WithFix(fmt::format("write `{}{}`", better, in_list ? std::string_view() : between), expected.of, better));
  }
  const bool is_zone = id == model_.program.zone_enum;
  const bool is_role = id == model_.program.role_enum;
  if ((is_zone || is_role) && model_.names_lost) return nullptr;
  Diagnostic diagnostic(is_zone   ? Kind::kUnknownZone
                        : is_role ? Kind::kUnknownRole
                                  : Kind::kUnknownValue,
                        node.span, fmt::format("`{}` is not {}", text, WithArticle(wanted.name)));
  if (wanted.span.file.has_value()) {
    diagnostic.labels.push_back({wanted.span, fmt::format("`{}` is {}", wanted.name, ListValues(wanted))});
  }
  // Of two numbers none is a slip of the other.
  const bool is_word = text.find_first_of("0123456789") == std::string_view::npos;
  if (const auto nearest = Nearest(model_, text, wanted.values); nearest.has_value() && is_word) {
    const std::string better = IsNameable(*nearest) ? std::string(*nearest) : fmt::format("\"{}\"", *nearest);
    return Fail(std::move(diagnostic)
                    .WithCaret(fmt::format("nearest is {}", *nearest))
                    .WithFix(fmt::format("write `{}`", better), node.span, better));
  }
  if (diagnostic.labels.empty()) diagnostic.hints.push_back(fmt::format("there is {}", ListValues(wanted)));
  return Fail(std::move(diagnostic));
}

const Expr* ExprChecker::UnknownAttribute(const syntax::Expr& node, Path path) {
  if (model_.names_lost) return nullptr;
  if (ReportMinus(node, path, Parts::kBoth)) return nullptr;
  const std::string_view object = path[0].text;
  const std::string rest = DottedText(path.subspan(1));
  const bool is_token = object == "token";
  Diagnostic diagnostic(Kind::kUnknownAttribute, node.span,
                        is_token ? fmt::format("the token has no claim `{}`", rest)
                                 : fmt::format("`{}` has no attribute `{}`", object, rest));
  std::vector<std::string_view> candidates = BuiltInNames(object);
  const bool in_cert = object == "connection" && path.size() == 3 && path[1].text == "client-cert";
  if (in_cert) candidates = BuiltInNames("connection.client-cert");
  const auto declared = model_.objects.find(object);
  if (declared != model_.objects.end()) {
    for (const auto& entry : declared->second.attributes) candidates.push_back(entry.first);
  }
  const std::string wanted = in_cert ? std::string(path[2].text) : AttributeKey(path.subspan(1));
  const auto nearest = Nearest(model_, wanted, candidates);
  if (!nearest.has_value()) {
    if (rest == "header" || rest == "query" || ((rest.starts_with("header.") || rest.starts_with("query.")))) {
      return Fail(std::move(diagnostic).WithHint("write `request.header[\"x-name\"]` or `request.query[\"name\"]`"));
    }
    return Fail(declared != model_.objects.end() || ClaimSource(object).has_value()
                    ? std::move(diagnostic).WithHint(fmt::format("declare it below `attributes of {}`", object))
                    : std::move(diagnostic));
  }
  const std::string better = fmt::format("{}.{}{}", object, in_cert ? "client-cert." : "", *nearest);
  if (declared != model_.objects.end()) {
    const auto it = declared->second.attributes.find(*nearest);
    if (it != declared->second.attributes.end()) {
      const Attribute& attribute = model_.program.attributes[it->second.index()];
      const std::string place = attribute.span.file.has_value()
                                    ? fmt::format(", declared at {}", model_.Place(attribute.span))
                                    : std::string();
      diagnostic.caret = fmt::format("it has `{}` ({}){}", *nearest, model_.TypeName(attribute.type), place);
    }
  }
  return Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", better), node.span, better));
}

}  // namespace ward::semantic
