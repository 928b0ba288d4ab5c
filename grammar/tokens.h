// grammar: names and literals.
#ifndef WARD_GRAMMAR_TOKENS_H_
#define WARD_GRAMMAR_TOKENS_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "grammar/text.h"

namespace ward::grammar {

// The words that can be no name. All other keywords are known by where they stand.
inline constexpr std::array<std::string_view, 19> kReservedWords = {
    "and",  "or",      "not",   "is",  "in",         "has",     "else",    "for",  "when", "unless",
    "with", "because", "reply", "per", "everything", "missing", "present", "true", "false"};
struct Reserved {
  using rule_t = Reserved;
  using subs_t = peg::empty_list;
  template <typename ParseInput>
  [[nodiscard]] static bool match(ParseInput& in) {
    const char* end = in.current();
    while (end != in.end() && IsNameChar(*end)) ++end;
    const std::string_view word(in.current(), static_cast<std::size_t>(end - in.current()));
    for (const std::string_view reserved : kReservedWords) {
      if (word != reserved) continue;
      in.bump(word.size());
      return true;
    }
    return false;
  }
};

// A hyphen joins two parts of a name: `a-b` is a name, `a - b` is a difference.
struct NamePart : peg::plus<peg::sor<peg::alnum, peg::one<'_'>>> {};
struct Name : peg::seq<peg::not_at<Reserved>, peg::at<peg::alpha>, NamePart, peg::star<peg::one<'-'>, NamePart>> {};

struct Escape : peg::seq<peg::one<'\\'>, peg::not_one<'\n', '\r'>> {};
struct Text : peg::seq<peg::one<'"'>, peg::star<peg::sor<Escape, peg::not_one<'"', '\\', '\n', '\r'>>>,
                       Need<"a closing quote", peg::one<'"'>>> {};

// orders:read
struct AtomPart : peg::plus<peg::sor<peg::alnum, peg::one<'_', '-'>>> {};
struct Atom
    : peg::seq<peg::alpha, peg::star<peg::sor<peg::alnum, peg::one<'_', '-'>>>, peg::plus<peg::one<':'>, AtomPart>> {};

// What an enum, a role or a tag is called.
struct Word : peg::sor<Atom, Name, Text> {};

struct Segment : peg::sor<Text, Name> {};
struct Dotted : peg::seq<Name, peg::star<peg::one<'.'>, Need<"a name after the dot", Segment>>> {};
// Where a name is declared, not read, a text stands for no value, so that a claim of any spelling can have a line.
struct AttributeName : peg::seq<Segment, peg::star<peg::one<'.'>, Need<"a name after the dot", Segment>>> {};
struct Names : peg::seq<Name, peg::star<Comma, Need<"a name after the comma", Name>>> {};
struct Words : peg::seq<Word, peg::star<Comma, Need<"a word after the comma", Word>>> {};
struct Texts : peg::seq<Text, peg::star<Comma, Need<"a text in quotes after the comma", Text>>> {};

struct Everything : Kw<"everything"> {};
struct Operations : peg::sor<Everything, Names> {};

struct Digits : peg::seq<peg::digit, peg::star<peg::sor<peg::digit, peg::one<'_'>>>> {};
struct Int : peg::seq<peg::opt<peg::one<'-'>>, Digits> {};
struct Bool : peg::sor<Kw<"true">, Kw<"false">> {};

struct DurationUnit : peg::sor<Kw<"ms">, Kw<"second">, Kw<"seconds">, Kw<"minute">, Kw<"minutes">, Kw<"hour">,
                               Kw<"hours">, Kw<"day">, Kw<"days">, Kw<"week">, Kw<"weeks">> {};
struct Duration : peg::seq<peg::opt<peg::one<'-'>>, Digits, peg::plus<peg::blank>, DurationUnit> {};
struct SizeUnit : peg::sor<Kw<"byte">, Kw<"bytes">, Kw<"kB">, Kw<"MB">, Kw<"GB">, Kw<"KiB">, Kw<"MiB">, Kw<"GiB">> {};
struct Size : peg::seq<Digits, peg::plus<peg::blank>, SizeUnit> {};

struct TwoDigits : peg::rep<2, peg::digit> {};
struct Seconds : peg::seq<peg::one<':'>, TwoDigits> {};
struct Date : peg::seq<peg::rep<4, peg::digit>, peg::one<'-'>, TwoDigits, peg::one<'-'>, TwoDigits> {};
struct Offset : peg::sor<peg::one<'Z'>, peg::seq<peg::one<'+', '-'>, TwoDigits, peg::one<':'>, TwoDigits>> {};
struct TimeOfDay
    : peg::seq<TwoDigits, Seconds, peg::opt<Seconds, peg::opt<peg::one<'.'>, peg::plus<peg::digit>>>, Offset> {};
struct Timestamp
    : peg::seq<Date, peg::opt<peg::one<'T'>, Need<"a time of day with its offset, such as `T09:00:00Z`", TimeOfDay>>> {
};
struct Clock : peg::seq<TwoDigits, Seconds, peg::opt<Seconds>, peg::not_at<peg::sor<peg::alnum, peg::one<'_', ':'>>>> {
};

struct PrefixLength : peg::seq<peg::one<'/'>, peg::plus<peg::digit>> {};
struct Octet : peg::plus<peg::digit> {};
struct Address4 : peg::seq<Octet, peg::rep<3, peg::one<'.'>, Octet>> {};
// Told from an atom and a clock by its `::` or its eight groups.
struct Looks6
    : peg::sor<
          peg::seq<peg::star<peg::xdigit>, peg::star<peg::one<':'>, peg::plus<peg::xdigit>>, peg::string<':', ':'>>,
          peg::seq<peg::rep<7, peg::rep_min_max<1, 4, peg::xdigit>, peg::one<':'>>, peg::xdigit>> {};
struct Address6 : peg::seq<peg::at<Looks6>, peg::plus<peg::sor<peg::xdigit, peg::one<':', '.'>>>> {};
struct Address : peg::seq<peg::sor<Address4, Address6>, peg::opt<PrefixLength>> {};

struct RouteParameter : peg::seq<peg::one<'{'>, Need<"the parameter's name", Name>,
                                 peg::opt<Colon, Need<"a type such as `int`", Name>>, Need<"`}`", peg::one<'}'>>> {};
struct RouteChar : peg::sor<peg::alnum, peg::one<'.', '_', '~', '%', '@', '$', ':', '+', '-'>> {};
struct RouteAny : peg::rep_min_max<1, 2, peg::one<'*'>> {};
struct Route : peg::plus<peg::one<'/'>, peg::opt<peg::sor<RouteAny, RouteParameter, peg::plus<RouteChar>>>> {};

struct Method : peg::seq<peg::rep_min<3, peg::upper>, peg::not_at<peg::sor<peg::alnum, peg::one<'_', '-'>>>> {};

}  // namespace ward::grammar

template <typename Name>
struct tao::pegtl::analyze_traits<Name, ward::grammar::Reserved> : tao::pegtl::analyze_any_traits<> {};

#endif  // WARD_GRAMMAR_TOKENS_H_
