// Mistakes in tests, values and numbers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/edit_distance.h"
#include "syntax/explain_place.h"

namespace ward::syntax::explain {

// ---- operators of other languages (E03) ----

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
    std::uint32_t end = TokenEnd(place.text, at, place.line->end);
    if (at < place.at && place.at < end) end = place.at;  // whatever it was, there a new one begins
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
    diagnostic.hints.push_back(fmt::format("for times: `{}`", ours == "more than" ? "after" : "before"));
  }
  return std::move(diagnostic).WithFix(std::move(fix));
}

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
  return Diagnostic(Kind::kIsNotMissing, place.At(begin, end), fmt::format("`is not {}` is `{}`", word, instead))
      .WithFix(fmt::format("write `{}`", instead), place.At(begin, end), std::string(instead));
}

// ---- numbers ----

constexpr std::array<Foreign, 27> kUnitAliases = {
    {{"s", "seconds"},    {"sec", "seconds"}, {"secs", "seconds"}, {"m", "minutes"},      {"min", "minutes"},
     {"mins", "minutes"}, {"h", "hours"},     {"hr", "hours"},     {"hrs", "hours"},      {"d", "days"},
     {"w", "weeks"},      {"msec", "ms"},     {"msecs", "ms"},     {"millisecond", "ms"}, {"milliseconds", "ms"},
     {"B", "bytes"},      {"b", "bytes"},     {"k", "kB"},         {"K", "KiB"},          {"kb", "kB"},
     {"KB", "kB"},        {"mb", "MB"},       {"M", "MB"},         {"gb", "GB"},          {"G", "GB"},
     {"kib", "KiB"},      {"mib", "MiB"}}};
constexpr std::array<std::string_view, 19> kUnits = {"ms",  "second", "seconds", "minute", "minutes", "hour",  "hours",
                                                     "day", "days",   "week",    "weeks",  "byte",    "bytes", "kB",
                                                     "MB",  "GB",     "KiB",     "MiB",    "GiB"};

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
  while (before > place.line->begin && (place.text[before - 1] == ' ' || place.text[before - 1] == '\t')) --before;
  if (before == place.line->begin || !IsDigit(place.text[before - 1])) return std::nullopt;
  std::uint32_t number = before;
  while (number > place.line->begin && (IsDigit(place.text[number - 1]) || place.text[number - 1] == '_')) --number;
  if (number > place.line->begin && (IsLetter(place.text[number - 1]) || place.text[number - 1] == '-'))
    return std::nullopt;
  const bool clings = before == place.at;
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  const std::string_view unit = IsLetter(place.text[place.at]) ? UnitMeant(word) : "";
  const auto word_end = place.at + static_cast<std::uint32_t>(word.size());
  if (!unit.empty()) {
    const Span where = place.At(number, word_end);
    const std::string good = fmt::format("{} {}", place.text.substr(number, before - number), unit);
    return Diagnostic(Kind::kBadLiteral, where,
                      fmt::format("`{}` is no quantity", place.text.substr(where.begin, where.size())))
        .WithFix(fmt::format("write `{}`", good), where, good);
  }
  if (!clings) return std::nullopt;
  std::uint32_t literal_end = place.at + 1;
  while (literal_end < place.line->end &&
         (grammar::IsNameChar(place.text[literal_end]) || place.text[literal_end] == '.' ||
          place.text[literal_end] == ':' || place.text[literal_end] == '/')) {
    ++literal_end;
  }
  const Span where = place.At(number, literal_end);
  const std::string_view literal = place.text.substr(where.begin, where.size());
  Diagnostic diagnostic(Kind::kBadLiteral, where, fmt::format("`{}` is no number", literal));
  const auto dots = std::count(literal.begin(), literal.end(), '.');
  if (dots == 1) diagnostic.hints.emplace_back("numbers are whole: use a smaller unit, such as `1500 ms`");
  if (dots > 1) diagnostic.hints.emplace_back("an address has four numbers: `10.0.0.0/8`");
  if (dots == 0) diagnostic.hints.emplace_back("a unit stands apart from its number: `15 minutes`");
  return diagnostic;
}

Guess MinusWithoutSpaces(const Place& place) {
  const bool in_source = place.form == LineForm::kAttributeLine && place.expected().starts_with("`,` or ");
  if (place.at_end() || place.text[place.at] != '-' || !(place.in_test() || in_source)) return std::nullopt;
  const Span where = place.At(place.at, place.at + 1);
  std::string minus = "-";
  if (place.at > 0 && !IsBlank(place.text[place.at - 1])) minus.insert(0, " ");
  if (place.at + 1 < place.line->end && !IsBlank(place.text[place.at + 1])) minus += ' ';
  return Diagnostic(Kind::kMinusWithoutSpaces, where, "minus needs spaces on both sides")
      .WithFix("put spaces around it", where, minus);
}

// get /orders; GET orders
Guess MethodOrPath(const Place& place) {
  constexpr std::array<std::string_view, 9> kMethods = {"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                        "DELETE", "OPTIONS", "TRACE", "CONNECT"};
  if (place.at_end()) return std::nullopt;
  const std::string_view word = FirstWord(place.text, place.at, place.line->end);
  const Span where = place.At(place.at, place.at + static_cast<std::uint32_t>(word.size()));
  if (place.expected().starts_with("a method")) {
    std::string upper(word);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (std::find(kMethods.begin(), kMethods.end(), upper) == kMethods.end()) return std::nullopt;
    return Expected(place).WithFix(fmt::format("write `{}`", upper), where, upper);
  }
  if (place.expected() == "a path in quotes" && place.text[place.at] == '/') {
    std::uint32_t end = place.at;
    while (end < place.line->end && !IsBlank(place.text[end])) ++end;
    const std::string quoted = fmt::format("\"{}\"", place.text.substr(place.at, end - place.at));
    return Expected(place).WithFix(fmt::format("write {}", quoted), place.At(place.at, end), quoted);
  }
  if (!place.expected().starts_with("a path such as") || word.empty()) return std::nullopt;
  return Expected(place).WithFix(fmt::format("write `/{}`", place.found()), place.At(place.at, place.at), "/");
}

}  // namespace ward::syntax::explain
