// semantic: typed expressions, the body of every `when`, `unless`, `require`, `means` and `from`.
//
// A node is immutable once checked and lives in the Program's memory: pointers stay good as long as the Program.
// Operators are resolved by type: what reads `in` in the text is one of eight operators here, so that no later
// phase looks at types to know what an operator means. Conditions are called, not inlined (ir inlines them).
// Depth is bounded by the parser's nesting budget, so walkers may recurse. Nothing here is poisoned: a Program
// exists only when the bundle had no error.
#ifndef WARD_SRC_SEMANTIC_EXPR_H_
#define WARD_SRC_SEMANTIC_EXPR_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "base/check.h"
#include "base/ids.h"
#include "base/ip_address.h"
#include "base/source.h"
#include "semantic/type.h"

namespace ward::semantic {

struct PolicyTag;
struct AttributeTag;
struct PathParamTag;
struct ParameterTag;
struct ConditionTag;
struct TableTag;
struct ScheduleTag;
struct GroupTag;
struct OperationTag;
struct ZoneTag;
using PolicyId = base::Id<PolicyTag>;
using AttributeId = base::Id<AttributeTag>;
using PathParamId = base::Id<PathParamTag>;
using ParameterId = base::Id<ParameterTag>;
using ConditionId = base::Id<ConditionTag>;
using TableId = base::Id<TableTag>;
using ScheduleId = base::Id<ScheduleTag>;
using GroupId = base::Id<GroupTag>;
using OperationId = base::Id<OperationTag>;
using ZoneId = base::Id<ZoneTag>;

enum class ExprKind : std::uint8_t {
  // Operands: a value of `type`, or missing.
  kConstant,        // constant
  kList,            // args: constants of one type (an ip list may mix addresses and prefixes); type = the element's
  kAttribute,       // attribute()
  kPathParam,       // path_param()
  kNow,             // timestamp
  kZone,            // enum Program::zone_enum
  kOperation,       // the operation of the request
  kParameter,       // parameter()
  kConditionParam,  // condition_param(): index among the parameters of the condition this stands in
  kLookup,          // table(), column(); args = one operand a key column, in their order
  kAdd,             // args[0] + args[1]
  kSubtract,        // args[0] - args[1]
  kOrElse,          // args[0], or args[1] where that is missing
  // Tests: true, false or in doubt; type = bool.
  kAnd,        // args, two or more
  kOr,         // args, two or more
  kNot,        // args[0]
  kTest,       // op; args[0] = left, args[1] = right where the operator has one
  kTruth,      // args[0], an operand of type bool that stands alone as a test
  kCondition,  // condition() called with args
};

// Every operator of LANGUAGE.md (d), after its operands' types have chosen among those spelt alike.
enum class TestOp : std::uint8_t {
  kNone,     // the node is no kTest
  kPresent,  // args[0] only; two-valued
  kMissing,  // args[0] only; two-valued
  kIs,       // same type on both sides (sets: equal as sets)
  kIsNot,
  kInList,  // right: kList
  kNotInList,
  kInPrefixes,  // left: ip; right: kList of ip and cidr constants
  kNotInPrefixes,
  kInTable,  // table(): left is one of its keys (a cidr key: lies in one)
  kNotInTable,
  kInGroup,  // left: operation; group()
  kNotInGroup,
  kAtLeast,  // int, duration, size, ordered enum
  kAtMost,
  kMoreThan,
  kLessThan,
  kBefore,  // timestamp, clock
  kAfter,
  kNotBefore,
  kNotAfter,
  kWithinSchedule,  // left: timestamp; schedule()
  kWithinTree,      // table(); one side a node, the other a node or a set of nodes
  kStartsWith,      // string, host; right: string constant
  kEndsWith,
  kMatchesGlob,  // string, host; right: string constant, `*` = any run
  kUnder,        // path; right: path constant, by segment
  kMatchesPath,  // path; right: path constant, `*` = one segment, last `**` = the rest
  kHas,          // set; right: one member
  kHasAnyOf,     // set; right: kList of members, or a set
  kHasAllOf,
};

// A value known at compile time. Which field holds it follows from the type:
//   bool 0/1, int, duration, timestamp, clock, size, enum (index of the value), operation (its id): number
//   string, host, path (pattern): text;   ip, cidr: cidr (an address has full length);   sets: members
struct Constant {
  Type type;
  std::int64_t number = 0;
  std::string_view text;
  base::Cidr cidr;
  std::span<const Constant* const> members;  // of a table's cell; sorted by number or text, without doubles
};

struct Expr {
  ExprKind kind = ExprKind::kConstant;
  TestOp op = TestOp::kNone;
  Type type;
  base::Span span;
  std::uint32_t ref = 0;               // read through the accessors below
  std::uint32_t column_ref = 0;        // kLookup: index into Table::columns
  const Constant* constant = nullptr;  // kConstant only
  std::span<const Expr* const> args;

  [[nodiscard]] AttributeId attribute() const { return Get<AttributeId>(kind == ExprKind::kAttribute); }
  [[nodiscard]] PathParamId path_param() const { return Get<PathParamId>(kind == ExprKind::kPathParam); }
  [[nodiscard]] ParameterId parameter() const { return Get<ParameterId>(kind == ExprKind::kParameter); }
  [[nodiscard]] ConditionId condition() const { return Get<ConditionId>(kind == ExprKind::kCondition); }
  [[nodiscard]] TableId table() const {
    return Get<TableId>(kind == ExprKind::kLookup || op == TestOp::kInTable || op == TestOp::kNotInTable ||
                        op == TestOp::kWithinTree);
  }
  [[nodiscard]] ScheduleId schedule() const { return Get<ScheduleId>(op == TestOp::kWithinSchedule); }
  [[nodiscard]] GroupId group() const { return Get<GroupId>(op == TestOp::kInGroup || op == TestOp::kNotInGroup); }
  [[nodiscard]] std::size_t condition_param() const {
    WARD_DCHECK(kind == ExprKind::kConditionParam);
    return ref;
  }
  [[nodiscard]] std::size_t column() const {
    WARD_DCHECK(kind == ExprKind::kLookup);
    return column_ref;
  }

 private:
  template <typename IdType>
  [[nodiscard]] IdType Get(bool right_kind) const {
    WARD_DCHECK(right_kind);
    return IdType(ref);
  }
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_EXPR_H_
