// Tests: connectives, conditions, presence, and every operator after its operands' types have chosen its meaning.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "semantic/addresses.h"
#include "semantic/builtins.h"
#include "semantic/expressions.h"
#include "semantic/path_text.h"
#include "semantic/types.h"

namespace ward::semantic {

using diag::Diagnostic;
using diag::Kind;

namespace {

constexpr Type kTruthType{TypeKind::kBool, {}, 0};

bool IsOrdered(const Model& model, const Type& type) {
  if (type.kind == TypeKind::kEnum) return model.program.enums[type.enumeration.index()].ordered;
  return type.kind == TypeKind::kInt || type.kind == TypeKind::kDuration || type.kind == TypeKind::kSize;
}

bool IsTimeLike(const Type& type) { return type.kind == TypeKind::kTimestamp || type.kind == TypeKind::kClock; }
bool IsTextLike(const Type& type) { return type.kind == TypeKind::kString || type.kind == TypeKind::kHost; }

bool IsTimeOp(syntax::TestOp op) {
  return op == syntax::TestOp::kBefore || op == syntax::TestOp::kAfter || op == syntax::TestOp::kNotBefore ||
         op == syntax::TestOp::kNotAfter;
}

TestOp OrderOp(syntax::TestOp op) {
  constexpr std::array<std::pair<syntax::TestOp, TestOp>, 8> kOps{{{syntax::TestOp::kAtLeast, TestOp::kAtLeast},
                                                                   {syntax::TestOp::kAtMost, TestOp::kAtMost},
                                                                   {syntax::TestOp::kMoreThan, TestOp::kMoreThan},
                                                                   {syntax::TestOp::kLessThan, TestOp::kLessThan},
                                                                   {syntax::TestOp::kBefore, TestOp::kBefore},
                                                                   {syntax::TestOp::kAfter, TestOp::kAfter},
                                                                   {syntax::TestOp::kNotBefore, TestOp::kNotBefore},
                                                                   {syntax::TestOp::kNotAfter, TestOp::kNotAfter}}};
  for (const auto& [from, to] : kOps) {
    if (from == op) return to;
  }
  return TestOp::kNone;
}

// The word of the other family that means the same: `before` of numbers is `less than`.
std::string_view OtherFamily(syntax::TestOp op) {
  constexpr std::array<std::pair<syntax::TestOp, std::string_view>, 8> kWords{{{syntax::TestOp::kAtLeast, "not before"},
                                                                               {syntax::TestOp::kAtMost, "not after"},
                                                                               {syntax::TestOp::kMoreThan, "after"},
                                                                               {syntax::TestOp::kLessThan, "before"},
                                                                               {syntax::TestOp::kBefore, "less than"},
                                                                               {syntax::TestOp::kAfter, "more than"},
                                                                               {syntax::TestOp::kNotBefore, "at least"},
                                                                               {syntax::TestOp::kNotAfter, "at most"}}};
  for (const auto& [from, word] : kWords) {
    if (from == op) return word;
  }
  return {};
}

}  // namespace

// ---- shapes

const Expr* ExprChecker::Test(const syntax::Expr& node) {
  if (failed_) return nullptr;
  if (const auto* both = node.As<syntax::AndOr>()) {
    std::vector<const Expr*> args;
    for (const syntax::Expr* operand : both->operands) {
      args.push_back(Test(*operand));
      if (args.back() == nullptr) return nullptr;
    }
    Expr* expr =
        model_.NewExpr(both->kind == syntax::AndOr::Kind::kAnd ? ExprKind::kAnd : ExprKind::kOr, node.span, kTruthType);
    expr->args = model_.KeepList(args);
    return expr;
  }
  if (const auto* negated = node.As<syntax::Not>()) {
    const Expr* operand = Test(*negated->operand);
    if (operand == nullptr) return nullptr;
    Expr* expr = model_.NewExpr(ExprKind::kNot, node.span, kTruthType);
    expr->args = model_.KeepList(std::vector<const Expr*>{operand});
    return expr;
  }
  if (const auto* test = node.As<syntax::Test>()) return RelationTest(node, *test);
  if (const auto* presence = node.As<syntax::PresenceTest>()) return Presence(node, *presence);
  if (const auto* call = node.As<syntax::Call>()) return Call(node, call->path.segments, call->arguments);
  if (const auto* name = node.As<syntax::NameRef>()) {
    const NamedThing* thing = FindName(name->path.segments);
    if (thing != nullptr && thing->kind == NameKind::kCondition) return Call(node, name->path.segments, {});
  }
  const Expr* operand = Operand(node);
  if (operand == nullptr) return nullptr;
  if (operand->type.kind != TypeKind::kBool) {
    const bool text = IsTextLike(operand->type) || operand->type.kind == TypeKind::kEnum;
    return Fail(Diagnostic(Kind::kNotBoolean, node.span,
                           fmt::format("`{}` is {}, not something that is true or false", Text(node),
                                       model_.Noun(operand->type)))
                    .WithHint(text ? "compare it with a value: `is`, `in [..]`" : "compare it with something"));
  }
  Expr* expr = model_.NewExpr(ExprKind::kTruth, node.span, kTruthType);
  expr->args = model_.KeepList(std::vector<const Expr*>{operand});
  return expr;
}

const Expr* ExprChecker::Call(const syntax::Expr& node, Path path, std::span<const syntax::Expr* const> arguments) {
  if (path.size() == 1 && IsPoisoned(path[0].text)) return nullptr;
  const NamedThing* thing = FindName(path);
  if (thing == nullptr) {
    if (model_.names_lost) return nullptr;
    const base::Span span = base::Join(path.front().span, path.back().span);
    Diagnostic diagnostic(Kind::kUnknownName, span, fmt::format("there is no condition `{}`", DottedText(path)));
    if (const auto policy = PolicyWith(path.back().text)) {
      return Fail(WithUse(model_, *context_.scope, std::move(diagnostic), {path.back().text, *policy}));
    }
    const auto nearest = NearestKey(model_, context_.scope->names, path.back().text);
    return Fail(nearest
                    ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), span, std::string(*nearest))
                    : std::move(diagnostic));
  }
  if (thing->kind != NameKind::kCondition) {
    return Fail(Diagnostic(Kind::kNotBoolean, node.span,
                           fmt::format("`{}` is a {}, not a condition", DottedText(path), KindWord(thing->kind)))
                    .WithLabel(thing->span, "declared here"));
  }
  if (model_.bad_conditions[thing->index]) return nullptr;
  const Condition& condition = model_.program.conditions[thing->index];
  if (condition.params.size() != arguments.size()) {
    return Fail(Diagnostic(Kind::kWrongArity, node.span,
                           fmt::format("`{}` takes {} value{}, and {} {} given", condition.name,
                                       condition.params.size(), condition.params.size() == 1 ? "" : "s",
                                       arguments.size(), arguments.size() == 1 ? "is" : "are"))
                    .WithLabel(condition.span, "declared here"));
  }
  std::vector<const Expr*> args;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Expected expected{condition.params[i].type, model_.condition_decls[thing->index]->parameters[i].name.span};
    args.push_back(Operand(*arguments[i], &expected));
    if (args.back() == nullptr) return nullptr;
  }
  Expr* expr = model_.NewExpr(ExprKind::kCondition, node.span, kTruthType);
  expr->ref = thing->index;
  expr->args = model_.KeepList(args);
  return expr;
}

