#include "lint/regions.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string_view>

namespace ward::lint {
namespace {

using semantic::Constant;
using semantic::Expr;
using semantic::ExprKind;
using semantic::TestOp;
using semantic::TypeKind;

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

enum class Form : std::uint8_t { kNumber, kText, kNone };

Form FormOf(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kDuration:
    case TypeKind::kTimestamp:
    case TypeKind::kClock:
    case TypeKind::kSize:
    case TypeKind::kEnum:
    case TypeKind::kOperation:
      return Form::kNumber;
    case TypeKind::kString:
    case TypeKind::kHost:
    case TypeKind::kPath:
    case TypeKind::kIp:
    case TypeKind::kCidr:
      return Form::kText;
    case TypeKind::kSetOfEnum:
    case TypeKind::kSetOfString:
    case TypeKind::kPresence:
      return Form::kNone;
  }
  return Form::kNone;
}

std::string TextOf(const Constant& constant) {
  const bool address = constant.type.kind == TypeKind::kIp || constant.type.kind == TypeKind::kCidr;
  return address ? constant.cidr.ToString() : std::string(constant.text);
}

// Is one of these. Requires: constants, of a type that has a form.
Region OneOf(Form form, const std::vector<const Constant*>& constants) {
  if (form == Form::kText) {
    std::set<std::string> texts;
    for (const Constant* constant : constants) texts.insert(TextOf(*constant));
    return Region::OfTexts(std::move(texts));
  }
  std::vector<Region::Interval> intervals;
  intervals.reserve(constants.size());
  for (const Constant* constant : constants) intervals.emplace_back(constant->number, constant->number);
  return Region::OfNumbers(std::move(intervals));
}

// Everything above (below) a number; the ends of int64 have nothing beyond.
Region From(std::int64_t low) { return Region::OfNumbers({{low, kMax}}); }
Region UpTo(std::int64_t high) { return Region::OfNumbers({{kMin, high}}); }
Region Above(std::int64_t number) { return UpTo(number).Complement(); }
Region Below(std::int64_t number) { return From(number).Complement(); }

std::optional<Region> Compared(TestOp op, std::int64_t number) {
  if (op == TestOp::kAtLeast || op == TestOp::kNotBefore) return From(number);
  if (op == TestOp::kAtMost || op == TestOp::kNotAfter) return UpTo(number);
  if (op == TestOp::kMoreThan || op == TestOp::kAfter) return Above(number);
  if (op == TestOp::kLessThan || op == TestOp::kBefore) return Below(number);
  return std::nullopt;
}

bool HasEverythingElse(const semantic::Program& program) {
  return std::any_of(program.zones.begin(), program.zones.end(),
                     [](const semantic::Zone& zone) { return zone.everything_else; });
}

}  // namespace

Region Region::OfNumbers(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end());
  Region region;
  for (const Interval& next : intervals) {
    const bool touches = !region.intervals_.empty() &&
                         (region.intervals_.back().second == kMax || next.first <= region.intervals_.back().second + 1);
    if (touches) {
      region.intervals_.back().second = std::max(region.intervals_.back().second, next.second);
    } else {
      region.intervals_.push_back(next);
    }
  }
  return region;
}

Region Region::OfTexts(std::set<std::string> texts) {
  Region region;
  region.numbers_ = false;
  region.texts_ = std::move(texts);
  return region;
}

Region Region::Complement() const {
  Region result = *this;
  if (!numbers_) {
    result.all_but_ = !all_but_;
    return result;
  }
  result.intervals_.clear();
  std::int64_t from = kMin;
  for (const auto& [low, high] : intervals_) {
    if (low > from) result.intervals_.emplace_back(from, low - 1);
    if (high == kMax) return result;
    from = high + 1;
  }
  result.intervals_.emplace_back(from, kMax);
  return result;
}

Region Region::Meet(const Region& other) const {
  Region result;
  result.numbers_ = numbers_;
  if (numbers_) {
    for (const auto& [low, high] : intervals_) {
      for (const auto& [other_low, other_high] : other.intervals_) {
        const Interval both(std::max(low, other_low), std::min(high, other_high));
        if (both.first <= both.second) result.intervals_.push_back(both);
      }
    }
    return OfNumbers(std::move(result.intervals_));
  }
  const Region& listed = all_but_ ? other : *this;
  const Region& rest = all_but_ ? *this : other;
  if (listed.all_but_) {
    result.all_but_ = true;
    std::set_union(texts_.begin(), texts_.end(), other.texts_.begin(), other.texts_.end(),
                   std::inserter(result.texts_, result.texts_.end()));
  } else if (rest.all_but_) {
    std::set_difference(listed.texts_.begin(), listed.texts_.end(), rest.texts_.begin(), rest.texts_.end(),
                        std::inserter(result.texts_, result.texts_.end()));
  } else {
    std::set_intersection(texts_.begin(), texts_.end(), other.texts_.begin(), other.texts_.end(),
                          std::inserter(result.texts_, result.texts_.end()));
  }
  return result;
}

