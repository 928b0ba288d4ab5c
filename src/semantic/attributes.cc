#include "semantic/attributes.h"

#include <fmt/format.h>

#include <array>

#include "semantic/builtins.h"
#include "semantic/declare.h"
#include "semantic/expressions.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

// ---- names and types

bool RefuseObject(Model& model, const syntax::AttributesDecl& decl) {
  const std::string_view name = decl.object.text;
  if (!IsBuiltInWord(name) || ClaimSource(name).has_value()) return false;
  model.Report(Diagnostic(Kind::kReservedName, decl.object.span,
                          fmt::format("what `{}` has is built in, and nothing can be added to it", name))
                   .WithHint("give the attribute to another object, with `from` on it, as in "
                             "`attributes of order` / `id: int, from request.header[\"x-order\"]`"));
  return true;
}

AttributeId AddAttribute(Model& model, std::string_view object, std::string_view key, Attribute attribute) {
  const AttributeId id = AttributeId::FromIndex(model.program.attributes.size());
  model.objects[object].attributes.emplace(model.Keep(key), id);
  model.program.attributes.push_back(std::move(attribute));
  model.bad_attributes.push_back(false);
  return id;
}

void DeclareLine(Model& model, const syntax::AttributesDecl& decl, const syntax::AttributeLine& line) {
  const std::string_view object = decl.object.text;
  const std::string key = AttributeKey(line.name.segments);
  auto& known = model.objects[object].attributes;
  if (const auto it = known.find(key); it != known.end()) {
    const Attribute& first = model.program.attributes[it->second.index()];
    model.Report(Diagnostic(Kind::kDuplicateName, line.name.span,
                            fmt::format("`{}.{}` is declared twice", object, DottedText(line.name.segments)))
                     .WithLabel(first.span, "the first is here"));
    return;
  }
  Attribute attribute;
  attribute.name = model.Keep(fmt::format("{}.{}", object, DottedText(line.name.segments)));
  attribute.object = model.Keep(object);
  attribute.optional = line.optional.has_value();
  attribute.secret = line.secret.has_value();
  attribute.lower_case = line.lower_case.has_value();
  attribute.span = line.name.span;
  const std::optional<Type> type = line.broken ? std::nullopt : ResolveTypeRef(model, line.type);
  if (type.has_value()) attribute.type = *type;
  const AttributeId id = AddAttribute(model, object, key, std::move(attribute));
  model.bad_attributes[id.index()] = !type.has_value();
  if (object == "subject" && key == "roles" && type.has_value() &&
      !(type->kind == TypeKind::kSetOfEnum && type->enumeration == model.program.role_enum)) {
    model.Report(Diagnostic(Kind::kTypeMismatch, line.type.span, "what a subject claims as roles is a set of role")
                     .WithFix("write `set of role`", line.type.span, "set of role"));
  }
}

class ObjectDeclarer {
 public:
  ObjectDeclarer(Model& model, const Scope& scope) : model_(model), scope_(scope) {}

  void Declare(const syntax::AttributesDecl& decl) {
    if (RefuseObject(model_, decl)) {
      model_.objects[decl.object.text].broken = true;
      return;
    }
    for (const syntax::AttributeLine& line : decl.attributes) DeclareLine(model_, decl, line);
    if (decl.from != nullptr) DeclareColumns(decl);
  }

 private:
  // Every column of the row is an attribute, unless a line of that name says more.
  void DeclareColumns(const syntax::AttributesDecl& decl) {
    const auto* lookup = decl.from->As<syntax::Lookup>();
    const NamedThing* thing = lookup == nullptr || lookup->table.segments.size() != 1
                                  ? nullptr
                                  : model_.Find(scope_, lookup->table.segments[0].text);
    if (thing == nullptr || thing->kind != NameKind::kTable || model_.bad_tables[thing->index]) {
      model_.objects[decl.object.text].broken = true;  // CheckAttributeSources says why
      return;
    }
    const Table& table = model_.program.tables[thing->index];
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      if (model_.objects[decl.object.text].attributes.contains(column.name)) continue;
      Attribute attribute;
      attribute.name = model_.Keep(fmt::format("{}.{}", decl.object.text, column.name));
      attribute.object = model_.Keep(decl.object.text);
      attribute.type = column.type;
      attribute.span = model_.table_decls[thing->index]->columns[i].name.span;
      AddAttribute(model_, decl.object.text, column.name, std::move(attribute));
    }
  }

  Model& model_;
  const Scope& scope_;
};

// ---- sources

class SourceChecker {
 public:
  SourceChecker(Model& model, const Scope& scope, const syntax::AttributesDecl& decl)
      : model_(model), scope_(scope), decl_(decl), object_(decl.object.text) {}

  void Check() {
    if (IsBuiltInWord(object_) && !ClaimSource(object_).has_value()) return;
    const Expr* row = nullptr;
    if (decl_.from != nullptr) {
      if (ClaimSource(object_).has_value()) {
        model_.Report(Diagnostic(Kind::kBadAttributeSource, decl_.from->span,
                                 fmt::format("`{}` is what a request carries, and comes from no row", object_))
                          .WithHint("give the row another name, as in `attributes of client from ..`"));
        return;
      }
      row = Row();
      if (row == nullptr) return;
      CheckColumns(*row);
    }
    for (const syntax::AttributeLine& line : decl_.attributes) {
      if (!line.broken) CheckLine(line, row);
    }
  }

