// syntax: `given`, `test` and `prove` of the AST.
#ifndef WARD_SRC_SYNTAX_AST_TEST_H_
#define WARD_SRC_SYNTAX_AST_TEST_H_

#include <cstdint>
#include <optional>
#include <variant>

#include "syntax/ast_decl.h"

namespace ward::syntax {

// `is missing`, `is present` in a binding, a cell or an expectation.
enum class Presence : std::uint8_t { kMissing, kPresent };

// token.azp is "acme"; clients["acme"] is missing
struct Binding {
  Span span;
  const Expr* target = nullptr;  // NameRef or Lookup
  std::variant<Presence, const Expr*> value;
};
struct BindingLine {
  Line line;
  Binding binding;
};
// given ann like partner
struct GivenDecl {
  DeclHead head;
  Name name;
  std::optional<Name> like;
  List<BindingLine> bindings;
};

// request "file.json" | GET "/orders/42" | list-orders
struct RecordedRequest {
  Text file;
};
struct MethodAndPath {
  Name method;
  Text path;
};
struct NamedOperation {
  DottedName name;
};
// send list-orders 101 times every 1 second lasting 2 seconds answered 401 costing 3
struct Send {
  Span span;
  std::variant<RecordedRequest, MethodAndPath, NamedOperation> what;
  std::optional<std::int64_t> times;
  const Expr* every = nullptr;
  const Expr* lasting = nullptr;
  std::optional<std::int64_t> answered;
  std::optional<std::int64_t> costing;
};

// 100 allow by read; shadow deny by x
struct ExpectVerdict {
  enum class Kind : std::uint8_t { kAllow, kDeny, kChallenge, kThrottle };
  std::optional<std::int64_t> count;
  bool shadow = false;
  Kind kind = Kind::kAllow;
  std::optional<DottedName> by;
};
struct ExpectRetryAfter {
  const Expr* time = nullptr;
};
struct ExpectSlowedBy {
  const Expr* time = nullptr;
};
struct ExpectHeader {
  Text header;
  std::variant<Presence, const Expr*> value;
};
struct ExpectZone {
  Name zone;
};
struct Outcome {
  Span span;
  std::variant<ExpectVerdict, ExpectRetryAfter, ExpectSlowedBy, ExpectHeader, ExpectZone, Reply, Because, Audit, Tag>
      what;
};

struct GivenStep {
  List<Name> names;
};
struct WithStep {
  Binding binding;
};
struct AtStep {
  const Expr* time = nullptr;
};
struct WaitStep {
  const Expr* time = nullptr;
};
struct OnlyStep {
  DottedName policy;
};
struct SendStep {
  Send send;
};
struct ExpectStep {
  List<Outcome> outcomes;
};
struct TestStep {
  Line line;
  std::variant<GivenStep, WithStep, AtStep, WaitStep, OnlyStep, SendStep, ExpectStep> step;
};

// The columns `send` and `expect` hold a Send and outcomes, all others values to bind.
struct TestColumn {
  enum class Kind : std::uint8_t { kBind, kSend, kExpect };
  Kind kind = Kind::kBind;
  Span span;
  const Expr* target = nullptr;  // kBind: NameRef or Lookup
};
struct EmptyCell {};
struct TestCell {
  Span span;
  std::variant<EmptyCell, Presence, const Expr*, Send, List<Outcome>> value;
};
struct TestRow {
  Line line;
  List<TestCell> cells;  // as many as there are columns
};

struct TestDecl {
  DeclHead head;
  Text name;
  List<TestStep> steps;
  Line columns_line;  // only if there are columns
  List<TestColumn> columns;
  List<TestRow> rows;
};

// ---- proofs ----

struct HidingNeverHelps {};
struct EveryOperationCanBeAllowed {};
struct Compared {
  enum class How : std::uint8_t { kNoWider, kNoNarrower, kSame };
  How how = How::kNoWider;
  Text with;
};
// never allow; always audit full
struct NeverOrAlways {
  bool always = false;
  Name what;
  std::optional<Name> argument;
};
struct ClaimLine {
  Line line;
  std::variant<HidingNeverHelps, EveryOperationCanBeAllowed, Compared, NeverOrAlways> claim;
};
struct ProveDecl {
  DeclHead head;
  Text name;
  const ClaimLine* claim = nullptr;  // null only if head.broken
  const ForClause* for_clause = nullptr;
  const WhenClause* when = nullptr;
  const UnlessClause* unless = nullptr;
};

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_AST_TEST_H_
