// base: letter case of ASCII, whatever the locale. Hosts, header names and `lower case` fold by it.
#ifndef WARD_SRC_BASE_ASCII_H_
#define WARD_SRC_BASE_ASCII_H_

#include <string>
#include <string_view>

namespace ward::base {

[[nodiscard]] constexpr char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

[[nodiscard]] inline std::string AsciiFolded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = AsciiLower(c);
  return folded;
}

}  // namespace ward::base

#endif  // WARD_SRC_BASE_ASCII_H_
