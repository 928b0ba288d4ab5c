// The recognisers are tried in order, from the most particular to "expected X, found Y". Each looks
// at what stands at the failure (Place) and returns a diagnostic, or nothing if it does not know
// this mistake.
#include "syntax/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/budgets.h"
#include "base/edit_distance.h"
#include "base/utf8.h"
#include "grammar/text.h"

namespace ward::syntax {
namespace {

using base::Span;
using diag::Diagnostic;
using diag::Edit;
using diag::Fix;
using diag::Kind;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return grammar::IsNameChar(c) && !IsDigit(c) && c != '-' && c != '_'; }

// What stands where the grammar gave up.
struct Place {
  const LineFailure* failure = nullptr;
  LineForm form = LineForm::kRuleLine;
  const LogicalLine* line = nullptr;
  base::FileId file;
  std::string_view text;
  std::uint32_t at = 0;   // first character after the blanks; line->end if there is none
  std::uint32_t end = 0;  // past the token at `at`

  [[nodiscard]] Span At(std::uint32_t from, std::uint32_t to) const { return {file, from, to}; }
  [[nodiscard]] Span found_span() const { return {file, at, end}; }
  [[nodiscard]] std::string_view found() const { return text.substr(at, end - at); }
  [[nodiscard]] bool at_end() const { return at >= line->end; }
  [[nodiscard]] std::string_view rest() const { return text.substr(at, line->end - at); }
  [[nodiscard]] std::string_view expected() const { return failure->expected; }
  [[nodiscard]] bool expects(std::string_view words) const {
    return expected().find(words) != std::string_view::npos;
  }
  // A whole test has been read, or an operand, or one is about to begin.
  [[nodiscard]] bool in_test() const {
    return expected().starts_with("a test") || expected().starts_with("a value") ||
           expects("`and`, `or`") || expects("`)`") || expects("`]`");
  }
};

// Past blanks, line breaks and the comments before them.
std::uint32_t SkipGap(std::string_view text, std::uint32_t at, std::uint32_t end) {
  while (at < end && (IsBlank(text[at]) || text[at] == '#')) {
    if (text[at] == '#') {
      while (at < end && text[at] != '\n') ++at;
    } else {
      ++at;
    }
  }
  return at;
}

// A word, a text in quotes, a number with what clings to it, a run of operator characters, or one
// character.
std::uint32_t TokenEnd(std::string_view text, std::uint32_t at, std::uint32_t end) {
  if (at >= end) return at;
  constexpr std::string_view kOperators = "=!<>&|~";
  std::uint32_t to = at;
  if (text[at] == '"') {
    for (++to; to < end && text[to] != '"' && text[to] != '\n'; ++to) {
      if (text[to] == '\\') ++to;
    }
    return std::min(end, to + 1);
  }
  const auto run = [&](auto belongs) {
    while (to < end && belongs(text[to])) ++to;
    return to;
  };
  if (grammar::IsNameChar(text[at]) && text[at] != '-') {
    return run([](char c) { return grammar::IsNameChar(c) || c == '.' || c == ':' || c == '/'; });
  }
  if (kOperators.find(text[at]) != std::string_view::npos) {
    return run([&](char c) { return kOperators.find(c) != std::string_view::npos; });
  }
  const auto length = static_cast<std::uint32_t>(base::Utf8SequenceLength(text.substr(at)));
  return at + std::max<std::uint32_t>(1, length);
}

// The words that a message shows in backticks: "`per`, `each` or `at once`".
std::vector<std::string_view> Backticked(std::string_view message) {
  std::vector<std::string_view> words;
  for (std::size_t at = message.find('`'); at != std::string_view::npos;
       at = message.find('`', at + 1)) {
    const std::size_t close = message.find('`', at + 1);
    if (close == std::string_view::npos) break;
    words.push_back(message.substr(at + 1, close - at - 1));
    at = close;
  }
  return words;
}

// The first `count` words at a place, one blank between them, and where they end.
struct Phrase {
  std::string words;
  std::uint32_t end = 0;
};
Phrase PhraseAt(const Place& place, std::size_t count) {
  Phrase phrase;
  std::uint32_t at = place.at;
  for (std::size_t i = 0; i < count; ++i) {
    at = SkipGap(place.text, at, place.line->end);
    const std::string_view word = FirstWord(place.text, at, place.line->end);
    if (word.empty()) return {};
    if (i > 0) phrase.words += ' ';
    phrase.words += word;
    at += static_cast<std::uint32_t>(word.size());
  }
  phrase.end = at;
  return phrase;
}

using Guess = std::optional<Diagnostic>;

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
  return Diagnostic(Kind::kBadText, place.At(open, place.failure->offset),
                    "this text has no closing quote")
      .WithHint("a text ends on the line on which it begins");
}

