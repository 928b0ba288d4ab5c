// server: where a plaintext listener may stand.
//
// Who can reach the port can claim to be any client, so plaintext is for the machine itself: a Unix
// socket (mode 0660: the proxy's user is in our group) or a loopback address. Anything else is
// refused before it is opened.
#ifndef WARD_SRC_SERVER_LISTEN_ADDRESS_H_
#define WARD_SRC_SERVER_LISTEN_ADDRESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "ward/error.h"

namespace ward::server {

struct ListenAddress {
  std::string socket_path;  // of a Unix socket; empty: TCP
  std::string ip;           // a loopback address, without brackets
  std::uint16_t port = 0;   // 0: the system chooses

  [[nodiscard]] bool is_unix() const { return !socket_path.empty(); }
  // `unix:/run/ward.sock`, `127.0.0.1:9000`, `[::1]:9000`.
  [[nodiscard]] std::string ToString() const;
};

// `unix:PATH`, `IP:PORT`, `[IP]:PORT`, `localhost:PORT` (which is 127.0.0.1, whatever the hosts
// file says). kPermission: an address that is not loopback. kInvalidArgument: anything else that is
// none of these.
[[nodiscard]] Result<ListenAddress> ParseListenAddress(std::string_view text);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_LISTEN_ADDRESS_H_
