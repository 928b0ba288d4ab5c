// Values: literals, look-ups, sums and `or else`, each of the type that is wanted where one is wanted.
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/budgets.h"
#include "base/clock.h"
#include "semantic/addresses.h"
#include "semantic/builtins.h"
#include "semantic/declare.h"
#include "semantic/expressions.h"
#include "semantic/path_text.h"
#include "semantic/text_values.h"
#include "semantic/types.h"

namespace ward::semantic {

using diag::Diagnostic;
using diag::Kind;

namespace {

bool IsNumberLike(TypeKind kind) {
  return kind == TypeKind::kInt || kind == TypeKind::kDuration || kind == TypeKind::kSize;
}

}  // namespace

// ---- what is wanted and what is there

const Expr* ExprChecker::Mismatch(const syntax::Expr& node, const Type& found, const Expected& expected) {
  const Type& wanted = expected.type;
  const std::string text = Text(node);
  Diagnostic diagnostic(Kind::kTypeMismatch, node.span,
                        fmt::format("type mismatch: `{}` is {}, `{}` is {}", model_.Source(expected.of),
                                    model_.Noun(wanted), text, model_.Noun(found)));
  const auto fix = [&](const std::string& better) {
    return Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", better), node.span, better));
  };
  if (const auto* number = node.As<syntax::IntLiteral>()) {
    std::int64_t nanoseconds = 0;
    if (wanted.kind == TypeKind::kDuration &&
        !__builtin_mul_overflow(number->value, base::kNsPerSecond, &nanoseconds)) {
      return fix(DurationText(nanoseconds));
    }
    if (wanted.kind == TypeKind::kSize && number->value >= 0) return fix(fmt::format("{} bytes", number->value));
    if (wanted.kind == TypeKind::kString) return fix(fmt::format("\"{}\"", text));
  }
  const auto* quoted = node.As<syntax::TextLiteral>();
  if (quoted != nullptr && wanted.kind != TypeKind::kString && !IsSet(wanted)) {
    const auto value = ValueFromText(model_, wanted, quoted->text);
    const bool is_value = std::holds_alternative<const Constant*>(value) && wanted.kind != TypeKind::kHost;
    if (is_value && quoted->text.find(' ') == std::string_view::npos) return fix(std::string(quoted->text));
  }
  if (const auto* address = node.As<syntax::AddressLiteral>()) {
    if (wanted.kind == TypeKind::kCidr) return fix(fmt::format("{}/{}", text, address->is_v4 ? 32 : 128));
  }
  if (wanted.kind == TypeKind::kDuration && found.kind == TypeKind::kTimestamp) {
    return Fail(
        std::move(diagnostic).WithHint("a duration is the difference of two timestamps, as in `now - token.iat`"));
  }
  return Fail(std::move(diagnostic));
}

const Expr* ExprChecker::Operand(const syntax::Expr& node, const Expected* expected) {
  if (failed_) return nullptr;
  const Expr* expr = Untyped(node, expected);
  if (expr == nullptr || expected == nullptr || expr->type == expected->type) return expr;
  return Mismatch(node, expr->type, *expected);
}

const Expr* ExprChecker::Untyped(const syntax::Expr& node, const Expected* expected) {
  if (const auto* name = node.As<syntax::NameRef>()) return Name(node, name->path.segments, expected);
  if (const auto* lookup = node.As<syntax::Lookup>()) return Lookup(node, *lookup, expected);
  if (const auto* sum = node.As<syntax::Sum>()) return Sum(*sum, expected);
  if (const auto* or_else = node.As<syntax::OrElse>()) return OrElse(node, *or_else, expected);
  if (const auto* call = node.As<syntax::Call>()) {
    return Fail(
        Diagnostic(Kind::kTypeMismatch, node.span, fmt::format("`{}` is no value", DottedText(call->path.segments)))
            .WithHint("a condition stands alone, joined by `and`, `or`, `not`"));
  }
  if (node.As<syntax::ListLiteral>() != nullptr) {
    return Fail(Diagnostic(Kind::kTypeMismatch, node.span, "a list stands after `in`, `has any of` or `has all of`"));
  }
  const bool is_test = node.As<syntax::AndOr>() != nullptr || node.As<syntax::Not>() != nullptr ||
                       node.As<syntax::Test>() != nullptr || node.As<syntax::PresenceTest>() != nullptr;
  if (is_test) {
    return Fail(Diagnostic(Kind::kTypeMismatch, node.outer_span, "a test stands where a value is wanted")
                    .WithHint("in a value, parentheses hold a value"));
  }
  return Literal(node, expected);
}

// ---- literals

const Expr* ExprChecker::ConstantNode(base::Span span, const Constant* constant) {
  if (constant == nullptr) return nullptr;
  Expr* expr = model_.NewExpr(ExprKind::kConstant, span, constant->type);
  expr->constant = constant;
  return expr;
}

const Expr* ExprChecker::Literal(const syntax::Expr& node, const Expected* expected) {
  return ConstantNode(node.span, LiteralConstant(node, expected));
}

const Constant* ExprChecker::LiteralConstant(const syntax::Expr& node, const Expected* expected) {
  const auto number = [&](TypeKind kind, std::int64_t value) {
    Constant* constant = model_.NewConstant(Type{kind, {}, 0});
    constant->number = value;
    return constant;
  };
  if (const auto* v = node.As<syntax::IntLiteral>()) return number(TypeKind::kInt, v->value);
  if (const auto* v = node.As<syntax::BoolLiteral>()) return number(TypeKind::kBool, v->value ? 1 : 0);
  if (const auto* v = node.As<syntax::DurationLiteral>()) return number(TypeKind::kDuration, v->nanoseconds);
  if (const auto* v = node.As<syntax::SizeLiteral>()) return number(TypeKind::kSize, v->bytes);
  if (const auto* v = node.As<syntax::TimestampLiteral>()) return number(TypeKind::kTimestamp, v->nanoseconds);
  if (const auto* v = node.As<syntax::ClockLiteral>()) {
    if (v->seconds < 86'400) return number(TypeKind::kClock, v->seconds);
    Fail(Diagnostic(Kind::kBadLiteral, node.span, "24:00 only ends a span of a schedule")
             .WithFix("write `00:00`", node.span, "00:00"));
    return nullptr;
  }
  if (const auto* v = node.As<syntax::TextLiteral>()) return TextConstant(node, v->text, expected);
  if (const auto* v = node.As<syntax::AtomLiteral>()) return AtomConstant(node, v->text, expected);
  if (const auto* v = node.As<syntax::AddressLiteral>()) return AddressConstant(node, *v);
  if (const auto* v = node.As<syntax::Route>()) {
    const std::optional<std::string> text = PathText(model_, *v, PathStars::kRefused);
    if (!text.has_value()) {
      failed_ = true;
      return nullptr;
    }
    Constant* constant = model_.NewConstant(Type{TypeKind::kPath, {}, 0});
    constant->text = model_.Keep(*text);
    return constant;
  }
  return nullptr;
}

const Constant* ExprChecker::TextConstant(const syntax::Expr& node, std::string_view text, const Expected* expected) {
  const TypeKind wanted = expected == nullptr ? TypeKind::kString : expected->type.kind;
  if (wanted == TypeKind::kEnum) {
    const auto value = model_.ValueOf(expected->type.enumeration, text);
    if (!value.has_value()) {
      UnknownValue(node, text, *expected);
      return nullptr;
    }
    const bool bare = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:") ==
                      std::string_view::npos;
    const bool name = bare && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
    if (name) {
      Mismatch(node, Type{TypeKind::kString, {}, 0}, *expected);
      return nullptr;
    }
    Constant* constant = model_.NewConstant(expected->type);
    constant->number = *value;
    return constant;
  }
  if (wanted == TypeKind::kPath && text.starts_with('/')) {
    Fail(Diagnostic(Kind::kQuotedPath, node.span, "a path is written bare")
             .WithFix(fmt::format("write `{}`", text), node.span, std::string(text)));
    return nullptr;
  }
  if (wanted == TypeKind::kString && expected != nullptr && text.size() > expected->type.max_bytes) {
    Fail(Diagnostic(Kind::kNeverTrue, node.span,
                    fmt::format("never true: this text has {} bytes, and `{}` is missing if it has more than {}",
                                text.size(), model_.Source(expected->of), expected->type.max_bytes))
             .WithHint("longer values need a type such as `string up to 1024`"));
    return nullptr;
  }
  Constant* constant = model_.NewConstant(Type{wanted == TypeKind::kHost ? TypeKind::kHost : TypeKind::kString, {}, 0});
  constant->text = model_.Keep(wanted == TypeKind::kHost ? base::AsciiFolded(text) : std::string(text));
  return constant;
}

const Constant* ExprChecker::AddressConstant(const syntax::Expr& node, const syntax::AddressLiteral& literal) {
  const auto cidr = AddressValue(literal);
  if (!cidr.has_value()) {
    Fail(HostBits(node.span, literal));
    return nullptr;
  }
  Constant* constant =
      model_.NewConstant(Type{literal.prefix_bits.has_value() ? TypeKind::kCidr : TypeKind::kIp, {}, 0});
  constant->cidr = *cidr;
  return constant;
}

const Constant* ExprChecker::AtomConstant(const syntax::Expr& node, std::string_view text, const Expected* expected) {
  Type type{TypeKind::kEnum, {}, 0};
  if (expected != nullptr && expected->type.kind == TypeKind::kEnum) {
    type = expected->type;
  } else {
    const auto [begin, end] = model_.enums_by_value.equal_range(text);
    for (auto it = begin; it != end; ++it) type.enumeration = std::min(type.enumeration, it->second);
    if (begin == end) {
      if (!model_.names_lost) {
        Diagnostic diagnostic(Kind::kUnknownValue, node.span, fmt::format("no type lists the value `{}`", text));
        const bool text_wanted = expected != nullptr && expected->type.kind == TypeKind::kString;
        Fail(text_wanted
                 ? std::move(diagnostic).WithFix("a text stands in quotes", node.span, fmt::format("\"{}\"", text))
                 : std::move(diagnostic));
      }
      return nullptr;
    }
  }
  const auto value = model_.ValueOf(type.enumeration, text);
  if (!value.has_value()) {
    UnknownValue(node, text, *expected);
    return nullptr;
  }
  Constant* constant = model_.NewConstant(type);
  constant->number = *value;
  return constant;
}

const Constant* ExprChecker::ConstantOf(const syntax::Expr& node, const Expected& expected) {
  const Expr* expr = Operand(node, &expected);
  if (expr == nullptr) return nullptr;
  if (expr->kind == ExprKind::kConstant) return expr->constant;
  Fail(Diagnostic(Kind::kExpected, node.span, "a value known now is wanted here, not one of the request"));
  return nullptr;
}

// ---- look-ups

const Expr* ExprChecker::HeaderLookup(const syntax::Expr& node, const syntax::Lookup& lookup,
                                      const Expected* expected) {
  const Path path = lookup.table.segments;
  const bool header = path.size() == 2 && path[1].text == "header";
  const bool query = path.size() == 2 && path[1].text == "query";
  if ((!header && !query) || !lookup.columns.empty() || lookup.keys.size() != 1) {
    return Fail(
        Diagnostic(Kind::kExpected, node.span, "write `request.header[\"x-name\"]` or `request.query[\"name\"]`"));
  }
  const auto* name = lookup.keys[0]->As<syntax::TextLiteral>();
  if (name == nullptr || name->text.empty()) {
    return Fail(
        Diagnostic(Kind::kExpected, lookup.keys[0]->span,
                   fmt::format("the name of a {} stands here, in quotes", header ? "header" : "query parameter")));
  }
  BorderPlace place = HeaderOrQuery(model_, header, name->text);
  // Inside `from`, text is read as the type that is wanted of it.
  if (!context_.claims_of.empty() && expected != nullptr) place.type = expected->type;
  return AttributeNode(node.span,
                       BorderAttribute(model_, place, fmt::format("request.{}[\"{}\"]", path[1].text, place.path[0])));
}

// What lies where in a table of prefixes is known of an address; a whole prefix may lie in several rows.
const Expr* ExprChecker::PrefixAsked(const syntax::Expr& node, const Table& table) {
  return Fail(
      Diagnostic(Kind::kTypeMismatch, node.span,
                 fmt::format("`{}` is a prefix, and table `{}` is asked about one address", Text(node), table.name))
          .WithLabel(table.span, "declared here")
          .WithHint("the row found is that of the longest prefix the address is in"));
}

const Expr* ExprChecker::Keys(const syntax::Expr& node, const syntax::Lookup& lookup, TableId table_id, Expr* row,
                              KeyUse use) {
  const Table& table = model_.program.tables[table_id.index()];
  if (lookup.keys.size() != table.keys.size()) {
    return Fail(Diagnostic(Kind::kWrongArity, node.span,
                           fmt::format("`{}` has {} key column{}, and {} {} given", table.name, table.keys.size(),
                                       table.keys.size() == 1 ? "" : "s", lookup.keys.size(),
                                       lookup.keys.size() == 1 ? "is" : "are"))
                    .WithLabel(table.span, "declared here"));
  }
  std::vector<const Expr*> args;
  for (std::size_t i = 0; i < table.keys.size(); ++i) {
    const Column& column = table.columns[table.keys[i]];
    Expected expected{column.type, model_.table_decls[table_id.index()]->columns[table.keys[i]].name.span};
    const syntax::Expr& key = *lookup.keys[i];
    // An address finds the longest prefix that holds it; any node of a set may be asked for.
    const bool several =
        column.type.kind == TypeKind::kCidr || (use == KeyUse::kNodes && key.As<syntax::TextLiteral>() == nullptr);
    const Expr* arg = several ? Operand(key) : Operand(key, &expected);
    if (arg == nullptr) return nullptr;
    const bool address = column.type.kind == TypeKind::kCidr && arg->type.kind == TypeKind::kIp;
    const bool prefix = column.type.kind == TypeKind::kCidr && arg->type.kind == TypeKind::kCidr;
    if (prefix && !context_.names_rows) return PrefixAsked(key, table);
    const bool nodes = use == KeyUse::kNodes && IsSet(arg->type) && ElementType(arg->type) == column.type;
    if (arg->type != column.type && !address && !nodes) {
      return Mismatch(key, arg->type, expected);
    }
    if (arg->kind != ExprKind::kLookup && ReportUnnamedRole(*arg)) return nullptr;
    args.push_back(arg);
  }
  row->ref = table_id.value();
  row->args = model_.KeepList(args);
  return row;
}

const Expr* ExprChecker::RowOf(const syntax::Expr& node, const syntax::Lookup& lookup, KeyUse use) {
  const Path path = lookup.table.segments;
  const NamedThing* thing = FindName(path);
  if (path.size() == 1 && IsPoisoned(path[0].text)) return nullptr;
  if (thing == nullptr) {
    if (model_.names_lost) return nullptr;
    Diagnostic diagnostic(Kind::kUnknownTable, lookup.table.span,
                          fmt::format("there is no table `{}`", DottedText(path)));
    std::vector<std::string_view> tables;
    for (const NameMap* names : {&context_.scope->names, &context_.scope->used}) {
      for (const auto& entry : *names) {
        if (entry.second.kind == NameKind::kTable) tables.push_back(entry.first);
      }
    }
    if (const auto policy = PolicyWith(path.back().text)) {
      return Fail(WithUse(model_, *context_.scope, std::move(diagnostic), {path.back().text, *policy}));
    }
    const auto nearest = Nearest(model_, path.back().text, tables);
    return Fail(nearest ? std::move(diagnostic)
                              .WithFix(fmt::format("write `{}`", *nearest), lookup.table.span, std::string(*nearest))
                        : std::move(diagnostic));
  }
  if (thing->kind != NameKind::kTable) {
    return Fail(Diagnostic(Kind::kUnknownTable, lookup.table.span,
                           fmt::format("`{}` is a {}, not a table", DottedText(path), KindWord(thing->kind)))
                    .WithLabel(thing->span, "declared here"));
  }
  if (model_.bad_tables[thing->index]) return nullptr;
  return Keys(node, lookup, TableId(thing->index), model_.NewExpr(ExprKind::kLookup, node.span, Type{}), use);
}

const Expr* ExprChecker::Lookup(const syntax::Expr& node, const syntax::Lookup& lookup, const Expected* expected) {
  if (lookup.table.segments[0].text == "request") return HeaderLookup(node, lookup, expected);
  const Expr* row = RowOf(node, lookup);
  if (row == nullptr) return nullptr;
  const Table& table = model_.program.tables[row->ref];
  if (lookup.columns.empty()) {
    return Fail(Diagnostic(Kind::kUnknownColumn, node.span, "which column of the row?")
                    .WithHint(fmt::format("write `{}.COLUMN`; or `{} is present` to ask whether there is such a row",
                                          Text(node), Text(node))));
  }
  const auto& columns = model_.columns[row->ref];
  const auto it = lookup.columns.size() == 1 ? columns.find(lookup.columns[0].text) : columns.end();
  if (it == columns.end()) {
    const base::Span span = base::Join(lookup.columns.front().span, lookup.columns.back().span);
    Diagnostic diagnostic(Kind::kUnknownColumn, span,
                          fmt::format("table `{}` has no column `{}`", table.name, DottedText(lookup.columns)));
    diagnostic.labels.push_back({table.span, "declared here"});
    const auto nearest = NearestKey(model_, columns, lookup.columns[0].text);
    return Fail(nearest
                    ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), span, std::string(*nearest))
                    : std::move(diagnostic));
  }
  Expr* expr = model_.NewExpr(ExprKind::kLookup, node.span, table.columns[it->second].type);
  expr->ref = row->ref;
  expr->args = row->args;
  expr->column_ref = static_cast<std::uint32_t>(it->second);
  return expr;
}

