// ir: the lowered policy: hash-consed values and atoms, one negation-normal formula a rule.
//
// What `semantic` leaves typed and named is here inlined (conditions, roles, attributes computed from others), with
// negations pushed to the tests and the anonymity waiver decided. Every later phase and the oracle read only this.
// A Program is immutable once Lower() returned it; ids are indices into its vectors.
//
// Meaning (LANGUAGE (d), (e)): a Value is present or missing; an Atom over a missing value is in doubt, except where
// its operator says otherwise; a formula follows strong Kleene logic. Nothing may rewrite `a or not a`.
#ifndef WARD_SRC_IR_IR_H_
#define WARD_SRC_IR_IR_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/ip_address.h"
#include "base/source.h"
#include "ward/schema.h"

namespace ward::ir {

using InputId = base::Id<struct InputTag>;
using EnumId = base::Id<struct EnumTag>;
using ConstantId = base::Id<struct ConstantTag>;
using ValueId = base::Id<struct ValueTag>;
using AtomId = base::Id<struct AtomTag>;
using NodeId = base::Id<struct NodeTag>;
using TestId = base::Id<struct TestTag>;
using ParameterId = base::Id<struct ParameterTag>;
using ScheduleId = base::Id<struct ScheduleTag>;
using TableId = base::Id<struct TableTag>;
using OperationId = base::Id<struct OperationTag>;
using OperationSetId = base::Id<struct OperationSetTag>;
using ZoneId = base::Id<struct ZoneTag>;
using RuleId = base::Id<struct RuleTag>;

// ---- types and inputs

struct Enum {
  std::string name;
  bool ordered = false;
  std::vector<std::string> values;  // as a claim spells them; index = order
};

// The types `path` and `host` are strings in normal form; what has none is missing.
enum class TextForm : std::uint8_t {
  kAsSent,
  kPath,
  kHost,
};

// One attribute that a request carries. InputId is the slot number at run time.
struct Input {
  std::string name;  // as the author writes it: `token.scopes`, `request.header["x-id"]`, `path.order`
  AttributeSource source = AttributeSource::kToken;
  std::vector<std::string> path;
  ValueType type = ValueType::kString;
  EnumId enumeration;                 // kEnum, kEnumSet
  std::uint32_t max_bytes = 256;      // kString, and each member of kStringSet; longer is missing
  std::string split;                  // kEnumSet, kStringSet from text: the separator; empty = lists only
  bool lower_case = false;            // ASCII letters are folded at the border
  TextForm form = TextForm::kAsSent;  // kString: what the border makes of the text
  bool secret = false;                // never leaves in headers, logs or reasons
  bool optional = false;              // documentation only
};

// ---- values

struct Constant {
  ValueType type = ValueType::kBool;
  std::int64_t number = 0;        // bool, int, duration, timestamp, clock, size; kEnum: index in its enum
  std::string text;               // kString
  EnumId enumeration;             // kEnum, kEnumSet
  base::Cidr cidr;                // kIp (full length), kCidr
  std::vector<ConstantId> items;  // kEnumSet, kStringSet: sorted, without doubles
};

enum class ValueOp : std::uint8_t {
  kInput,      // input
  kConstant,   // constant
  kParameter,  // parameter; bound when a View is made, never folded
  kLookup,     // table, column; args = the key's parts. Missing: a part is missing, no such row, an empty cell
  kAdd,        // args[0] + args[1], saturating
  kSubtract,   // args[0] - args[1], saturating
  kOrElse,     // args[0] if present, else args[1]
  kOperation,  // the operation's qualified name, a string (keys and headers; tests on it are folded)
  kZone,       // a kEnum over the enum `zone` (index = ZoneId); missing while the zone is in doubt or there is none
};

struct Value {
  ValueOp op = ValueOp::kConstant;
  ValueType type = ValueType::kBool;
  EnumId enumeration;
  InputId input;
  ConstantId constant;
  ParameterId parameter;
  TableId table;
  std::uint32_t column = 0;
  std::vector<ValueId> args;
};

// ---- atoms: the two-valued tests (three-valued where a value is missing)

enum class AtomOp : std::uint8_t {
  kIsTrue,          // args[0]: bool
  kIn,              // args[0] is one of constants (scalars of one type; `is` = one constant; sorted). Sets: `is [..]`
  kRange,           // low <= args[0] <= high: int, duration, timestamp, clock, size, ordered enum (by index);
                    // low > high: never true of a present value, in doubt of a missing one
  kEqual,           // args[0] = args[1], same type, sets too
  kLess,            // args[0] < args[1]
  kLessOrEqual,     // args[0] <= args[1]
  kInPrefixes,      // args[0] (ip) is inside one of constants (cidr)
  kHas,             // args[0] (set) has constants[0]
  kHasValue,        // args[0] (set) has args[1]
  kHasAny,          // args[0] (set) shares a member with args[1] (set)
  kHasAll,          // args[0] (set) has every member of args[1] (set)
  kInTable,         // args = key parts: the table has that row. In doubt: a part missing, table not loaded
  kWithinTree,      // args[0] is args[1] or below it in table; one of them may be a set of strings: any of its members
  kWithinSchedule,  // args[0] (timestamp) in schedule
  kStartsWith,      // args[0] (string) starts with one of constants
  kEndsWith,        // args[0] ends with one of constants
  kGlob,            // args[0] matches constants[0], `*` = any run of bytes
  kUnder,           // args[0] (path) is constants[0] or below it, by whole segments
  kPathGlob,        // args[0] (path) matches constants[0]: `*` one segment, last `**` the rest, also none of it
                    // (`/admin/**` matches `/admin`: the normal form of `/admin/`)
  kPresent,         // args[0] is present: two-valued
  kZoneIn,          // the zone is one of zones; in doubt while the zone is missing
  kOperationIn,     // the operation is one of operations (two-valued)
};

struct Atom {
  AtomOp op = AtomOp::kIsTrue;
  std::vector<ValueId> args;
  std::vector<ConstantId> constants;
  std::int64_t low = INT64_MIN;   // kRange, inclusive
  std::int64_t high = INT64_MAX;  // kRange, inclusive
  TableId table;
  ScheduleId schedule;
  std::vector<ZoneId> zones;  // kZoneIn, sorted
  OperationSetId operations;  // kOperationIn
};

// ---- formulas

enum class Clause : std::uint8_t { kWhen, kUnless, kRequire };

// A condition's parameter in the text, and the words of the argument that stand for it where the condition was called.
struct Replacement {
  base::Span span;
  base::Span by;
  bool bracketed = false;           // the words need brackets where the parameter's name needs none
  std::vector<Replacement> within;  // in `by`: parameters of the condition that the call stands in
};

// One test where an author wrote it: what an explanation shows. The same atom may stand in many tests.
struct Test {
  AtomId atom;
  bool negated = false;          // after pushing negations inward
  bool written_negated = false;  // true: the text under `span` reads as the negation of `atom`
  bool identity = false;         // reads token, subject or credential: waived on anonymous operations
  Clause clause = Clause::kWhen;
  base::Span span;  // the smallest text that says it, `token.scopes has orders:read`
  // Of `subject.roles has x`, where roles with `when` count too: which part of the answer the test is.
  bool claimed_part = false;              // what the claim says
  base::Span derived_role;                // the name of the role whose `when` this comes from
  std::vector<Replacement> replacements;  // within `span`, in the order of the text; of several equal tests the first's
  // `by`: the call of the condition whose text holds the test, empty outside of conditions; of several the first's.
  Replacement call;
};

enum class NodeKind : std::uint8_t {
  kTrue,  // test, if set, is the one that was waived or folded
  kFalse,
  kTest,  // test
  kAnd,   // children
  kOr,    // children
};

// Children come before their parents: node numbers rise towards the root.
struct Node {
  NodeKind kind = NodeKind::kTrue;
  TestId test;
  std::uint32_t first_child = 0;  // into Program::children
  std::uint32_t child_count = 0;
};

// ---- rules

enum class RuleKind : std::uint8_t { kAllow, kDeny, kOn };
// Which words made a kDeny: they differ in names and explanations, not in meaning.
enum class RuleOrigin : std::uint8_t { kRule, kRequire, kZoneRequirement };
enum class Severity : std::uint8_t { kLow, kMedium, kHigh, kCritical };
enum class Audit : std::uint8_t { kNone, kBrief, kFull };

// Text with values in it; a piece is literal text or a value (`unknown` if missing).
struct TemplatePiece {
  std::string text;
  ValueId value;
};
using Template = std::vector<TemplatePiece>;

struct Challenge {
  std::vector<std::string> acr;       // RFC 9470 acr_values
  std::int64_t max_age_seconds = -1;  // -1 = not asked
  std::vector<std::string> scopes;    // RFC 6750 scope
  [[nodiscard]] bool empty() const { return acr.empty() && max_age_seconds < 0 && scopes.empty(); }
};

struct SetHeader {
  std::string name;  // lower case
  ValueId value;     // missing: the client's copy is dropped all the same
};

struct Obligations {
  std::vector<SetHeader> set;
  std::vector<std::string> strip;  // lower case
  std::vector<std::string> tags;
  Audit audit = Audit::kNone;
  [[nodiscard]] bool empty() const { return set.empty() && strip.empty() && tags.empty() && audit == Audit::kNone; }
};

// A refusal whose policy names no status.
inline constexpr std::uint16_t kRefusedStatus = 403;

// Rules are numbered by rank: severity (critical first), then qualified name. A smaller RuleId answers first.
struct Rule {
  std::string name;  // qualified: `orders.access.read`, `platform.zones.internet.fresh-token`
  RuleKind kind = RuleKind::kAllow;
  RuleOrigin origin = RuleOrigin::kRule;
  bool shadow = false;
  Severity severity = Severity::kMedium;
  std::uint16_t status = kRefusedStatus;  // kDeny: HTTP status of its reply
  Challenge challenge;
  Template because;  // empty: the default reason
  Obligations obligations;
  OperationSetId operations;  // what it covers, `governs` applied
  ZoneId zone;                // kZoneRequirement: counts only while `zone` is the zone or a candidate
  // kAllow, kOn: `when and not unless`; kDeny: that, and for `require C` also `not C`.
  NodeId formula;
  // The same for operations marked anonymous; equals `formula` where nothing is waived.
  NodeId anonymous_formula;
  base::Span span;  // the rule's name
};

// ---- operations, zones, tables

struct PathSegment {
  enum class Kind : std::uint8_t { kLiteral, kParameter, kOne, kRest } kind = Kind::kLiteral;
  std::string text;                     // literal text (decoded), or the parameter's name
  ValueType type = ValueType::kString;  // kParameter
  EnumId enumeration;
};

struct Operation {
  std::string name;  // qualified by its policy: `orders.access.read-order`
  std::string api;
  std::vector<std::string> hosts;  // `api.example.com`, `*.example.com`; empty: an api without `at`
  std::string method;              // empty: no HTTP route
  std::vector<PathSegment> route;
  std::string action;         // AuthZEN action name; empty: none
  std::string resource_type;  // empty: any
  bool anonymous = false;
  // Which input each parameter of the route fills, in the order of the route's parameters; none: no rule reads it.
  std::vector<InputId> parameters;
  base::Span span;
};

struct ZonePrefix {
  base::Cidr prefix;
  ZoneId zone;
};

struct Zone {
  std::string name;
  bool everything_else = false;
  NodeId when;  // none: always. Reads inputs of connection and source only
  base::Span span;
};

struct Column {
  std::string name;
  ValueType type = ValueType::kString;
  EnumId enumeration;
  std::uint32_t max_bytes = 256;
  bool key = false;
  TextForm form = TextForm::kAsSent;  // of the rows of a live table
};

struct Table {
  std::string name;  // qualified
  bool live = false;
  bool tree = false;
  std::vector<Column> columns;  // the key's columns first, then the others, as written; `key` marks them
  // Static rows: one constant a column, none = the cell is empty.
  std::vector<std::vector<ConstantId>> rows;
  base::Span span;
};

struct ScheduleSpan {
  std::uint8_t first_day = 0;      // 0 = Monday
  std::uint8_t last_day = 6;       // inclusive; before first_day: wraps over Sunday
  std::int32_t from_second = 0;    // on the zone's wall clock
  std::int32_t to_second = 86400;  // not included; <= from_second: ends on the next day
};

struct Schedule {
  std::string name;
  std::string timezone;  // IANA name
  std::vector<ScheduleSpan> spans;
};

struct Parameter {
  std::string name;  // qualified
  ValueType type = ValueType::kBool;
  EnumId enumeration;
  ConstantId value;  // from ward.toml, else the default
};

// Parsed and checked, not yet run: what explanations and `ward dump` may name.
struct Limit {
  std::string name;
  OperationSetId operations;
  bool shadow = false;
  base::Span span;
};

struct Program {
  std::string name;  // of the bundle
  std::vector<Enum> enums;
  std::vector<Input> inputs;
  std::vector<Constant> constants;
  std::vector<Value> values;  // arguments come before their users
  std::vector<Atom> atoms;
  std::vector<Test> tests;
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::vector<Parameter> parameters;
  std::vector<Schedule> schedules;
  std::vector<Table> tables;
  std::vector<Operation> operations;
  std::vector<std::vector<OperationId>> operation_sets;  // sorted; hash-consed, so equal sets have equal ids
  std::vector<Zone> zones;
  std::vector<ZonePrefix> zone_prefixes;
  std::vector<Rule> rules;  // by rank
  std::vector<Limit> limits;
};

}  // namespace ward::ir

#endif  // WARD_SRC_IR_IR_H_
