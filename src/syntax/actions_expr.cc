// Expressions: Expr > Not or Test > Operand > term, as in the precedence table of
// grammar/README.md.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "syntax/actions.h"

namespace ward::syntax {

using diag::Diagnostic;
using diag::Fix;
using diag::Kind;

namespace {

constexpr std::array<std::string_view, 20> kSpellings = {
    "is",        "is not",  "in",          "not in",    "has",     "has any of", "has all of",
    "at least",  "at most", "more than",   "less than", "before",  "after",      "not before",
    "not after", "within",  "starts with", "ends with", "matches", "under"};

}  // namespace

std::string_view Spelling(TestOp op) { return kSpellings[static_cast<std::size_t>(op)]; }

TestOp TestOpOf(std::string_view spelling) {
  std::string words;
  for (const char c : spelling) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) words += c;
    if (blank && words.back() != ' ') words += ' ';
  }
  const auto found = std::find(kSpellings.begin(), kSpellings.end(), words);
  return static_cast<TestOp>(found - kSpellings.begin());
}

const Expr* Actions::TakeExpr(Children& from) {
  const LineNode node = from.front();
  const Children inside = from.Inside();
  from.Skip();
  return Chain(node, inside);
}

const Expr* Actions::Chain(const LineNode& node, Children parts) {
  const Expr* const first = TakeUnary(parts);
  if (parts.empty()) return first;
  std::vector<const Expr*> operands = {first};
  std::vector<LineNode> connectives;
  while (!parts.empty()) {
    connectives.push_back(parts.front());
    parts.Skip();
    operands.push_back(TakeUnary(parts));
  }
  const NodeKind kind = connectives.front().kind;
  const bool mixed = std::any_of(connectives.begin(), connectives.end(),
                                 [&](const LineNode& connective) { return connective.kind != kind; });
  if (mixed) ReportMixed(node, operands, connectives);
  const auto and_or = kind == NodeKind::kAnd ? AndOr::Kind::kAnd : AndOr::Kind::kOr;
  return NewExpr(SpanOf(node), AndOr{and_or, Copy(operands)});
}

namespace {

// On one line, one blank where there are several or a line break.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) line += c;
    if (blank && line.back() != ' ') line += ' ';
  }
  return line;
}

// What a reading means, told by the first operand that stands alone in it.
std::string Meaning(NodeKind tight, std::string_view alone) {
  constexpr std::size_t kShownBytes = 48;
  const bool any = tight == NodeKind::kAnd;
  if (alone.empty() || alone.size() > kShownBytes) return any ? "one part is enough" : "every part must hold";
  return any ? fmt::format("`{}` alone is enough", alone) : fmt::format("never without `{}`", alone);
}

// Parentheses around every run of operands that `tight` connects.
Fix Parenthesise(std::string_view text, Span whole, NodeKind tight, std::span<const Expr* const> operands,
                 std::span<const LineNode> connectives) {
  Fix fix;
  std::string_view alone;
  const auto insert = [&](std::uint32_t at, std::string_view what) {
    fix.edits.push_back(diag::Edit{Span{whole.file, at, at}, std::string(what)});
  };
  for (std::size_t i = 0; i < operands.size();) {
    std::size_t end = i;
    while (end < connectives.size() && connectives[end].kind == tight) ++end;
    if (end > i) {
      insert(operands[i]->outer_span.begin, "(");
      insert(operands[end]->outer_span.end, ")");
    } else if (alone.empty()) {
      alone = text.substr(operands[i]->outer_span.begin, operands[i]->outer_span.size());
    }
    i = end + 1;
  }
  std::string result;
  std::uint32_t at = whole.begin;
  for (const diag::Edit& edit : fix.edits) {
    result += text.substr(at, edit.span.begin - at);
    result += edit.replacement;
    at = edit.span.begin;
  }
  result += text.substr(at, whole.end - at);
  fix.description = fmt::format("write `{}`: {}", OneLine(result), Meaning(tight, OneLine(alone)));
  return fix;
}

}  // namespace

void Actions::ReportMixed(const LineNode& node, std::span<const Expr* const> operands,
                          std::span<const LineNode> connectives) {
  const NodeKind first = connectives.front().kind;
  const auto other = std::find_if(connectives.begin(), connectives.end(),
                                  [&](const LineNode& connective) { return connective.kind != first; });
  const Span whole = SpanOf(node);
  Fail(Diagnostic(Kind::kMixedAndOr, SpanOf(*other), "`and` with `or` needs parentheses")
           .WithLabel(SpanOf(connectives.front()), fmt::format("`{}` stands here", TextOf(connectives.front())))
           .WithFix(Parenthesise(text_, whole, NodeKind::kAnd, operands, connectives))
           .WithFix(Parenthesise(text_, whole, NodeKind::kOr, operands, connectives)));
}

const Expr* Actions::TakeUnary(Children& from) {
  if (!from.At(NodeKind::kNot)) return TakeTest(from);
  const LineNode node = from.front();
  Children inside = from.Inside();
  from.Skip();
  return NewExpr(SpanOf(node), Not{TakeUnary(inside)});
}

