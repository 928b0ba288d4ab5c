// grammar: what every rule is made of: keywords, blanks and expectations.
//
// The rules match one logical line (see README.md), which ends at the end of the input. A rule that
// fails where nothing else could stand raises: the text of Expected<..> then says in the author's
// words what was expected.
#ifndef WARD_GRAMMAR_TEXT_H_
#define WARD_GRAMMAR_TEXT_H_

#include <cstddef>
#include <string_view>
#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/analyze_traits.hpp>

namespace ward::grammar {

namespace peg = tao::pegtl;

// A string literal as a template argument.
template <std::size_t kSize>
struct FixedText {
  // NOLINTNEXTLINE(google-explicit-constructor): so that Kw<"when"> reads as it does.
  constexpr FixedText(const char (&literal)[kSize]) {
    for (std::size_t i = 0; i < kSize; ++i) text[i] = literal[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text, kSize - 1}; }
  char text[kSize]{};
};

constexpr bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// A keyword ends where a name would: Kw<"is"> does not match `is-not`. A space stands for one or
// more blanks.
template <FixedText kWords>
struct Kw {
  using rule_t = Kw;
  using subs_t = peg::empty_list;
  template <typename ParseInput>
  [[nodiscard]] static bool match(ParseInput& in) {
    const char* at = in.current();
    const char* const end = in.end();
    for (const char expected : kWords.view()) {
      if (expected == ' ') {
        if (at == end || (*at != ' ' && *at != '\t')) return false;
        while (at != end && (*at == ' ' || *at == '\t')) ++at;
      } else {
        if (at == end || *at != expected) return false;
        ++at;
      }
    }
    if (at != end && IsNameChar(*at)) return false;
    in.bump(static_cast<std::size_t>(at - in.current()));
    return true;
  }
};

// Says what was expected, if `Rules` fail inside a Need.
template <FixedText kWhat, typename... Rules>
struct Expected : peg::seq<Rules...> {
  static constexpr const char* kExpectation = kWhat.text;
};
// From here on nothing else can be meant.
template <FixedText kWhat, typename... Rules>
struct Need : peg::must<Expected<kWhat, Rules...>> {};
template <FixedText kWhat>
struct End : Need<kWhat, peg::eof> {};

// A logical line may hold line breaks, and comments before them, wherever blanks may stand.
struct Break : peg::seq<peg::opt<peg::one<'\r'>>, peg::one<'\n'>> {};
struct LineComment : peg::seq<peg::one<'#'>, peg::star<peg::not_one<'\n', '\r'>>, peg::at<Break>> {};
struct Blank : peg::sor<peg::one<' ', '\t'>, Break, LineComment> {};
struct Gap : peg::star<Blank> {};
struct Sep : peg::plus<Blank> {};
struct Comma : peg::seq<Gap, peg::one<','>, Gap> {};
struct Colon : peg::seq<peg::one<':'>, Gap> {};

}  // namespace ward::grammar

template <typename Name, ward::grammar::FixedText kWords>
struct tao::pegtl::analyze_traits<Name, ward::grammar::Kw<kWords>> : tao::pegtl::analyze_any_traits<> {};

#endif  // WARD_GRAMMAR_TEXT_H_
