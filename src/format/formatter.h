// format: walks the tree of one file and writes its page.
#ifndef WARD_SRC_FORMAT_FORMATTER_H_
#define WARD_SRC_FORMAT_FORMATTER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "format/line_builder.h"
#include "format/page.h"
#include "syntax/ast.h"

namespace ward::format {

class Formatter {
 public:
  Formatter(const syntax::File& file, std::string_view text) : file_(&file), text_(text) {}
  [[nodiscard]] std::string Run();

 private:
  // A line of a body, ready to be written. The comments of `line` go with it.
  struct BodyLine {
    const syntax::Line* line = nullptr;
    Layout layout;
    syntax::List<syntax::Comment> left_over;
  };
  using Body = std::vector<BodyLine>;
  // Where blank lines stay: nowhere; as written; around plain comments, so that what documents a declaration touches it.
  enum class Blanks { kNone, kAsWritten, kAroundComments };
  // The cells of one row of a table.
  struct Row {
    const syntax::Line* line = nullptr;
    std::vector<std::string> cells;
  };

  // formatter.cc: what all declarations share
  void FindRuns();
  [[nodiscard]] bool JoinsLast(std::size_t index) const;
  void PutDecl(std::size_t index);
  // Indented comments below a body belong to it. Returns what is left of `comments`.
  syntax::List<syntax::Comment> PutTail(syntax::List<syntax::Comment> comments);
  void PutAbove(syntax::List<syntax::Comment> comments, std::size_t indent, Blanks blanks);
  void PutCode(const BodyLine& code, std::size_t indent);
  void PutOpening(const syntax::DeclHead& head, LineBuilder& builder);
  template <typename... Parts>
  void PutOpeningOf(const syntax::DeclHead& head, const Parts&... parts) {
    LineBuilder builder = Opening(head);
    builder.Put(parts...);
    PutOpening(head, builder);
  }
  void PutAnnotation(const syntax::Annotation& annotation, syntax::List<syntax::Comment> above);
  void PutClauses(const Body& body) { PutBody(body, Blanks::kNone); }
  void PutItems(Body body);
  void PutBody(const Body& body, Blanks blanks);
  void AddRows(Body& body, const std::vector<Row>& rows) const;
  static void AddTo(Body& body, const syntax::Line& line, LineBuilder& builder);
  template <typename... Parts>
  void AddLine(Body& body, const syntax::Line& line, const Parts&... parts) const {
    LineBuilder builder = Clause(line);
    builder.Put(parts...);
    AddTo(body, line, builder);
  }
  [[nodiscard]] LineBuilder Opening(const syntax::DeclHead& head) const { return {text_, head.line, 0}; }
  [[nodiscard]] LineBuilder Clause(const syntax::Line& line) const { return {text_, line, 2}; }
  [[nodiscard]] std::string Flat(const syntax::Expr& expr) const;
  [[nodiscard]] std::string Text(syntax::Span span) const { return Squeezed(text_.substr(span.begin, span.size())); }

  // declarations.cc
  void Put(const syntax::PolicyDecl& node);
  void Put(const syntax::UseDecl& node);
  void Put(const syntax::ParameterDecl& node);
  void Put(const syntax::TypeDecl& node);
  void Put(const syntax::AttributesDecl& node);
  void Put(const syntax::ApiDecl& node);
  void Put(const syntax::ZoneDecl& node);
  void Put(const syntax::RoleDecl& node);
  void Put(const syntax::ConditionDecl& node);
  void Put(const syntax::ScheduleDecl& node);
  void Put(const syntax::TableDecl& node);
  void AddOperations(Body& body, const syntax::ApiDecl& node) const;
  void AddNetworks(Body& body, const syntax::NetworksLine& node) const;
  void AddRequirement(Body& body, const syntax::RequiresLine& node) const;
  void AddAttributes(Body& body, const syntax::AttributesDecl& node) const;
  [[nodiscard]] std::string ConditionHead(const syntax::ConditionDecl& node) const;
  // The part of a one-line declaration that is aligned with its neighbours'; empty: none of it.
  [[nodiscard]] std::string AlignedHead(const syntax::Decl& decl) const;

  // clauses.cc
  void Put(const syntax::RuleDecl& node);
  void Put(const syntax::LimitDecl& node);
  void Put(const syntax::ProveDecl& node);
  void AddVerdict(Body& body, const syntax::Verdict& verdict) const;
  void AddWith(Body& body, const syntax::WithClause& clause) const;
  template <typename Node>
  void AddConditions(Body& body, const Node& node) const;
  template <typename Node>
  void AddAnswer(Body& body, const Node& node) const;
  void AddPace(Body& body, const syntax::PaceClause& clause) const;
  void AddCounts(Body& body, const syntax::CountsClause& clause) const;
  void AddCosts(Body& body, const syntax::CostsClause& clause) const;
  void AddExcess(Body& body, const syntax::ExcessClause& clause) const;
  void AddClaim(Body& body, const syntax::ClaimLine& clause) const;

  // tests.cc
  void Put(const syntax::GivenDecl& node);
  void Put(const syntax::TestDecl& node);
  void AddStep(Body& body, const syntax::TestStep& step) const;
  [[nodiscard]] std::string CellText(const syntax::TestCell& cell) const;

  const syntax::File* file_;
  std::string_view text_;
  Page page_;
  std::size_t index_ = 0;                     // of the declaration being written
  syntax::List<syntax::Comment> head_above_;  // comments above its opening line, without those of the last body
  // Per declaration: it stands with the one before it, without a blank line; and how wide the part that is aligned
  // is in the longest of those that stand together.
  std::vector<bool> joins_;
  std::vector<std::size_t> run_widths_;
};

// `text` and blanks up to `width` columns.
[[nodiscard]] std::string Padded(std::string text, std::size_t width);

}  // namespace ward::format

#endif  // WARD_SRC_FORMAT_FORMATTER_H_
