#include "semantic/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace ward::semantic {

std::string_view KindWord(NameKind kind) {
  switch (kind) {
    case NameKind::kCondition:
      return "condition";
    case NameKind::kParameter:
      return "parameter";
    case NameKind::kSchedule:
      return "schedule";
    case NameKind::kTable:
      return "table";
    case NameKind::kOperation:
      return "operation";
    case NameKind::kGroup:
      return "group";
    case NameKind::kRule:
      return "rule";
    case NameKind::kLimit:
      return "limit";
  }
  return "name";
}

Model::Model(const CheckInput& input_in, diag::Sink& sink_in) : input(input_in), sink(sink_in) {
  program.memory = std::make_unique<std::pmr::monotonic_buffer_resource>();
  // Index 0: what rules share that say nothing of the kind.
  program.replies.emplace_back();
  program.obligations.emplace_back();
  program.annotations.emplace_back();
}

std::string_view Model::Keep(std::string_view text) {
  if (text.empty()) return {};
  const auto it = kept_.find(text);
  if (it != kept_.end()) return *it;
  char* memory = static_cast<char*>(program.memory->allocate(text.size(), 1));
  std::memcpy(memory, text.data(), text.size());
  return *kept_.insert(std::string_view(memory, text.size())).first;
}

Expr* Model::NewExpr(ExprKind kind, base::Span span, Type type) {
  void* memory = program.memory->allocate(sizeof(Expr), alignof(Expr));
  Expr* expr = ::new (memory) Expr();
  expr->kind = kind;
  expr->span = span;
  expr->type = type;
  return expr;
}

Constant* Model::NewConstant(Type type) {
  void* memory = program.memory->allocate(sizeof(Constant), alignof(Constant));
  Constant* constant = ::new (memory) Constant();
  constant->type = type;
  return constant;
}

OperationSetId Model::InternOperations(std::vector<OperationId> operations) {
  std::sort(operations.begin(), operations.end());
  operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
  const auto [it, fresh] =
      operation_sets.try_emplace(std::move(operations), OperationSetId::FromIndex(program.operation_sets.size()));
  if (fresh) program.operation_sets.push_back(OperationSet{it->first});
  return it->second;
}

const NamedThing* Model::Find(const Scope& scope, std::string_view name) const {
  if (const auto it = scope.names.find(name); it != scope.names.end()) return &it->second;
  if (const auto it = scope.used.find(name); it != scope.used.end()) return &it->second;
  return nullptr;
}

std::optional<std::int64_t> Model::ValueOf(EnumId id, std::string_view value) const {
  const auto& values = enum_values[id.index()];
  const auto it = values.find(value);
  return it == values.end() ? std::nullopt : std::optional(it->second);
}

std::string Model::TypeName(const Type& type) const {
  switch (type.kind) {
    case TypeKind::kBool:
      return "bool";
    case TypeKind::kInt:
      return "int";
    case TypeKind::kString:
      return "string";
    case TypeKind::kDuration:
      return "duration";
    case TypeKind::kTimestamp:
      return "timestamp";
    case TypeKind::kClock:
      return "clock";
    case TypeKind::kSize:
      return "size";
    case TypeKind::kIp:
      return "ip";
    case TypeKind::kCidr:
      return "cidr";
    case TypeKind::kHost:
      return "host";
    case TypeKind::kPath:
      return "path";
    case TypeKind::kEnum:
      return std::string(program.enums[type.enumeration.index()].name);
    case TypeKind::kSetOfEnum:
      return fmt::format("set of {}", program.enums[type.enumeration.index()].name);
    case TypeKind::kSetOfString:
      return "set of string";
    case TypeKind::kOperation:
      return "operation";
    case TypeKind::kPresence:
      return "something that is only present or missing";
  }
  return "?";
}

std::string Model::Noun(const Type& type) const {
  if (type.kind == TypeKind::kInt) return "a number";
  if (type.kind == TypeKind::kString) return "a text";
  const std::string name = TypeName(type);
  const bool vowel = std::string_view("aeiou").find(name[0]) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", name);
}

std::string Model::Place(base::Span span) const {
  if (!span.file.has_value()) return "the built-in ones";
  return fmt::format("{}:{}", input.sources.file(span.file).name(), input.sources.Locate(span).line);
}

diag::Diagnostic WithUse(const Model& model, const Scope& scope, diag::Diagnostic diagnostic, const UseOf& use) {
  const std::string line = fmt::format("use {} from {}", use.name, use.policy);
  const syntax::PolicyDecl* decl = scope.file->policy;
  if (decl == nullptr) return std::move(diagnostic).WithHint(fmt::format("write `{}`", line));
  // After the end of the policy line, its comment included.
  const std::string_view text = model.input.sources.file(decl->name.span.file).text();
  const auto at = static_cast<std::uint32_t>(std::min(text.size(), text.find('\n', decl->head.line.span.end)));
  return std::move(diagnostic)
      .WithFix(fmt::format("write `{}` below the policy line", line), base::Span{decl->name.span.file, at, at},
               "\n" + line);
}

std::optional<std::string_view> Nearest(const Model& model, std::string_view wanted,
                                        std::span<const std::string_view> candidates) {
  if (model.sink.error_count() > kErrorsWithHints) return std::nullopt;
  return base::NearestName(wanted, candidates);
}

bool Covers(Model& model, OperationSetId set, const PathParamUse& use) {
  const std::uint64_t key = (std::uint64_t{set.value()} << 32) | use.number;
  const auto [it, fresh] = model.covers.try_emplace(key, false);
  if (!fresh) return it->second;
  const auto* small = &model.program.operation_sets[set.index()].operations;
  const auto* large = &use.operations;
  if (small->size() > large->size()) std::swap(small, large);
  it->second = std::any_of(small->begin(), small->end(),
                           [large](OperationId id) { return std::binary_search(large->begin(), large->end(), id); });
  return it->second;
}

std::string AttributeKey(std::span<const syntax::Name> segments) {
  std::string key;
  for (const syntax::Name& segment : segments) {
    if (!key.empty()) key.push_back('\0');
    key += segment.text;
  }
  return key;
}

std::string DottedText(std::span<const syntax::Name> segments) {
  std::string text;
  for (const syntax::Name& segment : segments) {
    if (!text.empty()) text.push_back('.');
    text += segment.quoted ? fmt::format("\"{}\"", segment.text) : std::string(segment.text);
  }
  return text;
}

}  // namespace ward::semantic
