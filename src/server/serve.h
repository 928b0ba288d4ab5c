// server: everything that listens, started and drained together.
#ifndef WARD_SRC_SERVER_SERVE_H_
#define WARD_SRC_SERVER_SERVE_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "bundle/manifest.h"
#include "observe/log.h"
#include "server/check_handler.h"
#include "server/listen_address.h"
#include "ward/engine.h"
#include "ward/error.h"

namespace ward::server {

struct ServeOptions {
  std::vector<ListenAddress> listen;  // at least one
  int thread_count = 0;               // of each listener; 0: one per processor
  bundle::ServerSettings settings;    // from ward.toml; read at start only
  DecisionLogging decisions = DecisionLogging::kAll;
};

// One protocol at one address, for the banner.
struct Served {
  std::string service;
  std::string address;
};

class Server {
 public:
  // Listens and answers when it returns. `engine` and `log` must outlive it. Errors: those of GrpcTransport::Start.
  static Result<Server> Start(Engine& engine, observe::Log& log, const ServeOptions& options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();

  [[nodiscard]] const std::vector<Served>& served() const;
  // Tells health watchers that we are going, takes no new calls, lets those in flight finish until `patience` is over.
  void Drain(std::chrono::milliseconds patience);

 private:
  class State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_SERVE_H_
