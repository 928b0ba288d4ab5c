// semantic: the typed program, one const structure for a whole bundle.
//
// What Check() hands to `ir`: every name resolved to a typed id, every expression typed, every constant read. An id
// is the index into the vector of its kind below and means nothing outside this Program. A Program exists only if
// the bundle had no error, so nothing in it is half known.
// Order is that of the text: files by name, declarations from top to bottom; equal input gives an equal Program.
// Ownership: the Program owns all its nodes and strings (in `memory`); string_views and Expr pointers last as long.
// Immutable once made; any number of threads may read it.
#ifndef WARD_SRC_SEMANTIC_PROGRAM_H_
#define WARD_SRC_SEMANTIC_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/ip_address.h"
#include "base/source.h"
#include "semantic/expr.h"
#include "semantic/suite.h"
#include "semantic/type.h"
#include "ward/schema.h"

namespace ward::semantic {

using ApiId = base::Id<struct ApiTag>;
using RoleId = base::Id<struct RoleTag>;
using RuleId = base::Id<struct RuleTag>;
using LimitId = base::Id<struct LimitTag>;
using OperationSetId = base::Id<struct OperationSetTag>;

// ---- known in the whole bundle

// A closed list of values. Also `role` (the declared roles, in order of declaration), `zone` (the zones, a value's
// index is its ZoneId), `credential` (absent, invalid, valid) and `tls-version` (1.0 < 1.1 < 1.2 < 1.3).
struct Enum {
  std::string_view name;
  bool ordered = false;
  std::vector<std::string_view> values;  // as a claim spells them
  base::Span span;                       // of the name; no file for the built-in ones
};

// Something an expression can read of a request, in one of two ways:
//   computed == nullptr  the border finds it by `source` and `path` (ward/schema.h) and types it;
//   computed != nullptr  this operand is its value (`now - iat`, `clients[token.azp].plan or else free`).
// Claims that only such an operand reads (`iat`) have an entry of their own, of the type the operand needs.
// `subject.roles` has an entry whose `roles` is set: its value is that of Program::claimed_roles, closed.
struct Attribute {
  std::string_view name;    // as an author writes it: `token.login-age`, `request.header["x-id"]`
  std::string_view object;  // `token`, `client`; empty for the built-in ones
  Type type;
  AttributeSource source = AttributeSource::kToken;
  std::vector<std::string_view> path;  // claim names from the outside in; header names are lower case
  const Expr* computed = nullptr;
  std::string_view split;  // sets from text: the separator; empty: lists only
  bool lower_case = false;
  bool optional = false;  // documentation only
  bool secret = false;    // declared so, or computed from a secret
  bool roles = false;     // subject.roles
  base::Span span;        // of the declaration's name; no file for the built-in ones
};

struct Role {
  std::string_view name;         // its index in role_enum is its RoleId
  std::vector<RoleId> includes;  // all of them, directly and through others; sorted, without itself
  const Expr* when = nullptr;    // a derived role: computed, never claimed
  base::Span span;
};

// `requires C`: `require C` for all that the zone's policy governs, named `ZONE.C`.
struct ZoneRequirement {
  std::string_view name;            // the condition's name
  const Expr* condition = nullptr;  // a kCondition call, or kTruth of a bool parameter
  std::uint32_t reply_index = 0;    // into Program::replies
  base::Span span;
};

struct ZonePrefix {
  base::Cidr prefix;
  base::Span span;  // in the policy, or of `from "file"`
};

struct Zone {
  std::string_view name;
  PolicyId policy;
  std::vector<ZonePrefix> prefixes;  // networks written and read from files
  bool everything_else = false;
  const Expr* when = nullptr;  // reads connection and source only
  std::vector<ZoneRequirement> requirements;
  base::Span span;
};

// A named parameter of routes with its type: `/orders/{order: int}`. Routes that agree share one.
struct PathParam {
  std::string_view name;
  Type type;
  AttributeId attribute;  // its entry there: source kPathParameter, path {name}
};

struct RouteSegment {
  enum class Kind : std::uint8_t { kLiteral, kParam, kOne, kRest } kind = Kind::kLiteral;
  std::string_view text;  // kLiteral, percent-decoded
  PathParamId param;      // kParam
};

struct Operation {
  std::string_view name;
  ApiId api;
  bool anonymous = false;
  std::string_view method;  // empty: reached by action only
  std::vector<RouteSegment> route;
  std::string_view action;         // AuthZEN action name; empty: reached by route only
  std::string_view resource_type;  // empty: any
  base::Span span;
};

struct Group {
  std::string_view name;
  PolicyId policy;
  OperationSetId operations;
  base::Span span;
};

struct Api {
  std::string_view name;
  PolicyId policy;
  std::vector<std::string_view> hosts;  // lower case, `api.example.com` or `*.example.com`; none: any host
  std::vector<OperationId> operations;
  base::Span span;
};

// ---- of one policy

struct Policy {
  std::string_view name;  // dotted
  bool governs_everything = false;
  std::vector<ApiId> governs;  // sorted; unused if everything
  OperationSetId governed;     // what `everything` means here; none: governs nothing
  base::Span span;
};

struct ConditionParam {
  std::string_view name;
  Type type;
};

struct Condition {
  std::string_view name;
  PolicyId policy;
  std::vector<ConditionParam> params;
  const Expr* body = nullptr;
  base::Span span;
};

struct Parameter {
  std::string_view name;
  PolicyId policy;
  Type type;
  const Constant* value = nullptr;  // from ward.toml, else the default
  const Constant* low = nullptr;    // both or neither
  const Constant* high = nullptr;
  base::Span span;
};

struct ScheduleSpan {
  std::uint8_t first_day = 0;    // 0 = Monday
  std::uint8_t last_day = 0;     // inclusive; before first_day: over Sunday
  std::int32_t from_second = 0;  // on the wall clock
  std::int32_t to_second = 0;    // not included, at most 86400; <= from_second: ends the day after
};

struct Schedule {
  std::string_view name;
  PolicyId policy;
  std::string_view timezone;  // IANA name, known to this system
  std::vector<ScheduleSpan> spans;
  base::Span span;
};

struct Column {
  std::string_view name;
  Type type;
  bool key = false;
};

struct Table {
  std::string_view name;
  PolicyId policy;
  bool live = false;
  bool tree = false;
  std::vector<Column> columns;    // as written
  std::vector<std::size_t> keys;  // the key columns, in their order
  // Row by row, columns.size() cells each. nullptr: the cell is empty, so its value is missing.
  std::vector<const Constant*> cells;
  std::string_view source_file;  // below the bundle's folder; empty: inline, or pushed (live)
  base::Span span;
};

// ---- rules and limits

enum class Severity : std::uint8_t { kLow, kMedium, kHigh, kCritical };
enum class RuleKind : std::uint8_t { kAllow, kDeny, kRequire, kOn };
enum class Audit : std::uint8_t { kNone, kBrief, kFull };

// A piece of a `because`: literal text, or the value of an operand (`unknown` if missing).
struct ReasonPiece {
  std::string_view text;
  const Expr* value = nullptr;
};

struct Reply {
  std::uint16_t status = 0;              // 0: not said
  std::vector<std::string_view> acr;     // RFC 9470; as the claim spells them
  std::int64_t max_age_ns = -1;          // -1: not asked
  std::vector<std::string_view> scopes;  // RFC 6750
  std::vector<ReasonPiece> because;      // empty: not said
};

struct SetHeader {
  std::string_view name;        // lower case
  const Expr* value = nullptr;  // a string, or anything that prints as one
  base::Span span;
};

struct Obligations {
  std::vector<SetHeader> set;
  std::vector<std::string_view> strip;  // lower case
  std::vector<std::string_view> tags;
  Audit audit = Audit::kNone;
};

struct Annotations {
  Severity severity = Severity::kMedium;
  std::string_view owner;
  std::optional<std::int64_t> review_ns;  // timestamp
  struct Accepted {
    std::string_view lint;
    std::string_view why;
  };
  std::vector<Accepted> accepts;
  std::vector<std::string_view> apart;
};

struct Rule {
  std::string_view name;  // unique in its policy; qualified: policy.name
  PolicyId policy;
  RuleKind kind = RuleKind::kAllow;
  bool shadow = false;
  OperationSetId operations;      // within what its policy governs
  const Expr* require = nullptr;  // kRequire
  const Expr* when = nullptr;
  const Expr* unless = nullptr;
  std::uint32_t reply_index = 0;        // into Program::replies
  std::uint32_t obligations_index = 0;  // into Program::obligations
  std::uint32_t annotations_index = 0;  // into Program::annotations
  base::Span span;                      // of the name
};

enum class PaceKind : std::uint8_t { kSpacing, kWindow, kCalendar, kAtOnce };
enum class Period : std::uint8_t { kHour, kDay, kWeek, kMonth, kYear };
enum class CountKind : std::uint8_t { kAllowed, kEvery, kRefused, kResponses };
enum class ExcessKind : std::uint8_t { kRefuse, kSlow, kBlock };
enum class LostKind : std::uint8_t { kByDefault, kRefuse, kAllow, kShare };

// Checked in full; running them is a later phase's work. Durations in nanoseconds.
struct Limit {
  std::string_view name;
  PolicyId policy;
  bool shadow = false;
  OperationSetId operations;
  const Expr* when = nullptr;
  const Expr* unless = nullptr;
  bool in_total = false;
  std::vector<const Expr*> keys;  // `per`
  PaceKind pace = PaceKind::kSpacing;
  const Expr* amount = nullptr;  // int
  std::int64_t window_ns = 0;    // kSpacing, kWindow
  const Expr* burst = nullptr;   // kSpacing; none: 1
  Period period = Period::kDay;  // kCalendar
  std::string_view timezone;     // kCalendar
  std::int64_t lease_ns = 0;     // kAtOnce
  CountKind counts = CountKind::kAllowed;
  std::vector<std::uint16_t> responses;  // kResponses
  const Expr* cost = nullptr;            // none: 1
  bool cost_reported = false;
  ExcessKind excess = ExcessKind::kRefuse;
  std::int64_t excess_ns = 0;
  std::int64_t excess_up_to_ns = 0;  // kSlow with doubling; 0: none
  LostKind lost = LostKind::kByDefault;
  std::vector<LimitId> instead_of;
  std::uint32_t reply_index = 0;
  std::uint32_t annotations_index = 0;
  base::Span span;
};

// Sorted by id, without doubles. Equal sets are one set, so `everything` of a policy exists once.
struct OperationSet {
  std::vector<OperationId> operations;
};

struct Program {
  std::string_view name;  // of the bundle
  std::vector<Enum> enums;
  EnumId role_enum;
  EnumId zone_enum;
  EnumId credential_enum;
  EnumId tls_version_enum;
  std::vector<Attribute> attributes;
  AttributeId subject_roles;               // none if nothing reads it
  std::vector<AttributeId> claimed_roles;  // `roles` of token and of subject, as far as declared
  std::vector<Role> roles;
  std::vector<Zone> zones;
  std::vector<PathParam> path_params;
  std::vector<Api> apis;
  std::vector<Operation> operations;
  std::vector<OperationSet> operation_sets;
  std::vector<Group> groups;
  std::vector<Policy> policies;
  std::vector<Condition> conditions;
  std::vector<Parameter> parameters;
  std::vector<Schedule> schedules;
  std::vector<Table> tables;
  // Index 0 of these three is the empty one that most rules share.
  std::vector<Reply> replies;
  std::vector<Obligations> obligations;
  std::vector<Annotations> annotations;
  std::vector<Rule> rules;
  std::vector<Limit> limits;
  Suite suite;  // never lowered

  // Keeps what the views and pointers above look at.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_PROGRAM_H_
