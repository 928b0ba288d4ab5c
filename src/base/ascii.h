// base: what bytes of ASCII are, whatever the locale. Hosts, header names and `lower case` fold by it.
#ifndef WARD_SRC_BASE_ASCII_H_
#define WARD_SRC_BASE_ASCII_H_

#include <algorithm>
#include <string>
#include <string_view>

namespace ward::base {

[[nodiscard]] constexpr bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool IsAsciiUpper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool IsAsciiLower(char c) { return c >= 'a' && c <= 'z'; }

[[nodiscard]] constexpr char AsciiLower(char c) { return IsAsciiUpper(c) ? static_cast<char>(c | 0x20) : c; }

// 0 to 15; -1 if it is no hexadecimal digit.
[[nodiscard]] constexpr int HexDigit(char c) {
  if (IsAsciiDigit(c)) return c - '0';
  const char lower = AsciiLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

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
