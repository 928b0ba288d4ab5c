#include "server/listen_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/ip_address.h"

namespace ward::server {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

std::string SystemReason(int error) { return std::generic_category().message(error); }

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

// An open socket that closes itself.
class Socket {
 public:
  explicit Socket(int family) : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

// Requires: the path fits, as ParseListenAddress sees to.
sockaddr_un UnixSocketAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof(address.sun_path) - 1));
  return address;
}

// Both: 0 or the system's error.
int TryUnix(const std::string& path) {
  const Socket socket(AF_UNIX);
  const sockaddr_un name = UnixSocketAddress(path);
  if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&name), sizeof(name)) != 0) return errno;
  return ::unlink(path.c_str()) == 0 ? 0 : errno;
}

int TryTcp(const ListenAddress& address) {
  const bool v6 = address.ip.find(':') != std::string::npos;
  const Socket socket(v6 ? AF_INET6 : AF_INET);
  // As grpc does: connections of an earlier process may linger.
  const int yes = 1;
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in v4_name{};
  v4_name.sin_family = AF_INET;
  v4_name.sin_port = htons(address.port);
  sockaddr_in6 v6_name{};
  v6_name.sin6_family = AF_INET6;
  v6_name.sin6_port = htons(address.port);
  void* ip = v6 ? static_cast<void*>(&v6_name.sin6_addr) : static_cast<void*>(&v4_name.sin_addr);
  ::inet_pton(v6 ? AF_INET6 : AF_INET, address.ip.c_str(), ip);
  const auto* name = v6 ? reinterpret_cast<const sockaddr*>(&v6_name) : reinterpret_cast<const sockaddr*>(&v4_name);
  const socklen_t size = v6 ? sizeof(v6_name) : sizeof(v4_name);
  return ::bind(socket.fd(), name, size) == 0 ? 0 : errno;
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

Result<void> ClearStaleSocket(const std::string& socket_path) {
  const std::filesystem::path folder = std::filesystem::path(socket_path).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored)) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("no folder `{}` for the socket `{}`: create it first", folder.string(), socket_path)};
  }
  struct stat status {};
  if (::lstat(socket_path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return Error{ErrorCode::kIo, fmt::format("cannot look at `{}`: {}", socket_path, SystemReason(errno))};
  }
  if (!S_ISSOCK(status.st_mode)) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("`{}` is there and is no socket: will not replace it", socket_path)};
  }
  const Socket probe(AF_UNIX);
  const sockaddr_un address = UnixSocketAddress(socket_path);
  if (::connect(probe.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
      errno == EAGAIN) {  // EAGAIN: a listener whose queue is full
    return Error{ErrorCode::kBusy, fmt::format("another process already answers on `{}`", socket_path)};
  }
  if (errno != ECONNREFUSED) {
    return Error{ErrorCode::kIo,
                 fmt::format("cannot tell whether `{}` is in use: {}", socket_path, SystemReason(errno))};
  }
  if (::unlink(socket_path.c_str()) != 0) {
    return Error{ErrorCode::kIo,
                 fmt::format("cannot remove the old socket `{}`: {}", socket_path, SystemReason(errno))};
  }
  return {};
}

Result<void> TryListenAddress(const ListenAddress& address) {
  const int error = address.is_unix() ? TryUnix(address.socket_path) : TryTcp(address);
  if (error == 0) return {};
  return Error{ErrorCode::kIo, fmt::format("cannot listen on `{}`: {}", address.ToString(), SystemReason(error))};
}

}  // namespace ward::server