// `t[a, b] is present`: there is such a row. No key of a row is empty, so it is as present as its first key.
const Expr* ExprChecker::KeyOf(const syntax::Expr& node, const syntax::Lookup& lookup) {
  const Expr* row = RowOf(node, lookup);
  if (row == nullptr) return nullptr;
  const Table& table = model_.program.tables[row->ref];
  Expr* expr = model_.NewExpr(ExprKind::kLookup, node.span, table.columns[table.keys[0]].type);
  expr->ref = row->ref;
  expr->args = row->args;
  expr->column_ref = static_cast<std::uint32_t>(table.keys[0]);
  return expr;
}

const Expr* ExprChecker::Presence(const syntax::Expr& node, const syntax::PresenceTest& test) {
  const auto* lookup = test.operand->As<syntax::Lookup>();
  const bool row = lookup != nullptr && lookup->columns.empty() && lookup->table.segments[0].text != "request";
  const Expr* operand = row ? KeyOf(*test.operand, *lookup) : Operand(*test.operand);
  if (operand == nullptr) return nullptr;
  if (operand->kind == ExprKind::kConstant || operand->kind == ExprKind::kParameter ||
      operand->kind == ExprKind::kNow) {
    return Fail(Diagnostic(
        Kind::kNeverTrue, node.span,
        fmt::format("{} true: `{}` is never missing", test.present ? "always" : "never", Text(*test.operand))));
  }
  Expr* expr = model_.NewExpr(ExprKind::kTest, node.span, kTruthType);
  expr->op = test.present ? TestOp::kPresent : TestOp::kMissing;
  expr->args = model_.KeepList(std::vector<const Expr*>{operand});
  return expr;
}

