// syntax: what literals mean. Each function takes the spelling that the grammar matched.
#ifndef WARD_SRC_SYNTAX_LITERAL_H_
#define WARD_SRC_SYNTAX_LITERAL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "syntax/ast_expr.h"

namespace ward::syntax {

// Why a spelling means nothing: the part of it that is wrong, and the sentence.
struct LiteralError {
  std::uint32_t begin = 0;  // offsets in the spelling
  std::uint32_t end = 0;
  std::string message;
  std::string hint;
};
template <typename T>
using LiteralOr = std::variant<T, LiteralError>;

[[nodiscard]] LiteralOr<std::int64_t> ReadInt(std::string_view spelling);
// "15 minutes", "minute".
[[nodiscard]] LiteralOr<DurationLiteral> ReadDuration(std::string_view spelling);
[[nodiscard]] LiteralOr<SizeLiteral> ReadSize(std::string_view spelling);
// Years 1678 to 2261, which nanoseconds in 64 bits can tell.
[[nodiscard]] LiteralOr<TimestampLiteral> ReadTimestamp(std::string_view spelling);
// 00:00 to 24:00; whoever cannot use 24:00 refuses it.
[[nodiscard]] LiteralOr<ClockLiteral> ReadClock(std::string_view spelling);
[[nodiscard]] LiteralOr<AddressLiteral> ReadAddress(std::string_view spelling);

// Where `\{` is an escape too: in the text of a `because`.
enum class Braces : std::uint8_t { kPlain, kPlaceholders };
// The text between the quotes, escapes resolved. An unescaped brace stays as it is.
[[nodiscard]] LiteralOr<std::string> Unescape(std::string_view between_quotes, Braces braces);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_LITERAL_H_
