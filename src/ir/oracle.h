// ir: the oracle: decides one request by looking at every rule, in the plainest way we know.
//
// Strong Kleene logic over the formula trees, tables as lists of rows, zones and routes by trying
// all. It shares no code with codegen, eval, route or zone, is slow, and is meant to be obviously
// right: what the engine answers must equal what this answers (tests/differential). Source:
// LANGUAGE.md (d), (e).
#ifndef WARD_SRC_IR_ORACLE_H_
#define WARD_SRC_IR_ORACLE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "ir/datum.h"
#include "ir/ir.h"
#include "ward/decision.h"

namespace ward::ir {

struct OracleTable {
  bool loaded = false;
  std::vector<std::vector<MaybeDatum>> rows;  // a cell a column
};

// What a View adds to a Program.
struct OracleWorld {
  std::vector<OracleTable> tables;  // by TableId
  std::vector<Datum> parameters;    // by ParameterId
  // Seconds east of UTC in a named time zone at a unix second.
  std::function<std::int64_t(std::string_view timezone, std::int64_t unix_seconds)> utc_offset;
};

// Static tables filled, live ones not loaded, parameters as the program says, every time zone UTC.
[[nodiscard]] OracleWorld MakeOracleWorld(const Program& program);

struct OracleRequest {
  std::vector<MaybeDatum> inputs;            // by InputId
  std::optional<base::IpAddress> source_ip;  // for the zone, also if no rule reads it
  OperationId operation;                     // none: no operation, `no-operation`
};

// One test of a rule: the truth of its atom, before any negation.
struct OracleTest {
  TestId test;
  Truth truth = Truth::kDoubt;
  bool waived = false;  // stands as a constant: waived, or folded
};

struct OracleRule {
  RuleId rule;
  Truth truth = Truth::kDoubt;    // of its formula
  std::vector<OracleTest> tests;  // in the order of the formula, each once
};

struct OracleShadow {
  RuleId rule;
  std::optional<Outcome> outcome = Outcome::kDeny;  // nothing: an `on` rule
  Truth truth = Truth::kTrue;

  friend bool operator==(const OracleShadow&, const OracleShadow&) = default;
};

struct OracleDecision {
  Outcome outcome = Outcome::kDeny;
  std::uint16_t status = 403;
  RuleId rule;                     // the deciding one; none: `default`, or `no-operation` (404)
  bool in_doubt = false;           // refused by a rule that is not certain
  ZoneId zone;                     // none: in doubt, or nothing matched
  std::vector<ZoneId> candidates;  // whose requirements apply: sorted; a certain zone is its own
  std::vector<OracleRule> rules;   // all that cover the operation and whose zone, if any, is a candidate; by rank
  std::vector<std::pair<std::string, MaybeDatum>> set;  // sorted, without doubles
  std::vector<std::string> strip;                       // sorted, without doubles
  std::vector<std::string> tags;                        // sorted, without doubles
  Audit audit = Audit::kNone;
  std::vector<OracleShadow> shadows;  // by rank: those that would have allowed, refused or applied
};

class Oracle {
 public:
  // Keeps the program and the world.
  Oracle(const Program& program, const OracleWorld& world) : program_(program), world_(world) {}

  [[nodiscard]] OracleDecision Decide(const OracleRequest& request) const;

  // The operation that an HTTP request means: of the routes that match, the most exact host, then
  // segment by segment from the left a literal before a typed parameter, a bare one, `*`, `**`.
  // `path` is in normal form.
  [[nodiscard]] OperationId FindOperation(std::string_view method, std::string_view host, std::string_view path) const;

 private:
  const Program& program_;
  const OracleWorld& world_;
};

}  // namespace ward::ir

#endif  // WARD_SRC_IR_ORACLE_H_
