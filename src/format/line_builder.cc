#include "format/line_builder.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "format/order.h"

namespace ward::format {

using syntax::AndOr;
using syntax::Expr;
using syntax::Name;
using syntax::PresenceTest;
using syntax::Test;
using syntax::TestOp;

std::string Squeezed(std::string_view text) {
  std::string out;
  bool gap = false;
  bool in_route_parameter = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
      gap = true;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      gap = true;
      continue;
    }
    const bool joined = out.empty() || out.back() == '(' || out.back() == '[' || c == ')' || c == ']' || c == ',';
    if (gap && !joined) out += ' ';
    out += c;
    if (c == '{' || c == '}') in_route_parameter = c == '{';
    gap = c == ',' || (c == ':' && in_route_parameter);
    if (c != '"') continue;
    while (++i < text.size()) {
      out += text[i];
      if (text[i] == '"') break;
      if (text[i] == '\\' && i + 1 < text.size()) out += text[++i];
    }
  }
  return out;
}

namespace {

bool IsInside(const syntax::Comment& comment) { return comment.place == syntax::Comment::Place::kInside; }

// Comments inside the line stand together, between those before it and the one behind it.
syntax::List<syntax::Comment> InsideOf(const syntax::Line& line) {
  const auto first = std::find_if(line.comments.begin(), line.comments.end(), IsInside);
  const auto last = std::find_if_not(first, line.comments.end(), IsInside);
  return {first, last};
}

std::optional<TestOp> Opposite(TestOp op) {
  switch (op) {
    case TestOp::kIs:
      return TestOp::kIsNot;
    case TestOp::kIsNot:
      return TestOp::kIs;
    case TestOp::kIn:
      return TestOp::kNotIn;
    case TestOp::kNotIn:
      return TestOp::kIn;
    case TestOp::kBefore:
      return TestOp::kNotBefore;
    case TestOp::kNotBefore:
      return TestOp::kBefore;
    case TestOp::kAfter:
      return TestOp::kNotAfter;
    case TestOp::kNotAfter:
      return TestOp::kAfter;
    case TestOp::kHas:
    case TestOp::kHasAnyOf:
    case TestOp::kHasAllOf:
    case TestOp::kAtLeast:
    case TestOp::kAtMost:
    case TestOp::kMoreThan:
    case TestOp::kLessThan:
    case TestOp::kWithin:
    case TestOp::kStartsWith:
    case TestOp::kEndsWith:
    case TestOp::kMatches:
    case TestOp::kUnder:
      return std::nullopt;
  }
  return std::nullopt;
}

// Tests whose right side is a list of values, in any order.
bool ComparesWithSet(TestOp op) {
  return op == TestOp::kIs || op == TestOp::kIsNot || op == TestOp::kIn || op == TestOp::kNotIn ||
         op == TestOp::kHasAnyOf || op == TestOp::kHasAllOf;
}

// What is left of an expression without its `not`s.
struct Denied {
  const Expr* core = nullptr;
  bool negated = false;
};
Denied WithoutNots(const Expr& expr) {
  Denied denied{&expr, false};
  while (const auto* node = denied.core->As<syntax::Not>()) denied = {node->operand, !denied.negated};
  return denied;
}

bool HasOpposite(const Expr& expr) {
  if (expr.As<PresenceTest>()) return true;
  const auto* test = expr.As<Test>();
  return test && Opposite(test->op);
}

}  // namespace

LineBuilder::LineBuilder(std::string_view text, std::size_t indent) : text_(text) {
  if (indent == 0) connective_hanging_ = 2;
  layout_.Open(Breaks::kFill, 2);
}

LineBuilder::LineBuilder(std::string_view text, const syntax::Line& line, std::size_t indent)
    : LineBuilder(text, indent) {
  comments_ = InsideOf(line);
  has_comments_ = !comments_.empty();
}

Layout LineBuilder::Take() {
  layout_.Close();
  return std::move(layout_);
}

