#include "format/formatter.h"

#include <algorithm>

#include "base/utf8.h"
#include "diag/sink.h"
#include "format/format.h"
#include "syntax/parse.h"

namespace ward::format {

using syntax::Comment;
using syntax::Decl;
using syntax::DeclHead;
using syntax::Line;
using syntax::List;

namespace {

bool StandsAbove(const Comment& comment) {
  return comment.place == Comment::Place::kBefore || comment.place == Comment::Place::kDoc;
}

// Those on lines of their own before the line, which come first.
List<Comment> AboveOf(const Line& line) {
  return {line.comments.begin(), std::find_if_not(line.comments.begin(), line.comments.end(), StandsAbove)};
}

const Line& FirstLineOf(const DeclHead& head) {
  return head.annotations.empty() ? head.line : head.annotations.front().line;
}

bool IsOneLine(const Decl& decl) {
  return std::holds_alternative<const syntax::UseDecl*>(decl) ||
         std::holds_alternative<const syntax::ParameterDecl*>(decl) ||
         std::holds_alternative<const syntax::TypeDecl*>(decl) ||
         std::holds_alternative<const syntax::RoleDecl*>(decl) ||
         std::holds_alternative<const syntax::ConditionDecl*>(decl) ||
         std::holds_alternative<const syntax::ScheduleDecl*>(decl);
}

}  // namespace

std::string Padded(std::string text, std::size_t width) {
  const std::size_t columns = base::CountColumns(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

// ---- declarations that stand together ----

bool Formatter::JoinsLast(std::size_t index) const {
  if (index == 0) return false;
  const Decl& decl = file_->declarations[index];
  const DeclHead& head = syntax::Head(decl);
  return IsOneLine(decl) && decl.index() == file_->declarations[index - 1].index() && head.annotations.empty() &&
         AboveOf(head.line).empty() && !head.line.blank_line_before;
}

void Formatter::FindRuns() {
  const std::size_t count = file_->declarations.size();
  run_widths_.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) joins_.push_back(JoinsLast(i));
  for (std::size_t first = 0; first < count;) {
    std::size_t end = first;
    std::size_t width = 0;
    do {
      width = std::max(width, base::CountColumns(AlignedHead(file_->declarations[end])));
      ++end;
    } while (end < count && joins_[end]);
    std::fill(run_widths_.begin() + static_cast<std::ptrdiff_t>(first),
              run_widths_.begin() + static_cast<std::ptrdiff_t>(end), width);
    first = end;
  }
}

// ---- comments and blank lines ----

List<Comment> Formatter::PutTail(List<Comment> comments) {
  const auto end = std::find_if(comments.begin(), comments.end(), [](const Comment& c) { return !c.indented; });
  const List<Comment> tail(comments.begin(), end);
  PutAbove(tail, 2, Blanks::kAsWritten);
  return comments.subspan(tail.size());
}

void Formatter::PutAbove(List<Comment> comments, std::size_t indent, Blanks blanks) {
  bool plain_above = false;
  for (const Comment& comment : comments) {
    const bool plain = comment.place == Comment::Place::kBefore;
    const bool stays = blanks == Blanks::kAsWritten || (blanks == Blanks::kAroundComments && (plain || plain_above));
    if (comment.blank_line_before && stays) page_.Blank();
    page_.Comment(text_.substr(comment.span.begin, comment.span.size()), indent);
    plain_above = plain;
  }
}

void Formatter::PutCode(const BodyLine& code, std::size_t indent) {
  for (const Comment& comment : code.left_over) {
    page_.Comment(text_.substr(comment.span.begin, comment.span.size()), indent);
  }
  page_.Add(code.layout.Print(indent));
  if (code.line->comments.empty() || code.line->comments.back().place != Comment::Place::kTrailing) return;
  const syntax::Span trailing = code.line->comments.back().span;
  page_.Trailing(text_.substr(trailing.begin, trailing.size()));
}

void Formatter::PutAnnotation(const syntax::Annotation& annotation, List<Comment> above) {
  PutAbove(above, 0, Blanks::kAroundComments);
  if (annotation.line.blank_line_before && !above.empty() && above.back().place == Comment::Place::kBefore) {
    page_.Blank();
  }
  LineBuilder builder(text_, annotation.line, 0);
  builder.Put("@", annotation.name);
  for (const syntax::Expr* value : annotation.values) builder.Put(" ", *value);
  PutCode({&annotation.line, builder.Take(), builder.left_over()}, 0);
}

void Formatter::PutOpening(const DeclHead& head, LineBuilder& builder) {
  PutAbove(head_above_, 0, Blanks::kAroundComments);
  const bool plain_above = !head_above_.empty() && head_above_.back().place == Comment::Place::kBefore;
  if (head.line.blank_line_before && plain_above) page_.Blank();
  PutCode({&head.line, builder.Take(), builder.left_over()}, 0);
}

// ---- bodies ----

void Formatter::AddTo(Body& body, const Line& line, LineBuilder& builder) {
  Layout layout = builder.Take();
  body.push_back(BodyLine{&line, std::move(layout), builder.left_over()});
}

void Formatter::PutItems(Body body) {
  std::sort(body.begin(), body.end(),
            [](const BodyLine& a, const BodyLine& b) { return a.line->span.begin < b.line->span.begin; });
  PutBody(body, Blanks::kAsWritten);
}

void Formatter::PutBody(const Body& body, Blanks blanks) {
  for (std::size_t i = 0; i < body.size(); ++i) {
    const Line& line = *body[i].line;
    List<Comment> above = AboveOf(line);
    // No blank line below the opening line.
    if (i == 0 && !above.empty()) {
      PutAbove(above.first(1), 2, Blanks::kNone);
      above = above.subspan(1);
    }
    PutAbove(above, 2, blanks);
    if (line.blank_line_before && blanks == Blanks::kAsWritten && (i > 0 || !AboveOf(line).empty())) page_.Blank();
    PutCode(body[i], 2);
  }
}

// Cells of one column are as wide as its widest.
void Formatter::AddRows(Body& body, const std::vector<Row>& rows) const {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.cells.size()), 0);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], base::CountColumns(row.cells[i]));
    }
  }
  for (const Row& row : rows) {
    std::string text = "|";
    for (std::size_t i = 0; i < row.cells.size(); ++i) text += " " + Padded(row.cells[i], widths[i]) + " |";
    AddLine(body, *row.line, text);
  }
}

