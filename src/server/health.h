// server: grpc.health.v1: is a service ready to answer?
// Source: WIRE section 4. Check, List and Watch; unlike grpc's own health service its messages can
// be looked up by reflection.
#ifndef WARD_SRC_SERVER_HEALTH_H_
#define WARD_SRC_SERVER_HEALTH_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/byte_service.h"

namespace ward::server {

enum class Serving : std::uint8_t { kNo, kYes };

// What is said about each service; "" is the server as a whole. Thread-safe.
class ServingBoard {
 public:
  // Watchers hear of it with the transport's next WakeWatchers().
  void Set(const std::string& service, Serving serving);
  // Nothing: no such service.
  [[nodiscard]] std::optional<Serving> Find(const std::string& service) const;
  [[nodiscard]] std::map<std::string, Serving> All() const;

 private:
  mutable std::mutex mu_;
  std::map<std::string, Serving> services_;  // guarded by mu_
};

inline constexpr std::string_view kHealthServiceName = "grpc.health.v1.Health";

[[nodiscard]] std::vector<Endpoint> HealthEndpoints(std::shared_ptr<const ServingBoard> board);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_HEALTH_H_