void LineBuilder::CommentsBefore(std::uint32_t position) {
  for (; next_comment_ < comments_.size() && comments_[next_comment_].span.begin < position; ++next_comment_) {
    const syntax::Span span = comments_[next_comment_].span;
    std::uint32_t at = span.begin;
    while (at > 0 && (text_[at - 1] == ' ' || text_[at - 1] == '\t')) --at;
    layout_.Comment(text_.substr(span.begin, span.size()), at == 0 || text_[at - 1] == '\n');
  }
}

void LineBuilder::Put(std::string_view words) { layout_.Text(words); }

void LineBuilder::Put(syntax::Span span) {
  if (depth_ > 0) CommentsBefore(span.begin);
  layout_.Text(Squeezed(text_.substr(span.begin, span.size())));
}

void LineBuilder::Comma(std::uint32_t next_begin) {
  layout_.Text(",");
  CommentsBefore(next_begin);
  layout_.Break();
}

void LineBuilder::Put(syntax::List<const Expr*> items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) Comma(items[i]->outer_span.begin);
    Put(*items[i]);
  }
}

void LineBuilder::Put(const AnyOrder& names) {
  if (has_comments_) return Put(names.names);
  Put(syntax::List<Name>(Sorted(names.names)));
}

void LineBuilder::Put(const Also& also) {
  if (also.value == nullptr) return;
  Comma(also.value->outer_span.begin);
  Put(also.words, *also.value);
}

void LineBuilder::Put(const syntax::Operations& operations) {
  if (operations.everything) return Put("everything");
  Put(AnyOrder{operations.names});
}

void LineBuilder::Put(const syntax::Ask& ask) {
  if (ask.kind == syntax::Ask::Kind::kMaxAge) return Put("max age ", *ask.max_age);
  Put(ask.kind == syntax::Ask::Kind::kAcr ? "acr " : "scope ", ask.word);
}

void LineBuilder::Put(const syntax::Reply& reply) {
  Put("reply ", reply.status_span);
  if (!reply.asks.empty()) Put(" asking for ", reply.asks);
}

void LineBuilder::Put(const syntax::Binding& binding) {
  if (const auto* presence = std::get_if<syntax::Presence>(&binding.value)) {
    return Put(*binding.target, *presence == syntax::Presence::kMissing ? " is missing" : " is present");
  }
  Put(*binding.target, " is ", *std::get<const Expr*>(binding.value));
}

// ---- expressions ----

void LineBuilder::OpenBracket(std::string_view bracket) {
  Put(bracket);
  ++depth_;
  layout_.OpenHere(Breaks::kFill);
}

void LineBuilder::CloseBracket(std::string_view bracket, std::uint32_t position) {
  CommentsBefore(position);
  layout_.Close();
  --depth_;
  Put(bracket);
}

void LineBuilder::Put(const Expr& expr) {
  if (expr.As<syntax::Not>()) return PutNot(expr);
  if (!expr.parenthesised()) return PutCore(expr);
  if (depth_ > 0) CommentsBefore(expr.outer_span.begin);
  OpenBracket("(");
  PutCore(expr);
  CloseBracket(")", expr.outer_span.end - 1);
}

// `not x is y` is `x is not y`; two negations are none.
void LineBuilder::PutNot(const Expr& expr) {
  const Denied denied = WithoutNots(expr);
  const bool rewritten = !has_comments_ && HasOpposite(*denied.core);
  if (expr.parenthesised()) OpenBracket("(");
  if (!rewritten) {
    if (depth_ > 0) CommentsBefore(expr.span.begin);
    Put("not ", *expr.As<syntax::Not>()->operand);
  } else if (const auto* test = denied.core->As<Test>()) {
    PutTest(*test, denied.negated);
  } else {
    PutPresence(*denied.core->As<PresenceTest>(), denied.negated);
  }
  if (expr.parenthesised()) CloseBracket(")", expr.outer_span.end - 1);
}

