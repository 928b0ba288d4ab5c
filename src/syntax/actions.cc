#include "syntax/actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/budgets.h"
#include "syntax/explain.h"

namespace ward::syntax {

using diag::Diagnostic;
using diag::Kind;

std::string_view Actions::CopyText(std::string_view text) {
  if (text.empty()) return {};
  char* const to = static_cast<char*>(file_->memory.allocate(text.size(), 1));
  std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

void Actions::Fail(Diagnostic diagnostic) {
  Mend(std::move(diagnostic));
  failed_ = true;
}

void Actions::Mend(Diagnostic diagnostic) {
  if (!reported_) sink_->Report(std::move(diagnostic));
  reported_ = true;
}

bool Actions::Match(LineTree& tree, LineForm form, const LogicalLine& line) {
  const std::optional<LineFailure> failure = tree.Match(form, text_, line.begin, line.end);
  if (failure) Fail(Explain(*failure, form, line, id_, text_));
  return !failure;
}

void Actions::CheckLength(const Name& name) {
  if (name.text.size() <= base::budget::kNameBytesMax) return;
  Fail(Diagnostic(
      Kind::kBudgetExceeded, name.span,
      fmt::format("this name has {} bytes, a name has at most {}", name.text.size(), base::budget::kNameBytesMax)));
}

// The unescaped text of [begin, end), which lies between quotes.
std::string_view Actions::UnescapeAt(std::uint32_t begin, std::uint32_t end, Braces braces) {
  const std::string_view spelling = text_.substr(begin, end - begin);
  std::string_view text = spelling;
  if (spelling.find('\\') != std::string_view::npos) {
    text = CopyText(ValueOr(Unescape(spelling, braces), LineNode{NodeKind::kText, begin, end, 0}));
  }
  if (text.size() > base::budget::kStringLiteralBytesMax) {
    Fail(Diagnostic(Kind::kBudgetExceeded, SpanOf(begin, end),
                    fmt::format("this text has {} bytes, a text has at most {}", text.size(),
                                base::budget::kStringLiteralBytesMax)));
  }
  return text;
}

Text Actions::TakeText(Children& from) {
  const LineNode& node = from.front();
  from.Skip();
  return Text{SpanOf(node), UnescapeAt(node.begin + 1, node.end - 1, Braces::kPlain)};
}

Name Actions::TakeName(Children& from) {
  const LineNode& node = from.front();
  if (node.kind == NodeKind::kText) {
    const Text quoted = TakeText(from);
    return Name{quoted.span, quoted.text, true};
  }
  from.Skip();
  const Name name{SpanOf(node), TextOf(node), false};
  CheckLength(name);
  return name;
}

DottedName Actions::DottedFrom(const LineNode& node, Children segments) {
  return DottedName{SpanOf(node), TakeNames(segments)};
}

DottedName Actions::TakeDotted(Children& from) {
  const LineNode& node = from.front();
  const DottedName name = DottedFrom(node, from.Inside());
  from.Skip();
  return name;
}

List<Name> Actions::TakeNames(Children& from) {
  std::vector<Name> names;
  while (from.At(NodeKind::kName) || from.At(NodeKind::kAtom) || from.At(NodeKind::kText)) {
    names.push_back(TakeName(from));
  }
  return Copy(names);
}

List<Text> Actions::TakeTexts(Children& from) {
  std::vector<Text> texts;
  while (from.At(NodeKind::kText)) texts.push_back(TakeText(from));
  return Copy(texts);
}

Operations Actions::TakeOperations(Children& from) {
  Operations operations;
  operations.span = SpanOf(from.front());
  Children inside = from.Inside();
  from.Skip();
  operations.everything = inside.Accept(NodeKind::kEverything);
  operations.names = TakeNames(inside);
  return operations;
}

TypeRef Actions::TakeType(Children& from) {
  TypeRef type;
  type.span = SpanOf(from.front());
  Children inside = from.Inside();
  from.Skip();
  if (inside.At(NodeKind::kSetOf)) {
    type.is_set = true;
    inside = inside.Inside();
  }
  type.name = TakeName(inside);
  if (inside.At(NodeKind::kUpTo)) {
    type.up_to_span = SpanOf(inside.front());
    Children up_to = inside.Inside();
    type.up_to = TakeInt(up_to);
  }
  return type;
}

std::int64_t Actions::TakeInt(Children& from) {
  const LineNode& node = from.front();
  from.Skip();
  return ValueOr(ReadInt(TextOf(node)), node);
}

AddressLiteral Actions::TakeAddress(Children& from) {
  const LineNode& node = from.front();
  from.Skip();
  return ValueOr(ReadAddress(TextOf(node)), node);
}

Period Actions::TakePeriod(Children& from) {
  const LineNode& node = from.front();
  from.Skip();
  const Period period{SpanOf(node), ValueOr(ReadDuration(TextOf(node)), node).nanoseconds};
  if (!failed_ && period.nanoseconds <= 0) {
    Fail(Diagnostic(Kind::kBadLiteral, period.span, "a period is longer than nothing"));
  }
  return period;
}

ClockLiteral Actions::TakeClock(Children& from) {
  const LineNode& node = from.front();
  from.Skip();
  return ValueOr(ReadClock(TextOf(node)), node);
}

namespace {

RouteSegment SegmentFrom(base::FileId id, std::string_view text, std::uint32_t begin, std::uint32_t end) {
  RouteSegment segment;
  segment.span = Span{id, begin, end};
  const std::string_view spelling = text.substr(begin, end - begin);
  if (spelling.empty()) return segment;
  if (spelling == "*" || spelling == "**") {
    segment.kind = spelling.size() == 1 ? RouteSegment::Kind::kAnyOne : RouteSegment::Kind::kAnyRest;
    return segment;
  }
  segment.kind = RouteSegment::Kind::kText;
  segment.text = spelling;
  return segment;
}

}  // namespace

// The children of a Route are the names inside its braces; everything else is told by its slashes.
Route Actions::TakeRoute(Children& from) {
  const LineNode& node = from.front();
  Children names = from.Inside();
  from.Skip();
  std::vector<RouteSegment> segments;
  for (std::uint32_t at = node.begin; at < node.end;) {
    const std::uint32_t begin = at + 1;  // after the slash
    if (begin < node.end && text_[begin] == '{') {
      RouteSegment segment;
      segment.kind = RouteSegment::Kind::kParameter;
      const auto close = static_cast<std::uint32_t>(text_.find('}', begin)) + 1;
      segment.span = SpanOf(begin, close);
      segment.parameter = TakeName(names);
      if (!names.empty() && names.front().begin < close) segment.type = TakeName(names);
      segments.push_back(segment);
      at = close;
      continue;
    }
    std::uint32_t end = begin;
    while (end < node.end && text_[end] != '/') ++end;
    segments.push_back(SegmentFrom(id_, text_, begin, end));
    at = end;
  }
  if (segments.size() > base::budget::kRouteSegmentCountMax) {
    Fail(Diagnostic(Kind::kBudgetExceeded, SpanOf(node),
                    fmt::format("this path has {} segments, a path has at most {}", segments.size(),
                                base::budget::kRouteSegmentCountMax)));
  }
  return Route{SpanOf(node), Copy(segments)};
}

Reply Actions::TakeReply(Children& from) {
  Reply reply;
  reply.span = SpanOf(from.front());
  Children inside = from.Inside();
  from.Skip();
  reply.status_span = SpanOf(inside.front());
  reply.status = TakeInt(inside);
  std::vector<Ask> asks;
  while (!inside.empty()) {
    Ask ask;
    ask.span = SpanOf(inside.front());
    Children parts = inside.Inside();
    if (inside.At(NodeKind::kAskMaxAge)) {
      ask.kind = Ask::Kind::kMaxAge;
      ask.max_age = TakeTerm(parts);
    } else {
      ask.kind = inside.At(NodeKind::kAskAcr) ? Ask::Kind::kAcr : Ask::Kind::kScope;
      ask.word = TakeName(parts);
    }
    asks.push_back(ask);
    inside.Skip();
  }
  reply.asks = Copy(asks);
  return reply;
}

Because Actions::TakeBecause(Children& from) {
  Because because;
  because.span = SpanOf(from.front());
  const Children inside = from.Inside();
  from.Skip();
  const LineNode& quoted = inside.front();
  because.text = Text{SpanOf(quoted), UnescapeAt(quoted.begin + 1, quoted.end - 1, Braces::kPlaceholders)};
  if (!failed_) because.parts = TakeParts(quoted);
  return because;
}

// Cuts the text of a `because` at its unescaped braces and reads what is between them.
List<TextPart> Actions::TakeParts(const LineNode& quoted) {
  std::vector<TextPart> parts;
  const std::uint32_t end = quoted.end - 1;
  std::uint32_t begin = quoted.begin + 1;
  const auto add_words = [&](std::uint32_t to) {
    if (begin < to) parts.push_back(TextPart{SpanOf(begin, to), UnescapeAt(begin, to, Braces::kPlaceholders), nullptr});
  };
  for (std::uint32_t at = begin; at < end && !failed_; ++at) {
    if (text_[at] == '\\') {
      ++at;  // \u{e9} must not open a placeholder
      if (text_[at] == 'u') at = static_cast<std::uint32_t>(text_.find('}', at));
      continue;
    }
    if (text_[at] != '{') continue;
    add_words(at);
    const std::size_t close = at + text_.substr(at, end - at).find('}');
    if (close < at || close >= end) {
      Fail(Diagnostic(Kind::kBadText, SpanOf(at, at + 1), "this brace is never closed")
               .WithHint("`{..}` is replaced by a value; write `\\{` for a brace"));
      break;
    }
    LineTree tree;
    if (const auto failure = tree.Match(LineForm::kPlaceholder, text_, at + 1, static_cast<std::uint32_t>(close))) {
      Fail(Diagnostic(Kind::kBadText, SpanOf(at, static_cast<std::uint32_t>(close) + 1),
                      fmt::format("expected {} in the braces", failure->expected))
               .WithHint("`{..}` is replaced by a value; write `\\{` for a brace"));
      break;
    }
    Children value = tree.top();
    parts.push_back(TextPart{SpanOf(at, static_cast<std::uint32_t>(close) + 1), {}, TakeOperand(value)});
    at = static_cast<std::uint32_t>(close);
    begin = at + 1;
  }
  if (!failed_) add_words(end);
  return Copy(parts);
}

}  // namespace ward::syntax
