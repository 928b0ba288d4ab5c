// format: from the nodes of one logical line to its layout.
//
// Words are spelled as the author spelled them; blanks, breaks and the order of what has none are ours. A comment
// between two parts of the line stays between them, so a line that has one keeps its order and its words.
#ifndef WARD_SRC_FORMAT_LINE_BUILDER_H_
#define WARD_SRC_FORMAT_LINE_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "format/layout.h"
#include "syntax/ast.h"

namespace ward::format {

// The text with each run of blanks, line breaks and comments as one blank, none inside a bracket's edge, one after
// each comma. Texts in quotes stay.
[[nodiscard]] std::string Squeezed(std::string_view text);

// Names whose order has no meaning: sorted, unless a comment stands between them.
struct AnyOrder {
  syntax::List<syntax::Name> names;
};
// What a comma sets apart, such as `, burst 200`; nothing without a value.
struct Also {
  std::string_view words;
  const syntax::Expr* value = nullptr;
};
// Of a condition, in parentheses, if there are any; the closing one stands before `end`.
struct ParametersUntil {
  syntax::List<syntax::ParameterOfCondition> list;
  std::uint32_t end = 0;
};

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
  void Put(const syntax::TypeRef& type) { Put(type.span); }
  void Put(const syntax::Expr& expr);
  void Put(const syntax::Operations& operations);
  void Put(const syntax::Ask& ask);
  void Put(const syntax::Reply& reply);
  void Put(const syntax::Because& because) { Put("because ", because.text); }
  void Put(const syntax::Binding& binding);
  void Put(const AnyOrder& names);
  void Put(const Also& also);
  void Put(const ParametersUntil& parameters);
  // With a comma between them.
  template <typename T>
  void Put(syntax::List<T> items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) Comma(items[i].span.begin);
      if constexpr (requires { Put(items[i]); }) {
        Put(items[i]);
      } else {
        Put(items[i].span);
      }
    }
  }
  void Put(syntax::List<const syntax::Expr*> items);
  // One after another.
  template <typename First, typename Second, typename... More>
  void Put(const First& first, const Second& second, const More&... more) {
    Put(first);
    Put(second);
    (Put(more), ...);
  }

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
  // Arguments, keys and parameters stay on one line, and their comments between them.
  void CommaInOneLine(std::uint32_t next_begin);
  void PutInOneLine(std::string_view bracket, syntax::List<const syntax::Expr*> elements);
  void PutReference(const syntax::Expr& expr);
  void PutNot(const syntax::Expr& expr);
  void PutCore(const syntax::Expr& expr);
  void PutTest(const syntax::Test& test, bool negated);
  void PutPresence(const syntax::PresenceTest& test, bool negated);
  void PutAndOr(const syntax::Expr& expr, const syntax::AndOr& node);
  void OpenBracket(std::string_view bracket);
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
