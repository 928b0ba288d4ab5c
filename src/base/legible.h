// base: text that somebody else chose, as one line that a terminal can show.
#ifndef WARD_SRC_BASE_LEGIBLE_H_
#define WARD_SRC_BASE_LEGIBLE_H_

#include <string>
#include <string_view>
#include <vector>

namespace ward::base {

// One element a column: a code point, a blank for a tab, `?` for what a terminal would act upon (C0 and C1 controls,
// line breaks among them) and for each byte that is no UTF-8. The views point into `line` or to constants.
[[nodiscard]] std::vector<std::string_view> LegibleColumns(std::string_view line);

// The columns, joined.
[[nodiscard]] std::string Legible(std::string_view line);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_LEGIBLE_H_
