// Line by line: a line at the margin opens a declaration, an indented one belongs to the open one.
// The first word commits a line to its form, the grammar reads it, the Body of the declaration
// keeps it. What cannot be read is reported once and left out: a clause alone, or all lines up to
// the next opening (LANGUAGE.md, "Recovery").
#include "syntax/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/budgets.h"
#include "base/edit_distance.h"
#include "base/legible.h"
#include "base/utf8.h"
#include "syntax/actions.h"
#include "syntax/body.h"
#include "syntax/explain.h"

namespace ward::syntax {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::array<Lead, 16> kOpenings = {{{"policy", LineForm::kPolicyLine},
                                             {"use", LineForm::kUseLine},
                                             {"parameter", LineForm::kParameterLine},
                                             {"type", LineForm::kTypeLine},
                                             {"attributes", LineForm::kAttributesLine},
                                             {"api", LineForm::kApiLine},
                                             {"zone", LineForm::kZoneLine},
                                             {"role", LineForm::kRoleLine},
                                             {"condition", LineForm::kConditionLine},
                                             {"schedule", LineForm::kScheduleLine},
                                             {"table", LineForm::kTableLine},
                                             {"rule", LineForm::kRuleLine},
                                             {"limit", LineForm::kLimitLine},
                                             {"given", LineForm::kGivenLine},
                                             {"test", LineForm::kTestLine},
                                             {"prove", LineForm::kProveLine}}};

// The opening that a line begins with; `shadow` looks at the next word.
std::optional<LineForm> OpeningOf(std::string_view text, const LogicalLine& line, std::string_view word) {
  if (word == "shadow") {
    const std::size_t second = text.find_first_not_of(" \t", line.begin + word.size());
    if (second < line.end && FirstWord(text, static_cast<std::uint32_t>(second), line.end) == "limit") {
      return LineForm::kLimitLine;
    }
    return LineForm::kRuleLine;
  }
  for (const Lead& opening : kOpenings) {
    if (opening.word == word) return opening.form;
  }
  return std::nullopt;
}

// What other languages begin a clause with.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kForeignLeads = {
    {{"if", "when"}, {"where", "when"}, {"except", "unless"}, {"permit", "allow"}, {"forbid", "deny"}}};

std::optional<Lead> NearestLead(std::string_view word, std::span<const Lead> leads) {
  std::vector<std::string_view> words;
  for (const Lead& lead : leads) words.push_back(lead.word);
  std::optional<std::string_view> nearest = base::NearestName(word, words);
  for (const auto& [theirs, ours] : kForeignLeads) {
    if (theirs == word && std::find(words.begin(), words.end(), ours) != words.end()) nearest = ours;
  }
  if (!nearest) return std::nullopt;
  return *std::find_if(leads.begin(), leads.end(), [&](const Lead& lead) { return lead.word == *nearest; });
}

std::string ListOf(std::span<const Lead> leads) {
  std::string list;
  for (std::size_t i = 0; i < leads.size(); ++i) {
    if (i > 0) list += i + 1 == leads.size() ? " or " : ", ";
    list += fmt::format("`{}`", leads[i].word);
  }
  return list;
}

class Parser {
 public:
  Parser(base::FileId id, std::string_view text, File& file, diag::Sink& sink)
      : id_(id), text_(text), file_(&file), actions_(id, text, file, sink) {}

  void Run();

