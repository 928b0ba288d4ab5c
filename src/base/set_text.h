// base: a set of strings as one text: what cells of live tables and parameters take.
//
// Members stand between blanks. A set of which a member is empty or has a blank is written as U+001F and then, for each
// member, its length in bytes, a colon and the member: `<1F>10:read admin0:`. One blank is the empty set, since an empty
// cell is a missing one.
#ifndef WARD_SRC_BASE_SET_TEXT_H_
#define WARD_SRC_BASE_SET_TEXT_H_

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace ward::base {

inline constexpr char kCountedSet = '\x1F';

[[nodiscard]] std::string SetText(const std::vector<std::string>& members);

// Calls `use` for each member, in their order. False: after U+001F the text is not as above.
template <typename Use>
[[nodiscard]] bool ForEachMember(std::string_view text, Use use) {
  if (text.empty() || text.front() != kCountedSet) {
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find(' ', begin), text.size());
      if (end > begin) use(text.substr(begin, end - begin));
      begin = end + 1;
    }
    return true;
  }
  text.remove_prefix(1);
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end == text.data() + text.size() || *end != ':') return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    if (length > text.size()) return false;
    use(text.substr(0, length));
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace ward::base

#endif  // WARD_SRC_BASE_SET_TEXT_H_