bool SameOperand(const Expr& a, const Expr& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.op != b.op || a.type != b.type || a.ref != b.ref || a.column_ref != b.column_ref ||
      a.args.size() != b.args.size()) {
    return false;
  }
  if (a.kind == ExprKind::kConstant) {
    return FormOf(a.type.kind) != Form::kNone && a.constant->number == b.constant->number &&
           TextOf(*a.constant) == TextOf(*b.constant);
  }
  for (std::size_t i = 0; i < a.args.size(); ++i) {
    if (!SameOperand(*a.args[i], *b.args[i])) return false;
  }
  return true;
}

Region RegionReader::Domain(const Expr& operand) const {
  if (FormOf(operand.type.kind) == Form::kText) return Region::OfTexts({}).Complement();
  if (operand.type.kind == TypeKind::kBool) return Region::OfNumbers({{0, 1}});
  if (operand.type.kind == TypeKind::kClock) return Region::OfNumbers({{0, 86'399}});
  if (operand.type.kind == TypeKind::kSize) return From(0);
  if (operand.type.kind == TypeKind::kEnum) {
    const auto count = static_cast<std::int64_t>(program_.enums[operand.type.enumeration.index()].values.size());
    // A request may be in no zone; then it is in doubt, which `zone is x` of the only zone decides all the same.
    const bool none = operand.kind == ExprKind::kZone && !HasEverythingElse(program_);
    return Region::OfNumbers({{0, none ? count : count - 1}});
  }
  if (operand.type.kind == TypeKind::kOperation) {
    std::vector<Region::Interval> ids;
    if (operations_ == nullptr)
      return Region::OfNumbers({{0, static_cast<std::int64_t>(program_.operations.size()) - 1}});
    for (const semantic::OperationId id : *operations_) ids.emplace_back(id.value(), id.value());
    return Region::OfNumbers(std::move(ids));
  }
  return Region::OfNumbers({{kMin, kMax}});
}

std::optional<OperandRegion> RegionReader::Of(const Expr& test) const {
  if (test.kind == ExprKind::kTruth && test.args[0]->kind != ExprKind::kConstant) {
    return OperandRegion{test.args[0], Region::OfNumbers({{1, 1}})};
  }
  if (test.kind == ExprKind::kTest) {
    const std::optional<Region> region = OfTest(test);
    if (!region.has_value()) return std::nullopt;
    return OperandRegion{test.args[0], region->Meet(Domain(*test.args[0]))};
  }
  if (test.kind != ExprKind::kNot && test.kind != ExprKind::kAnd && test.kind != ExprKind::kOr) return std::nullopt;
  std::optional<OperandRegion> result;
  for (const Expr* arg : test.args) {
    std::optional<OperandRegion> part = Of(*arg);
    if (!part.has_value() || (result.has_value() && !SameOperand(*result->operand, *part->operand)))
      return std::nullopt;
    if (test.kind == ExprKind::kNot) part->region = part->region.Complement().Meet(Domain(*part->operand));
    if (!result.has_value()) {
      result = std::move(part);
    } else {
      result->region =
          test.kind == ExprKind::kOr ? result->region.Join(part->region) : result->region.Meet(part->region);
    }
  }
  return result;
}

std::optional<Region> RegionReader::OfTest(const Expr& test) const {
  const Form form = FormOf(test.args[0]->type.kind);
  if (form == Form::kNone || test.args[0]->kind == ExprKind::kConstant) return std::nullopt;
  if (test.op == TestOp::kInGroup || test.op == TestOp::kNotInGroup) {
    const semantic::Group& group = program_.groups[test.group().index()];
    std::vector<Region::Interval> ids;
    for (const semantic::OperationId id : program_.operation_sets[group.operations.index()].operations) {
      ids.emplace_back(id.value(), id.value());
    }
    const Region region = Region::OfNumbers(std::move(ids));
    return test.op == TestOp::kInGroup ? region : region.Complement();
  }
  if (test.args.size() != 2) return std::nullopt;
  const Expr& right = *test.args[1];
  const bool list = test.op == TestOp::kInList || test.op == TestOp::kNotInList;
  if (list) {
    std::vector<const Constant*> constants;
    for (const Expr* item : right.args) constants.push_back(item->constant);
    const Region region = OneOf(form, constants);
    return test.op == TestOp::kInList ? region : region.Complement();
  }
  if (right.kind != ExprKind::kConstant) return std::nullopt;
  if (test.op == TestOp::kIs) return OneOf(form, {right.constant});
  if (test.op == TestOp::kIsNot) return OneOf(form, {right.constant}).Complement();
  return form == Form::kNumber ? Compared(test.op, right.constant->number) : std::nullopt;
}

}  // namespace ward::lint
