#include "base/legible.h"

#include <algorithm>
#include <cstddef>

#include "base/utf8.h"

namespace ward::base {

std::vector<std::string_view> LegibleColumns(std::string_view line) {
  std::vector<std::string_view> columns;
  while (!line.empty()) {
    const std::size_t length = Utf8SequenceLength(line);
    const auto first = static_cast<unsigned char>(line.front());
    // C1 controls (U+0080-U+009F) are C2 80 - C2 9F.
    const bool c1 = length == 2 && first == 0xC2 && static_cast<unsigned char>(line[1]) < 0xA0;
    if (line.front() == '\t') {
      columns.push_back(" ");
    } else if (length == 0 || first < 0x20 || first == 0x7F || c1) {
      columns.push_back("?");
    } else {
      columns.push_back(line.substr(0, length));
    }
    line.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return columns;
}

std::string Legible(std::string_view line) {
  std::string result;
  for (const std::string_view column : LegibleColumns(line)) result.append(column);
  return result;
}

}  // namespace ward::base