Expr* ExprChecker::TestNode(const Relation& relation, TestOp op, const Expr* right) {
  Expr* expr = model_.NewExpr(ExprKind::kTest, relation.node.span, kTruthType);
  expr->op = op;
  std::vector<const Expr*> args{relation.left};
  if (right != nullptr) args.push_back(right);
  expr->args = model_.KeepList(args);
  return expr;
}

const Expr* ExprChecker::WrongOperator(const Relation& relation, std::string_view message, std::string_view better) {
  Diagnostic diagnostic(Kind::kTypeMismatch, relation.test.op_span,
                        fmt::format("`{}` is {}, and `{}` {}", Text(*relation.test.left),
                                    model_.Noun(relation.left->type), syntax::Spelling(relation.test.op), message));
  if (better.empty()) return Fail(std::move(diagnostic));
  return Fail(
      std::move(diagnostic).WithFix(fmt::format("write `{}`", better), relation.test.op_span, std::string(better)));
}

const Expr* ExprChecker::RelationTest(const syntax::Expr& node, const syntax::Test& test) {
  const Expr* left = Operand(*test.left);
  if (left == nullptr) return nullptr;
  if (left->kind == ExprKind::kConstant) {
    Diagnostic diagnostic(Kind::kOutOfPlace, test.left->span, "what is compared stands left, the value right");
    const bool is = test.op == syntax::TestOp::kIs || test.op == syntax::TestOp::kIsNot;
    const bool in = test.op == syntax::TestOp::kIn && test.right->As<syntax::ListLiteral>() == nullptr;
    if (!is && !in) return Fail(std::move(diagnostic));
    const std::string better =
        fmt::format("{} {} {}", Text(*test.right), in ? "has" : syntax::Spelling(test.op), Text(*test.left));
    return Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", better), node.span, better));
  }
  if (left->type.kind == TypeKind::kPresence) {
    return Fail(
        Diagnostic(Kind::kTypeMismatch, test.op_span, fmt::format("`{}` is a whole certificate", Text(*test.left)))
            .WithHint("ask whether it `is present`, or compare one of its parts, as in "
                      "`connection.client-cert.issuer`"));
  }
  const Relation relation{node, test, left};
  const Expr* checked = ByOperator(relation);
  return checked != nullptr && !ReportDerivedRole(relation, *checked) ? checked : nullptr;
}

