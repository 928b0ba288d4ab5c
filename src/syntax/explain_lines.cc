// Mistakes in the form of a line.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "grammar/tokens.h"
#include "syntax/explain_place.h"

namespace ward::syntax::explain {

// ---- text and brackets ----

Guess UnclosedText(const Place& place) {
  if (place.expected() != "a closing quote") return std::nullopt;
  std::uint32_t open = place.line->begin;
  bool inside = false;
  for (std::uint32_t at = place.line->begin; at < place.failure->offset; ++at) {
    if (place.text[at] == '\\' && inside) {
      ++at;
    } else if (place.text[at] == '"') {
      inside = !inside;
      if (inside) open = at;
    }
  }
  return Diagnostic(Kind::kBadText, place.At(open, place.failure->offset), "this text has no closing quote")
      .WithHint("a text ends on the line on which it begins");
}

Guess UnclosedBracket(const Place& place) {
  if (!place.line->open_bracket || !place.at_end()) return std::nullopt;
  const std::uint32_t at = *place.line->open_bracket;
  return Diagnostic(Kind::kExpected, place.At(at, at + 1), fmt::format("this `{}` is never closed", place.text[at]))
      .WithHint("brackets close before the next declaration begins");
}

Guess StrayBracket(const Place& place) {
  if (place.at_end() || (place.text[place.at] != ')' && place.text[place.at] != ']')) return std::nullopt;
  if (!place.expects("end of the line")) return std::nullopt;
  return Diagnostic(Kind::kExpected, place.At(place.at, place.at + 1),
                    fmt::format("this `{}` closes nothing", place.text[place.at]))
      .WithFix("delete it", place.At(place.at, place.at + 1), "");
}

// ---- words ----
Guess ReservedName(const Place& place) {
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  const bool names_something = place.expected().starts_with("the ") || place.expected().starts_with("a name") ||
                               place.expected().starts_with("a column");
  if (!names_something || place.expects("name of") || place.expects("end of the line")) return std::nullopt;
  if (std::find(grammar::kReservedWords.begin(), grammar::kReservedWords.end(), word) == grammar::kReservedWords.end())
    return std::nullopt;
  const Span where = place.At(place.at, place.at + static_cast<std::uint32_t>(word.size()));
  return Diagnostic(Kind::kReservedName, where, fmt::format("`{}` is a word of the language and can be no name", word))
      .WithHint(fmt::format("a longer name is free, such as `{}-it`", word));
}

Guess NoOperations(const Place& place) {
  if (!place.expects("names of operations")) return std::nullopt;
  if (place.at_end()) {
    return Diagnostic(Kind::kMissingOperations, place.At(place.line->begin, place.line->end), "say which operations")
        .WithHint("name operations or groups, or write `everything`");
  }
  if (place.text[place.at] != '*') return std::nullopt;
  const Span star = place.At(place.at, place.at + 1);
  return Diagnostic(Kind::kMissingOperations, star, "say which operations")
      .WithFix("write `everything`", star, "everything");
}

Guess NoPeriod(const Place& place) {
  if (place.form != LineForm::kAtMostClause) return std::nullopt;
  const Span whole = place.At(place.line->begin, place.line->end);
  const Span end = place.At(place.line->end, place.line->end);
  if (place.at_end() && place.expected() == "`per`, `each` or `at once`") {
    return Diagnostic(Kind::kLimitWithoutPeriod, whole,
                      fmt::format("`{}` in what time?", place.text.substr(whole.begin, whole.size())))
        .WithFix("write `per minute` for any minute", end, " per minute")
        .WithFix("write `each day in \"UTC\"` for a day of the calendar", end, " each day in \"UTC\"")
        .WithFix("write `at once` for open requests", end, " at once");
  }
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  if (!place.expects("a period such as") || (word != "month" && word != "year")) return std::nullopt;
  const auto per = static_cast<std::uint32_t>(place.text.rfind("per", place.at));
  const Span where = place.At(per, place.at + static_cast<std::uint32_t>(word.size()));
  return Diagnostic(Kind::kAmbiguousPeriod, where, fmt::format("no two of them are equally long: `per {}`", word))
      .WithFix(fmt::format("write `each {} in \"UTC\"`", word), where, fmt::format("each {} in \"UTC\"", word));
}

// Where the declaration begins that this line is indented under: the last margin line of code, or the annotations and
// documentation right above it. Looks back over 100 lines at most, so that a long body full of errors costs linear
// time.
std::optional<std::uint32_t> OpeningAbove(const Place& place) {
  std::optional<std::uint32_t> opening;
  std::uint32_t start = place.line->line_start;
  for (int lines = 0; start > 0 && lines < 100; ++lines) {
    const std::size_t previous = start >= 2 ? place.text.rfind('\n', start - 2) : std::string_view::npos;
    start = previous == std::string_view::npos ? 0 : static_cast<std::uint32_t>(previous) + 1;
    const bool belongs = place.text[start] == '@' || place.text.substr(start, 2) == "##";
    if (opening && !belongs) break;
    if (opening || (!IsBlank(place.text[start]) && place.text[start] != '#')) opening = start;
  }
  return opening;
}

// acr: one of none, password, optional
Guess EnumInAttributes(const Place& place) {
  if (place.form != LineForm::kAttributeLine || place.expected() != "the name of a type") return std::nullopt;
  const std::string_view name = FirstWord(place.text, place.line->begin, place.line->end);
  // The values end where the modifiers begin.
  std::uint32_t values_end = place.line->end;
  for (std::uint32_t comma = place.at; comma < place.line->end; ++comma) {
    if (place.text[comma] != ',') continue;
    const std::string_view word =
        FirstWord(place.text, SkipGap(place.text, comma + 1, place.line->end), place.line->end);
    if (word == "optional" || word == "secret" || word == "from" || word == "split" || word == "lower") {
      values_end = comma;
      break;
    }
  }
  const Span values = place.At(place.at, values_end);
  Diagnostic diagnostic(Kind::kEnumInAttributes, values, "an enum is listed in a `type` declaration");
  const std::string_view listed = place.text.substr(values.begin, values.size());
  const std::optional<std::uint32_t> opening = OpeningAbove(place);
  if (name.empty() || !opening || listed.find('\n') != std::string_view::npos) {
    return std::move(diagnostic).WithHint("declare the type and write its name here");
  }
  Fix fix;
  fix.description = fmt::format("declare `type {} is {}`", name, listed);
  fix.edits.push_back(Edit{place.At(*opening, *opening), fmt::format("type {} is {}\n\n", name, listed)});
  fix.edits.push_back(Edit{values, std::string(name)});
  return std::move(diagnostic).WithFix(std::move(fix));
}

// type t is a, b
Guess EnumWithoutOneOf(const Place& place) {
  if (place.form != LineForm::kTypeLine || place.at_end()) return std::nullopt;
  const Span sign = place.At(place.at, place.at + 1);
  if (place.text[place.at] != ',' && place.text[place.at] != '<') return std::nullopt;
  if (place.expects("`,`") || place.expects("`<`")) {
    return Diagnostic(Kind::kExpected, sign, "`,` and `<` do not mix in one enum")
        .WithHint("an enum is ordered by `<` as a whole, or not at all");
  }
  std::uint32_t value = EndBefore(place);
  while (value > place.line->begin && !IsBlank(place.text[value - 1])) --value;
  return Diagnostic(Kind::kExpected, sign, "an enum begins with `one of`")
      .WithFix("insert `one of`", place.At(value, value), "one of ");
}

// everything, x; reply 401 asking for acr mfa, x: a comma after which something else was expected.
Guess WrongAfterComma(const Place& place) {
  if (place.at_end() || place.text[place.at] != ',') return std::nullopt;
  const std::uint32_t next = SkipGap(place.text, place.at + 1, place.line->end);
  const Span after = place.At(next, TokenEnd(place.text, next, place.line->end));
  const std::string_view found = place.text.substr(after.begin, after.size());
  if (place.form == LineForm::kReplyClause || place.form == LineForm::kRequiresClause) {
    const std::string_view expected =
        place.form == LineForm::kReplyClause ? "`acr`, `max age` or `scope`" : "one `reply` and one `because`";
    return Diagnostic(Kind::kExpected, after, fmt::format("expected {} after the comma, found `{}`", expected, found));
  }
  const std::uint32_t before = EndBefore(place);
  if (!place.text.substr(0, before).ends_with("everything")) return std::nullopt;
  const Span rest = place.At(before, place.line->end);
  return Diagnostic(Kind::kExpected, place.At(place.at, place.line->end), "`everything` names all operations already")
      .WithFix("delete the others", rest, "");
}

// ---- layout ----

constexpr std::array<std::string_view, 12> kClauseWords = {"when",   "unless", "for", "with",  "because", "reply",
                                                           "counts", "costs",  "per", "allow", "deny",    "require"};

// rule x allow y when z: a clause is one line.
Guess ClauseOnSameLine(const Place& place) {
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  if (!place.expects("end of the line") ||
      std::find(kClauseWords.begin(), kClauseWords.end(), word) == kClauseWords.end()) {
    return std::nullopt;
  }
  std::uint32_t gap = place.at;
  while (gap > place.line->begin && IsBlank(place.text[gap - 1])) --gap;
  const Span where = place.At(place.at, place.at + static_cast<std::uint32_t>(word.size()));
  if (place.form == LineForm::kRequiresClause) {
    return Diagnostic(Kind::kExpected, where, fmt::format("expected a comma before `{}`", word))
        .WithFix(fmt::format("write `, {}`", word), place.At(gap, place.at), ", ");
  }
  return Diagnostic(Kind::kExpected, where, fmt::format("`{}` begins a line of its own", word))
      .WithFix(fmt::format("start a new line before `{}`", word), place.At(gap, place.at), "\n  ");
}

Guess ForeignLayout(const Place& place) {
  if (place.at_end()) return std::nullopt;
  const char c = place.text[place.at];
  const Span one = place.At(place.at, place.at + 1);
  if (c == ';') {
    return Diagnostic(Kind::kExpected, one, "a line needs no `;`").WithFix("delete it", one, "");
  }
  if (place.rest().starts_with("//")) {
    return Diagnostic(Kind::kExpected, place.At(place.at, place.at + 2), "a comment begins with `#`")
        .WithFix("write `#`", place.At(place.at, place.at + 2), "#");
  }
  if (c == '\'') {
    const std::size_t close = place.rest().find('\'', 1);
    Diagnostic diagnostic(Kind::kExpected, one, "a text stands in double quotes");
    if (close == std::string_view::npos) return diagnostic;
    const Span whole = place.At(place.at, place.at + static_cast<std::uint32_t>(close) + 1);
    const std::string quoted = fmt::format("\"{}\"", place.rest().substr(1, close - 1));
    return std::move(diagnostic).WithFix(fmt::format("write {}", quoted), whole, quoted);
  }
  constexpr std::array<std::string_view, 4> kCurly = {"\u201C", "\u201D", "\u2018", "\u2019"};
  for (const std::string_view quote : kCurly) {
    if (!place.rest().starts_with(quote)) continue;
    return Diagnostic(Kind::kExpected, place.At(place.at, place.at + static_cast<std::uint32_t>(quote.size())),
                      "a text stands in straight double quotes")
        .WithHint("an editor for letters made these: write \"..\"");
  }
  if (c == '{' && place.expects("end of the line")) {
    return Diagnostic(Kind::kExpected, one, "Ward has no braces")
        .WithHint("what belongs to a declaration is indented below it");
  }
  return std::nullopt;
}

}  // namespace ward::syntax::explain
