// syntax: pieces of a dump that declarations and expressions share.
#ifndef WARD_SRC_SYNTAX_DUMP_TEXT_H_
#define WARD_SRC_SYNTAX_DUMP_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "syntax/dump.h"

namespace ward::syntax {

[[nodiscard]] std::string Quoted(std::string_view text);
[[nodiscard]] std::string DurationText(std::int64_t nanoseconds);
[[nodiscard]] std::string ClockText(std::int32_t seconds);
[[nodiscard]] std::string TextOf(const Name& name);
[[nodiscard]] std::string TextOf(const DottedName& name);
[[nodiscard]] std::string TextOf(const AddressLiteral& address);
[[nodiscard]] std::string TextOf(const Route& route);
[[nodiscard]] std::string Spaced(List<const Expr*> exprs);  // each with a blank before it

// The rest of a line's S-expression of `given`, `test` and `prove` (dump_test.cc).
[[nodiscard]] std::string TextOf(const Reply& reply);
[[nodiscard]] std::string TextOf(const Because& because);
[[nodiscard]] std::string TextOf(const Binding& binding);
[[nodiscard]] std::string TextOf(const Send& send);
[[nodiscard]] std::string TextOf(const Outcome& outcome);
[[nodiscard]] std::string TextOf(const TestStep& step);
[[nodiscard]] std::string TextOf(const TestCell& cell);
[[nodiscard]] std::string TextOf(const ClaimLine& claim);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_DUMP_TEXT_H_
