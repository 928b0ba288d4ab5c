#include "base/legible.h"

#include <algorithm>
#include <cstddef>

#include "base/utf8.h"

namespace ward::base {

// Source: Unicode 15, general categories Cc, Cf, Zl, Zp; the fillers of Hangul, which are letters and blank.
Unseen UnseenOf(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return first <= c && c <= last; };
  if (c == 0x85 || within(0x2028, 0x2029)) return Unseen::kLineBreak;
  if (c < 0x20 || within(0x7F, 0x9F)) return Unseen::kControl;
  if (c == 0x61C || within(0x200E, 0x200F) || within(0x202A, 0x202E) || within(0x2066, 0x2069)) {
    return Unseen::kDirection;
  }
  const bool invisible = c == 0xAD || c == 0x180E || c == 0x200B || within(0x2060, 0x2064) || c == 0xFEFF ||
                         within(0x115F, 0x1160) || c == 0x3164 || c == 0xFFA0 || within(0xE0000, 0xE007F);
  return invisible ? Unseen::kInvisible : Unseen::kNo;
}

std::vector<std::string_view> LegibleColumns(std::string_view line) {
  std::vector<std::string_view> columns;
  while (!line.empty()) {
    const std::size_t length = Utf8SequenceLength(line);
    if (line.front() == '\t') {
      columns.push_back(" ");
    } else if (length == 0 || UnseenOf(DecodeUtf8(line.substr(0, length))) != Unseen::kNo) {
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
