// ir: lowers operands: constants, inputs, attributes computed from others, look-ups, arithmetic.
//
// An attribute with `from` an operand is replaced by that operand, a condition's parameter by its
// argument, so that a Value names only what the border fills, what tables hold and what is
// constant. Inputs are made when first read: what no rule reads costs no slot.
#ifndef WARD_SRC_IR_LOWER_VALUE_H_
#define WARD_SRC_IR_LOWER_VALUE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "diag/sink.h"
#include "ir/builder.h"
#include "semantic/program.h"

namespace ward::ir {

// How a type of the language is held: hosts, paths and the operation's name are strings here.
[[nodiscard]] ValueType ValueTypeOf(semantic::TypeKind kind);
[[nodiscard]] TextForm FormOf(semantic::TypeKind kind);

// The same number in the other room: enums, tables, parameters, schedules, zones and operations are
// copied in order.
template <typename To, typename From>
[[nodiscard]] To SameId(From id) {
  return id.has_value() ? To(id.value()) : To::kNone;
}

// What the arguments of a condition are inside its body. Empty outside of conditions.
using Arguments = std::span<const ValueId>;

class ValueLowering {
 public:
  // `given`: computed attributes that become inputs (ir/lower.h). Keeps the other three; the builder's program already
  // has its enums and tables.
  ValueLowering(const semantic::Program& source, std::span<const semantic::AttributeId> given, Builder& builder,
                diag::Sink& sink);

  [[nodiscard]] ValueId Lower(const semantic::Expr& operand, Arguments arguments);
  [[nodiscard]] ConstantId Lower(const semantic::Constant& constant);
  // The members as one constant of a set type. Requires: kind kList.
  [[nodiscard]] ConstantId LowerSet(const semantic::Expr& list);
  [[nodiscard]] ValueId LowerAttribute(semantic::AttributeId id);
  // Requires: the attribute is not computed, or given.
  [[nodiscard]] InputId InputOf(semantic::AttributeId id);
  // None if nothing read it.
  [[nodiscard]] InputId KnownInputOf(semantic::AttributeId id) const { return inputs_[id.index()]; }

  // Where a column of the text stands in the lowered table: the key's columns come first, each part
  // in its order.
  [[nodiscard]] std::uint32_t ColumnOf(semantic::TableId table, std::size_t column) const;

  // Whether the value reads token, subject or credential, itself or through what it is computed
  // from.
  [[nodiscard]] bool ReadsIdentity(ValueId value);
  // The constant a value is, or none.
  [[nodiscard]] ConstantId ConstantOf(ValueId value) const;

 private:
  [[nodiscard]] bool IsGiven(semantic::AttributeId id) const { return given_[id.index()] != 0; }
  [[nodiscard]] bool ComesFromIdentity(const semantic::Expr& operand);
  [[nodiscard]] bool ComesFromIdentity(semantic::AttributeId id);
  void ReportRoles(base::Span span);
  ValueId LowerNow();
  ValueId LowerLookup(const semantic::Expr& operand, Arguments arguments);
  ValueId LowerArithmetic(const semantic::Expr& operand, Arguments arguments);
  ValueId LowerOrElse(const semantic::Expr& operand, Arguments arguments);
  ValueId AddSpecial(ValueOp op, ValueType type, EnumId enumeration);

  const semantic::Program& source_;
  Builder& builder_;
  diag::Sink& sink_;
  std::vector<char> given_;                               // by AttributeId
  std::vector<std::optional<bool>> comes_from_identity_;  // by AttributeId, as far as asked
  std::vector<char> identity_inputs_;                     // by InputId, as far as given ones reach
  std::vector<InputId> inputs_;                           // by AttributeId
  std::vector<ValueId> attribute_values_;                 // by AttributeId; none: not lowered yet
  std::vector<char> reads_identity_;                      // by ValueId, as far as asked
  InputId now_;
  std::size_t depth_ = 0;
};

}  // namespace ward::ir

#endif  // WARD_SRC_IR_LOWER_VALUE_H_