const Expr* Actions::TakeTest(Children& from) {
  const LineNode node = from.front();
  Children inside = from.Inside();
  from.Skip();
  const Expr* const left = TakeOperand(inside);
  if (inside.empty()) return left;
  const LineNode word = inside.front();
  inside.Skip();
  if (word.kind == NodeKind::kPresence) {
    return NewExpr(SpanOf(node), PresenceTest{left, TextOf(word).ends_with("present"), SpanOf(word)});
  }
  const Test test{left, TestOpOf(TextOf(word)), SpanOf(word), TakeOperand(inside)};
  CheckPath(test);
  return NewExpr(SpanOf(node), test);
}

// path under "/admin"
void Actions::CheckPath(const Test& test) {
  if (test.op != TestOp::kUnder || !test.right->As<TextLiteral>()) return;
  const std::string_view path = test.right->As<TextLiteral>()->text;
  Diagnostic diagnostic(Kind::kQuotedPath, test.right->span, "a path is written bare");
  LineTree tree;
  const bool is_path = path.starts_with('/') && path.find_first_of(" \t(") == std::string_view::npos &&
                       !tree.Match(LineForm::kPlaceholder, path, 0, static_cast<std::uint32_t>(path.size()));
  if (is_path) {
    Fail(std::move(diagnostic).WithFix(fmt::format("write `{}`", path), test.right->outer_span, std::string(path)));
  } else {
    Fail(std::move(diagnostic).WithHint("such as `/admin`, without quotes"));
  }
}

const Expr* Actions::TakeOperand(Children& from) {
  const LineNode node = from.front();
  Children inside = from.Inside();
  from.Skip();
  const Expr* value = TakeTerm(inside);
  if (inside.At(NodeKind::kPlusOrMinus)) {
    std::vector<Sum::Step> steps;
    const Expr* const first = value;
    while (inside.At(NodeKind::kPlusOrMinus)) {
      const LineNode sign = inside.front();
      inside.Skip();
      steps.push_back(Sum::Step{text_[sign.begin] == '-', SpanOf(sign), TakeTerm(inside)});
    }
    const Span span = SpanOf(node.begin, steps.back().term->outer_span.end);
    value = NewExpr(span, Sum{first, Copy(steps)});
  }
  if (inside.At(NodeKind::kOrElse)) {
    const Span word = SpanOf(inside.front());
    inside.Skip();
    value = NewExpr(SpanOf(node), OrElse{value, TakeTerm(inside), word});
  }
  return value;
}

List<const Expr*> Actions::TakeExprs(Children from) {
  std::vector<const Expr*> values;
  while (!from.empty()) values.push_back(TakeExpr(from));
  return Copy(values);
}

// Dotted, then arguments, or keys and perhaps columns.
const Expr* Actions::RefFrom(const LineNode& node, Children parts) {
  const DottedName path = TakeDotted(parts);
  if (parts.empty()) return NewExpr(SpanOf(node), NameRef{path});
  if (parts.At(NodeKind::kCallArguments)) return NewExpr(SpanOf(node), Call{path, TakeExprs(parts.Inside())});
  Lookup lookup{path, TakeExprs(parts.Inside()), {}};
  parts.Skip();
  if (!parts.empty()) {
    Children columns = parts.Inside();
    lookup.columns = TakeNames(columns);
  }
  return NewExpr(SpanOf(node), lookup);
}

const Expr* Actions::TakeTerm(Children& from) {
  using enum NodeKind;
  const LineNode node = from.front();
  const NodeKind kind = node.kind;
  const Span span = SpanOf(node);
  if (kind == kText) return NewExpr(span, TextLiteral{TakeText(from).text});
  if (kind == kAddress) return NewExpr(span, TakeAddress(from));
  if (kind == kRoute) return NewExpr(span, TakeRoute(from));
  if (kind == kInt) return NewExpr(span, IntLiteral{TakeInt(from)});
  if (kind == kClock) {
    const ClockLiteral clock = TakeClock(from);
    if (clock.seconds == 86'400) Fail(Diagnostic(Kind::kBadLiteral, span, "only a schedule ends at 24:00"));
    return NewExpr(span, clock);
  }
  Children inside = from.Inside();
  from.Skip();
  if (kind == kDuration) return NewExpr(span, ValueOr(ReadDuration(TextOf(node)), node));
  if (kind == kSize) return NewExpr(span, ValueOr(ReadSize(TextOf(node)), node));
  if (kind == kTimestamp) return NewExpr(span, ValueOr(ReadTimestamp(TextOf(node)), node));
  if (kind == kBool) return NewExpr(span, BoolLiteral{TextOf(node) == "true"});
  if (kind == kAtom) return NewExpr(span, AtomLiteral{TextOf(node)});
  if (kind == kListLiteral) return NewExpr(span, ListLiteral{TakeExprs(inside)});
  if (kind == kParen) {
    Expr* const content = New(*TakeExpr(inside));
    content->outer_span = span;
    return content;
  }
  return RefFrom(node, inside);
}

}  // namespace ward::syntax