Guess UnclosedBracket(const Place& place) {
  if (!place.line->open_bracket || !place.at_end()) return std::nullopt;
  const std::uint32_t at = *place.line->open_bracket;
  return Diagnostic(Kind::kExpected, place.At(at, at + 1),
                    fmt::format("this `{}` is never closed", place.text[at]))
      .WithHint("brackets close before the next declaration begins");
}

Guess StrayBracket(const Place& place) {
  if (place.at_end() || (place.text[place.at] != ')' && place.text[place.at] != ']'))
    return std::nullopt;
  if (!place.expects("end of the line")) return std::nullopt;
  return Diagnostic(Kind::kExpected, place.At(place.at, place.at + 1),
                    fmt::format("this `{}` closes nothing", place.text[place.at]))
      .WithFix("delete it", place.At(place.at, place.at + 1), "");
}

// ---- operators of other languages (E03) ----

struct Foreign {
  std::string_view theirs;
  std::string_view ours;
};
constexpr std::array<Foreign, 12> kForeign = {{{"==", "is"},
                                               {"===", "is"},
                                               {"!=", "is not"},
                                               {"<>", "is not"},
                                               {">=", "at least"},
                                               {"<=", "at most"},
                                               {">", "more than"},
                                               {"<", "less than"},
                                               {"=", "is"},
                                               {"&&", "and"},
                                               {"||", "or"},
                                               {"=~", "matches"}}};

// Every foreign operator of the line, so that one fix mends them all.
Fix ReplaceForeign(const Place& place) {
  Fix fix;
  for (std::uint32_t at = place.line->begin; at < place.line->end;) {
    if (place.text[at] == '#') {
      at = SkipGap(place.text, at, place.line->end);
      continue;
    }
    const std::uint32_t end = TokenEnd(place.text, at, place.line->end);
    const std::string_view token = place.text.substr(at, end - at);
    std::string ours;
    for (const Foreign& foreign : kForeign) {
      if (foreign.theirs == token) ours = foreign.ours;
    }
    if (token == "!") ours = "not";
    if (!ours.empty()) {
      if (at > 0 && !IsBlank(place.text[at - 1]) && place.text[at - 1] != '(') ours.insert(0, " ");
      if (end < place.line->end && !IsBlank(place.text[end])) ours += ' ';
      fix.edits.push_back(Edit{place.At(at, end), ours});
    }
    at = end;
  }
  return fix;
}

Guess ForeignOperator(const Place& place) {
  if (place.at_end() || !place.in_test()) return std::nullopt;
  std::string_view ours;
  for (const Foreign& foreign : kForeign) {
    if (foreign.theirs == place.found()) ours = foreign.ours;
  }
  if (place.found() == "!") ours = "not";
  if (ours.empty()) return std::nullopt;
  Fix fix = ReplaceForeign(place);
  fix.description = fix.edits.size() == 1 ? fmt::format("write `{}`", ours) : "write the words";
  Diagnostic diagnostic(Kind::kForeignOperator, place.found_span(),
                        fmt::format("Ward writes `{}`, not `{}`", ours, place.found()));
  if (ours == "more than" || ours == "less than") {
    diagnostic.hints.push_back(
        fmt::format("for times: `{}`", ours == "more than" ? "after" : "before"));
  }
  return std::move(diagnostic).WithFix(std::move(fix));
}

// ---- words ----

Guess IsNotMissing(const Place& place) {
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  if (word != "missing" && word != "present") return std::nullopt;
  // "is not" in front of it, whatever blanks lie between.
  std::uint32_t begin = place.at;
  for (const std::string_view part : {"not", "is"}) {
    while (begin > place.line->begin && IsBlank(place.text[begin - 1])) --begin;
    if (begin < place.line->begin + part.size()) return std::nullopt;
    begin -= static_cast<std::uint32_t>(part.size());
    if (place.text.substr(begin, part.size()) != part) return std::nullopt;
  }
  const std::uint32_t end = place.at + static_cast<std::uint32_t>(word.size());
  const std::string_view instead = word == "missing" ? "is present" : "is missing";
  return Diagnostic(Kind::kIsNotMissing, place.At(begin, end),
                    fmt::format("`is not {}` is `{}`", word, instead))
      .WithFix(fmt::format("write `{}`", instead), place.At(begin, end), std::string(instead));
}

