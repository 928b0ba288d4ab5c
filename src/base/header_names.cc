#include "base/header_names.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/utf8.h"

namespace ward::base {
namespace {

constexpr std::array<std::string_view, 10> kFraming{
    "host",    "content-length", "transfer-encoding", "connection",     "te",
    "trailer", "upgrade",        "keep-alive",        "http2-settings", "expect"};
constexpr std::array<std::string_view, 2> kWordsOfProxies{"proxy-", "x-envoy-"};

constexpr bool IsTokenCharacter(char c) {
  const char lower = AsciiLower(c);
  if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsTokenCharacter);
}

bool MayStripHeader(std::string_view name) {
  const auto is_name = [name](std::string_view framing) { return EqualFolded(name, framing); };
  return IsHeaderName(name) && std::none_of(kFraming.begin(), kFraming.end(), is_name);
}

bool MaySetHeader(std::string_view name) {
  const auto begins_name = [name](std::string_view prefix) { return StartsWithFolded(name, prefix); };
  return MayStripHeader(name) && std::none_of(kWordsOfProxies.begin(), kWordsOfProxies.end(), begins_name);
}

bool IsHeaderValue(std::string_view value) {
  const auto allowed = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  };
  return std::all_of(value.begin(), value.end(), allowed) && !FirstInvalidUtf8(value);
}

}  // namespace ward::base
