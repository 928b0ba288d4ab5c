// syntax: turns the concrete tree of one line into AST nodes.
//
// One object serves a whole file. The functions consume the next child of `Children`. What a line
// means but cannot mean (12:61, `and` mixed with `or`) is reported here: the first of it, after
// which failed() holds for the line and its caller drops it.
#ifndef WARD_SRC_SYNTAX_ACTIONS_H_
#define WARD_SRC_SYNTAX_ACTIONS_H_

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "diag/sink.h"
#include "syntax/ast.h"
#include "syntax/line_tree.h"
#include "syntax/lines.h"
#include "syntax/literal.h"

namespace ward::syntax {

class Actions {
 public:
  Actions(base::FileId id, std::string_view text, File& file, diag::Sink& sink)
      : id_(id), text_(text), file_(&file), sink_(&sink) {}

  // ---- memory ----
  template <typename T>
  T* New(T value) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (std::pmr::polymorphic_allocator<T>(&file_->memory).allocate(1)) T(std::move(value));
  }
  template <typename T>
  List<T> Copy(const std::vector<T>& values) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (values.empty()) return {};
    T* const to = std::pmr::polymorphic_allocator<T>(&file_->memory).allocate(values.size());
    std::uninitialized_copy(values.begin(), values.end(), to);
    return {to, values.size()};
  }
  std::string_view CopyText(std::string_view text);

  // ---- errors ----
  void BeginLine() { failed_ = reported_ = false; }
  // The line cannot be in the tree.
  [[nodiscard]] bool failed() const { return failed_; }
  // Only the first diagnostic of a line is reported.
  void Fail(diag::Diagnostic diagnostic);
  // The same for what is wrong but understood: the line stays.
  void Mend(diag::Diagnostic diagnostic);
  // Matches a line, or fails with what the grammar expected (explain.h).
  bool Match(LineTree& tree, LineForm form, const LogicalLine& line);

  // ---- places ----
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::string_view TextOf(Span span) const { return text_.substr(span.begin, span.size()); }
  [[nodiscard]] std::string_view TextOf(const LineNode& node) const {
    return text_.substr(node.begin, node.end - node.begin);
  }
  [[nodiscard]] Span SpanOf(const LineNode& node) const { return {id_, node.begin, node.end}; }
  [[nodiscard]] Span SpanOf(std::uint32_t begin, std::uint32_t end) const { return {id_, begin, end}; }

  // ---- pieces (actions.cc) ----
  Name TakeName(Children& from);  // a Name, an Atom or a Text
  DottedName TakeDotted(Children& from);
  Text TakeText(Children& from);
  List<Name> TakeNames(Children& from);  // all that follow
  List<Text> TakeTexts(Children& from);
  Operations TakeOperations(Children& from);
  TypeRef TakeType(Children& from);
  std::int64_t TakeInt(Children& from);
  AddressLiteral TakeAddress(Children& from);
  Route TakeRoute(Children& from);
  Period TakePeriod(Children& from);
  ClockLiteral TakeClock(Children& from);
  Reply TakeReply(Children& from);
  Because TakeBecause(Children& from);

  // ---- expressions (actions_expr.cc) ----
  const Expr* TakeExpr(Children& from);     // an Expr node
  const Expr* TakeOperand(Children& from);  // an Operand node
  const Expr* TakeTerm(Children& from);     // any node of a term

 private:
  template <typename T>
  T ValueOr(const LiteralOr<T>& value, const LineNode& node);
  std::string_view UnescapeAt(std::uint32_t begin, std::uint32_t end, Braces braces);
  DottedName DottedFrom(const LineNode& node, Children segments);
  void CheckLength(const Name& name);
  List<TextPart> TakeParts(const LineNode& quoted);

  const Expr* NewExpr(Span span, const ExprNode& node) { return New(Expr{span, span, node}); }
  const Expr* Chain(const LineNode& node, Children parts);
  void ReportMixed(const LineNode& node, std::span<const Expr* const> operands, std::span<const LineNode> connectives);
  const Expr* TakeUnary(Children& from);
  const Expr* TakeTest(Children& from);
  const Expr* RefFrom(const LineNode& node, Children parts);
  List<const Expr*> TakeExprs(Children from);
  void CheckPath(const Test& test);

  base::FileId id_;
  std::string_view text_;
  File* file_;
  diag::Sink* sink_;
  bool failed_ = false;
  bool reported_ = false;
};

// The value, or the default of its type after reporting why there is none.
template <typename T>
T Actions::ValueOr(const LiteralOr<T>& value, const LineNode& node) {
  if (const T* good = std::get_if<T>(&value)) return *good;
  const LiteralError& error = std::get<LiteralError>(value);
  diag::Diagnostic diagnostic(diag::Kind::kBadLiteral, SpanOf(node.begin + error.begin, node.begin + error.end),
                              error.message);
  if (!error.hint.empty()) diagnostic.hints.push_back(error.hint);
  Fail(std::move(diagnostic));
  return T{};
}

// The operator that a matched TestWord is, whatever blanks are between its words.
[[nodiscard]] TestOp TestOpOf(std::string_view spelling);

}  // namespace ward::syntax

#endif  // WARD_SRC_SYNTAX_ACTIONS_H_
