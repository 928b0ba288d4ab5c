// syntax: cuts a text into logical lines.
//
// A logical line is one physical line of code, plus the following ones as long as a comma ends it,
// a bracket is open, or the next code line is indented and leads with `and` or `or`. Nothing
// continues over the margin: a bracket still open there counts as never closed, and its line ends
// where its physical line does. Comment and blank lines may stand anywhere; they are handed out
// with the line that follows, or around them. Linear in the text.
#ifndef WARD_SRC_SYNTAX_LINES_H_
#define WARD_SRC_SYNTAX_LINES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "syntax/ast_decl.h"

namespace ward::syntax {

struct LogicalLine {
  std::uint32_t begin = 0;  // first character of code
  std::uint32_t end = 0;    // past its last one: no trailing blanks, no trailing comment
  std::uint32_t line_start = 0;
  bool blank_line_before = false;
  // A bracket that nothing closes before the margin.
  std::optional<std::uint32_t> open_bracket;

  [[nodiscard]] bool indented() const { return begin != line_start; }
};

class LineReader {
 public:
  // `begin` skips a byte order mark. Requires: the text is free of NUL and of carriage returns
  // without line feed.
  LineReader(base::FileId file, std::string_view text, std::uint32_t begin) : file_(file), text_(text), at_(begin) {}

  // The next line of code; nothing at the end of the text. comments() then has those since the last
  // line.
  std::optional<LogicalLine> Next();
  [[nodiscard]] const std::vector<Comment>& comments() const { return comments_; }

 private:
  struct Stretch;

  [[nodiscard]] std::uint32_t LineEnd(std::uint32_t from) const;
  [[nodiscard]] std::uint32_t SkipBlanks(std::uint32_t from) const;
  [[nodiscard]] std::uint32_t AfterBreak(std::uint32_t line_end) const;
  void AddComment(Comment::Place place, std::uint32_t line_start, std::uint32_t begin);
  void ScanPhysical(Stretch& stretch) const;
  [[nodiscard]] std::optional<std::uint32_t> ContinuationAfter(const Stretch& stretch) const;
  void CollectInside(std::uint32_t from, std::uint32_t to);

  base::FileId file_;
  std::string_view text_;
  std::uint32_t at_;
  std::vector<Comment> comments_;
  bool blank_seen_ = false;
  // Up to here every bracket that is still open has been followed in vain, so nobody looks again.
  std::uint32_t margin_known_ = 0;
};

// The first word of code at `begin`: letters, digits, `_` and `-`; empty if it starts otherwise.
[[nodiscard]] std::string_view FirstWord(std::string_view text, std::uint32_t begin, std::uint32_t end);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_LINES_H_