// ---- sums and defaults

const Expr* ExprChecker::OrElse(const syntax::Expr& node, const syntax::OrElse& or_else, const Expected* expected) {
  // A claim nobody declared is of the type of its default.
  const Expr* fallback = nullptr;
  std::optional<Expected> of_fallback;
  if (expected == nullptr && IsUndeclaredClaim(*or_else.value)) {
    fallback = Operand(*or_else.fallback);
    if (fallback == nullptr) return nullptr;
    of_fallback = Expected{fallback->type, or_else.fallback->span};
    expected = &*of_fallback;
  }
  const Expr* value = Operand(*or_else.value, expected);
  if (value == nullptr) return nullptr;
  const Expected same{value->type, or_else.value->span};
  const auto* list = or_else.fallback->As<syntax::ListLiteral>();
  if (fallback == nullptr && list != nullptr && IsSet(value->type)) {
    fallback = List(*or_else.fallback, *list, Expected{ElementType(value->type), same.of, true});
  }
  if (fallback == nullptr) fallback = Operand(*or_else.fallback, &same);
  if (fallback == nullptr) return nullptr;
  Expr* expr = model_.NewExpr(ExprKind::kOrElse, node.span, value->type);
  expr->args = model_.KeepList(std::vector<const Expr*>{value, fallback});
  return expr;
}

