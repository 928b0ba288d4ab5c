#include "base/json_text.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>

#include "base/utf8.h"

namespace ward::base {

void AppendJsonString(std::string& json, std::string_view text) {
  json.push_back('"');
  while (!text.empty()) {
    const std::size_t length = Utf8SequenceLength(text);
    const char c = text.front();
    if (length == 0) {
      json.append("\xEF\xBF\xBD");
      text.remove_prefix(1);
      continue;
    }
    if (c == '"' || c == '\\') {
      json.push_back('\\');
      json.push_back(c);
    } else if (c == '\n') {
      json.append("\\n");
    } else if (c == '\t') {
      json.append("\\t");
    } else if (length == 1 && (static_cast<unsigned char>(c) < 0x20 || c == '\x7F')) {
      fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      json.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  json.push_back('"');
}

}  // namespace ward::base