const Expr* ExprChecker::ByOperator(const Relation& relation) {
  switch (relation.test.op) {
    case syntax::TestOp::kIs:
    case syntax::TestOp::kIsNot:
      return Equality(relation);
    case syntax::TestOp::kIn:
    case syntax::TestOp::kNotIn:
      return Membership(relation);
    case syntax::TestOp::kHas:
    case syntax::TestOp::kHasAnyOf:
    case syntax::TestOp::kHasAllOf:
      return Has(relation);
    case syntax::TestOp::kAtLeast:
    case syntax::TestOp::kAtMost:
    case syntax::TestOp::kMoreThan:
    case syntax::TestOp::kLessThan:
    case syntax::TestOp::kBefore:
    case syntax::TestOp::kAfter:
    case syntax::TestOp::kNotBefore:
    case syntax::TestOp::kNotAfter:
      return Order(relation);
    case syntax::TestOp::kWithin:
      return Within(relation);
    case syntax::TestOp::kStartsWith:
    case syntax::TestOp::kEndsWith:
      return TextMatch(relation);
    case syntax::TestOp::kMatches:
      return relation.left->type.kind == TypeKind::kPath ? PathMatch(relation) : TextMatch(relation);
    case syntax::TestOp::kUnder:
      return PathMatch(relation);
  }
  return nullptr;
}

// ---- is, in

const Expr* ExprChecker::OperationConstant(const syntax::Expr& node) {
  const auto* name = node.As<syntax::NameRef>();
  if (name == nullptr) {
    return Fail(Diagnostic(Kind::kTypeMismatch, node.span, "the name of an operation stands here"));
  }
  const Path path = name->path.segments;
  if (path.size() == 1 && IsPoisoned(path[0].text)) return nullptr;
  const NamedThing* thing = FindName(path);
  if (thing == nullptr || (thing->kind != NameKind::kOperation && thing->kind != NameKind::kGroup)) {
    if (model_.names_lost || model_.operations_lost) return nullptr;
    Diagnostic diagnostic(Kind::kUnknownOperation, node.span, fmt::format("there is no operation `{}`", Text(node)));
    if (thing == nullptr) {
      if (const auto policy = PolicyWith(path.back().text)) {
        return Fail(WithUse(model_, *context_.scope, std::move(diagnostic), {path.back().text, *policy}));
      }
    }
    const auto nearest = NearestKey(model_, context_.scope->names, path.back().text);
    return Fail(
        nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), node.span, std::string(*nearest))
                : std::move(diagnostic));
  }
  if (thing->kind == NameKind::kGroup) {
    return Fail(Diagnostic(Kind::kTypeMismatch, node.span, fmt::format("`{}` is a group of operations", Text(node)))
                    .WithLabel(thing->span, "declared here")
                    .WithHint(fmt::format("write `operation in {}`", Text(node))));
  }
  Constant* constant = model_.NewConstant(Type{TypeKind::kOperation, {}, 0});
  constant->number = thing->index;
  return ConstantNode(node.span, constant);
}

const Expr* ExprChecker::Equality(const Relation& relation) {
  const syntax::Test& test = relation.test;
  const TestOp op = test.op == syntax::TestOp::kIs ? TestOp::kIs : TestOp::kIsNot;
  const Type& type = relation.left->type;
  const Expected expected = Of(relation);
  if (const auto* list = test.right->As<syntax::ListLiteral>()) {
    if (!IsSet(type)) {
      const std::string better = op == TestOp::kIs ? "in" : "not in";
      return Fail(Diagnostic(Kind::kTypeMismatch, test.op_span,
                             fmt::format("`{}` is one value, compared with a list", Text(*test.left)))
                      .WithFix(fmt::format("write `{}`", better), test.op_span, better));
    }
    const Expr* right = List(*test.right, *list, Expected{ElementType(type), expected.of, true});
    return right == nullptr ? nullptr : TestNode(relation, op, right);
  }
  if (type.kind == TypeKind::kOperation) {
    const Expr* right = OperationConstant(*test.right);
    return right == nullptr ? nullptr : TestNode(relation, op, right);
  }
  const auto* address = test.right->As<syntax::AddressLiteral>();
  if (type.kind == TypeKind::kIp && address != nullptr && address->prefix_bits.has_value()) {
    const std::string better = fmt::format("{} [{}]", op == TestOp::kIs ? "in" : "not in", Text(*test.right));
    const base::Span both = base::Join(test.op_span, test.right->outer_span);
    return Fail(Diagnostic(Kind::kTypeMismatch, test.op_span, "an address lies in a prefix; it is never equal to one")
                    .WithFix(fmt::format("write `{}`", better), both, better));
  }
  const Expr* right = Operand(*test.right, &expected);
  return right == nullptr ? nullptr : TestNode(relation, op, right);
}

