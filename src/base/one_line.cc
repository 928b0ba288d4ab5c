#include "base/one_line.h"

#include <algorithm>
#include <cstddef>

namespace ward::base {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// The end of the quoted text that begins at `at`, its closing quote included.
std::size_t EndOfQuoted(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

std::string OnOneLine(std::string_view text) {
  std::string line;
  bool blank = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '#' || kBlanks.find(c) != std::string_view::npos) {
      blank = true;
      at = c == '#' ? std::min(text.find('\n', at), text.size()) : at + 1;
      continue;
    }
    const bool inside = line.ends_with('[') || line.ends_with('(') || c == ']' || c == ')';
    if (blank && !line.empty() && !inside) line += ' ';
    blank = false;
    const std::size_t end = c == '"' ? EndOfQuoted(text, at) : at + 1;
    line += text.substr(at, end - at);
    at = end;
  }
  return line;
}

}  // namespace ward::base
