// semantic: values read from text: cells of data files and settings of ward.toml.
//
// The forms are those of literals, and at the border's ease (LANGUAGE.md section (f)): a bare number is a duration or a
// timestamp in seconds, a size in bytes. Whoever reads the same file at run time must come to the same value.
#ifndef WARD_SRC_SEMANTIC_TEXT_VALUES_H_
#define WARD_SRC_SEMANTIC_TEXT_VALUES_H_

#include <string>
#include <string_view>
#include <variant>

#include "semantic/model.h"

namespace ward::semantic {

// The value, or why `text` is none of `type` ("`x` is no int"), with the nearest value of an enum where there is one.
struct NoValue {
  std::string reason;
  std::string nearest;  // may be empty
};
[[nodiscard]] std::variant<const Constant*, NoValue> ValueFromText(Model& model, const Type& type,
                                                                   std::string_view text);

// The members as one constant; sorted, without doubles. Requires: constants of one element type.
[[nodiscard]] const Constant* SetOf(Model& model, const Type& set, std::vector<const Constant*> members);

// 90 seconds -> "90 seconds", 900 -> "15 minutes": as an author would write it.
[[nodiscard]] std::string DurationText(std::int64_t nanoseconds);
// What an author would have to write for this constant.
[[nodiscard]] std::string ConstantText(const Model& model, const Constant& constant);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_TEXT_VALUES_H_