constexpr std::array<std::string_view, 19> kReserved = {
    "and",  "or",      "not",   "is",  "in",         "has",     "else",    "for",  "when", "unless",
    "with", "because", "reply", "per", "everything", "missing", "present", "true", "false"};

Guess ReservedName(const Place& place) {
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  const bool names_something = place.expected().starts_with("the ") ||
                               place.expected().starts_with("a name") ||
                               place.expected().starts_with("a column");
  if (!names_something || place.expects("name of") || place.expects("end of the line"))
    return std::nullopt;
  if (std::find(kReserved.begin(), kReserved.end(), word) == kReserved.end()) return std::nullopt;
  const Span where = place.At(place.at, place.at + static_cast<std::uint32_t>(word.size()));
  return Diagnostic(Kind::kReservedName, where,
                    fmt::format("`{}` is a word of the language and can be no name", word))
      .WithHint(fmt::format("a longer name is free, such as `{}-it`", word));
}

Guess NoOperations(const Place& place) {
  if (!place.expects("names of operations")) return std::nullopt;
  if (place.at_end()) {
    return Diagnostic(Kind::kMissingOperations, place.At(place.line->begin, place.line->end),
                      "say which operations")
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
    return Diagnostic(
               Kind::kLimitWithoutPeriod, whole,
               fmt::format("`{}` in what time?", place.text.substr(whole.begin, whole.size())))
        .WithFix("write `per minute` for any minute", end, " per minute")
        .WithFix("write `each day in \"UTC\"` for a day of the calendar", end,
                 " each day in \"UTC\"")
        .WithFix("write `at once` for open requests", end, " at once");
  }
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  if (!place.expects("a period such as") || (word != "month" && word != "year"))
    return std::nullopt;
  const auto per = static_cast<std::uint32_t>(place.text.rfind("per", place.at));
  const Span where = place.At(per, place.at + static_cast<std::uint32_t>(word.size()));
  return Diagnostic(Kind::kAmbiguousPeriod, where,
                    fmt::format("no two of them are equally long: `per {}`", word))
      .WithFix(fmt::format("write `each {} in \"UTC\"`", word), where,
               fmt::format("each {} in \"UTC\"", word));
}

// acr: one of none, password, optional
Guess EnumInAttributes(const Place& place) {
  if (place.form != LineForm::kAttributeLine || place.expected() != "the name of a type")
    return std::nullopt;
  const std::string_view name = FirstWord(place.text, place.line->begin, place.line->end);
  // The values end where the modifiers begin.
  std::uint32_t values_end = place.line->end;
  for (std::uint32_t comma = place.at; comma < place.line->end; ++comma) {
    if (place.text[comma] != ',') continue;
    const std::string_view word =
        FirstWord(place.text, SkipGap(place.text, comma + 1, place.line->end), place.line->end);
    if (word == "optional" || word == "secret" || word == "from" || word == "split" ||
        word == "lower") {
      values_end = comma;
      break;
    }
  }
  const Span values = place.At(place.at, values_end);
  Diagnostic diagnostic(Kind::kEnumInAttributes, values,
                        "an enum is listed in a `type` declaration");
  const std::string_view listed = place.text.substr(values.begin, values.size());
  if (name.empty() || listed.find('\n') != std::string_view::npos) {
    return std::move(diagnostic).WithHint("declare the type and write its name here");
  }
  // Above the opening line that this one is indented under: the last margin line of code.
  std::uint32_t opening = place.line->line_start;
  while (opening > 0) {
    const std::size_t previous =
        opening >= 2 ? place.text.rfind('\n', opening - 2) : std::string_view::npos;
    opening = previous == std::string_view::npos ? 0 : static_cast<std::uint32_t>(previous) + 1;
    if (!IsBlank(place.text[opening]) && place.text[opening] != '#') break;
  }
  Fix fix;
  fix.description = fmt::format("declare `type {} is {}`", name, listed);
  fix.edits.push_back(
      Edit{place.At(opening, opening), fmt::format("type {} is {}\n\n", name, listed)});
  fix.edits.push_back(Edit{values, std::string(name)});
  return std::move(diagnostic).WithFix(std::move(fix));
}