const Expr* ExprChecker::List(const syntax::Expr& node, const syntax::ListLiteral& list, const Expected& element) {
  std::vector<const Expr*> args;
  for (const syntax::Expr* item : list.elements) {
    const Expr* value = element.type.kind == TypeKind::kOperation ? OperationConstant(*item) : Operand(*item, &element);
    if (value == nullptr) return nullptr;
    if (value->kind != ExprKind::kConstant) {
      return Fail(Diagnostic(Kind::kTypeMismatch, item->span, "a list holds values that are known now"));
    }
    args.push_back(value);
  }
  Expr* expr = model_.NewExpr(ExprKind::kList, node.span, element.type);
  expr->args = model_.KeepList(args);
  return expr;
}

const Expr* ExprChecker::InPrefixes(const Relation& relation, const syntax::ListLiteral& list) {
  std::vector<const Expr*> args;
  for (const syntax::Expr* item : list.elements) {
    const Expr* value = Operand(*item);
    if (value == nullptr) return nullptr;
    const bool fits = value->type.kind == TypeKind::kIp || value->type.kind == TypeKind::kCidr;
    if (!fits) return Mismatch(*item, value->type, Of(relation));
    if (value->kind != ExprKind::kConstant) {
      return Fail(Diagnostic(Kind::kTypeMismatch, item->span, "a list holds values that are known now"));
    }
    args.push_back(value);
  }
  Expr* right = model_.NewExpr(ExprKind::kList, relation.test.right->span, Type{TypeKind::kCidr, {}, 0});
  right->args = model_.KeepList(args);
  const bool in = relation.test.op == syntax::TestOp::kIn;
  return TestNode(relation, in ? TestOp::kInPrefixes : TestOp::kNotInPrefixes, right);
}

const Expr* ExprChecker::InOperations(const Relation& relation) {
  const syntax::Test& test = relation.test;
  const bool in = test.op == syntax::TestOp::kIn;
  if (const auto* list = test.right->As<syntax::ListLiteral>()) {
    const Expr* right = List(*test.right, *list, Of(relation));
    return right == nullptr ? nullptr : TestNode(relation, in ? TestOp::kInList : TestOp::kNotInList, right);
  }
  const auto* name = test.right->As<syntax::NameRef>();
  const NamedThing* thing = name == nullptr ? nullptr : FindName(name->path.segments);
  if (thing != nullptr && thing->kind == NameKind::kGroup) {
    Expr* expr = TestNode(relation, in ? TestOp::kInGroup : TestOp::kNotInGroup, nullptr);
    expr->ref = thing->index;
    return expr;
  }
  if (thing != nullptr && thing->kind == NameKind::kOperation) {
    const std::string better = in ? "is" : "is not";
    return Fail(Diagnostic(Kind::kTypeMismatch, test.op_span, fmt::format("`{}` is one operation", Text(*test.right)))
                    .WithFix(fmt::format("write `{}`", better), test.op_span, better));
  }
  if (name != nullptr && name->path.segments.size() == 1 && IsPoisoned(name->path.segments[0].text)) return nullptr;
  if (model_.names_lost || model_.operations_lost) return nullptr;
  return Fail(Diagnostic(Kind::kUnknownOperation, test.right->span,
                         fmt::format("there is no group of operations `{}`", Text(*test.right))));
}

