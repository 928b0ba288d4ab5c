// base: letter case of ASCII, whatever the locale. Hosts, header names and `lower case` fold by it.
#ifndef WARD_SRC_BASE_ASCII_H_
#define WARD_SRC_BASE_ASCII_H_

#include <algorithm>
#include <string>
#include <string_view>

namespace ward::base {

[[nodiscard]] constexpr char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

[[nodiscard]] inline std::string AsciiFolded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = AsciiLower(c);
  return folded;
}

[[nodiscard]] constexpr bool EqualFolded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return AsciiLower(x) == AsciiLower(y); });
}

[[nodiscard]] constexpr bool StartsWithFolded(std::string_view text, std::string_view prefix) {
  return EqualFolded(text.substr(0, prefix.size()), prefix);
}

}  // namespace ward::base

#endif  // WARD_SRC_BASE_ASCII_H_