 private:
  [[nodiscard]] bool CheckText();
  [[nodiscard]] Line Describe(const LogicalLine& line, const std::vector<Comment>& comments);
  void Handle(const LogicalLine& line, const std::vector<Comment>& comments);
  void HandleMargin(const LogicalLine& line, const Line& ast, std::string_view word);
  void HandleIndented(const LogicalLine& line, const Line& ast, std::string_view word);
  void AddAnnotation(const LogicalLine& line, const Line& ast);
  void OpenDecl(LineForm form, const LogicalLine& line, const Line& ast, std::string_view corrected = {});
  void AddLine(LineForm form, const LogicalLine& line, const Line& ast, std::string_view corrected = {});
  void Skip();
  void CloseDecl();
  void CheckPolicyLine(LineForm form, Span keyword);
  void CheckPolicySeen();
  [[nodiscard]] Body* BodyFor(LineForm form) const;
  [[nodiscard]] std::optional<LineFailure> MatchLine(LineForm form, const LogicalLine& line,
                                                     std::string_view corrected);
  [[nodiscard]] std::optional<LineForm> FormInBody(const LogicalLine& line, std::string_view word) const;
  [[nodiscard]] std::optional<LineForm> MarginClauseOf(const LogicalLine& line, std::string_view word);
  [[nodiscard]] bool WouldMatch(LineForm form, const LogicalLine& line);
  void ReportMarginClause(const LogicalLine& line, std::string_view word);
  void ReportIndentedDecl(const LogicalLine& line, std::string_view word);
  void ReportMisspelt(const LogicalLine& line, std::string_view word, std::string_view meant, std::string_view place);
  void ReportUnknownOpening(const LogicalLine& line, std::string_view word);
  void ReportUnknownClause(const LogicalLine& line, std::string_view word);
  void ReportBelowPlain(const LogicalLine& line, std::string_view word);
  [[nodiscard]] const Body* OwnerOf(const LogicalLine& line, std::string_view word) const;
  [[nodiscard]] Span FirstToken(const LogicalLine& line, std::string_view word) const;

  base::FileId id_;
  std::string_view text_;
  File* file_;
  Actions actions_;
  LineTree tree_;

  std::unique_ptr<Body> plain_ = NewPlainBody(actions_);
  std::unique_ptr<Body> attributes_ = NewAttributesBody(actions_);
  std::unique_ptr<Body> api_ = NewApiBody(actions_);
  std::unique_ptr<Body> zone_ = NewZoneBody(actions_);
  std::unique_ptr<Body> table_ = NewTableBody(actions_);
  std::unique_ptr<Body> rule_ = NewRuleBody(actions_);
  std::unique_ptr<Body> limit_ = NewLimitBody(actions_);
  std::unique_ptr<Body> given_ = NewGivenBody(actions_);
  std::unique_ptr<Body> test_ = NewTestBody(actions_);
  std::unique_ptr<Body> prove_ = NewProveBody(actions_);

  Body* body_ = nullptr;  // of the open declaration
  DeclHead head_;
  bool keep_ = true;       // the open declaration goes into the tree
  bool skipping_ = false;  // after a broken opening line, until the next one
  std::vector<Annotation> annotations_;
  std::optional<Span> first_opening_;
  std::optional<Span> policy_line_;
  std::uint32_t text_begin_ = 0;
};

// What is wrong with a code point that nobody sees; `text` is its sequence.
Diagnostic UnseenText(base::Unseen kind, std::string_view text, Span span) {
  const auto code_point = static_cast<std::uint32_t>(base::DecodeUtf8(text));
  switch (kind) {
    case base::Unseen::kDirection:
      return Diagnostic(Kind::kBadText, span, "here is an invisible mark that changes the direction of writing")
          .WithHint("it makes a rule look like another one: delete it");
    case base::Unseen::kLineBreak:
      return Diagnostic(Kind::kBadText, span,
                        fmt::format("here is a line break that is none to Ward (U+{:04X})", code_point))
          .WithHint("some editors begin a new line here: delete it");
    case base::Unseen::kInvisible:
      return Diagnostic(Kind::kBadText, span, fmt::format("here is an invisible character (U+{:04X})", code_point))
          .WithHint(fmt::format("delete it; in a text it can be written `\\u{{{:x}}}`", code_point));
    case base::Unseen::kControl:
    case base::Unseen::kNo:
      break;
  }
  return Diagnostic(Kind::kBadText, span, fmt::format("here is an invisible control character (byte {})", code_point))
      .WithHint(code_point == '\r' ? "lines end with a line feed" : "delete it");
}