const Expr* ExprChecker::Membership(const Relation& relation) {
  const syntax::Test& test = relation.test;
  const bool in = test.op == syntax::TestOp::kIn;
  const Type& type = relation.left->type;
  if (type.kind == TypeKind::kOperation) return InOperations(relation);
  if (IsSet(type)) return WrongOperator(relation, "asks about one value", in ? "has any of" : "");
  if (const auto* list = test.right->As<syntax::ListLiteral>()) {
    if (list->elements.empty()) {
      return Fail(Diagnostic(Kind::kNeverTrue, test.right->span,
                             fmt::format("{} true: the list is empty", in ? "never" : "always")));
    }
    if (type.kind == TypeKind::kIp) return InPrefixes(relation, *list);
    const Expr* right = List(*test.right, *list, Of(relation));
    return right == nullptr ? nullptr : TestNode(relation, in ? TestOp::kInList : TestOp::kNotInList, right);
  }
  const auto* name = test.right->As<syntax::NameRef>();
  const NamedThing* thing = name == nullptr ? nullptr : FindName(name->path.segments);
  if (thing != nullptr && thing->kind == NameKind::kTable) {
    if (model_.bad_tables[thing->index]) return nullptr;
    const Table& table = model_.program.tables[thing->index];
    const Type key = table.columns[table.keys[0]].type;
    if (table.keys.size() != 1) {
      return Fail(
          Diagnostic(Kind::kWrongArity, test.right->span,
                     fmt::format("`{}` has {} key columns, and one value is asked for", table.name, table.keys.size()))
              .WithLabel(table.span, "declared here")
              .WithHint(fmt::format("write `{}[A, B] is present`", table.name)));
    }
    if (key.kind == TypeKind::kCidr && type.kind == TypeKind::kCidr) return PrefixAsked(*test.left, table);
    if (key != type && !(key.kind == TypeKind::kCidr && type.kind == TypeKind::kIp)) {
      return Mismatch(*test.right, key, Of(relation));
    }
    Expr* expr = TestNode(relation, in ? TestOp::kInTable : TestOp::kNotInTable, nullptr);
    expr->ref = thing->index;
    return expr;
  }
  if (test.right->As<syntax::AddressLiteral>() != nullptr && type.kind == TypeKind::kIp) {
    const std::string better = fmt::format("[{}]", Text(*test.right));
    return Fail(Diagnostic(Kind::kTypeMismatch, test.right->span, "after `in` comes a list")
                    .WithFix(fmt::format("write `{}`", better), test.right->span, better));
  }
  const Expr* right = Operand(*test.right);
  if (right == nullptr) return nullptr;
  Diagnostic diagnostic(Kind::kTypeMismatch, test.right->span,
                        fmt::format("`{}` is {}; after `in` comes a list, a table or a group of operations",
                                    Text(*test.right), model_.Noun(right->type)));
  if (!IsSet(right->type) || !(ElementType(right->type) == type)) return Fail(std::move(diagnostic));
  const std::string better = fmt::format("{}{} has {}", in ? "" : "not ", Text(*test.right), Text(*test.left));
  return Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", better), relation.node.span, better));
}

// ---- has

const Expr* ExprChecker::Has(const Relation& relation) {
  const syntax::Test& test = relation.test;
  const bool one = test.op == syntax::TestOp::kHas;
  if (!IsSet(relation.left->type)) {
    return WrongOperator(relation, "asks about a set", one ? "is" : test.op == syntax::TestOp::kHasAnyOf ? "in" : "");
  }
  const TestOp op = one ? TestOp::kHas : test.op == syntax::TestOp::kHasAnyOf ? TestOp::kHasAnyOf : TestOp::kHasAllOf;
  const Expected element{ElementType(relation.left->type), test.left->span, true};
  const auto* list = test.right->As<syntax::ListLiteral>();
  if (one && list != nullptr) {
    return Fail(Diagnostic(Kind::kTypeMismatch, test.op_span, "`has` asks about one member, and this is a list")
                    .WithFix("write `has any of`", test.op_span, "has any of")
                    .WithFix("write `has all of`", test.op_span, "has all of"));
  }
  if (list != nullptr && list->elements.empty()) {
    return Fail(Diagnostic(Kind::kNeverTrue, test.right->span,
                           fmt::format("{} true: the list is empty", op == TestOp::kHasAnyOf ? "never" : "always")));
  }
  const Expr* right = nullptr;
  if (list != nullptr) {
    right = List(*test.right, *list, element);
  } else if (one) {
    right = Operand(*test.right, &element);
  } else {
    right = Operand(*test.right);
    if (right != nullptr && !(right->type == relation.left->type)) {
      if (right->type == element.type) {
        return Fail(Diagnostic(Kind::kTypeMismatch, test.op_span, fmt::format("`{}` is one value", Text(*test.right)))
                        .WithFix("write `has`", test.op_span, "has"));
      }
      return Mismatch(*test.right, right->type, Of(relation));
    }
  }
  return right == nullptr ? nullptr : TestNode(relation, op, right);
}

