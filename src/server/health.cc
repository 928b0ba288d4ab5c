#include "server/health.h"

#include <fmt/format.h>

#include <utility>

#include "grpc/health/v1/health.pb.h"

namespace ward::server {
namespace {

namespace health = grpc::health::v1;

health::HealthCheckResponse::ServingStatus StatusOf(Serving serving) {
  switch (serving) {
    case Serving::kYes:
      return health::HealthCheckResponse::SERVING;
    case Serving::kNo:
      return health::HealthCheckResponse::NOT_SERVING;
  }
  return health::HealthCheckResponse::UNKNOWN;
}

enum class Method : std::uint8_t { kCheck, kList, kWatch };

class HealthService final : public ByteService {
 public:
  HealthService(std::shared_ptr<const ServingBoard> board, Method method) : board_(std::move(board)), method_(method) {}

  Reply Answer(std::string_view request) override {
    if (method_ == Method::kList) return AnswerList();
    health::HealthCheckRequest question;
    if (!question.ParseFromArray(request.data(), static_cast<int>(request.size()))) {
      return {{}, CallStatus::kInvalidArgument, "not a HealthCheckRequest"};
    }
    const std::optional<Serving> serving = board_->Find(question.service());
    // A watcher may come before the service does.
    if (!serving && method_ == Method::kCheck) return {{}, CallStatus::kNotFound, "no such service"};
    health::HealthCheckResponse answer;
    answer.set_status(serving ? StatusOf(*serving) : health::HealthCheckResponse::SERVICE_UNKNOWN);
    answer.SerializeToString(&bytes_);
    return {bytes_};
  }

 private:
  Reply AnswerList() {
    health::HealthListResponse answer;
    for (const auto& [service, serving] : board_->All()) {
      (*answer.mutable_statuses())[service].set_status(StatusOf(serving));
    }
    answer.SerializeToString(&bytes_);
    return {bytes_};
  }

  const std::shared_ptr<const ServingBoard> board_;
  const Method method_;
  std::string bytes_;
};

Endpoint MakeEndpoint(std::string_view name, CallShape shape, Method method,
                      std::shared_ptr<const ServingBoard> board) {
  const auto make = [board = std::move(board), method]() -> Result<std::unique_ptr<ByteService>> {
    return std::unique_ptr<ByteService>(std::make_unique<HealthService>(board, method));
  };
  return {fmt::format("/{}/{}", kHealthServiceName, name), shape, make};
}

}  // namespace

void ServingBoard::Set(const std::string& service, Serving serving) {
  const std::scoped_lock lock(mu_);
  services_[service] = serving;
}

std::optional<Serving> ServingBoard::Find(const std::string& service) const {
  const std::scoped_lock lock(mu_);
  const auto found = services_.find(service);
  return found == services_.end() ? std::nullopt : std::optional(found->second);
}

std::map<std::string, Serving> ServingBoard::All() const {
  const std::scoped_lock lock(mu_);
  return services_;
}

std::vector<Endpoint> HealthEndpoints(std::shared_ptr<const ServingBoard> board) {
  return {MakeEndpoint("Check", CallShape::kUnary, Method::kCheck, board),
          MakeEndpoint("List", CallShape::kUnary, Method::kList, board),
          MakeEndpoint("Watch", CallShape::kWatch, Method::kWatch, std::move(board))};
}

}  // namespace ward::server
