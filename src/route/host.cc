#include "route/host.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"
#include "base/budgets.h"

namespace ward::route {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || base::IsAsciiUpper(c) || base::IsAsciiDigit(c) || c == '-' || c == '.' || c == '_';
}

bool IsLiteralByte(char c) {
  return base::IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

// Where the port's colon is, or the end; npos if what follows the host is no port.
std::size_t HostEnd(std::string_view raw) {
  std::size_t colon = raw.find(':');
  if (raw.starts_with('[')) {
    const std::size_t bracket = raw.find(']');
    if (bracket == std::string_view::npos) return std::string_view::npos;
    colon = bracket + 1 == raw.size() ? std::string_view::npos : bracket + 1;
    if (colon != std::string_view::npos && raw[colon] != ':') return std::string_view::npos;
  }
  if (colon == std::string_view::npos) return raw.size();
  const std::string_view port = raw.substr(colon + 1);
  return std::all_of(port.begin(), port.end(), base::IsAsciiDigit) && port.size() <= 5 ? colon : std::string_view::npos;
}

bool IsHost(std::string_view host) {
  if (host.empty() || host.size() > base::budget::kRequestHostBytesMax) return false;
  if (!host.starts_with('[')) {
    const bool labels = !host.starts_with('.') && !host.ends_with('.') && host.find("..") == std::string_view::npos;
    return labels && std::all_of(host.begin(), host.end(), IsNameByte);
  }
  const std::string_view literal = host.substr(1, host.size() - 2);
  return std::all_of(literal.begin(), literal.end(), IsLiteralByte);
}

}  // namespace

std::string_view NormaliseHost(std::string_view raw, std::span<char> scratch) {
  const std::size_t end = HostEnd(raw);
  if (end == std::string_view::npos) return {};
  std::string_view host = raw.substr(0, end);
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!IsHost(host)) return {};
  if (std::none_of(host.begin(), host.end(), base::IsAsciiUpper)) return host;
  std::transform(host.begin(), host.end(), scratch.begin(), base::AsciiLower);
  return {scratch.data(), host.size()};
}

}  // namespace ward::route