// ---- order, time

const Expr* ExprChecker::Order(const Relation& relation) {
  const syntax::Test& test = relation.test;
  const Type& type = relation.left->type;
  const bool time_op = IsTimeOp(test.op);
  const bool fits = time_op ? IsTimeLike(type) : IsOrdered(model_, type);
  if (!fits && (time_op ? IsOrdered(model_, type) : IsTimeLike(type))) {
    return WrongOperator(relation, time_op ? "asks about points in time" : "asks about amounts", OtherFamily(test.op));
  }
  if (!fits && type.kind == TypeKind::kEnum) {
    const Enum& unordered = model_.program.enums[type.enumeration.index()];
    Diagnostic diagnostic(Kind::kTypeMismatch, test.op_span,
                          fmt::format("the values of `{}` have no order", unordered.name));
    if (unordered.span.file.has_value()) diagnostic.labels.push_back({unordered.span, "declared here"});
    return Fail(std::move(diagnostic).WithHint("a type whose values are written with `<` between them has one"));
  }
  if (!fits) return WrongOperator(relation, time_op ? "asks about points in time" : "asks about amounts", "");
  const Expected expected = Of(relation);
  const Expr* right = Operand(*test.right, &expected);
  return right == nullptr ? nullptr : TestNode(relation, OrderOp(test.op), right);
}

const Expr* ExprChecker::Within(const Relation& relation) {
  const syntax::Test& test = relation.test;
  if (const auto* lookup = test.right->As<syntax::Lookup>()) return WithinTree(relation, *lookup);
  const auto* name = test.right->As<syntax::NameRef>();
  const NamedThing* thing = name == nullptr ? nullptr : FindName(name->path.segments);
  if (name != nullptr && name->path.segments.size() == 1 && IsPoisoned(name->path.segments[0].text)) return nullptr;
  if (thing == nullptr || thing->kind != NameKind::kSchedule) {
    if (name != nullptr && thing == nullptr && model_.names_lost) return nullptr;
    Diagnostic diagnostic(Kind::kUnknownName, test.right->span,
                          fmt::format("`{}` is neither a schedule nor a node of a tree", Text(*test.right)));
    if (name != nullptr && thing == nullptr) {
      if (const auto policy = PolicyWith(name->path.segments.back().text)) {
        return Fail(
            WithUse(model_, *context_.scope, std::move(diagnostic), {name->path.segments.back().text, *policy}));
      }
      if (const auto nearest = NearestKey(model_, context_.scope->names, name->path.segments.back().text)) {
        return Fail(std::move(diagnostic)
                        .WithFix(fmt::format("write `{}`", *nearest), test.right->span, std::string(*nearest)));
      }
    }
    return Fail(std::move(diagnostic).WithHint("write `now within office-hours` or `token.team within teams[\"x\"]`"));
  }
  if (relation.left->type.kind != TypeKind::kTimestamp) {
    return Fail(Diagnostic(Kind::kTypeMismatch, test.left->span,
                           fmt::format("`{}` is {}, and a schedule holds points in time", Text(*test.left),
                                       model_.Noun(relation.left->type)))
                    .WithFix("write `now`", test.left->span, "now"));
  }
  if (model_.bad_schedules[thing->index]) return nullptr;
  Expr* expr = TestNode(relation, TestOp::kWithinSchedule, nullptr);
  expr->ref = thing->index;
  return expr;
}

