// server: gRPC over grpc++: the reference transport.
//
// Each thread has a completion queue, its own services and its own calls, so nothing is shared
// between threads once it runs. Messages stay bytes (grpc's raw methods): a service sees what came, without a copy where they came in one piece. Source: WIRE section 4;
// IDENTITY section 5 for what a hostile peer can do to grpc++ 1.51.
//
// Plaintext, on a Unix socket or loopback only (listen_address.h).
#ifndef WARD_SRC_SERVER_TRANSPORT_GRPC_H_
#define WARD_SRC_SERVER_TRANSPORT_GRPC_H_

#include <chrono>
#include <memory>
#include <vector>

#include "server/byte_service.h"
#include "server/listen_address.h"
#include "ward/error.h"

namespace ward::server {

struct GrpcTransportOptions {
  ListenAddress address;
  int thread_count = 0;  // 0: one per processor
};

class GrpcTransport {
 public:
  // Listens and answers when it returns. Errors: those of Listener::Open and Endpoint::make.
  static Result<GrpcTransport> Start(const GrpcTransportOptions& options, std::vector<Endpoint> endpoints);

  GrpcTransport(GrpcTransport&&) noexcept;
  GrpcTransport& operator=(GrpcTransport&&) noexcept;
  // Drains with no patience.
  ~GrpcTransport();

  // Where it listens, the port that the system chose filled in.
  [[nodiscard]] const ListenAddress& address() const;

  // Asks the services of all open watches again. Any thread.
  void WakeWatchers();

  // Takes no new calls, ends watches, lets calls in flight finish until `patience` is over, then
  // cancels them. Returns when all threads have ended. One thread; a second time does nothing.
  void Drain(std::chrono::milliseconds patience);

 private:
  class State;
  explicit GrpcTransport(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_TRANSPORT_GRPC_H_