bool ExprChecker::IsUndeclaredClaim(const syntax::Expr& node) const {
  if (context_.claims_of.empty()) return false;
  const auto* name = node.As<syntax::NameRef>();
  if (name == nullptr) return false;
  const Path path = name->path.segments;
  if (IsBuiltInWord(path[0].text) || model_.objects.contains(path[0].text)) return false;
  return FindName(path) == nullptr;
}

const Expr* ExprChecker::Sum(const syntax::Sum& sum, const Expected* expected) {
  if (sum.steps.size() > base::budget::kNestingMax) {  // walkers recurse into its terms
    return Fail(Diagnostic(Kind::kBudgetExceeded, base::Join(sum.first->span, sum.steps.back().term->span),
                           fmt::format("a sum has at most {} terms", base::budget::kNestingMax)));
  }
  // What a claim in this sum must be: a timestamp where another term is one and a duration is wanted (`now - iat`).
  const bool two = sum.steps.size() == 1;
  const Expr* left = nullptr;
  if (two && IsUndeclaredClaim(*sum.first)) {
    const Expr* right = Operand(*sum.steps[0].term);
    if (right == nullptr) return nullptr;
    Expected first{right->type, sum.steps[0].term->span};
    if (right->type.kind == TypeKind::kDuration && expected != nullptr) first = {expected->type, expected->of};
    left = Operand(*sum.first, &first);
  } else {
    left = Operand(*sum.first);
  }
  for (const syntax::Sum::Step& step : sum.steps) {
    if (left == nullptr) return nullptr;
    Expected right_wanted{left->type, sum.first->span};
    const bool is_time = left->type.kind == TypeKind::kTimestamp;
    const bool difference = step.minus && expected != nullptr && expected->type.kind == TypeKind::kDuration;
    if (is_time && !(difference && two)) right_wanted.type = Type{TypeKind::kDuration, {}, 0};
    const Expr* right = IsUndeclaredClaim(*step.term) ? Operand(*step.term, &right_wanted) : Operand(*step.term);
    if (right == nullptr) return nullptr;
    Type type = left->type;
    const bool moves = is_time && right->type.kind == TypeKind::kDuration;
    const bool spans = is_time && step.minus && right->type.kind == TypeKind::kTimestamp;
    const bool alike = IsNumberLike(left->type.kind) && left->type == right->type;
    if (!moves && !spans && !alike) {
      const std::string words =
          fmt::format("`{}` and `{}` cannot be {}: {} and {}", model_.Source(left->span), Text(*step.term),
                      step.minus ? "subtracted" : "added", model_.TypeName(left->type), model_.TypeName(right->type));
      return Fail(Diagnostic(Kind::kTypeMismatch, step.op_span, words)
                      .WithHint("numbers, durations and sizes of one kind add up; a timestamp takes a duration; two "
                                "timestamps have a difference"));
    }
    if (spans) type = Type{TypeKind::kDuration, {}, 0};
    const base::Span span = base::Join(sum.first->span, step.term->outer_span);
    Expr* expr = model_.NewExpr(step.minus ? ExprKind::kSubtract : ExprKind::kAdd, span, type);
    expr->args = model_.KeepList(std::vector<const Expr*>{left, right});
    left = expr;
  }
  return left;
}

}  // namespace ward::semantic