// Refuses what no editor shows. False: the text is not worth reading.
bool Parser::CheckText() {
  if (text_.size() > base::budget::kFileSizeBytesMax) {
    actions_.Fail(Diagnostic(Kind::kBudgetExceeded, Span{id_, 0, 0},
                             fmt::format("this file has {} bytes, a file has at most {}", text_.size(),
                                         base::budget::kFileSizeBytesMax))
                      .WithHint("split it: a policy is one file, and rules may be spread over several policies"));
    return false;
  }
  if (const auto invalid = base::FirstInvalidUtf8(text_)) {
    const auto at = static_cast<std::uint32_t>(*invalid);
    actions_.Fail(Diagnostic(Kind::kBadText, Span{id_, at, at + 1}, "this is no UTF-8 text")
                      .WithHint("save the file in the encoding UTF-8"));
    return false;
  }
  if (text_.starts_with("\xEF\xBB\xBF")) {
    actions_.Mend(Diagnostic(Kind::kBadText, Span{id_, 0, 3}, "the file begins with a byte order mark")
                      .WithFix("delete it", Span{id_, 0, 3}, ""));
    text_begin_ = 3;
  }
  std::size_t length = 1;
  for (std::size_t i = text_begin_; i < text_.size(); i += length) {
    const char c = text_[i];
    length = 1;
    if ((c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t') continue;
    if (c == '\r' && i + 1 < text_.size() && text_[i + 1] == '\n') continue;
    length = base::Utf8SequenceLength(text_.substr(i));
    const std::string_view sequence = text_.substr(i, length);
    const base::Unseen unseen = base::UnseenOf(base::DecodeUtf8(sequence));
    if (unseen == base::Unseen::kNo) continue;
    const Span span{id_, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + length)};
    actions_.Fail(UnseenText(unseen, sequence, span));
    return false;
  }
  return true;
}

Line Parser::Describe(const LogicalLine& line, const std::vector<Comment>& comments) {
  return Line{Span{id_, line.begin, line.end}, actions_.Copy(comments), line.blank_line_before};
}

void Parser::Run() {
  file_->span = Span{id_, 0, static_cast<std::uint32_t>(text_.size())};
  actions_.BeginLine();
  if (!CheckText()) {
    file_->lost_declarations = true;
    return;
  }
  LineReader reader(id_, text_, text_begin_);
  while (const std::optional<LogicalLine> line = reader.Next()) {
    actions_.BeginLine();
    Handle(*line, reader.comments());
  }
  file_->comments_at_end = actions_.Copy(reader.comments());
  CloseDecl();
  if (!annotations_.empty()) {
    actions_.BeginLine();
    actions_.Fail(Diagnostic(Kind::kOutOfPlace, annotations_.back().line.span, "nothing stands below this annotation")
                      .WithHint("it belongs to the declaration below it"));
  }
  CheckPolicySeen();
}

void Parser::Handle(const LogicalLine& line, const std::vector<Comment>& comments) {
  const Line ast = Describe(line, comments);
  if (text_[line.begin] == '@') return AddAnnotation(line, ast);
  const std::string_view word = FirstWord(text_, line.begin, line.end);
  if (line.indented()) {
    HandleIndented(line, ast, word);
  } else {
    HandleMargin(line, ast, word);
  }
}

// The word, or the character that is no word.
Span Parser::FirstToken(const LogicalLine& line, std::string_view word) const {
  std::size_t size = word.size();
  if (size == 0) size = base::Utf8SequenceLength(text_.substr(line.begin));
  return Span{id_, line.begin, line.begin + static_cast<std::uint32_t>(size)};
}

void Parser::AddAnnotation(const LogicalLine& line, const Line& ast) {
  if (line.indented()) {
    actions_.Mend(Diagnostic(Kind::kIndentedDeclaration, FirstToken(line, ""), "an annotation stands at the margin")
                      .WithHint("it belongs to the declaration below it")
                      .WithFix("delete the blanks before it", Span{id_, line.line_start, line.begin}, ""));
  }
  if (!actions_.Match(tree_, LineForm::kAnnotation, line)) return;
  Annotation annotation;
  annotation.line = ast;
  Children parts = tree_.top();
  annotation.name = actions_.TakeName(parts);
  std::vector<const Expr*> values;
  while (!parts.empty()) values.push_back(actions_.TakeTerm(parts));
  annotation.values = actions_.Copy(values);
  if (!actions_.failed()) annotations_.push_back(annotation);
}

std::optional<LineFailure> Parser::MatchLine(LineForm form, const LogicalLine& line, std::string_view corrected) {
  if (corrected.empty()) return tree_.Match(form, text_, line.begin, line.end);
  return tree_.MatchCorrected(form, text_, line.begin, line.end, corrected);
}

bool Parser::WouldMatch(LineForm form, const LogicalLine& line) { return !MatchLine(form, line, {}); }

// ---- opening lines ----

std::optional<LineForm> Parser::FormInBody(const LogicalLine& line, std::string_view word) const {
  if (!body_) return std::nullopt;
  return body_->FormOf(line, word);
}

// The form of a line at the margin if it is a line of the open body. Where any name may begin one,
// it must also read like one.
std::optional<LineForm> Parser::MarginClauseOf(const LogicalLine& line, std::string_view word) {
  std::optional<LineForm> form = FormInBody(line, word);
  if (form && body_->begins_with_names() && !WouldMatch(*form, line)) form.reset();
  return form;
}

void Parser::HandleMargin(const LogicalLine& line, const Line& ast, std::string_view word) {
  const std::optional<LineForm> clause = MarginClauseOf(line, word);
  const std::optional<LineForm> opening = OpeningOf(text_, line, word);
  const bool only_clause = opening && clause && body_->begins_with_names() && !WouldMatch(*opening, line);
  if (opening && !only_clause) return OpenDecl(*opening, line, ast);
  if (clause) {
    ReportMarginClause(line, word);
    return AddLine(*clause, line, ast);
  }
  if (const std::optional<Lead> meant = NearestLead(word, kOpenings)) {
    ReportMisspelt(line, word, meant->word, "opens no declaration");
    return OpenDecl(meant->form, line, ast, meant->word);
  }
  if (!skipping_) ReportUnknownOpening(line, word);
  Skip();
}

// Everything up to the next opening belongs to something nobody could read.
void Parser::Skip() {
  CloseDecl();
  annotations_.clear();
  skipping_ = true;
  file_->lost_declarations = true;
}

// The kind of declaration whose lines begin so.
const Body* Parser::OwnerOf(const LogicalLine& line, std::string_view word) const {
  for (const Body* body : {rule_.get(), limit_.get(), zone_.get(), test_.get(), prove_.get(), table_.get()}) {
    if (body->FormOf(line, word)) return body;
  }
  return nullptr;
}

void Parser::ReportUnknownOpening(const LogicalLine& line, std::string_view word) {
  const Span where = FirstToken(line, word);
  const std::string_view found = actions_.TextOf(where);
  if (const Body* owner = OwnerOf(line, word)) {
    actions_.Fail(Diagnostic(Kind::kClauseAtMargin, where,
                             fmt::format("`{}` is a clause, and no declaration is open above it", found))
                      .WithHint(fmt::format("it stands in {}, indented below its opening line", owner->kind())));
    return;
  }
  actions_.Fail(Diagnostic(Kind::kExpected, where, fmt::format("expected a declaration, found `{}`", found))
                    .WithHint(fmt::format("a line at the margin begins with {}", ListOf(kOpenings))));
}

void Parser::ReportMisspelt(const LogicalLine& line, std::string_view word, std::string_view meant,
                            std::string_view place) {
  const Span where = FirstToken(line, word);
  actions_.Mend(Diagnostic(Kind::kExpected, where, fmt::format("`{}` {}", word, place))
                    .WithFix(fmt::format("write `{}`", meant), where, std::string(meant)));
}

Body* Parser::BodyFor(LineForm form) const {
  using enum LineForm;
  if (form == kRuleLine) return rule_.get();
  if (form == kLimitLine) return limit_.get();
  if (form == kZoneLine) return zone_.get();
  if (form == kTableLine) return table_.get();
  if (form == kApiLine) return api_.get();
  if (form == kAttributesLine) return attributes_.get();
  if (form == kGivenLine) return given_.get();
  if (form == kTestLine) return test_.get();
  if (form == kProveLine) return prove_.get();
  return plain_.get();
}

void Parser::OpenDecl(LineForm form, const LogicalLine& line, const Line& ast, std::string_view corrected) {
  CloseDecl();
  skipping_ = false;
  head_ = DeclHead{};
  head_.span = ast.span;
  head_.line = ast;
  head_.keyword = FirstToken(line, FirstWord(text_, line.begin, line.end));
  const std::string_view first = actions_.TextOf(head_.keyword);
  if (first == "shadow" || first == "attributes") {
    const std::size_t second = std::min<std::size_t>(text_.find_first_not_of(" \t", head_.keyword.end), line.end);
    head_.keyword.end =
        static_cast<std::uint32_t>(second + FirstWord(text_, static_cast<std::uint32_t>(second), line.end).size());
  }
  head_.annotations = actions_.Copy(annotations_);
  annotations_.clear();
  keep_ = true;
  CheckPolicyLine(form, head_.keyword);
  if (const std::optional<LineFailure> failure = MatchLine(form, line, corrected)) {
    actions_.Fail(Explain(*failure, form, line, id_, text_));
    return Skip();
  }
  body_ = BodyFor(form);
  body_->Open(form, tree_.top());
  head_.broken = actions_.failed();
}

// One policy line, and nothing before it.
void Parser::CheckPolicyLine(LineForm form, Span keyword) {
  if (form != LineForm::kPolicyLine) {
    if (!first_opening_) first_opening_ = keyword;
    return;
  }
  if (policy_line_) {
    keep_ = false;
    actions_.Mend(Diagnostic(Kind::kNoPolicyLine, keyword, "a file is one policy, this is its second `policy` line")
                      .WithLabel(*policy_line_, "the first stands here")
                      .WithHint("move what belongs to it to a file of its own"));
    return;
  }
  policy_line_ = keyword;
  if (first_opening_) {
    actions_.Mend(Diagnostic(Kind::kNoPolicyLine, keyword, "the `policy` line comes first")
                      .WithLabel(*first_opening_, "this stands before it"));
  }
}

void Parser::CheckPolicySeen() {
  if (policy_line_ || file_->lost_declarations) return;
  actions_.BeginLine();
  actions_.Fail(Diagnostic(Kind::kNoPolicyLine, first_opening_.value_or(Span{id_, text_begin_, text_begin_}),
                           "this file has no `policy` line")
                    .WithHint("begin it with one, such as `policy orders.access governs orders`"));
}

void Parser::CloseDecl() {
  if (!body_) return;
  const Decl decl = body_->Close(head_);
  body_ = nullptr;
  if (!keep_) return;
  file_->declarations.push_back(decl);
  if (const auto* policy = std::get_if<const PolicyDecl*>(&decl)) file_->policy = *policy;
}

// ---- indented lines ----

void Parser::HandleIndented(const LogicalLine& line, const Line& ast, std::string_view word) {
  if (skipping_) return;
  const std::optional<LineForm> clause = FormInBody(line, word);
  const std::optional<LineForm> opening = OpeningOf(text_, line, word);
  const bool only_opening =
      opening && clause && body_->begins_with_names() && !WouldMatch(*clause, line) && WouldMatch(*opening, line);
  if (clause && !only_opening) return AddLine(*clause, line, ast);
  if (opening) {
    ReportIndentedDecl(line, word);
    return OpenDecl(*opening, line, ast);
  }
  if (!body_) {
    ReportUnknownOpening(line, word);
    return Skip();
  }
  head_.span.end = line.end;
  if (const std::optional<Lead> meant = NearestLead(word, body_->leads())) {
    ReportMisspelt(line, word, meant->word, fmt::format("is no clause of {}", body_->kind()));
    return AddLine(meant->form, line, ast, meant->word);
  }
  head_.broken = true;
  ReportUnknownClause(line, word);
}

void Parser::ReportUnknownClause(const LogicalLine& line, std::string_view word) {
  const Span where = FirstToken(line, word);
  const std::string_view found = actions_.TextOf(where);
  if (body_->leads().empty()) return ReportBelowPlain(line, word);
  Diagnostic diagnostic(Kind::kExpected, where,
                        fmt::format("expected a clause of {}, found `{}`", body_->kind(), found));
  if (const Body* owner = OwnerOf(line, word)) {
    diagnostic.hints.push_back(fmt::format("`{}` stands in {}", found, owner->kind()));
  }
  diagnostic.hints.push_back(fmt::format("lines of {} begin with {}", body_->kind(), ListOf(body_->leads())));
  actions_.Fail(std::move(diagnostic));
}

void Parser::ReportBelowPlain(const LogicalLine& line, std::string_view word) {
  const Span where = FirstToken(line, word);
  Diagnostic diagnostic(Kind::kOutOfPlace, where, "nothing stands below a declaration of one line");
  diagnostic.labels.push_back(diag::Label{head_.keyword, "this one"});
  const Span gap{id_, head_.line.span.end, line.begin};
  const bool adjacent = actions_.TextOf(gap).find_first_not_of(" \t\r\n") == std::string_view::npos;
  constexpr std::array<std::string_view, 6> kPieces = {"when", "includes", "governs", "means", "from", "between"};
  if (std::find(kPieces.begin(), kPieces.end(), word) != kPieces.end()) {
    if (adjacent) {
      diagnostic.fixes.push_back(diag::Fix{"join it to the line above", {diag::Edit{gap, " "}}});
    } else {
      diagnostic.hints.emplace_back("it belongs on the line above");
    }
  } else if (const Body* owner = OwnerOf(line, word)) {
    diagnostic.hints.push_back(
        fmt::format("`{}` stands in {}: was its opening line lost?", actions_.TextOf(where), owner->kind()));
  } else {
    diagnostic.hints.emplace_back("a line goes on where the next one leads with `and` or `or`, or after a comma");
  }
  actions_.Fail(std::move(diagnostic));
}

void Parser::ReportIndentedDecl(const LogicalLine& line, std::string_view word) {
  const Span where = FirstToken(line, word);
  actions_.Mend(Diagnostic(Kind::kIndentedDeclaration, where,
                           fmt::format("`{}` opens a declaration, which stands at the margin", word))
                    .WithFix("delete the blanks before it", Span{id_, line.line_start, line.begin}, ""));
}

void Parser::ReportMarginClause(const LogicalLine& line, std::string_view word) {
  const Span where = FirstToken(line, word);
  actions_.Mend(Diagnostic(Kind::kClauseAtMargin, where,
                           fmt::format("this line belongs to {} and stands at the margin", body_->kind()))
                    .WithLabel(head_.line.span, "it belongs to this")
                    .WithFix("indent it by two blanks", Span{id_, line.line_start, line.line_start}, "  "));
}

void Parser::AddLine(LineForm form, const LogicalLine& line, const Line& ast, std::string_view corrected) {
  head_.span.end = line.end;
  if (const std::optional<LineFailure> failure = MatchLine(form, line, corrected)) {
    actions_.Fail(Explain(*failure, form, line, id_, text_));
    body_->AddBroken(form, line, ast);
  } else {
    body_->Add(form, tree_.top(), line, ast);
  }
  if (actions_.failed()) head_.broken = true;
}

}  // namespace

std::unique_ptr<File> Parse(const base::SourceMap& sources, base::FileId file, diag::Sink& sink) {
  auto result = std::make_unique<File>();
  Parser(file, sources.file(file).text(), *result, sink).Run();
  return result;
}

}  // namespace ward::syntax
