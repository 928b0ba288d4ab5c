// syntax: declarations of the AST and their lines.
//
// One struct per declaration and per kind of clause. A pointer that is null, or an empty List,
// means that the author wrote no such line. A line that could not be read is not in the tree; its
// declaration is `broken`, and later phases must not report what such a declaration seems to lack.
#ifndef WARD_SRC_SYNTAX_AST_DECL_H_
#define WARD_SRC_SYNTAX_AST_DECL_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "syntax/ast_expr.h"

namespace ward::syntax {

// ---- lines and what surrounds them ----

struct Comment {
  enum class Place : std::uint8_t {
    kBefore,    // alone on a line of its own, before the line it is listed with
    kDoc,       // `##` before a declaration or an indented line: documents it
    kInside,    // between the physical lines of one logical line
    kTrailing,  // after the code, on the same line
  };
  Place place = Place::kBefore;
  Span span;  // from `#` to the last character
  bool indented = false;
  bool blank_line_before = false;
};

// One logical line: an opening line, a clause, an item, a row.
struct Line {
  Span span;               // first to last character of its code
  List<Comment> comments;  // in source order
  bool blank_line_before = false;
};

// @owner team-orders
struct Annotation {
  Line line;
  Name name;
  List<const Expr*> values;
};

// What all declarations share. `span` reaches from the first word to the end of the last line of
// the body.
struct DeclHead {
  Span span;
  Line line;     // the opening line; its kDoc comments document the declaration
  Span keyword;  // `rule`, `attributes of`, `shadow limit`
  List<Annotation> annotations;
  bool broken = false;  // some line of it was not understood and has been reported
};

// ---- pieces of lines ----

// int, set of scope, string up to 128.
struct TypeRef {
  Span span;
  bool is_set = false;
  Name name;
  std::optional<std::int64_t> up_to;
  Span up_to_span;
};

// list-orders, reading; or `everything`.
struct Operations {
  Span span;
  bool everything = false;
  List<Name> names;  // empty if everything
};

// One part of a `because` text: words, or the value between braces.
struct TextPart {
  Span span;
  std::string_view text;        // unescaped; if value is null
  const Expr* value = nullptr;  // {geo[source.ip].name}
};

// reply 401 asking for acr mfa, max age 5 minutes
struct Ask {
  enum class Kind : std::uint8_t { kAcr, kMaxAge, kScope };
  Kind kind = Kind::kAcr;
  Span span;
  Name word;                      // kAcr, kScope
  const Expr* max_age = nullptr;  // kMaxAge
};
struct Reply {
  Span span;
  std::int64_t status = 0;
  Span status_span;
  List<Ask> asks;
};
struct Because {
  Span span;
  Text text;
  List<TextPart> parts;
};

// ---- clauses of rules, limits and proofs ----

struct ForClause {
  Line line;
  Operations operations;
};
struct WhenClause {
  Line line;
  const Expr* condition = nullptr;
};
struct UnlessClause {
  Line line;
  const Expr* condition = nullptr;
};
struct BecauseClause {
  Line line;
  Because because;
};
struct ReplyClause {
  Line line;
  Reply reply;
};

// with set header "X-Id" to client.plan | strip header "X-Id" | audit full | tag word
struct SetHeader {
  Text header;
  const Expr* value = nullptr;
};
struct StripHeader {
  Text header;
};
struct Audit {
  Name level;
};
struct Tag {
  Name word;
};
struct WithClause {
  Line line;
  std::variant<SetHeader, StripHeader, Audit, Tag> obligation;
};

// ---- rules ----

struct Verdict {
  enum class Kind : std::uint8_t { kAllow, kDeny, kOn, kRequire };
  Line line;
  Kind kind = Kind::kAllow;
  Span keyword;
  Operations operations;         // kAllow, kDeny, kOn
  const Expr* demand = nullptr;  // kRequire
};

struct RuleDecl {
  DeclHead head;
  bool shadow = false;
  Name name;
  const Verdict* verdict = nullptr;  // null only if head.broken
  const ForClause* for_clause = nullptr;
  const WhenClause* when = nullptr;
  const UnlessClause* unless = nullptr;
  List<WithClause> with;
  const BecauseClause* because = nullptr;
  const ReplyClause* reply = nullptr;
};

// ---- limits ----

struct PerClause {
  Line line;
  bool in_total = false;
  List<const Expr*> keys;  // empty if in total
};

// `second` or `15 minutes` after `per`.
struct Period {
  Span span;
  std::int64_t nanoseconds = 0;
};
enum class CalendarUnit : std::uint8_t { kHour, kDay, kWeek, kMonth, kYear };
// no faster than 100 per second, burst 200
struct NoFasterThan {
  const Expr* rate = nullptr;
  Period per;
  const Expr* burst = nullptr;
};
// at most 30 per minute
struct AtMostPer {
  const Expr* count = nullptr;
  Period per;
};
// at most 1_000 each month in "UTC"
struct AtMostEach {
  const Expr* count = nullptr;
  CalendarUnit unit = CalendarUnit::kDay;
  Span unit_span;
  Text time_zone;
};
// at most 2 at once, each up to 30 seconds
struct AtMostAtOnce {
  const Expr* count = nullptr;
  const Expr* each_up_to = nullptr;
};
struct PaceClause {
  Line line;
  std::variant<NoFasterThan, AtMostPer, AtMostEach, AtMostAtOnce> pace;
};

struct CountsClause {
  enum class What : std::uint8_t { kEveryRequest, kAllowedRequests, kRefusedRequests, kResponses };
  struct Status {
    Span span;
    std::int64_t value = 0;
  };
  Line line;
  What what = What::kAllowedRequests;
  List<Status> statuses;  // kResponses
};
// costs request.size | costs reported, at least 1
struct CostsClause {
  Line line;
  bool reported = false;
  const Expr* cost = nullptr;      // null if reported
  const Expr* at_least = nullptr;  // only if reported; may be null
};
// on excess slow by 1 second, doubling up to 30 seconds | on excess block for 30 minutes
struct SlowBy {
  const Expr* delay = nullptr;
  const Expr* doubling_up_to = nullptr;
};
struct BlockFor {
  const Expr* time = nullptr;
};
struct ExcessClause {
  Line line;
  std::variant<SlowBy, BlockFor> reaction;
};
struct LostClause {
  enum class Mode : std::uint8_t { kRefuse, kAllow, kShare };
  Line line;
  Mode mode = Mode::kRefuse;
  Span mode_span;
};
struct InsteadClause {
  Line line;
  List<Name> limits;
};

struct LimitDecl {
  DeclHead head;
  bool shadow = false;
  Name name;
  const ForClause* for_clause = nullptr;
  const WhenClause* when = nullptr;
  const UnlessClause* unless = nullptr;
  const PerClause* per = nullptr;
  const PaceClause* pace = nullptr;
  const CountsClause* counts = nullptr;
  const CostsClause* costs = nullptr;
  const ExcessClause* excess = nullptr;
  const LostClause* lost = nullptr;
  const InsteadClause* instead = nullptr;
  const BecauseClause* because = nullptr;
  const ReplyClause* reply = nullptr;
};

// ---- names and values ----

// policy orders.access governs orders
struct PolicyDecl {
  DeclHead head;
  DottedName name;
  std::optional<Operations> governs;
};
// use reading, export-orders from orders.access
struct UseDecl {
  DeclHead head;
  List<Name> names;
  DottedName policy;
};
// parameter max-token-age: duration = 15 minutes, between 1 minute and 1 hour
struct ParameterDecl {
  DeclHead head;
  Name name;
  TypeRef type;
  const Expr* value = nullptr;
  const Expr* least = nullptr;  // both or none
  const Expr* most = nullptr;
};
// type acr is one of none < password < mfa. Either `alias` or at least one value.
struct TypeDecl {
  DeclHead head;
  Name name;
  std::optional<TypeRef> alias;
  bool ordered = false;
  List<Name> values;
};

// scopes: set of scope, from scope, split by " "
struct AttributeLine {
  Line line;
  bool broken = false;  // reported; only `name` can be relied on
  DottedName name;
  TypeRef type;
  std::optional<Span> optional;
  std::optional<Span> secret;
  std::optional<Span> lower_case;
  const Expr* from = nullptr;
  std::optional<Text> split_by;
};
// attributes of client from clients[token.azp]
struct AttributesDecl {
  DeclHead head;
  Name object;
  const Expr* from = nullptr;
  List<AttributeLine> attributes;
};

// admin includes editor, approver when ...
struct RoleDecl {
  DeclHead head;
  Name name;
  List<Name> includes;
  const Expr* when = nullptr;
};
struct ParameterOfCondition {
  Name name;
  TypeRef type;
};
// condition same-tenant(t: string) means token.tenant is t
struct ConditionDecl {
  DeclHead head;
  Name name;
  List<ParameterOfCondition> parameters;
  const Expr* condition = nullptr;  // null only if head.broken
};

enum class Weekday : std::uint8_t { kMonday, kTuesday, kWednesday, kThursday, kFriday, kSaturday, kSunday };
struct ScheduleSpan {
  Span span;
  Weekday first_day = Weekday::kMonday;
  Weekday last_day = Weekday::kMonday;  // equal to first_day if one day was written
  std::int32_t from_seconds = 0;        // of the day; up to, not including:
  std::int32_t to_seconds = 0;          // 86400 for 24:00; smaller than from_seconds: on the next day
};
// schedule office-hours means Monday to Friday 08:00 to 18:00 in "Europe/Paris"
struct ScheduleDecl {
  DeclHead head;
  Name name;
  List<ScheduleSpan> spans;
  Text time_zone;
};

// ---- tables ----

struct TableColumn {
  Span span;
  Name name;
  TypeRef type;
  bool key = false;
};
struct TableRow {
  Line line;
  List<const Expr*> cells;  // null where the cell is empty; as many as were written
};
// table partners from "data/partners.csv"; table plans, with rows; table revoked live
struct TableDecl {
  DeclHead head;
  Name name;
  std::optional<Span> live;
  std::optional<Span> tree;
  std::optional<Text> from;
  Line columns_line;
  List<TableColumn> columns;
  List<TableRow> rows;
};

// ---- operations and zones ----

struct OperationLine {
  Line line;
  bool broken = false;  // reported; only `name` can be relied on
  Name name;
  std::optional<Name> method;  // with route
  std::optional<Route> route;
  std::optional<Text> action;  // with resource_type, if `on` was written
  std::optional<Text> resource_type;
  std::optional<Span> anonymous;
};
struct GroupLine {
  Line line;
  bool broken = false;  // reported; only `name` can be relied on
  Name name;
  List<Name> members;
};
// api orders at "api.example.com", "*.example.org" | api orders from "openapi.yaml"
struct ApiDecl {
  DeclHead head;
  Name name;
  List<Text> hosts;
  std::optional<Text> from;
  List<OperationLine> operations;
  List<GroupLine> groups;
};

// networks 10.0.0.0/8, fd00::/8 | networks from "data/ranges.json"
struct NetworksLine {
  struct Network {
    Span span;
    AddressLiteral address;
  };
  Line line;
  List<Network> networks;
  std::optional<Text> from;
};
struct EverythingElseLine {
  Line line;
};
// requires fresh-token, reply 401, because "..."
struct RequiresLine {
  Line line;
  const Expr* condition = nullptr;  // NameRef or Call
  std::optional<Reply> reply;
  std::optional<Because> because;
};
struct ZoneDecl {
  DeclHead head;
  Name name;
  List<NetworksLine> networks;
  const EverythingElseLine* everything_else = nullptr;
  const WhenClause* when = nullptr;
  List<RequiresLine> requirements;
};

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_AST_DECL_H_
