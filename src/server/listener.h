// server: a listening socket, and the thread that takes connections from it.
//
// Ours and not grpc's: in 1.51 an accept that fails because the process has no file descriptor left ends grpc's listener
// for ever, and the process lives on without answering anybody. Here it is tried again. And what the system refuses is
// told in its own words, which grpc writes to its log only.
#ifndef WARD_SRC_SERVER_LISTENER_H_
#define WARD_SRC_SERVER_LISTENER_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <thread>

#include "server/listen_address.h"
#include "ward/error.h"

namespace ward::server {

// An open file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }

 private:
  const int fd_;
};

class Listener {
 public:
  // Listens; connections wait until Start. A Unix socket gets mode 0660, and one that nobody answers on, left by a
  // process that was killed, is replaced. kBusy: somebody answers on it. kInvalidArgument: the path is no socket, or its
  // folder is missing. kIo: the system refuses.
  static Result<std::unique_ptr<Listener>> Open(const ListenAddress& address);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  // Closes.
  ~Listener();

  // With the port that the system chose.
  [[nodiscard]] const ListenAddress& address() const { return address_; }

  // Hands each connection, not blocking, to `take`, which owns it; in a thread of the listener's own.
  void Start(std::function<void(int connection)> take);
  // Takes no more, removes the socket's file. Returns when `take` is not called any more. A second time does nothing.
  void Close();

 private:
  explicit Listener(ListenAddress address);
  Result<void> Bind();
  void Accept();

  // Constant after Open.
  ListenAddress address_;
  dev_t device_ = 0;  // of the socket's file, so that only our own is removed
  ino_t inode_ = 0;

  std::unique_ptr<Descriptor> socket_;
  Descriptor wake_;  // readable: the thread ends
  std::function<void(int)> take_;
  std::thread thread_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_LISTENER_H_
