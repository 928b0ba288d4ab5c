#include "server/listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace ward::server {
namespace {

// How long to wait for a file descriptor that somebody else closes.
constexpr int kRetryMs = 100;
constexpr mode_t kSocketMode = 0660;

std::string SystemReason(int error) { return std::generic_category().message(error); }

int NewSocket(int family) { return ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

// Requires: the path fits, as ParseListenAddress sees to.
sockaddr_un UnixSocketAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof(address.sun_path) - 1));
  return address;
}

// Makes way for a new socket.
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
  const Descriptor probe(NewSocket(AF_UNIX));
  const sockaddr_un address = UnixSocketAddress(socket_path);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
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

// A socket address of either family.
struct SocketName {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

template <typename Name>
SocketName NameOf(const Name& from) {
  SocketName name;
  std::memcpy(&name.storage, &from, sizeof(from));
  name.size = sizeof(from);
  return name;
}

SocketName NameOfAddress(const ListenAddress& address) {
  if (address.is_unix()) return NameOf(UnixSocketAddress(address.socket_path));
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(address.port);
  if (::inet_pton(AF_INET, address.ip.c_str(), &v4.sin_addr) == 1) return NameOf(v4);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  ::inet_pton(AF_INET6, address.ip.c_str(), &v6.sin6_addr);
  return NameOf(v6);
}

std::uint16_t PortOf(int socket) {
  sockaddr_storage name{};
  socklen_t size = sizeof(name);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size);
  // Both families have it at the same place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&name)->sin_port);
}

// True if `wake` became readable within this time; -1: whenever `other` has something.
bool Woken(int wake, int other, int timeout_ms) {
  std::array<pollfd, 2> files{{{wake, POLLIN, 0}, {other, POLLIN, 0}}};
  ::poll(files.data(), other < 0 ? 1 : 2, timeout_ms);
  return files[0].revents != 0;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Listener::Listener(ListenAddress address)
    : address_(std::move(address)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Listener::~Listener() { Close(); }

Result<std::unique_ptr<Listener>> Listener::Open(const ListenAddress& address) {
  if (address.is_unix()) WARD_RETURN_IF_ERROR(ClearStaleSocket(address.socket_path));
  std::unique_ptr<Listener> listener(new Listener(address));
  WARD_RETURN_IF_ERROR(listener->Bind());
  return listener;
}

Result<void> Listener::Bind() {
  const SocketName name = NameOfAddress(address_);
  socket_ = std::make_unique<Descriptor>(NewSocket(name.storage.ss_family));
  const int fd = socket_->get();
  const auto refused = [this] {
    return Error{ErrorCode::kIo, fmt::format("cannot listen on `{}`: {}", address_.ToString(), SystemReason(errno))};
  };
  if (fd < 0 || wake_.get() < 0) return refused();
  const int yes = 1;
  if (!address_.is_unix()) {
    // Connections of an earlier process may linger. What is accepted inherits the second.
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  }
  if (::bind(fd, name.get(), name.size) != 0) return refused();
  if (address_.is_unix()) {
    // Nobody can connect before listen(), so nobody meets another mode.
    struct stat status {};
    if (::chmod(address_.socket_path.c_str(), kSocketMode) != 0) return refused();
    if (::lstat(address_.socket_path.c_str(), &status) != 0) return refused();
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
  if (::listen(fd, SOMAXCONN) != 0) return refused();
  if (!address_.is_unix()) address_.port = PortOf(fd);
  return {};
}

void Listener::Start(std::function<void(int)> take) {
  take_ = std::move(take);
  thread_ = std::thread([this] { Accept(); });
}

void Listener::Accept() {
  while (!Woken(wake_.get(), socket_->get(), -1)) {
    const int connection = ::accept4(socket_->get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection >= 0) {
      take_(connection);
    } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
      // No descriptor or no memory: who asks waits in the queue until there is one.
      if (Woken(wake_.get(), -1, kRetryMs)) return;
    }
  }
}

void Listener::Close() {
  if (socket_ == nullptr) return;
  ::eventfd_write(wake_.get(), 1);
  if (thread_.joinable()) thread_.join();
  socket_.reset();
  struct stat status {};
  const bool ours = inode_ != 0 && ::lstat(address_.socket_path.c_str(), &status) == 0 && status.st_dev == device_ &&
                    status.st_ino == inode_;
  if (ours) ::unlink(address_.socket_path.c_str());
}

}  // namespace ward::server
