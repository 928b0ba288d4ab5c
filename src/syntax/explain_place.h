// syntax: where a line broke, and the recognisers that know what an author may have meant there.
#ifndef WARD_SRC_SYNTAX_EXPLAIN_PLACE_H_
#define WARD_SRC_SYNTAX_EXPLAIN_PLACE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "diag/diagnostic.h"
#include "grammar/text.h"
#include "syntax/line_tree.h"
#include "syntax/lines.h"

namespace ward::syntax::explain {

using base::Span;
using diag::Diagnostic;
using diag::Edit;
using diag::Fix;
using diag::Kind;

inline bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsLetter(char c) { return grammar::IsNameChar(c) && !IsDigit(c) && c != '-' && c != '_'; }

// What stands where the grammar gave up.
struct Place {
  const LineFailure* failure = nullptr;
  LineForm form = LineForm::kRuleLine;
  const LogicalLine* line = nullptr;
  base::FileId file;
  std::string_view text;
  std::uint32_t at = 0;   // first character after the blanks; line->end if there is none
  std::uint32_t end = 0;  // past the token at `at`

  [[nodiscard]] Span At(std::uint32_t from, std::uint32_t to) const { return {file, from, to}; }
  [[nodiscard]] Span found_span() const { return {file, at, end}; }
  [[nodiscard]] std::string_view found() const { return text.substr(at, end - at); }
  [[nodiscard]] bool at_end() const { return at >= line->end; }
  [[nodiscard]] std::string_view rest() const { return text.substr(at, line->end - at); }
  [[nodiscard]] std::string_view expected() const { return failure->expected; }
  [[nodiscard]] bool expects(std::string_view words) const { return expected().find(words) != std::string_view::npos; }
  // A whole test has been read, or an operand, or one is about to begin.
  [[nodiscard]] bool in_test() const {
    if (expects("`|`")) return false;
    return expected().starts_with("a test") || expected().starts_with("a value") || expects("`and`, `or`") ||
           expects("`)`") || expects("`]`");
  }
};

// What other languages or habits write, and Ward's word for it.
struct Foreign {
  std::string_view theirs;
  std::string_view ours;
};

// Past blanks, line breaks and the comments before them.
[[nodiscard]] std::uint32_t SkipGap(std::string_view text, std::uint32_t at, std::uint32_t end);
// A word, a text in quotes, a number with what clings to it, a run of operator characters, or one
// character.
[[nodiscard]] std::uint32_t TokenEnd(std::string_view text, std::uint32_t at, std::uint32_t end);
// The end of what stands before the place, without the blanks between.
[[nodiscard]] std::uint32_t EndBefore(const Place& place);
// "expected X, found Y" or "expected X, but the line ends".
[[nodiscard]] Diagnostic Expected(const Place& place);

// Each returns nothing if it does not know this mistake. explain_values.cc:
using Guess = std::optional<Diagnostic>;
Guess ForeignOperator(const Place& place);
Guess IsNotMissing(const Place& place);
Guess BadNumber(const Place& place);
Guess MinusWithoutSpaces(const Place& place);
Guess MethodOrPath(const Place& place);
// explain_lines.cc:
Guess UnclosedText(const Place& place);
Guess UnclosedBracket(const Place& place);
Guess StrayBracket(const Place& place);
Guess ReservedName(const Place& place);
Guess NoOperations(const Place& place);
Guess NoPeriod(const Place& place);
Guess EnumInAttributes(const Place& place);
Guess EnumWithoutOneOf(const Place& place);
Guess WrongAfterComma(const Place& place);
Guess ClauseOnSameLine(const Place& place);
Guess ForeignLayout(const Place& place);
// explain.cc:
Guess OtherKeyword(const Place& place);
Guess Misspelt(const Place& place);
Guess MissingWord(const Place& place);

}  // namespace ward::syntax::explain

#endif  // WARD_SRC_SYNTAX_EXPLAIN_PLACE_H_