// ---- numbers ----

constexpr std::array<Foreign, 27> kUnitAliases = {
    {{"s", "seconds"}, {"sec", "seconds"},    {"secs", "seconds"},
     {"m", "minutes"}, {"min", "minutes"},    {"mins", "minutes"},
     {"h", "hours"},   {"hr", "hours"},       {"hrs", "hours"},
     {"d", "days"},    {"w", "weeks"},        {"msec", "ms"},
     {"msecs", "ms"},  {"millisecond", "ms"}, {"milliseconds", "ms"},
     {"B", "bytes"},   {"b", "bytes"},        {"k", "kB"},
     {"K", "KiB"},     {"kb", "kB"},          {"KB", "kB"},
     {"mb", "MB"},     {"M", "MB"},           {"gb", "GB"},
     {"G", "GB"},      {"kib", "KiB"},        {"mib", "MiB"}}};
constexpr std::array<std::string_view, 19> kUnits = {
    "ms",    "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week",
    "weeks", "byte",   "bytes",   "kB",     "MB",      "GB",   "KiB",   "MiB", "GiB"};

std::string_view UnitMeant(std::string_view word) {
  for (const std::string_view unit : kUnits) {
    if (unit == word) return unit;
  }
  for (const Foreign& alias : kUnitAliases) {
    if (alias.theirs == word) return alias.ours;
  }
  return base::NearestName(word, kUnits).value_or("");
}

// 15min, 15 mins, 1.5, 10.0.0: the number was read, what follows it was not.
Guess BadNumber(const Place& place) {
  if (place.at_end()) return std::nullopt;
  std::uint32_t before = place.at;
  while (before > place.line->begin &&
         (place.text[before - 1] == ' ' || place.text[before - 1] == '\t'))
    --before;
  if (before == place.line->begin || !IsDigit(place.text[before - 1])) return std::nullopt;
  std::uint32_t number = before;
  while (number > place.line->begin &&
         (IsDigit(place.text[number - 1]) || place.text[number - 1] == '_'))
    --number;
  if (number > place.line->begin &&
      (IsLetter(place.text[number - 1]) || place.text[number - 1] == '-'))
    return std::nullopt;
  const bool clings = before == place.at;
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  const std::string_view unit = IsLetter(place.text[place.at]) ? UnitMeant(word) : "";
  const auto word_end = place.at + static_cast<std::uint32_t>(word.size());
  if (!unit.empty()) {
    const Span where = place.At(number, word_end);
    const std::string good = fmt::format("{} {}", place.text.substr(number, before - number), unit);
    return Diagnostic(
               Kind::kBadLiteral, where,
               fmt::format("`{}` is no quantity", place.text.substr(where.begin, where.size())))
        .WithFix(fmt::format("write `{}`", good), where, good);
  }
  if (!clings) return std::nullopt;
  const Span where = place.At(number, std::max(place.end, place.at + 1));
  const std::string_view literal = place.text.substr(where.begin, where.size());
  Diagnostic diagnostic(Kind::kBadLiteral, where, fmt::format("`{}` is no number", literal));
  const auto dots = std::count(literal.begin(), literal.end(), '.');
  if (dots == 1)
    diagnostic.hints.emplace_back("numbers are whole: use a smaller unit, such as `1500 ms`");
  if (dots > 1) diagnostic.hints.emplace_back("an address has four numbers: `10.0.0.0/8`");
  if (dots == 0) diagnostic.hints.emplace_back("a unit stands apart from its number: `15 minutes`");
  return diagnostic;
}

Guess MinusWithoutSpaces(const Place& place) {
  if (place.at_end() || place.text[place.at] != '-' || !place.in_test()) return std::nullopt;
  const Span where = place.At(place.at, place.at + 1);
  std::string minus = "-";
  if (place.at > 0 && !IsBlank(place.text[place.at - 1])) minus.insert(0, " ");
  if (place.at + 1 < place.line->end && !IsBlank(place.text[place.at + 1])) minus += ' ';
  return Diagnostic(Kind::kMinusWithoutSpaces, where, "minus needs spaces on both sides")
      .WithFix("put spaces around it", where, minus);
}

// ---- layout ----