 private:
  ExprContext Context() const { return ExprContext{&scope_, nullptr, object_, {}, false}; }

  const Expr* Row() {
    const auto* lookup = decl_.from->As<syntax::Lookup>();
    if (lookup == nullptr || !lookup->columns.empty()) {
      model_.Report(
          Diagnostic(Kind::kBadAttributeSource, decl_.from->span, "attributes of an object come from a row of a table")
              .WithHint("as in `attributes of client from clients[token.azp]`"));
      return nullptr;
    }
    ExprContext context = Context();
    context.claims_of = {};
    return ExprChecker(model_, context).RowOf(*decl_.from, *lookup);
  }

  // None: this line is a second one of that name.
  AttributeId Find(const syntax::AttributeLine& line) const {
    const auto& known = model_.objects[object_].attributes;
    const auto it = known.find(AttributeKey(line.name.segments));
    if (it == known.end() || model_.program.attributes[it->second.index()].span != line.name.span) return {};
    return it->second;
  }

  const Expr* Column(const Expr& row, std::size_t column, base::Span span) {
    Expr* expr = model_.NewExpr(ExprKind::kLookup, span, model_.program.tables[row.ref].columns[column].type);
    expr->ref = row.ref;
    expr->column_ref = static_cast<std::uint32_t>(column);
    expr->args = row.args;
    return expr;
  }

