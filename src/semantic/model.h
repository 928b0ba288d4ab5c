// semantic: what is known of a bundle while it is being checked.
//
// The parts of the checker (declare, types, operations, expressions, rules, ...) are free functions that take the Model
// and fill it in the order that check.cc states. Names are found by hash, never by scanning. What an author got wrong
// is `poisoned`: it has been reported, and whatever reads it stays silent.
// Views used as keys point into the sources or the ASTs, both of which outlive the Model.
#ifndef WARD_SRC_SEMANTIC_MODEL_H_
#define WARD_SRC_SEMANTIC_MODEL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/edit_distance.h"
#include "base/source.h"
#include "diag/sink.h"
#include "semantic/check.h"
#include "semantic/program.h"
#include "syntax/ast.h"

namespace ward::semantic {

// What a name that belongs to one policy stands for.
enum class NameKind : std::uint8_t {
  kCondition,
  kParameter,
  kSchedule,
  kTable,
  kOperation,
  kGroup,
  kRule,
  kLimit,
};
// "condition", "parameter", ... for messages.
[[nodiscard]] std::string_view KindWord(NameKind kind);

// Looking for what was meant costs a look at every name. After so many errors the rest goes without.
inline constexpr std::size_t kErrorsWithHints = 1'000;

struct NamedThing {
  NameKind kind = NameKind::kCondition;
  std::uint32_t index = 0;  // into the Program's vector of its kind
  base::Span span;          // where it is declared
};

using NameMap = std::unordered_map<std::string_view, NamedThing>;

// The names one policy (one file) sees.
struct Scope {
  PolicyId policy;
  const syntax::File* file = nullptr;
  NameMap names;  // its conditions, parameters, schedules, tables, operations, groups
  NameMap rules;  // a rule may share its name with an operation
  NameMap limits;
  NameMap used;                                   // by `use`: of the first six kinds
  NameMap used_limits;                            // by `use`
  std::unordered_set<std::string_view> poisoned;  // by `use` of what does not exist
  std::vector<bool> governed_apis;                // by ApiId; unused if it governs everything
  bool governs_unknown = false;  // its policy line is missing or wrong: nothing can be said about what it governs
};

struct TypeEntry {
  enum class State : std::uint8_t { kNew, kBusy, kDone };
  const syntax::TypeDecl* decl = nullptr;
  State state = State::kNew;
  std::optional<Type> type;  // none: poisoned
};

// `token`, `client`: what `attributes of` declares attributes of.
struct AttributeObject {
  std::unordered_map<std::string_view, AttributeId> attributes;  // key: AttributeKey()
  std::vector<const syntax::AttributesDecl*> decls;
  base::Span span;      // of the first declaration's object name
  bool broken = false;  // some line of it was not understood: it may have attributes we do not know
};

// `{order: int}` in routes.
struct PathParamUse {
  PathParamId param;                    // none: of an unknown type
  std::uint32_t number = 0;             // among all uses
  std::vector<OperationId> operations;  // sorted
};

struct Model {
  Model(const CheckInput& input_in, diag::Sink& sink_in);

  const CheckInput& input;
  diag::Sink& sink;
  Program program;

  // Some declaration was so broken that its name is unknown: names that seem undeclared may be its.
  bool names_lost = false;
  bool operations_lost = false;  // the same for operations and groups of a broken api

  std::vector<Scope> scopes;  // by PolicyId
  // Every policy's names of the six kinds, for tests and hints.
  std::unordered_map<std::string_view, std::vector<std::pair<PolicyId, NamedThing>>> names_of_all;
  std::size_t type_depth = 0;  // aliases being resolved
  std::unordered_map<std::string_view, PolicyId> policies;
  std::unordered_map<std::string_view, TypeEntry> types;
  std::unordered_map<std::string_view, AttributeObject> objects;
  std::unordered_map<std::string_view, RoleId> roles;
  std::unordered_map<std::string_view, ZoneId> zones;
  std::unordered_map<std::string_view, ApiId> apis;
  // Which enums list a value: for hints, and to find an enum by an atom.
  std::unordered_multimap<std::string_view, EnumId> enums_by_value;
  // Index of a value in its enum.
  std::vector<std::unordered_map<std::string_view, std::int64_t>> enum_values;

  // Declarations beside what they became, by id.
  std::vector<const syntax::ConditionDecl*> condition_decls;
  std::vector<const syntax::ParameterDecl*> parameter_decls;
  std::vector<const syntax::ScheduleDecl*> schedule_decls;
  std::vector<const syntax::TableDecl*> table_decls;
  std::vector<const syntax::OperationLine*> operation_lines;
  std::vector<const syntax::GroupLine*> group_lines;
  std::vector<const syntax::RuleDecl*> rule_decls;
  std::vector<const syntax::LimitDecl*> limit_decls;
  std::vector<const syntax::RoleDecl*> role_decls;
  std::vector<const syntax::ZoneDecl*> zone_decls;
  std::vector<const syntax::ApiDecl*> api_decls;
  std::unordered_map<std::string_view, std::vector<std::pair<PolicyId, const syntax::GivenDecl*>>> givens;

