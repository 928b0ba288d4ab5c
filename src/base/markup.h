// base: text inside XML and HTML.
#ifndef WARD_SRC_BASE_MARKUP_H_
#define WARD_SRC_BASE_MARKUP_H_

#include <string>
#include <string_view>

namespace ward::base {

// `raw` as character data: `& < >` as entities, nothing else. Which signs a document may hold at all, and what more an
// attribute's value needs, is for the caller to see to.
[[nodiscard]] std::string EscapedMarkup(std::string_view raw);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_MARKUP_H_