  void CheckColumns(const Expr& row) {
    const Table& table = model_.program.tables[row.ref];
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const auto& known = model_.objects[object_].attributes;
      const auto it = known.find(table.columns[i].name);
      if (it == known.end()) continue;
      Attribute& attribute = model_.program.attributes[it->second.index()];
      const bool own_line = attribute.span != model_.table_decls[row.ref]->columns[i].name.span;
      if (!own_line) attribute.computed = Column(row, i, attribute.span);
    }
  }

  void CheckLine(const syntax::AttributeLine& line, const Expr* row) {
    const AttributeId id = Find(line);
    if (!id.has_value() || model_.bad_attributes[id.index()]) return;
    if (line.from != nullptr) {
      CheckFrom(line, id);
    } else if (row != nullptr) {
      CheckColumnLine(line, id, *row);
    } else {
      SetClaim(line, id, line.name.segments);
    }
    CheckBorder(line, id);
  }

  // A line without `from` below a row: more about the column of that name.
  void CheckColumnLine(const syntax::AttributeLine& line, AttributeId id, const Expr& row) {
    const auto& columns = model_.columns[row.ref];
    const auto it = line.name.segments.size() == 1 ? columns.find(line.name.segments[0].text) : columns.end();
    const Table& table = model_.program.tables[row.ref];
    if (it == columns.end()) {
      Diagnostic diagnostic(Kind::kUnknownColumn, line.name.span,
                            fmt::format("table `{}` has no column `{}`", table.name, DottedText(line.name.segments)));
      diagnostic.labels.push_back({table.span, "declared here"});
      const auto nearest = NearestKey(model_, columns, line.name.segments[0].text);
      model_.Report(nearest ? std::move(diagnostic)
                                  .WithFix(fmt::format("write `{}`", *nearest), line.name.span, std::string(*nearest))
                            : std::move(diagnostic).WithHint("or say `from` what it is computed"));
      model_.bad_attributes[id.index()] = true;
      return;
    }
    Attribute& attribute = model_.program.attributes[id.index()];
    const Type& type = table.columns[it->second].type;
    if (!(type == attribute.type)) {
      model_.Report(Diagnostic(Kind::kTypeMismatch, line.type.span,
                               fmt::format("column `{}` is {}", table.columns[it->second].name, model_.TypeName(type)))
                        .WithLabel(model_.table_decls[row.ref]->columns[it->second].span, "declared here"));
      return;
    }
    attribute.computed = Column(row, it->second, line.name.span);
  }

  void SetClaim(const syntax::AttributeLine& line, AttributeId id, std::span<const syntax::Name> path) {
    Attribute& attribute = model_.program.attributes[id.index()];
    const std::optional<AttributeSource> source = ClaimSource(object_);
    if (!source.has_value()) {
      model_.bad_attributes[id.index()] = true;
      model_.Report(Diagnostic(Kind::kBadAttributeSource, line.from == nullptr ? line.name.span : line.from->span,
                               fmt::format("where does `{}` come from?", attribute.name))
                        .WithHint("only token, subject, action, resource and context carry claims or properties; say "
                                  "`from` and begin with one of these, or with a table"));
      return;
    }
    if (auto deep = TooDeep(line.from == nullptr ? line.name.span : line.from->span, path.size())) {
      model_.bad_attributes[id.index()] = true;
      return model_.Report(*std::move(deep));
    }
    attribute.source = *source;
    for (const syntax::Name& segment : path) attribute.path.push_back(model_.Keep(segment.text));
  }

  void CheckFrom(const syntax::AttributeLine& line, AttributeId id) {
    // A quoted string alone, or a path that begins with nothing known, is a claim.
    if (const auto* text = line.from->As<syntax::TextLiteral>()) {
      const syntax::Name name{line.from->span, text->text, true};
      SetClaim(line, id, std::span(&name, 1));
      return;
    }
    if (const auto* name = line.from->As<syntax::NameRef>()) {
      const std::string_view first = name->path.segments[0].text;
      if (!IsBuiltInWord(first) && !model_.objects.contains(first)) {
        const NamedThing* thing = name->path.segments.size() == 1 ? model_.Find(scope_, first) : nullptr;
        if (ExprChecker(model_, Context()).ReportMinus(*line.from, name->path.segments, ExprChecker::Parts::kBoth)) {
          model_.bad_attributes[id.index()] = true;
          return;
        }
        if (const NamedThing* table = model_.Find(scope_, first); table != nullptr && table->kind == NameKind::kTable) {
          model_.bad_attributes[id.index()] = true;
          model_.Report(Diagnostic(Kind::kBadAttributeSource, line.from->span, fmt::format("`{}` is a table", first))
                            .WithLabel(table->span, "declared here")
                            .WithHint(fmt::format("look a value up: `{}[KEY].COLUMN`", first)));
          return;
        }
        if (thing == nullptr || thing->kind != NameKind::kParameter) {
          SetClaim(line, id, name->path.segments);
          return;
        }
      }
    }
    const Expected expected{model_.program.attributes[id.index()].type, line.name.span};
    const Expr* value = ExprChecker(model_, Context()).Operand(*line.from, &expected);
    Attribute& attribute = model_.program.attributes[id.index()];
    if (value == nullptr) {
      model_.bad_attributes[id.index()] = true;
      return;
    }
    const Attribute* read =
        value->kind == ExprKind::kAttribute ? &model_.program.attributes[value->attribute().index()] : nullptr;
    const bool at_border = read != nullptr && read->object.empty() && read->computed == nullptr && !read->roles;
    if (at_border) {  // `from request.header["x"]`: the border reads it as this attribute
      attribute.source = read->source;
      attribute.path = read->path;
    } else {
      attribute.computed = value;
    }
  }

  // What only makes sense for a value that arrives from outside.
  void CheckBorder(const syntax::AttributeLine& line, AttributeId id) {
    Attribute& attribute = model_.program.attributes[id.index()];
    if (model_.bad_attributes[id.index()]) return;
    const bool text = attribute.type.kind == TypeKind::kString || attribute.type.kind == TypeKind::kEnum ||
                      attribute.type.kind == TypeKind::kHost || IsSet(attribute.type);
    if (line.lower_case.has_value() && (attribute.computed != nullptr || !text)) {
      model_.Report(Diagnostic(Kind::kBadAttributeSource, *line.lower_case,
                               attribute.computed != nullptr ? "only what a request carries is folded to lower case"
                                                             : "only texts are folded to lower case"));
    }
    if (!line.split_by.has_value()) return;
    if (attribute.computed != nullptr || !IsSet(attribute.type)) {
      model_.Report(Diagnostic(
          Kind::kBadAttributeSource, line.split_by->span,
          IsSet(attribute.type) ? "only what a request carries is split"
                                : fmt::format("only a set is split, and this is {}", model_.TypeName(attribute.type))));
    } else if (line.split_by->text.empty()) {
      model_.Report(Diagnostic(Kind::kBadAttributeSource, line.split_by->span, "a separator is not empty")
                        .WithFix("write `\" \"`", line.split_by->span, "\" \""));
    }
    attribute.split = model_.Keep(line.split_by->text);
  }

  Model& model_;
  const Scope& scope_;
  const syntax::AttributesDecl& decl_;
  std::string_view object_;
};

void CollectClaimedRoles(Model& model) {
  constexpr std::array<std::string_view, 2> kObjects{"token", "subject"};
  for (const std::string_view object : kObjects) {
    const auto it = model.objects.find(object);
    if (it == model.objects.end()) continue;
    const auto roles = it->second.attributes.find("roles");
    if (roles == it->second.attributes.end()) continue;
    const Type& type = model.program.attributes[roles->second.index()].type;
    const bool of_roles = type.kind == TypeKind::kSetOfEnum && type.enumeration == model.program.role_enum;
    if (of_roles) model.program.claimed_roles.push_back(roles->second);
  }
}

}  // namespace

void DeclareAttributes(Model& model) {
  for (const Scope& scope : model.scopes) {
    ObjectDeclarer declarer(model, scope);
    syntax::ForEach<syntax::AttributesDecl>(*scope.file,
                                            [&](const syntax::AttributesDecl& decl) { declarer.Declare(decl); });
  }
}

void CheckAttributeSources(Model& model) {
  for (const Scope& scope : model.scopes) {
    syntax::ForEach<syntax::AttributesDecl>(
        *scope.file, [&](const syntax::AttributesDecl& decl) { SourceChecker(model, scope, decl).Check(); });
  }
  CollectClaimedRoles(model);
}

}  // namespace ward::semantic
