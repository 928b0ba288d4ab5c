#include "base/markup.h"

namespace ward::base {

std::string EscapedMarkup(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (const char sign : raw) {
    switch (sign) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out.push_back(sign);
    }
  }
  return out;
}

}  // namespace ward::base