void LineBuilder::PutTest(const Test& test, bool negated) {
  Put(*test.left);
  if (depth_ > 0) CommentsBefore(test.op_span.begin);
  Put(" ", syntax::Spelling(negated ? *Opposite(test.op) : test.op), " ");
  const auto* list = test.right->As<syntax::ListLiteral>();
  if (!list || test.right->parenthesised() || !ComparesWithSet(test.op)) return Put(*test.right);
  if (depth_ > 0) CommentsBefore(test.right->span.begin);
  PutElements(list->elements, true);
  CloseBracket("]", test.right->span.end - 1);
}

void LineBuilder::PutPresence(const PresenceTest& test, bool negated) {
  Put(*test.operand, test.present != negated ? " is present" : " is missing");
}

// The bracket, and what is in it; CloseBracket ends it.
void LineBuilder::PutElements(syntax::List<const Expr*> elements, bool sorted) {
  OpenBracket("[");
  if (!sorted || has_comments_) return Put(elements);
  Put(syntax::List<const Expr*>(Sorted(elements)));
}

void LineBuilder::PutAndOr(const Expr& expr, const AndOr& node) {
  const bool at_top = depth_ == 0 && !expr.parenthesised();
  if (at_top) {
    layout_.Open(Breaks::kAll, connective_hanging_);
  } else {
    layout_.OpenHere(Breaks::kAll);
  }
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    if (i > 0) {
      CommentsBefore(node.operands[i]->outer_span.begin);
      layout_.Break();
      Put(node.kind == AndOr::Kind::kAnd ? "and " : "or ");
    }
    Put(*node.operands[i]);
  }
  layout_.Close();
}

void LineBuilder::CommaInOneLine(std::uint32_t next_begin) {
  Put(",");
  CommentsBefore(next_begin);
  Put(" ");
}

void LineBuilder::PutInOneLine(std::string_view bracket, syntax::List<const Expr*> elements) {
  OpenBracket(bracket);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) CommaInOneLine(elements[i]->outer_span.begin);
    Put(*elements[i]);
  }
}

void LineBuilder::Put(const ParametersUntil& parameters) {
  if (parameters.list.empty()) return;
  OpenBracket("(");
  for (std::size_t i = 0; i < parameters.list.size(); ++i) {
    const syntax::ParameterOfCondition& parameter = parameters.list[i];
    if (i > 0) CommaInOneLine(parameter.name.span.begin);
    Put(parameter.name, ": ", parameter.type);
  }
  CloseBracket(")", parameters.end);
}

void LineBuilder::PutReference(const Expr& expr) {
  if (const auto* node = expr.As<syntax::Call>()) {
    Put(node->path);
    PutInOneLine("(", node->arguments);
    return CloseBracket(")", expr.span.end - 1);
  }
  const auto* node = expr.As<syntax::Lookup>();
  Put(node->table);
  PutInOneLine("[", node->keys);
  CloseBracket("]", node->columns.empty() ? expr.span.end - 1 : node->columns.front().span.begin - 2);
  for (const Name& column : node->columns) Put(".", column);
}

void LineBuilder::PutCore(const Expr& expr) {
  if (const auto* node = expr.As<AndOr>()) return PutAndOr(expr, *node);
  if (const auto* node = expr.As<Test>()) return PutTest(*node, false);
  if (const auto* node = expr.As<PresenceTest>()) return PutPresence(*node, false);
  if (expr.As<syntax::Call>() || expr.As<syntax::Lookup>()) return PutReference(expr);
  if (const auto* node = expr.As<syntax::ListLiteral>()) {
    if (depth_ > 0) CommentsBefore(expr.span.begin);
    PutElements(node->elements, false);
    return CloseBracket("]", expr.span.end - 1);
  }
  if (const auto* node = expr.As<syntax::Sum>()) {
    Put(*node->first);
    for (const syntax::Sum::Step& step : node->steps) {
      if (depth_ > 0) CommentsBefore(step.term->outer_span.begin);
      Put(step.minus ? " - " : " + ", *step.term);
    }
    return;
  }
  if (const auto* node = expr.As<syntax::OrElse>()) {
    Put(*node->value);
    CommentsBefore(node->op_span.begin);
    Put(" or else ", *node->fallback);
    return;
  }
  Put(expr.span);
}

}  // namespace ward::format
