#include "server/header_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.h"
#include "base/utf8.h"

namespace ward::server {
namespace {

constexpr std::array<std::string_view, 10> kNeverSet{
    "host",    "content-length", "transfer-encoding", "connection",     "te",
    "trailer", "upgrade",        "keep-alive",        "http2-settings", "expect"};
constexpr std::array<std::string_view, 2> kNeverSetPrefixes{"proxy-", "x-envoy-"};

constexpr bool IsTokenCharacter(char c) {
  const char lower = base::AsciiLower(c);
  if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool SameHeaderName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return base::AsciiLower(x) == base::AsciiLower(y); });
}

bool StartsWithFolded(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && SameHeaderName(text.substr(0, lower.size()), lower);
}

bool MaySetHeader(std::string_view name) {
  if (name.empty() || !std::all_of(name.begin(), name.end(), IsTokenCharacter)) return false;
  for (const std::string_view never : kNeverSet) {
    if (SameHeaderName(name, never)) return false;
  }
  for (const std::string_view prefix : kNeverSetPrefixes) {
    if (SameHeaderName(name.substr(0, prefix.size()), prefix)) return false;
  }
  return true;
}

bool IsHeaderValue(std::string_view value) {
  const auto allowed = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  };
  return std::all_of(value.begin(), value.end(), allowed) && !base::FirstInvalidUtf8(value);
}

}  // namespace ward::server