const Expr* ExprChecker::WithinTree(const Relation& relation, const syntax::Lookup& lookup) {
  const Expr* row = RowOf(*relation.test.right, lookup, KeyUse::kNodes);
  if (row == nullptr) return nullptr;
  const Table& table = model_.program.tables[row->ref];
  if (!table.tree) {
    return Fail(Diagnostic(Kind::kTypeMismatch, lookup.table.span, fmt::format("table `{}` is no tree", table.name))
                    .WithLabel(table.span, "declared here")
                    .WithHint("a tree is declared as `table NAME tree`, with a column `parents: set of string`"));
  }
  if (!lookup.columns.empty()) {
    const base::Span span = base::Join(lookup.columns.front().span, lookup.columns.back().span);
    return Fail(Diagnostic(Kind::kTypeMismatch, span, "after `within` stands the node, without a column"));
  }
  const Type& right = row->args[0]->type;
  const Type node = IsSet(right) ? ElementType(right) : right;
  const Type& left = relation.left->type;
  const bool member = IsSet(left) && ElementType(left) == node;
  if (!member && !(left == node)) return Mismatch(*relation.test.right, node, Of(relation));
  if (member && IsSet(right)) {
    return Fail(Diagnostic(Kind::kTypeMismatch, lookup.keys[0]->span,
                           fmt::format("`{}` and `{}` are both sets", Text(*relation.test.left), Text(*lookup.keys[0])))
                    .WithHint("on one side of `within` stands a single node"));
  }
  Expr* expr = TestNode(relation, TestOp::kWithinTree, row->args[0]);
  expr->ref = row->ref;
  return expr;
}

// ---- texts and paths

const Expr* ExprChecker::TextMatch(const Relation& relation) {
  const syntax::Test& test = relation.test;
  if (!IsTextLike(relation.left->type)) {
    const bool path = relation.left->type.kind == TypeKind::kPath;
    return WrongOperator(relation, "asks about texts", path ? "under" : "");
  }
  const Expected expected = Of(relation);
  const Expr* right = Operand(*test.right, &expected);
  if (right == nullptr) return nullptr;
  if (right->kind != ExprKind::kConstant) {
    return Fail(Diagnostic(Kind::kTypeMismatch, test.right->span,
                           fmt::format("after `{}` stands a text in quotes, known now", syntax::Spelling(test.op))));
  }
  const TestOp op = test.op == syntax::TestOp::kStartsWith ? TestOp::kStartsWith
                    : test.op == syntax::TestOp::kEndsWith ? TestOp::kEndsWith
                                                           : TestOp::kMatchesGlob;
  return TestNode(relation, op, right);
}

const Expr* ExprChecker::PathMatch(const Relation& relation) {
  const syntax::Test& test = relation.test;
  const bool under = test.op == syntax::TestOp::kUnder;
  if (relation.left->type.kind != TypeKind::kPath) return WrongOperator(relation, "asks about paths", "");
  const auto* route = test.right->As<syntax::Route>();
  if (route == nullptr) {
    const Expected expected = Of(relation);
    const Expr* right = Operand(*test.right, &expected);
    if (right == nullptr) return nullptr;
    return Fail(Diagnostic(Kind::kTypeMismatch, test.right->span,
                           fmt::format("after `{}` stands a path, known now", syntax::Spelling(test.op))));
  }
  const auto text = PathText(model_, *route, under ? PathStars::kRefused : PathStars::kAllowed);
  if (!text.has_value()) {
    failed_ = true;
    return nullptr;
  }
  Constant* constant = model_.NewConstant(Type{TypeKind::kPath, {}, 0});
  constant->text = model_.Keep(*text);
  return TestNode(relation, under ? TestOp::kUnder : TestOp::kMatchesPath, ConstantNode(test.right->span, constant));
}

}  // namespace ward::semantic
