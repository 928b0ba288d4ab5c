#include "semantic/types.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/budgets.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::array<std::pair<std::string_view, TypeKind>, 11> kBuiltInTypes{{
    {"bool", TypeKind::kBool},
    {"cidr", TypeKind::kCidr},
    {"clock", TypeKind::kClock},
    {"duration", TypeKind::kDuration},
    {"host", TypeKind::kHost},
    {"int", TypeKind::kInt},
    {"ip", TypeKind::kIp},
    {"path", TypeKind::kPath},
    {"size", TypeKind::kSize},
    {"string", TypeKind::kString},
    {"timestamp", TypeKind::kTimestamp},
}};
constexpr std::string_view kRoleType = "role";

std::optional<TypeKind> BuiltInType(std::string_view name) {
  for (const auto& [builtin, kind] : kBuiltInTypes) {
    if (builtin == name) return kind;
  }
  return std::nullopt;
}

EnumId AddEnum(Model& model, Enum declared) {
  const EnumId id = EnumId::FromIndex(model.program.enums.size());
  auto& values = model.enum_values.emplace_back();
  for (std::size_t i = 0; i < declared.values.size(); ++i) {
    values.try_emplace(declared.values[i], static_cast<std::int64_t>(i));
    model.enums_by_value.emplace(declared.values[i], id);
  }
  model.program.enums.push_back(std::move(declared));
  return id;
}

void AddBuiltInEnums(Model& model) {
  Program& program = model.program;
  Enum roles{kRoleType, false, {}, {}};
  for (const Role& role : program.roles) roles.values.push_back(role.name);
  program.role_enum = AddEnum(model, std::move(roles));
  Enum zones{"zone", false, {}, {}};
  for (const Zone& zone : program.zones) zones.values.push_back(zone.name);
  program.zone_enum = AddEnum(model, std::move(zones));
  program.credential_enum = AddEnum(model, Enum{"credential", false, {"absent", "invalid", "valid"}, {}});
  program.tls_version_enum = AddEnum(model, Enum{"tls-version", true, {"1.0", "1.1", "1.2", "1.3"}, {}});
}

EnumId DeclareEnum(Model& model, const syntax::TypeDecl& decl) {
  Enum declared;
  declared.name = model.Keep(decl.name.text);
  declared.ordered = decl.ordered;
  declared.span = decl.name.span;
  std::unordered_map<std::string_view, base::Span> seen;
  for (const syntax::Name& value : decl.values) {
    const auto [it, fresh] = seen.try_emplace(value.text, value.span);
    if (!fresh) {
      model.Report(Diagnostic(Kind::kDuplicateName, value.span,
                              fmt::format("type `{}` lists `{}` twice", decl.name.text, value.text))
                       .WithLabel(it->second, "the first is here"));
      continue;
    }
    declared.values.push_back(model.Keep(value.text));
  }
  return AddEnum(model, std::move(declared));
}

void ReportUnknownType(Model& model, const syntax::Name& name) {
  if (model.names_lost) return;
  Diagnostic diagnostic(Kind::kUnknownType, name.span, fmt::format("there is no type `{}`", name.text));
  if (name.text == "version") {
    model.Report(std::move(diagnostic).WithHint("versions cannot be compared yet; use an ordered type"));
    return;
  }
  std::vector<std::string_view> candidates{kRoleType};
  for (const auto& entry : kBuiltInTypes) candidates.push_back(entry.first);
  for (const auto& entry : model.types) candidates.push_back(entry.first);
  if (const auto nearest = Nearest(model, name.text, candidates)) {
    model.Report(std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), name.span, std::string(*nearest)));
  } else {
    model.Report(std::move(diagnostic).WithHint("a type of your own is declared as `type NAME is one of A, B`"));
  }
}

std::optional<Type> ResolveDeclared(Model& model, TypeEntry& entry);

