// base: text inside XML and HTML.
#ifndef WARD_SRC_BASE_MARKUP_H_
#define WARD_SRC_BASE_MARKUP_H_

#include <string>
#include <string_view>

namespace ward::base {

// `raw` as character data or, in double quotes, as an attribute's value: `& < > "` as entities, nothing else. Which signs a
// document may hold at all is for the caller to see to.
[[nodiscard]] std::string EscapedMarkup(std::string_view raw);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_MARKUP_H_
