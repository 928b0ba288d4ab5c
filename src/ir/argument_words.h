// ir: the words of a condition's arguments, so that an explanation can show them in place of its parameters.
//
// `condition in-group(g: string) means token.groups has g`, called as in-group("a") and in-group("b"), is one test in
// the text and two in a rule: told apart they read `token.groups has "a"` and `token.groups has "b"`.
#ifndef WARD_SRC_IR_ARGUMENT_WORDS_H_
#define WARD_SRC_IR_ARGUMENT_WORDS_H_

#include <span>
#include <vector>

#include "ir/ir.h"
#include "semantic/expr.h"

namespace ward::ir {

// Of the call's arguments, in order. `outer`: those of the condition that the call stands in.
[[nodiscard]] std::vector<Replacement> ArgumentWords(const semantic::Expr& call, std::span<const Replacement> outer);

// Every parameter within `test`, in the order of the text, with what stands for it.
[[nodiscard]] std::vector<Replacement> Replacements(const semantic::Expr& test, std::span<const Replacement> arguments);

}  // namespace ward::ir

#endif  // WARD_SRC_IR_ARGUMENT_WORDS_H_
