#include "semantic/bindings.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "semantic/text_values.h"
#include "semantic/types.h"

namespace ward::semantic {

using diag::Diagnostic;
using diag::Kind;

// ---- targets

const Expr* BindingChecker::Target(const syntax::Expr& node) {
  const auto* lookup = node.As<syntax::Lookup>();
  if (lookup != nullptr && lookup->table.segments[0].text != "request") return LookupTarget(node, *lookup);
  if (const auto* name = node.As<syntax::NameRef>()) {
    const NamedThing* thing = ExprChecker(model_, context_).FindName(name->path.segments);
    if (thing != nullptr && thing->kind == NameKind::kTable) return WholeTable(node, *thing);
  }
  const Expr* target = ExprChecker(model_, context_).Operand(node);
  if (target == nullptr) return nullptr;
  const bool bindable = target->kind == ExprKind::kAttribute || target->kind == ExprKind::kPathParam ||
                        target->kind == ExprKind::kParameter;
  if (bindable) return target;
  const bool now = target->kind == ExprKind::kNow;
  model_.Report(Diagnostic(Kind::kBadTest, node.span, fmt::format("`{}` cannot be bound", model_.Source(node.span)))
                    .WithHint(now                                    ? "write `at 2026-01-01T12:00:00Z`"
                              : target->kind == ExprKind::kZone      ? "the zone follows from `source.ip`"
                              : target->kind == ExprKind::kOperation ? "the operation follows from `send`"
                                                                     : "bind an attribute, a parameter or a row"));
  return nullptr;
}

const Expr* BindingChecker::LookupTarget(const syntax::Expr& node, const syntax::Lookup& lookup) {
  ExprContext context = context_;
  context.names_rows = true;
  ExprChecker checker(model_, context);
  const Expr* target = lookup.columns.empty() ? checker.RowOf(node, lookup) : checker.Operand(node);
  if (target == nullptr) return nullptr;
  if (!model_.program.tables[target->ref].live) {
    Fail(lookup.table.span, "only live tables get rows here; the rows of this one are in the policy");
    return nullptr;
  }
  for (const Expr* key : target->args) {
    if (key->kind == ExprKind::kConstant) continue;
    model_.Report(Diagnostic(Kind::kBadTest, key->span, "which row? a test names it by values known now")
                      .WithHint("write the key as it is, as in `clients[\"acme\"]`"));
    return nullptr;
  }
  return target;
}

const Expr* BindingChecker::WholeTable(const syntax::Expr& node, const NamedThing& thing) {
  if (!model_.program.tables[thing.index].live) {
    Fail(node.span, "a table that is not live is always there");
    return nullptr;
  }
  Expr* target = model_.NewExpr(ExprKind::kLookup, node.span, Type{TypeKind::kPresence, {}, 0});
  target->ref = thing.index;
  return target;
}

// ---- values

std::optional<Binding> BindingChecker::Bind(const syntax::Expr& node, const Expr& target,
                                            const std::variant<syntax::Presence, const syntax::Expr*>& value,
                                            base::Span span) {
  Binding binding;
  binding.span = span;
  const auto* lookup = node.As<syntax::Lookup>();
  if (target.kind == ExprKind::kParameter) {
    binding.target = Binding::Target::kParameter;
    binding.parameter = target.parameter();
  } else if (target.kind == ExprKind::kLookup) {
    binding.target = target.args.empty()                             ? Binding::Target::kTable
                     : lookup != nullptr && !lookup->columns.empty() ? Binding::Target::kCell
                                                                     : Binding::Target::kRow;
    binding.table = target.table();
    binding.column = target.column_ref;
    std::vector<const Constant*> keys;
    for (const Expr* key : target.args) keys.push_back(key->constant);
    binding.keys = model_.KeepList(keys);
  } else {
    binding.attribute = target.kind == ExprKind::kPathParam
                            ? model_.program.path_params[target.path_param().index()].attribute
                            : target.attribute();
  }
  const auto* constant = std::get_if<const syntax::Expr*>(&value);
  const bool good = constant != nullptr ? BindValue(binding, node, target, **constant)
                                        : BindPresence(binding, target, std::get<syntax::Presence>(value));
  return good ? std::optional(binding) : std::nullopt;
}

bool BindingChecker::BindPresence(Binding& binding, const Expr& target, syntax::Presence presence) {
  binding.how = presence == syntax::Presence::kPresent ? Binding::How::kPresent : Binding::How::kMissing;
  const bool row = target.kind == ExprKind::kLookup;
  const bool certificate = target.type.kind == TypeKind::kPresence && !row;
  if (target.kind == ExprKind::kParameter) {
    Fail(binding.span, "a parameter is never missing");
    return false;
  }
  if (presence != syntax::Presence::kPresent || row || certificate) return true;
  Fail(binding.span, "present with which value?");
  return false;
}

bool BindingChecker::BindValue(Binding& binding, const syntax::Expr& node, const Expr& target,
                               const syntax::Expr& value) {
  if (binding.target == Binding::Target::kRow) return BindRow(binding, target, value);
  if (target.type.kind == TypeKind::kPresence) {
    Fail(value.span, "this is only present or missing");
    return false;
  }
  binding.value = Value(value, target.type, node.span);
  if (binding.value != nullptr && binding.target == Binding::Target::kCell && !IsCell(*binding.value, value.span)) {
    return false;
  }
  return binding.value != nullptr && (binding.target != Binding::Target::kParameter || IsInRange(binding, value.span));
}

// Rows have no other word for a cell that is missing; who names a column has.
bool BindingChecker::IsCell(const Constant& value, base::Span span) {
  if (value.type.kind != TypeKind::kString || !value.text.empty()) return true;
  model_.Report(Diagnostic(Kind::kBadTest, span, "an empty text in a live table is a missing cell")
                    .WithHint("write `is missing`; an empty text in a row `[..]` means just that"));
  return false;
}

bool BindingChecker::IsInRange(const Binding& binding, base::Span span) {
  const Parameter& parameter = model_.program.parameters[binding.parameter.index()];
  if (parameter.low == nullptr) return true;
  if (binding.value->number >= parameter.low->number && binding.value->number <= parameter.high->number) return true;
  model_.Report(Diagnostic(Kind::kBadTest, span,
                           fmt::format("`{}` is between {} and {}", parameter.name,
                                       ConstantText(model_, *parameter.low), ConstantText(model_, *parameter.high)))
                    .WithLabel(parameter.span, "declared here"));
  return false;
}

const Constant* BindingChecker::Value(const syntax::Expr& value, const Type& type, base::Span of) {
  ExprChecker checker(model_, context_);
  if (!IsSet(type)) return checker.ConstantOf(value, Expected{type, of, true});
  const auto* list = value.As<syntax::ListLiteral>();
  if (list == nullptr) {
    model_.Report(Diagnostic(Kind::kTypeMismatch, value.span, fmt::format("`{}` is a set", model_.Source(of)))
                      .WithFix("write a list", value.span, fmt::format("[{}]", model_.Source(value.span))));
    return nullptr;
  }
  std::vector<const Constant*> members;
  for (const syntax::Expr* item : list->elements) {
    const Constant* member = checker.ConstantOf(*item, Expected{ElementType(type), of, true});
    if (member == nullptr) return nullptr;
    members.push_back(member);
  }
  return SetOf(model_, type, std::move(members));
}

bool BindingChecker::BindRow(Binding& binding, const Expr& target, const syntax::Expr& value) {
  const Table& table = model_.program.tables[target.ref];
  const auto* list = value.As<syntax::ListLiteral>();
  const std::size_t wanted = table.columns.size() - table.keys.size();
  if (list == nullptr || list->elements.size() != wanted) {
    Diagnostic diagnostic(
        Kind::kBadTest, value.span,
        fmt::format("a row of `{}` is a list of {} value{} after its key", table.name, wanted, wanted == 1 ? "" : "s"));
    diagnostic.labels.push_back({table.span, "declared here"});
    if (wanted == 1) {
      std::string row = fmt::format("[{}]", model_.Source(value.span));
      diagnostic.fixes.push_back(diag::Fix{fmt::format("write `{}`", row), {diag::Edit{value.span, std::move(row)}}});
    }
    model_.Report(std::move(diagnostic));
    return false;
  }
  std::vector<const Constant*> row;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].key) continue;
    const base::Span of = model_.table_decls[target.ref]->columns[i].name.span;
    row.push_back(Value(*list->elements[row.size()], table.columns[i].type, of));
  }
  binding.row = model_.KeepList(row);
  for (const Constant* cell : row) {
    if (cell == nullptr) return false;
  }
  return true;
}

}  // namespace ward::semantic
