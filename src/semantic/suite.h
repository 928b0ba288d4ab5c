// semantic: the tests of a bundle, typed: what a runner does line by line (LANGUAGE.md section (c)).
//
// Names are resolved, values are constants, a `given` has the lines of the one it is `like` before its own. Nothing here
// is lowered: a bundle compiles to the same bytecode with and without its tests. Order is that of the text.
// Lives in the Program, whose memory the views and pointers look at.
#ifndef WARD_SRC_SEMANTIC_SUITE_H_
#define WARD_SRC_SEMANTIC_SUITE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/source.h"
#include "semantic/expr.h"

namespace ward::semantic {

// `token.azp is "acme"`, `clients["acme"] is missing`
struct Binding {
  enum class Target : std::uint8_t {
    kAttribute,  // attribute; path parameters, too
    kParameter,  // parameter
    kTable,      // table: only kMissing (not loaded) and kPresent (loaded)
    kRow,        // table, keys
    kCell,       // table, keys, column
  };
  enum class How : std::uint8_t { kValue, kMissing, kPresent };
  Target target = Target::kAttribute;
  How how = How::kValue;
  AttributeId attribute;
  ParameterId parameter;
  TableId table;
  std::uint32_t column = 0;               // index into Table::columns
  std::span<const Constant* const> keys;  // in the order of Table::keys
  const Constant* value = nullptr;        // kValue of all but kRow
  std::span<const Constant* const> row;   // kValue of kRow: the columns that are no key, in their order
  base::Span span;
};

struct Given {
  std::string_view name;
  PolicyId policy;
  std::vector<Binding> bindings;  // those of `like` first
  base::Span span;                // of the name
};

struct At {
  std::int64_t time_ns = 0;
};
struct Wait {
  std::int64_t by_ns = 0;
};
struct Only {
  PolicyId policy;
};

// What a send names: a file below the bundle, a method with a path (or host/path), an operation.
struct RecordedRequest {
  std::string_view file;
};
struct MethodAndPath {
  std::string_view method;
  std::string_view host;  // empty: that of the api that matches
  std::string_view path;
};
struct Send {
  std::variant<OperationId, MethodAndPath, RecordedRequest> what;
  std::int64_t times = 1;
  std::int64_t every_ns = 0;    // 0: all at once
  std::int64_t lasting_ns = 0;  // how long each stays open
  std::int64_t answered = 200;  // what the backend says
  std::int64_t costing = 0;     // what is reported as used
  base::Span span;
};

enum class ExpectedOutcome : std::uint8_t { kAllow, kDeny, kChallenge, kThrottle };

struct ExpectVerdict {
  std::optional<std::int64_t> count;  // none: every request
  bool shadow = false;
  ExpectedOutcome outcome = ExpectedOutcome::kAllow;
  std::string_view by;    // full name; empty: whoever
  bool by_limit = false;  // `by` is a limit
};
struct ExpectReply {
  std::uint16_t status = 0;
  std::vector<std::string_view> acr;
  std::int64_t max_age_ns = -1;
  std::vector<std::string_view> scopes;
};
struct ExpectBecause {
  std::string_view text;
};
struct ExpectRetryAfter {
  std::int64_t time_ns = 0;
};
struct ExpectSlowedBy {
  std::int64_t time_ns = 0;
};
struct ExpectHeader {
  enum class How : std::uint8_t { kIs, kMissing, kPresent };
  std::string_view name;  // lower case
  How how = How::kIs;
  std::string_view value;
};
struct ExpectZone {
  std::string_view name;
};
struct ExpectAudit {
  bool full = false;  // else brief
};
struct ExpectTag {
  std::string_view word;
};
struct Expectation {
  std::variant<ExpectVerdict, ExpectReply, ExpectBecause, ExpectRetryAfter, ExpectSlowedBy, ExpectHeader, ExpectZone,
               ExpectAudit, ExpectTag>
      what;
  base::Span span;
};
struct Expect {
  std::vector<Expectation> expectations;
};

struct UseGiven {
  std::size_t given = 0;  // into Suite::givens
};

struct Step {
  std::variant<UseGiven, Binding, At, Wait, Only, Send, Expect> what;
  base::Span span;
};

// A row below the first of a test's table: a test of its own after the test's lines. What it binds comes first, then
// what it sends and expects, whatever the order of the columns.
struct TestRow {
  std::vector<Step> steps;
  base::Span span;
};

struct Test {
  std::string_view name;
  PolicyId policy;
  std::vector<Step> steps;
  bool has_table = false;  // then only its rows run
  std::vector<TestRow> rows;
  base::Span span;  // of the name
};

struct Suite {
  std::vector<Given> givens;
  std::vector<Test> tests;
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_SUITE_H_
