// syntax: names, literals and expressions of the AST.
//
// Every node is a plain, trivially destructible struct in the memory of its syntax::File and lives
// as long as that. A string_view points into the source text, or into the File where escapes were
// resolved; so both must outlive the tree. Every span is the exact byte range in the file's
// original text.
#ifndef WARD_SRC_SYNTAX_AST_EXPR_H_
#define WARD_SRC_SYNTAX_AST_EXPR_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/source.h"

namespace ward::syntax {

using base::Span;

struct Expr;

// Elements in source order, in the memory of the File.
template <typename T>
using List = std::span<const T>;

// One name, or the quoted text that stands where a name may. `text` is unescaped; the spelling is
// at `span`. Also a `word`: the value of an enum, an atom such as orders:read.
struct Name {
  Span span;
  std::string_view text;
  bool quoted = false;
};

// platform.zones, token."x5t#S256". Never empty.
struct DottedName {
  Span span;
  List<Name> segments;
};

// A quoted text. `text` is unescaped, without the quotes; `span` has the quotes.
struct Text {
  Span span;
  std::string_view text;
};

struct IntLiteral {
  std::int64_t value = 0;
};
struct BoolLiteral {
  bool value = false;
};
struct TextLiteral {
  std::string_view text;
};
// 15 minutes, in nanoseconds; may be negative.
struct DurationLiteral {
  std::int64_t nanoseconds = 0;
};
// 64 KiB, in bytes.
struct SizeLiteral {
  std::int64_t bytes = 0;
};
// 2027-02-01 or 2026-11-02T09:00:00+01:00, in nanoseconds since 1970-01-01T00:00:00Z.
struct TimestampLiteral {
  std::int64_t nanoseconds = 0;
};
// 08:00, in seconds since midnight; 24:00 is 86400.
struct ClockLiteral {
  std::int32_t seconds = 0;
};

// 10.0.0.1, 10.0.0.0/8, 2001:db8::/32. Bits beyond the prefix are kept, semantic refuses them.
struct AddressLiteral {
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four
  bool is_v4 = false;
  std::optional<std::uint8_t> prefix_bits;  // none: a single address was written
};

// /orders/{order: int}, /admin/*, /static/**. As a value of an expression it has no parameters.
struct RouteSegment {
  enum class Kind : std::uint8_t { kText, kParameter, kAnyOne, kAnyRest, kEmpty };
  Kind kind = Kind::kEmpty;
  Span span;              // without the leading slash
  std::string_view text;  // kText: as written, not percent-decoded
  Name parameter;         // kParameter
  std::optional<Name> type;
};
struct Route {
  Span span;
  List<RouteSegment> segments;  // "/" is one empty segment
};

// orders:read
struct AtomLiteral {
  std::string_view text;
};
struct ListLiteral {
  List<const Expr*> elements;
};

// token.acr; also an enum value, an operation, a zone: syntax cannot tell them apart.
struct NameRef {
  DottedName path;
};
// same-tenant(order-facts[path.order].tenant)
struct Call {
  DottedName path;
  List<const Expr*> arguments;
};
// people[orders[path.order].owner].place
struct Lookup {
  DottedName table;
  List<const Expr*> keys;
  List<Name> columns;  // what follows the bracket; may be empty
};

// a and b and c, a or b or c. Operands: at least two; a nested one of the other kind stands in
// parentheses.
struct AndOr {
  enum class Kind : std::uint8_t { kAnd, kOr };
  Kind kind = Kind::kAnd;
  List<const Expr*> operands;
};
struct Not {
  const Expr* operand = nullptr;
};

enum class TestOp : std::uint8_t {
  kIs,
  kIsNot,
  kIn,
  kNotIn,
  kHas,
  kHasAnyOf,
  kHasAllOf,
  kAtLeast,
  kAtMost,
  kMoreThan,
  kLessThan,
  kBefore,
  kAfter,
  kNotBefore,
  kNotAfter,
  kWithin,
  kStartsWith,
  kEndsWith,
  kMatches,
  kUnder,
};
// As an author writes it: "not before".
std::string_view Spelling(TestOp op);

struct Test {
  const Expr* left = nullptr;
  TestOp op = TestOp::kIs;
  Span op_span;
  const Expr* right = nullptr;
};
// x is present, x is missing.
struct PresenceTest {
  const Expr* operand = nullptr;
  bool present = true;  // false: `is missing`
  Span op_span;
};

// now - token.iat + 5 minutes, from left to right.
struct Sum {
  struct Step {
    bool minus = false;
    Span op_span;
    const Expr* term = nullptr;
  };
  const Expr* first = nullptr;
  List<Step> steps;  // at least one
};
struct OrElse {
  const Expr* value = nullptr;
  const Expr* fallback = nullptr;
  Span op_span;
};

using ExprNode = std::variant<NameRef, Call, Lookup, AtomLiteral, TextLiteral, IntLiteral, BoolLiteral, DurationLiteral,
                              SizeLiteral, TimestampLiteral, ClockLiteral, AddressLiteral, Route, ListLiteral, Sum,
                              OrElse, Test, PresenceTest, Not, AndOr>;

struct Expr {
  Span span;  // without enclosing parentheses
  // With its parentheses; equal to `span` when there are none.
  Span outer_span;
  ExprNode node;

  [[nodiscard]] bool parenthesised() const { return outer_span.begin != span.begin; }
  template <typename T>
  [[nodiscard]] const T* As() const {
    return std::get_if<T>(&node);
  }
};
static_assert(std::is_trivially_destructible_v<Expr>, "File frees its memory without visiting nodes");

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_AST_EXPR_H_
