#include "ir/lower_value.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "base/budgets.h"
#include "base/check.h"
#include "diag/diagnostic.h"

namespace ward::ir {
namespace {

std::int64_t SaturatingAdd(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

std::int64_t SaturatingSubtract(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b > 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

constexpr std::string_view kToken = "token";

bool IsIdentity(AttributeSource source) {
  return source == AttributeSource::kToken || source == AttributeSource::kSubject ||
         source == AttributeSource::kCredential;
}

}  // namespace

TextForm FormOf(semantic::TypeKind kind) {
  if (kind == semantic::TypeKind::kPath) return TextForm::kPath;
  return kind == semantic::TypeKind::kHost ? TextForm::kHost : TextForm::kAsSent;
}

ValueType ValueTypeOf(semantic::TypeKind kind) {
  using semantic::TypeKind;
  switch (kind) {
    case TypeKind::kBool:
    case TypeKind::kPresence:
      return ValueType::kBool;
    case TypeKind::kInt:
      return ValueType::kInt;
    case TypeKind::kString:
    case TypeKind::kHost:
    case TypeKind::kPath:
    case TypeKind::kOperation:
      return ValueType::kString;
    case TypeKind::kDuration:
      return ValueType::kDuration;
    case TypeKind::kTimestamp:
      return ValueType::kTimestamp;
    case TypeKind::kClock:
      return ValueType::kClock;
    case TypeKind::kSize:
      return ValueType::kSize;
    case TypeKind::kIp:
      return ValueType::kIp;
    case TypeKind::kCidr:
      return ValueType::kCidr;
    case TypeKind::kEnum:
      return ValueType::kEnum;
    case TypeKind::kSetOfEnum:
      return ValueType::kEnumSet;
    case TypeKind::kSetOfString:
      return ValueType::kStringSet;
  }
  return ValueType::kBool;
}

ValueLowering::ValueLowering(const semantic::Program& source, std::span<const semantic::AttributeId> given,
                             Builder& builder, diag::Sink& sink)
    : source_(source),
      builder_(builder),
      sink_(sink),
      given_(source.attributes.size()),
      comes_from_identity_(source.attributes.size()),
      inputs_(source.attributes.size()),
      attribute_values_(source.attributes.size()) {
  for (const semantic::AttributeId id : given)
    given_[id.index()] = source.attributes[id.index()].computed != nullptr ? 1 : 0;
}

bool ValueLowering::ComesFromIdentity(const semantic::Expr& operand) {
  if (operand.kind == semantic::ExprKind::kAttribute) return ComesFromIdentity(operand.attribute());
  return std::any_of(operand.args.begin(), operand.args.end(),
                     [this](const semantic::Expr* arg) { return ComesFromIdentity(*arg); });
}

bool ValueLowering::ComesFromIdentity(semantic::AttributeId id) {
  const semantic::Attribute& attribute = source_.attributes[id.index()];
  if (attribute.computed == nullptr) return attribute.roles || IsIdentity(attribute.source);
  std::optional<bool>& known = comes_from_identity_[id.index()];
  if (!known.has_value()) known = ComesFromIdentity(*attribute.computed);
  return *known;
}

ConstantId ValueLowering::Lower(const semantic::Constant& constant) {
  Constant lowered;
  lowered.type = ValueTypeOf(constant.type.kind);
  lowered.number = constant.number;
  lowered.text = std::string(constant.text);
  if (constant.type.kind == semantic::TypeKind::kOperation) {
    lowered.text = builder_.program().operations[static_cast<std::size_t>(constant.number)].name;
    lowered.number = 0;
  }
  lowered.enumeration = SameId<EnumId>(constant.type.enumeration);
  lowered.cidr = constant.cidr;
  for (const semantic::Constant* member : constant.members) lowered.items.push_back(Lower(*member));
  return builder_.Add(std::move(lowered));
}

ConstantId ValueLowering::LowerSet(const semantic::Expr& list) {
  WARD_DCHECK(list.kind == semantic::ExprKind::kList);
  Constant set;
  set.type = list.type.kind == semantic::TypeKind::kEnum || list.type.kind == semantic::TypeKind::kSetOfEnum
                 ? ValueType::kEnumSet
                 : ValueType::kStringSet;
  set.enumeration = SameId<EnumId>(list.type.enumeration);
  for (const semantic::Expr* item : list.args) set.items.push_back(Lower(*item->constant));
  return builder_.Add(std::move(set));
}

// Whether somebody has a role is a formula, so the roles together are no value that could be
// compared or sent.
void ValueLowering::ReportRoles(base::Span span) {
  sink_.Report(diag::Diagnostic(diag::Kind::kTypeMismatch, span, "`subject.roles` can only be asked for roles by name")
                   .WithHint("write `subject.roles has NAME`, or `has any of` or `has all of` a list of names"));
}

InputId ValueLowering::InputOf(semantic::AttributeId id) {
  InputId& known = inputs_[id.index()];
  if (known.has_value()) return known;
  const semantic::Attribute& attribute = source_.attributes[id.index()];
  const bool given = IsGiven(id);
  WARD_CHECK(attribute.computed == nullptr || given);
  Input input;
  input.name = std::string(attribute.name);
  input.source = attribute.source;
  for (const std::string_view word : attribute.path) input.path.emplace_back(word);
  if (given) {
    // Without a credential what is the token's is missing. No claim has this path: only who knows the name sets it.
    const bool of_token = attribute.object == kToken && ComesFromIdentity(id);
    input.source = of_token ? AttributeSource::kToken : AttributeSource::kContext;
    input.path = {"given", input.name};
  }
  if (attribute.roles) input.path = {"roles"};
  input.type = ValueTypeOf(attribute.type.kind);
  input.enumeration = SameId<EnumId>(attribute.type.enumeration);
  input.max_bytes = attribute.type.max_bytes;
  input.split = std::string(attribute.split);
  input.lower_case = attribute.lower_case;
  // The request's own path and host come in normal form; to decode that path once more would make another one of it.
  const bool normal = attribute.source == AttributeSource::kPath || attribute.source == AttributeSource::kHost;
  if (!normal) input.form = FormOf(attribute.type.kind);
  input.secret = attribute.secret;
  input.optional = attribute.optional;
  if (input.source == AttributeSource::kNow) {
    static_cast<void>(LowerNow());
    return known = now_;
  }
  std::vector<Input>& inputs = builder_.program().inputs;
  known = InputId::FromIndex(inputs.size());
  inputs.push_back(std::move(input));
  if (given && ComesFromIdentity(id)) {
    identity_inputs_.resize(inputs.size());
    identity_inputs_.back() = 1;
  }
  return known;
}

ValueId ValueLowering::AddSpecial(ValueOp op, ValueType type, EnumId enumeration) {
  Value value;
  value.op = op;
  value.type = type;
  value.enumeration = enumeration;
  return builder_.Add(std::move(value));
}

ValueId ValueLowering::LowerAttribute(semantic::AttributeId id) {
  if (attribute_values_[id.index()].has_value()) return attribute_values_[id.index()];
  const semantic::Attribute& attribute = source_.attributes[id.index()];
  ValueId value;
  if (attribute.computed == nullptr || IsGiven(id)) {
    value = builder_.AddInput(InputOf(id));
  } else if (depth_ >= base::budget::kInliningDepthMax) {
    sink_.Report(diag::Diagnostic(diag::Kind::kBudgetExceeded, attribute.span,
                                  "`" + std::string(attribute.name) + "` is computed through more than " +
                                      std::to_string(base::budget::kInliningDepthMax) + " other attributes"));
    value = builder_.AddConstant(builder_.AddNumber(ValueTypeOf(attribute.type.kind), 0));
  } else {
    ++depth_;
    value = Lower(*attribute.computed, {});
    --depth_;
  }
  attribute_values_[id.index()] = value;
  return value;
}

ValueId ValueLowering::Lower(const semantic::Expr& operand, Arguments arguments) {
  using semantic::ExprKind;
  switch (operand.kind) {
    case ExprKind::kConstant:
      return builder_.AddConstant(Lower(*operand.constant));
    case ExprKind::kList:
      return builder_.AddConstant(LowerSet(operand));
    case ExprKind::kAttribute:
      if (source_.attributes[operand.attribute().index()].roles) ReportRoles(operand.span);
      return LowerAttribute(operand.attribute());
    case ExprKind::kPathParam:
      return LowerAttribute(source_.path_params[operand.path_param().index()].attribute);
    case ExprKind::kNow:
      return LowerNow();
    case ExprKind::kZone:
      return AddSpecial(ValueOp::kZone, ValueType::kEnum, SameId<EnumId>(source_.zone_enum));
    case ExprKind::kOperation:
      return AddSpecial(ValueOp::kOperation, ValueType::kString, EnumId::kNone);
    case ExprKind::kParameter: {
      Value value;
      value.op = ValueOp::kParameter;
      value.type = ValueTypeOf(operand.type.kind);
      value.enumeration = SameId<EnumId>(operand.type.enumeration);
      value.parameter = SameId<ParameterId>(operand.parameter());
      return builder_.Add(std::move(value));
    }
    case ExprKind::kConditionParam:
      WARD_CHECK(operand.condition_param() < arguments.size());
      return arguments[operand.condition_param()];
    case ExprKind::kLookup:
      return LowerLookup(operand, arguments);
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
      return LowerArithmetic(operand, arguments);
    case ExprKind::kOrElse:
      return LowerOrElse(operand, arguments);
    case ExprKind::kAnd:
    case ExprKind::kOr:
    case ExprKind::kNot:
    case ExprKind::kTest:
    case ExprKind::kTruth:
    case ExprKind::kCondition:
      break;
  }
  base::CheckFailed(__FILE__, __LINE__, "an operand, not a test");
}

ValueId ValueLowering::LowerNow() {
  if (!now_.has_value()) {
    Input now;
    now.name = "now";
    now.source = AttributeSource::kNow;
    now.type = ValueType::kTimestamp;
    std::vector<Input>& inputs = builder_.program().inputs;
    now_ = InputId::FromIndex(inputs.size());
    inputs.push_back(std::move(now));
  }
  return builder_.AddInput(now_);
}

ValueId ValueLowering::LowerLookup(const semantic::Expr& operand, Arguments arguments) {
  Value value;
  value.op = ValueOp::kLookup;
  value.type = ValueTypeOf(operand.type.kind);
  value.enumeration = SameId<EnumId>(operand.type.enumeration);
  value.table = SameId<TableId>(operand.table());
  value.column = ColumnOf(operand.table(), operand.column());
  for (const semantic::Expr* part : operand.args) value.args.push_back(Lower(*part, arguments));
  return builder_.Add(std::move(value));
}

std::uint32_t ValueLowering::ColumnOf(semantic::TableId table, std::size_t column) const {
  const std::vector<std::size_t>& keys = source_.tables[table.index()].keys;
  std::size_t at = keys.size() + column;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == column) return static_cast<std::uint32_t>(i);
    if (keys[i] < column) --at;
  }
  return static_cast<std::uint32_t>(at);
}

ValueId ValueLowering::LowerArithmetic(const semantic::Expr& operand, Arguments arguments) {
  const ValueId left = Lower(*operand.args[0], arguments);
  const ValueId right = Lower(*operand.args[1], arguments);
  const bool add = operand.kind == semantic::ExprKind::kAdd;
  const ValueType type = ValueTypeOf(operand.type.kind);
  const ConstantId a = ConstantOf(left);
  const ConstantId b = ConstantOf(right);
  if (a.has_value() && b.has_value()) {
    const std::int64_t x = builder_.program().constants[a.index()].number;
    const std::int64_t y = builder_.program().constants[b.index()].number;
    return builder_.AddConstant(builder_.AddNumber(type, add ? SaturatingAdd(x, y) : SaturatingSubtract(x, y)));
  }
  Value value;
  value.op = add ? ValueOp::kAdd : ValueOp::kSubtract;
  value.type = type;
  value.args = {left, right};
  return builder_.Add(std::move(value));
}

ValueId ValueLowering::LowerOrElse(const semantic::Expr& operand, Arguments arguments) {
  const ValueId first = Lower(*operand.args[0], arguments);
  if (ConstantOf(first).has_value()) return first;
  Value value;
  value.op = ValueOp::kOrElse;
  value.type = ValueTypeOf(operand.type.kind);
  value.enumeration = SameId<EnumId>(operand.type.enumeration);
  value.args = {first, Lower(*operand.args[1], arguments)};
  return builder_.Add(std::move(value));
}

ConstantId ValueLowering::ConstantOf(ValueId value) const {
  const Value& v = builder_.program().values[value.index()];
  return v.op == ValueOp::kConstant ? v.constant : ConstantId::kNone;
}

bool ValueLowering::ReadsIdentity(ValueId value) {
  const Program& program = builder_.program();
  // Arguments come before their users, so one pass upwards suffices.
  for (std::size_t i = reads_identity_.size(); i <= value.index(); ++i) {
    const Value& v = program.values[i];
    bool reads = v.op == ValueOp::kInput &&
                 (IsIdentity(program.inputs[v.input.index()].source) ||
                  (v.input.index() < identity_inputs_.size() && identity_inputs_[v.input.index()] != 0));
    for (const ValueId arg : v.args) reads = reads || reads_identity_[arg.index()] != 0;
    reads_identity_.push_back(reads ? 1 : 0);
  }
  return reads_identity_[value.index()] != 0;
}

}  // namespace ward::ir
