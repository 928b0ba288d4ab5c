#include "server/listen_address.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "base/ip_address.h"

namespace ward::server {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

bool IsLoopback(const base::IpAddress& address) {
  if (address.is_v4()) return (address.v4() >> 24U) == 127;
  return address.high() == 0 && address.low() == 1;
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

Result<ListenAddress> ParseUnix(std::string_view path) {
  const sockaddr_un limits{};
  if (path.empty() || path.front() == '@' || path.find('\0') != std::string_view::npos) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("`unix:{}` names no file: a socket needs a path, so that its mode can protect it", path)};
  }
  if (path.size() >= sizeof(limits.sun_path)) {
    return Error{ErrorCode::kInvalidArgument, fmt::format("socket path `{}` has {} bytes, the system takes {} at most",
                                                          path, path.size(), sizeof(limits.sun_path) - 1)};
  }
  ListenAddress address;
  address.socket_path = path;
  return address;
}

}  // namespace

std::string ListenAddress::ToString() const {
  if (is_unix()) return fmt::format("{}{}", kUnixPrefix, socket_path);
  if (ip.find(':') != std::string::npos) return fmt::format("[{}]:{}", ip, port);
  return fmt::format("{}:{}", ip, port);
}

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  if (text.starts_with(kUnixPrefix)) return ParseUnix(text.substr(kUnixPrefix.size()));
  const std::size_t colon = text.rfind(':');
  const std::optional<std::uint16_t> port =
      colon == std::string_view::npos ? std::nullopt : ParsePort(text.substr(colon + 1));
  std::string_view host = text.substr(0, std::min(colon, text.size()));
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const std::optional<base::IpAddress> ip = base::IpAddress::Parse(host);
  // Without brackets the last group of an IPv6 address would pass for a port.
  if (!port || !ip || (host.find(':') != std::string_view::npos) != brackets) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("`{}` is no listen address: write `unix:PATH`, `127.0.0.1:PORT` or `[::1]:PORT`", text)};
  }
  if (!IsLoopback(*ip)) {
    return Error{ErrorCode::kPermission,
                 fmt::format("will not listen on `{}` in plaintext: whoever reaches it could claim "
                             "to be any client; "
                             "listen on `unix:PATH` or a loopback address",
                             text)};
  }
  ListenAddress address;
  address.ip = ip->ToString();
  address.port = *port;
  return address;
}

}  // namespace ward::server
