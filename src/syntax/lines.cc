#include "syntax/lines.h"

#include <algorithm>

#include "grammar/text.h"

namespace ward::syntax {

// The state of the scan after one more physical line.
struct LineReader::Stretch {
  std::uint32_t at = 0;        // where to go on: after ScanPhysical, the end of the physical line
  std::uint32_t code_end = 0;  // past the last character of code so far
  std::uint32_t depth = 0;     // brackets open
  std::uint32_t outermost_bracket = 0;
  std::optional<std::uint32_t> comment;  // the trailing comment of this physical line
};

std::string_view FirstWord(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  std::uint32_t at = begin;
  while (at < end && grammar::IsNameChar(text[at])) ++at;
  return text.substr(begin, at - begin);
}

std::uint32_t LineReader::LineEnd(std::uint32_t from) const {
  const std::size_t found = text_.find('\n', from);
  std::size_t end = found == std::string_view::npos ? text_.size() : found;
  if (end > from && found != std::string_view::npos && text_[end - 1] == '\r') --end;
  return static_cast<std::uint32_t>(end);
}

std::uint32_t LineReader::SkipBlanks(std::uint32_t from) const {
  while (from < text_.size() && (text_[from] == ' ' || text_[from] == '\t')) ++from;
  return from;
}

std::uint32_t LineReader::AfterBreak(std::uint32_t line_end) const {
  if (line_end < text_.size() && text_[line_end] == '\r') ++line_end;
  return line_end < text_.size() ? line_end + 1 : line_end;
}

void LineReader::AddComment(Comment::Place place, std::uint32_t line_start, std::uint32_t begin) {
  std::uint32_t end = LineEnd(begin);
  while (end > begin && (text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
  comments_.push_back(Comment{place, Span{file_, begin, end}, begin != line_start, blank_seen_});
  blank_seen_ = false;
}

// From stretch.at to the end of the physical line, over strings and brackets.
void LineReader::ScanPhysical(Stretch& stretch) const {
  std::uint32_t at = stretch.at;
  stretch.comment.reset();
  bool in_text = false;
  for (; at < text_.size() && text_[at] != '\n'; ++at) {
    const char c = text_[at];
    if (in_text) {
      if (c == '"') in_text = false;
      if (c == '\\' && at + 1 < text_.size() && text_[at + 1] != '\n' && text_[at + 1] != '\r') ++at;
      stretch.code_end = at + 1;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r') continue;
    if (c == '#') {
      stretch.comment = at;
      break;
    }
    if (c == '"') in_text = true;
    if (c == '(' || c == '[') {
      if (stretch.depth++ == 0) stretch.outermost_bracket = at;
    }
    if ((c == ')' || c == ']') && stretch.depth > 0) --stretch.depth;
    stretch.code_end = at + 1;
  }
  // An unclosed text keeps its trailing blanks, but not the \r of a line break.
  if (in_text && text_[stretch.code_end - 1] == '\r') --stretch.code_end;
  stretch.at = LineEnd(at);
}

// Where the code goes on, if the next code line belongs to this one.
std::optional<std::uint32_t> LineReader::ContinuationAfter(const Stretch& stretch) const {
  for (std::uint32_t start = AfterBreak(stretch.at); start < text_.size();) {
    const std::uint32_t first = SkipBlanks(start);
    const std::uint32_t end = LineEnd(start);
    if (first < end && text_[first] != '#') {
      if (first == start) return std::nullopt;
      if (stretch.depth > 0 || text_[stretch.code_end - 1] == ',') return first;
      const std::string_view word = FirstWord(text_, first, end);
      if (word == "and" || word == "or") return first;
      return std::nullopt;
    }
    start = AfterBreak(end);
  }
  return std::nullopt;
}

// Comments on the lines between two parts of a logical line.
void LineReader::CollectInside(std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t start = from; start < to;) {
    const std::uint32_t first = SkipBlanks(start);
    const std::uint32_t end = LineEnd(start);
    if (first >= to) return;
    if (first < end && text_[first] == '#') AddComment(Comment::Place::kInside, start, first);
    start = AfterBreak(end);
  }
}

std::optional<LogicalLine> LineReader::Next() {
  comments_.clear();
  blank_seen_ = false;
  LogicalLine line;
  for (;;) {
    if (at_ >= text_.size()) return std::nullopt;
    const std::uint32_t first = SkipBlanks(at_);
    const std::uint32_t end = LineEnd(at_);
    if (first < end && text_[first] != '#') {
      line.line_start = at_;
      line.begin = first;
      break;
    }
    if (first >= end) {
      blank_seen_ = true;
    } else {
      const bool doc = first + 1 < end && text_[first + 1] == '#';
      AddComment(doc ? Comment::Place::kDoc : Comment::Place::kBefore, at_, first);
    }
    at_ = AfterBreak(end);
  }
  line.blank_line_before = blank_seen_;
  blank_seen_ = false;

  Stretch stretch;
  stretch.at = line.begin;
  ScanPhysical(stretch);
  // The physical line that opened a bracket: where the logical line ends if nothing closes it.
  std::optional<Stretch> opened;
  std::size_t comment_count = 0;
  for (;;) {
    if (stretch.depth == 0) {
      opened.reset();
    } else if (!opened) {
      opened = stretch;
      comment_count = comments_.size();
      if (stretch.at < margin_known_) break;
    }
    const std::optional<std::uint32_t> next = ContinuationAfter(stretch);
    if (!next) break;
    if (stretch.comment) AddComment(Comment::Place::kInside, line.line_start, *stretch.comment);
    CollectInside(AfterBreak(stretch.at), *next);
    stretch.at = *next;
    ScanPhysical(stretch);
  }
  if (opened) {
    line.open_bracket = opened->outermost_bracket;
    margin_known_ = std::max(margin_known_, stretch.at);
    stretch = *opened;
    comments_.resize(comment_count);
  }
  if (stretch.comment) AddComment(Comment::Place::kTrailing, line.line_start, *stretch.comment);
  line.end = stretch.code_end;
  at_ = AfterBreak(stretch.at);
  return line;
}

}  // namespace ward::syntax
