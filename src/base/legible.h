// base: text that somebody else chose, as one line that a terminal can show.
#ifndef WARD_SRC_BASE_LEGIBLE_H_
#define WARD_SRC_BASE_LEGIBLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ward::base {

// What a text can hold and nobody sees, or what makes other text be seen where it is not. The joiners and variation
// selectors that scripts and emoji need are none of these.
enum class Unseen : std::uint8_t {
  kNo,
  kControl,    // C0 and C1, without U+0085
  kDirection,  // turns the direction of writing
  kLineBreak,  // a new line to some editors and none to others: U+0085, U+2028, U+2029
  kInvisible,  // has no width and no mark
};
[[nodiscard]] Unseen UnseenOf(char32_t code_point);

// One element a column: a code point, a blank for a tab, `?` for what is unseen (a terminal would act upon it) and for
// each byte that is no UTF-8. The views point into `line` or to constants.
[[nodiscard]] std::vector<std::string_view> LegibleColumns(std::string_view line);

// The columns, joined.
[[nodiscard]] std::string Legible(std::string_view line);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_LEGIBLE_H_
