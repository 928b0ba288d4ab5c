#include "server/serve.h"

#include <thread>
#include <utility>

#include "server/health.h"
#include "server/reflection.h"
#include "server/transport_grpc.h"

namespace ward::server {

class Server::State {
 public:
  std::shared_ptr<ServingBoard> board = std::make_shared<ServingBoard>();
  std::vector<GrpcTransport> transports;
  std::vector<Served> served;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::Start(Engine& engine, observe::Log& log, const ServeOptions& options) {
  auto state = std::make_unique<State>();
  state->board->Set("", Serving::kYes);
  state->board->Set(std::string(kCheckServiceName), Serving::kYes);
  for (const ListenAddress& address : options.listen) {
    std::vector<Endpoint> endpoints = CheckEndpoints(engine, log, options.settings, options.decisions);
    for (Endpoint& endpoint : HealthEndpoints(state->board)) endpoints.push_back(std::move(endpoint));
    for (Endpoint& endpoint : ReflectionEndpoints({std::string(kCheckServiceName), std::string(kHealthServiceName)})) {
      endpoints.push_back(std::move(endpoint));
    }
    WARD_ASSIGN_OR_RETURN(
        GrpcTransport transport,
        GrpcTransport::Start({.address = address, .thread_count = options.thread_count}, std::move(endpoints)));
    const std::string where = transport.address().ToString();
    state->served.push_back({std::string(kCheckServiceName), where});
    state->served.push_back({std::string(kHealthServiceName) + ", reflection", where});
    state->transports.push_back(std::move(transport));
  }
  return Server(std::move(state));
}

const std::vector<Served>& Server::served() const { return state_->served; }

void Server::Drain(std::chrono::milliseconds patience) {
  state_->board->Set("", Serving::kNo);
  state_->board->Set(std::string(kCheckServiceName), Serving::kNo);
  for (GrpcTransport& transport : state_->transports) transport.WakeWatchers();
  // At once, so that all stop taking calls now and the patience counts once.
  std::vector<std::thread> drains;
  for (GrpcTransport& transport : state_->transports) {
    drains.emplace_back([&transport, patience] { transport.Drain(patience); });
  }
  for (std::thread& drain : drains) drain.join();
}

}  // namespace ward::server