constexpr std::array<std::string_view, 12> kClauseWords = {
    "when",   "unless", "for", "with",  "because", "reply",
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
    return Diagnostic(Kind::kExpected, place.At(place.at, place.at + 2),
                      "a comment begins with `#`")
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
    return Diagnostic(Kind::kExpected,
                      place.At(place.at, place.at + static_cast<std::uint32_t>(quote.size())),
                      "a text stands in straight double quotes")
        .WithHint("an editor for letters made these: write \"..\"");
  }
  if (c == '{' && place.expects("end of the line")) {
    return Diagnostic(Kind::kExpected, one, "Ward has no braces")
        .WithHint("what belongs to a declaration is indented below it");
  }
  return std::nullopt;
}

// ---- slips of the finger ----

constexpr std::array<Foreign, 14> kTestAliases = {{{"contains", "has"},
                                                   {"includes", "has"},
                                                   {"equals", "is"},
                                                   {"eq", "is"},
                                                   {"are", "is"},
                                                   {"isnt", "is not"},
                                                   {"like", "matches"},
                                                   {"exists", "is present"},
                                                   {"startswith", "starts with"},
                                                   {"endswith", "ends with"},
                                                   {"greater", "more than"},
                                                   {"over", "more than"},
                                                   {"below", "less than"},
                                                   {"inside", "in"}}};

std::vector<std::string_view> TestWords() {
  std::vector<std::string_view> words;
  for (std::size_t op = 0; op <= static_cast<std::size_t>(TestOp::kUnder); ++op) {
    words.push_back(Spelling(static_cast<TestOp>(op)));
  }
  return words;
}

// The expected keyword that one to four words here are a misspelling of.
Guess Misspelt(const Place& place) {
  const bool test_word = place.expected().starts_with("a test word");
  const std::vector<std::string_view> candidates =
      test_word ? TestWords() : Backticked(place.expected());
  std::string_view meant;
  Phrase found;
  for (std::size_t count = 4; count >= 1 && meant.empty(); --count) {
    found = PhraseAt(place, count);
    if (found.words.empty()) continue;
    std::vector<std::string_view> same_length;
    for (const std::string_view candidate : candidates) {
      const auto blanks = std::count(candidate.begin(), candidate.end(), ' ');
      const bool plain = std::all_of(candidate.begin(), candidate.end(),
                                     [](char c) { return grammar::IsNameChar(c) || c == ' '; });
      if (plain && static_cast<std::size_t>(blanks) + 1 == count) same_length.push_back(candidate);
    }
    meant = base::NearestName(found.words, same_length).value_or("");
    if (test_word && count == 1) {
      for (const Foreign& alias : kTestAliases) {
        if (alias.theirs == found.words) meant = alias.ours;
      }
    }
  }
  if (meant.empty()) return std::nullopt;
  const Span where = place.At(place.at, found.end);
  return Diagnostic(Kind::kExpected, where,
                    fmt::format("expected {}, found `{}`", place.expected(),
                                place.text.substr(where.begin, where.size())))
      .WithFix(fmt::format("write `{}`", meant), where, std::string(meant));
}

Diagnostic Plain(const Place& place) {
  if (place.at_end()) {
    const Span end = place.At(place.line->end, place.line->end);
    return {Kind::kExpected, end, fmt::format("expected {}, but the line ends", place.expected())};
  }
  return {Kind::kExpected, place.found_span(),
          fmt::format("expected {}, found `{}`", place.expected(), place.found())};
}

}  // namespace

Diagnostic Explain(const LineFailure& failure, LineForm form, const LogicalLine& line,
                   base::FileId file, std::string_view text) {
  Place place{&failure, form, &line, file, text, SkipGap(text, failure.offset, line.end), 0};
  place.end = TokenEnd(text, place.at, line.end);
  if (failure.too_deep) {
    return Diagnostic(Kind::kBudgetExceeded, place.found_span(),
                      fmt::format("this nests deeper than {} parentheses, brackets and `not`",
                                  base::budget::kNestingMax))
        .WithHint("give a part of it a name with `condition`");
  }
  using Recogniser = Guess (*)(const Place&);
  constexpr std::array<Recogniser, 14> kRecognisers = {
      UnclosedText,       UnclosedBracket,  EnumInAttributes, IsNotMissing, NoOperations,
      NoPeriod,           ForeignOperator,  StrayBracket,     ReservedName, BadNumber,
      MinusWithoutSpaces, ClauseOnSameLine, ForeignLayout,    Misspelt};
  for (const Recogniser recognise : kRecognisers) {
    if (Guess guess = recognise(place)) return *std::move(guess);
  }
  return Plain(place);
}

}  // namespace ward::syntax