  // Poison, by id: no more is reported about what reads these.
  std::vector<bool> bad_attributes;
  std::vector<bool> bad_tables;
  std::vector<bool> bad_columns_tables;  // some columns are unknown
  std::vector<bool> bad_parameters;
  std::vector<bool> bad_conditions;
  std::vector<bool> bad_schedules;
  std::vector<bool> bad_operations;
  std::vector<bool> bad_groups;

  // Column name -> index, by TableId.
  std::vector<std::unordered_map<std::string_view, std::size_t>> columns;
  // Path parameters of a name, one for each type it has.
  std::unordered_map<std::string_view, std::vector<PathParamUse>> path_params;
  std::uint32_t path_param_use_count = 0;
  std::unordered_map<std::uint64_t, bool> covers;  // memo of Covers()
  // Built-in attributes and undeclared claims by what they read.
  std::unordered_map<std::string, AttributeId> border_attributes;
  std::map<std::vector<OperationId>, OperationSetId> operation_sets;
  std::unordered_set<PolicyId> told_ungoverned;  // one message a policy

  // ---- making things

  // The text, kept as long as the Program. Equal texts share memory.
  std::string_view Keep(std::string_view text);
  Expr* NewExpr(ExprKind kind, base::Span span, Type type);
  Constant* NewConstant(Type type);
  // A list that lives as long as the Program.
  template <typename T>
  std::span<const T> KeepList(const std::vector<T>& items) {
    if (items.empty()) return {};
    T* memory = static_cast<T*>(program.memory->allocate(std::span(items).size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), memory);
    return {memory, items.size()};
  }
  // Sorted and made unique here.
  OperationSetId InternOperations(std::vector<OperationId> operations);

  // ---- finding things

  // A name as a policy sees it: its own, then through `use`. Null: unknown (or poisoned).
  [[nodiscard]] const NamedThing* Find(const Scope& scope, std::string_view name) const;
  [[nodiscard]] Scope& scope(PolicyId id) { return scopes[id.index()]; }
  [[nodiscard]] std::string_view PolicyName(PolicyId id) const { return program.policies[id.index()].name; }
  [[nodiscard]] std::optional<std::int64_t> ValueOf(EnumId id, std::string_view value) const;
  // "int", "set of scope", for messages.
  [[nodiscard]] std::string TypeName(const Type& type) const;
  // "a number", "an age", "a set of scope": after "is".
  [[nodiscard]] std::string Noun(const Type& type) const;
  // `orders/access.ward:15`.
  [[nodiscard]] std::string Place(base::Span span) const;
  [[nodiscard]] std::string_view Source(base::Span span) const { return input.sources.Text(span); }

  void Report(diag::Diagnostic diagnostic) { sink.Report(std::move(diagnostic)); }

 private:
  std::unordered_set<std::string_view> kept_;
};

struct UseOf {
  std::string_view name;
  std::string_view policy;
};

// Does an operation of the set have this path parameter?
[[nodiscard]] bool Covers(Model& model, OperationSetId set, const PathParamUse& use);

// With the fix that lets a policy see `name` of another one.
[[nodiscard]] diag::Diagnostic WithUse(const Model& model, const Scope& scope, diag::Diagnostic diagnostic,
                                       const UseOf& use);

// The candidate nearest to `wanted`; nothing if none is near, or if so much is wrong already that nobody reads hints.
[[nodiscard]] std::optional<std::string_view> Nearest(const Model& model, std::string_view wanted,
                                                      std::span<const std::string_view> candidates);
// The same among the keys of a map.
template <typename Map>
[[nodiscard]] std::optional<std::string_view> NearestKey(const Model& model, const Map& map, std::string_view wanted) {
  if (model.sink.error_count() > kErrorsWithHints) return std::nullopt;
  std::vector<std::string_view> keys;
  keys.reserve(map.size());
  for (const auto& entry : map) keys.push_back(entry.first);
  return Nearest(model, wanted, keys);
}

// Quoted segments may hold dots, so the key of several segments joins them with a NUL.
[[nodiscard]] std::string AttributeKey(std::span<const syntax::Name> segments);
// `token."x5t#S256"`, as an author writes it.
[[nodiscard]] std::string DottedText(std::span<const syntax::Name> segments);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_MODEL_H_
