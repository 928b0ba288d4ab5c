// format: from the nodes of one logical line to its layout.
//
// Words are spelled as the author spelled them; blanks, breaks and the order of what has none are ours. A comment
// between two parts of the line stays between them, so a line that has one keeps its order and its words.
#ifndef WARD_SRC_FORMAT_LINE_BUILDER_H_
#define WARD_SRC_FORMAT_LINE_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "format/layout.h"
#include "syntax/ast.h"

namespace ward::format {

// The text with each run of blanks, line breaks and comments as one blank, none inside a bracket's edge, one after
// each comma. Texts in quotes stay.
[[nodiscard]] std::string Squeezed(std::string_view text);

class LineBuilder {
 public:
  // `text` is that of the file.
  LineBuilder(std::string_view text, const syntax::Line& line, std::size_t indent);
  // The pieces of a cell: they have no comments, and nobody breaks them.
  LineBuilder(std::string_view text, std::size_t indent);

  void Put(std::string_view words);
  void Put(syntax::Span span);
  void Put(const syntax::Name& name) { Put(name.span); }
  void Put(const syntax::DottedName& name) { Put(name.span); }
  void Put(const syntax::Text& quoted) { Put(quoted.span); }
  void Put(const syntax::TypeRef& type);
  void Put(const syntax::Expr& expr);
  // Order has no meaning: sorted, unless a comment stands between them.
  void PutSorted(syntax::List<syntax::Name> names);
  void Put(const syntax::Operations& operations);
  void Put(const syntax::Reply& reply);
  void Put(const syntax::Because& because);
  void Put(const syntax::Binding& binding);

  // After a part of the line: the comma, and where the next one begins.
  void Comma(std::uint32_t next_begin);
  // Before a word that may lead a line (`and`, `or`): comments before `next_begin` stand here.
  void Lead(std::uint32_t next_begin) { CommentsBefore(next_begin); }
  // Comments keep the order of what they stand between.
  [[nodiscard]] bool keeps_order() const { return has_comments_; }

  [[nodiscard]] Layout Take();
  // Comments inside the line that found no place in the layout.
  [[nodiscard]] syntax::List<syntax::Comment> left_over() const { return comments_.subspan(next_comment_); }

 private:
  void CommentsBefore(std::uint32_t position);
  void PutElements(syntax::List<const syntax::Expr*> elements, bool sorted);
  void PutInOneLine(std::string_view bracket, syntax::List<const syntax::Expr*> elements);
  void PutReference(const syntax::Expr& expr);
  void PutNot(const syntax::Expr& expr);
  void PutCore(const syntax::Expr& expr);
  void PutTest(const syntax::Test& test, bool negated);
  void PutPresence(const syntax::PresenceTest& test, bool negated);
  void PutAndOr(const syntax::Expr& expr, const syntax::AndOr& node);
  void CloseBracket(std::string_view bracket, std::uint32_t position);

  std::string_view text_;
  syntax::List<syntax::Comment> comments_;
  std::size_t next_comment_ = 0;
  bool has_comments_ = false;  // inside the line
  std::size_t connective_hanging_ = 1;
  std::size_t depth_ = 0;  // brackets open
  Layout layout_;
};

}  // namespace ward::format

#endif  // WARD_SRC_FORMAT_LINE_BUILDER_H_