std::string Formatter::Flat(const syntax::Expr& expr) const {
  LineBuilder builder(text_, 2);
  builder.Put(expr);
  return builder.Take().Flat();
}

// ---- the file ----

void Formatter::PutDecl(std::size_t index) {
  index_ = index;
  const Decl& decl = file_->declarations[index];
  const DeclHead& head = syntax::Head(decl);
  List<Comment> above = AboveOf(FirstLineOf(head));
  if (index > 0) above = PutTail(above);
  if (!joins_[index]) page_.Blank();
  for (const syntax::Annotation& annotation : head.annotations) {
    const bool first = &annotation == head.annotations.data();
    PutAnnotation(annotation, first ? above : AboveOf(annotation.line));
  }
  head_above_ = head.annotations.empty() ? above : AboveOf(head.line);
  std::visit([&](const auto* node) { Put(*node); }, decl);
}

std::string Formatter::Run() {
  FindRuns();
  for (std::size_t i = 0; i < file_->declarations.size(); ++i) PutDecl(i);
  const List<Comment> at_end = PutTail(file_->comments_at_end);
  page_.Blank();
  PutAbove(at_end, 0, Blanks::kAsWritten);
  return page_.Take();
}

std::string Format(const syntax::File& file, const base::SourceMap& sources) {
  return Formatter(file, sources.Text(file.span)).Run();
}

FormatResult FormatText(const std::string& name, const std::string& text) {
  base::SourceMap sources;
  const base::FileId id = sources.Add(name, text);
  diag::Sink sink;
  const auto file = syntax::Parse(sources, id, sink);
  FormatResult result;
  result.findings = sink.Finish(sources);
  result.ok = !sink.has_errors();
  result.text = result.ok ? Format(*file, sources) : text;
  return result;
}

}  // namespace ward::format
