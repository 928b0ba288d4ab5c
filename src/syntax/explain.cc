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
#include "syntax/explain_place.h"

namespace ward::syntax {
namespace explain {

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

std::uint32_t EndBefore(const Place& place) {
  std::uint32_t before = place.at;
  while (before > place.line->begin && IsBlank(place.text[before - 1])) --before;
  return before;
}

namespace {

// The test that an author wrote on the next line, indented further: the gap up to it.
std::optional<Span> GapToNextLine(const Place& place) {
  const std::string_view rest = place.text.substr(place.line->end);
  const std::size_t code = rest.find_first_not_of(" \t\r\n");
  if (code == std::string_view::npos || rest[code] == '#') return std::nullopt;
  const std::size_t line_break = rest.find_last_of('\n', code);
  if (line_break == std::string_view::npos) return std::nullopt;
  if (code - line_break - 1 <= place.line->begin - place.line->line_start) return std::nullopt;
  return place.At(place.line->end, place.line->end + static_cast<std::uint32_t>(code));
}

}  // namespace

Diagnostic Expected(const Place& place) {
  if (place.at_end()) {
    const Span end = place.At(place.line->end, place.line->end);
    Diagnostic diagnostic(Kind::kExpected, end, fmt::format("expected {}, but the line ends", place.expected()));
    if (place.expected() != "a test") return diagnostic;
    if (const std::optional<Span> gap = GapToNextLine(place)) {
      diagnostic.fixes.push_back(diag::Fix{"join the next line to it", {diag::Edit{*gap, " "}}});
    }
    return diagnostic;
  }
  std::string message = fmt::format("expected {}, found `{}`", place.expected(), place.found());
  // A letter of another script, or a blank of another width, looks like what was expected.
  if (base::Utf8SequenceLength(place.found()) > 1) {
    const std::string_view first = place.found().substr(0, base::Utf8SequenceLength(place.found()));
    message += fmt::format(" (U+{:04X})", static_cast<std::uint32_t>(base::DecodeUtf8(first)));
  }
  return {Kind::kExpected, place.found_span(), std::move(message)};
}

namespace {

// The first `count` words at a place, one blank between them, and where they end.
struct Phrase {
  std::string words;
  std::uint32_t end = 0;
};
// The words that a message shows in backticks: "`per`, `each` or `at once`".
std::vector<std::string_view> Backticked(std::string_view message) {
  std::vector<std::string_view> words;
  for (std::size_t at = message.find('`'); at != std::string_view::npos; at = message.find('`', at + 1)) {
    const std::size_t close = message.find('`', at + 1);
    if (close == std::string_view::npos) break;
    words.push_back(message.substr(at + 1, close - at - 1));
    at = close;
  }
  return words;
}

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

}  // namespace

// ---- one word that is missing or another ----

// A keyword of one line where another one is written: condition c = x, parameter p: int is 5.
Guess OtherKeyword(const Place& place) {
  struct Other {
    std::string_view expected;
    std::string_view found;
    std::string_view ours;
  };
  constexpr std::array<Other, 10> kOthers = {{{"`=`", "is", "="},
                                              {"`=`", ":=", "="},
                                              {"`means`", "=", "means"},
                                              {"`means`", "is", "means"},
                                              {"`means`", ":", "means"},
                                              {"`is`", "=", "is"},
                                              {"`is`", "==", "is"},
                                              {"`is`", ":", "is"},
                                              {"`is`", "means", "is"},
                                              {"`by`, `,`", "and", ","}}};
  for (const Other& other : kOthers) {
    if (!place.expected().starts_with(other.expected) || place.found() != other.found) continue;
    return Expected(place).WithFix(fmt::format("write `{}`", other.ours), place.found_span(), std::string(other.ours));
  }
  return std::nullopt;
}

// expect deny reply 404; expect 5 allow 1 deny
bool BeginsOutcome(const Place& place) {
  constexpr std::array<std::string_view, 13> kFirstWords = {"allow",   "deny",   "challenge", "throttle", "shadow",
                                                            "retry",   "slowed", "header",    "zone",     "reply",
                                                            "because", "audit",  "tag"};
  return IsDigit(place.text[place.at]) ||
         std::find(kFirstWords.begin(), kFirstWords.end(), place.found()) != kFirstWords.end();
}

// type t one of a, b; acr string; allow read write: exactly one thing is missing, and what follows
// it is there.
Guess MissingWord(const Place& place) {
  if (place.at_end()) return std::nullopt;
  const char c = place.text[place.at];
  std::string missing;
  if (place.expected() == "`is`") missing = " is";
  if (place.expected().starts_with("`:` and a type")) missing = ":";
  if (place.expected().starts_with("`,` or ")) missing = ",";
  if (place.expected().starts_with("`by`, `,` or ") && BeginsOutcome(place)) missing = ",";
  const std::uint32_t before = EndBefore(place);
  if (missing.empty() || before == place.at || !(grammar::IsNameChar(c) || c == '"' || c == '/')) return std::nullopt;
  return Expected(place).WithFix(fmt::format("insert `{}`", missing.substr(missing.find_first_not_of(' '))),
                                 place.At(before, before), missing);
}

constexpr std::array<Foreign, 14> kOutcomeAliases = {{{"permit", "allow"},
                                                      {"permitted", "allow"},
                                                      {"pass", "allow"},
                                                      {"ok", "allow"},
                                                      {"denied", "deny"},
                                                      {"forbid", "deny"},
                                                      {"forbidden", "deny"},
                                                      {"refuse", "deny"},
                                                      {"refused", "deny"},
                                                      {"reject", "deny"},
                                                      {"rejected", "deny"},
                                                      {"unauthorized", "challenge"},
                                                      {"throttled", "throttle"},
                                                      {"limited", "throttle"}}};

bool IsReplyStatus(std::string_view word) {
  return word.size() == 3 && word[0] >= '3' && word[0] <= '5' && IsDigit(word[1]) && IsDigit(word[2]);
}

// expect 404; expect deny 404; expect status 404; expect denied
Guess OtherOutcome(const Place& place) {
  const bool behind_one = place.expected().starts_with("`by`, `,` or ");
  const bool first = place.expected() == "`allow`, `deny`, `challenge` or `throttle`" ||
                     place.expected() == "an outcome after the comma";
  if (place.at_end() || !(behind_one || first)) return std::nullopt;
  std::uint32_t status = place.at;
  if (place.found() == "status" || place.found() == "code") status = SkipGap(place.text, place.end, place.line->end);
  const Span number = place.At(status, TokenEnd(place.text, status, place.line->end));
  const std::string_view code = place.text.substr(number.begin, number.size());
  if (IsReplyStatus(code)) {
    const std::string reply = fmt::format("{}reply {}", behind_one ? ", " : "", code);
    const std::uint32_t begin = behind_one ? EndBefore(place) : place.at;
    return Expected(place).WithFix(fmt::format("write `{}`", reply), place.At(begin, number.end), reply);
  }
  for (const Foreign& alias : kOutcomeAliases) {
    if (!first || alias.theirs != place.found()) continue;
    return Expected(place).WithFix(fmt::format("write `{}`", alias.ours), place.found_span(), std::string(alias.ours));
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
  const std::vector<std::string_view> candidates = test_word ? TestWords() : Backticked(place.expected());
  std::string_view meant;
  Phrase found;
  for (std::size_t count = 4; count >= 1 && meant.empty(); --count) {
    found = PhraseAt(place, count);
    if (found.words.empty()) continue;
    std::vector<std::string_view> same_length;
    for (const std::string_view candidate : candidates) {
      const auto blanks = std::count(candidate.begin(), candidate.end(), ' ');
      const bool plain =
          std::all_of(candidate.begin(), candidate.end(), [](char c) { return grammar::IsNameChar(c) || c == ' '; });
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
  return Diagnostic(
             Kind::kExpected, where,
             fmt::format("expected {}, found `{}`", place.expected(), place.text.substr(where.begin, where.size())))
      .WithFix(fmt::format("write `{}`", meant), where, std::string(meant));
}

}  // namespace explain

diag::Diagnostic Explain(const LineFailure& failure, LineForm form, const LogicalLine& line, base::FileId file,
                         std::string_view text) {
  using namespace explain;  // NOLINT(google-build-using-namespace): the recognisers, below
  Place place{&failure, form, &line, file, text, SkipGap(text, failure.offset, line.end), 0};
  place.end = TokenEnd(text, place.at, line.end);
  if (failure.too_deep) {
    return Diagnostic(
               Kind::kBudgetExceeded, place.found_span(),
               fmt::format("this nests deeper than {} parentheses, brackets and `not`", base::budget::kNestingMax))
        .WithHint("give a part of it a name with `condition`");
  }
  using Recogniser = Guess (*)(const Place&);
  constexpr std::array<Recogniser, 20> kRecognisers = {
      UnclosedText, UnclosedBracket, EnumInAttributes,   EnumWithoutOneOf, WrongAfterComma,
      IsNotMissing, NoOperations,    NoPeriod,           ForeignOperator,  StrayBracket,
      ReservedName, BadNumber,       MinusWithoutSpaces, ClauseOnSameLine, ForeignLayout,
      OtherKeyword, MethodOrPath,    OtherOutcome,       Misspelt,         MissingWord};
  for (const Recogniser recognise : kRecognisers) {
    if (Guess guess = recognise(place)) return *std::move(guess);
  }
  return Expected(place);
}

}  // namespace ward::syntax