std::optional<Type> ResolveName(Model& model, const syntax::Name& name) {
  if (const auto kind = BuiltInType(name.text)) return Type{*kind, {}, base::budget::kStringValueBytesDefault};
  if (name.text == kRoleType)
    return Type{TypeKind::kEnum, model.program.role_enum, base::budget::kStringValueBytesDefault};
  const auto it = model.types.find(name.text);
  if (it == model.types.end()) {
    ReportUnknownType(model, name);
    return std::nullopt;
  }
  if (model.type_depth == base::budget::kNestingMax) {
    model.Report(Diagnostic(Kind::kBudgetExceeded, name.span,
                            fmt::format("a type leads through at most {} others", base::budget::kNestingMax)));
    return std::nullopt;
  }
  if (it->second.state == TypeEntry::State::kBusy) {
    model.Report(Diagnostic(Kind::kUnknownType, name.span, fmt::format("type `{}` leads back to itself", name.text))
                     .WithLabel(it->second.decl->name.span, "declared here"));
    return std::nullopt;
  }
  return ResolveDeclared(model, it->second);
}

std::optional<Type> ResolveDeclared(Model& model, TypeEntry& entry) {
  if (entry.state == TypeEntry::State::kDone) return entry.type;
  entry.state = TypeEntry::State::kBusy;
  ++model.type_depth;
  if (entry.decl->head.broken) {
    // Reported; its values are not all known.
  } else if (entry.decl->alias.has_value()) {
    entry.type = ResolveTypeRef(model, *entry.decl->alias);
  } else if (!entry.decl->values.empty()) {
    entry.type = Type{TypeKind::kEnum, DeclareEnum(model, *entry.decl), base::budget::kStringValueBytesDefault};
  }
  entry.state = TypeEntry::State::kDone;
  --model.type_depth;
  return entry.type;
}

std::optional<Type> WithMostBytes(Model& model, const syntax::TypeRef& ref, Type type) {
  if (type.kind != TypeKind::kString && type.kind != TypeKind::kSetOfString) {
    model.Report(Diagnostic(Kind::kTypeMismatch, ref.up_to_span,
                            fmt::format("only a string has a greatest length, and this is {}", model.TypeName(type))));
    return std::nullopt;
  }
  if (*ref.up_to < 1 || *ref.up_to > static_cast<std::int64_t>(base::budget::kStringValueBytesMax)) {
    model.Report(Diagnostic(Kind::kBudgetExceeded, ref.up_to_span,
                            fmt::format("`up to` takes 1 to {} bytes", base::budget::kStringValueBytesMax)));
    return std::nullopt;
  }
  type.max_bytes = static_cast<std::uint32_t>(*ref.up_to);
  return type;
}

}  // namespace

void ResolveTypes(Model& model) {
  AddBuiltInEnums(model);
  // In the order of the text, so that enum ids do not depend on hashing.
  for (const auto& file : model.input.files) {
    syntax::ForEach<syntax::TypeDecl>(*file, [&model](const syntax::TypeDecl& decl) {
      if (BuiltInType(decl.name.text).has_value() || decl.name.text == kRoleType) {
        model.Report(Diagnostic(Kind::kReservedName, decl.name.span,
                                decl.name.text == kRoleType
                                    ? "the values of `role` are the roles that `role` lines declare"
                                    : fmt::format("`{}` is a built-in type", decl.name.text))
                         .WithHint("choose another name"));
        return;
      }
      TypeEntry& entry = model.types.find(decl.name.text)->second;
      if (entry.decl == &decl) ResolveDeclared(model, entry);
    });
  }
}

std::optional<Type> ResolveTypeRef(Model& model, const syntax::TypeRef& ref) {
  std::optional<Type> type = ResolveName(model, ref.name);
  if (!type.has_value()) return std::nullopt;
  if (ref.is_set) {
    if (type->kind != TypeKind::kEnum && type->kind != TypeKind::kString) {
      model.Report(
          Diagnostic(Kind::kTypeMismatch, ref.name.span,
                     fmt::format("a set holds strings or the values of an enum, not {}", model.TypeName(*type))));
      return std::nullopt;
    }
    type->kind = type->kind == TypeKind::kEnum ? TypeKind::kSetOfEnum : TypeKind::kSetOfString;
  }
  return ref.up_to.has_value() ? WithMostBytes(model, ref, *type) : type;
}

std::optional<Type> ResolveTypeName(Model& model, const syntax::Name& name) { return ResolveName(model, name); }

}  // namespace ward::semantic
