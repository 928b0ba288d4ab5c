// server: gRPC reflection, v1 and v1alpha: which services and message types there are, for grpcurl
// and the like. Source: WIRE section 4. Answers from the descriptors that were compiled in; tells
// nothing about policies.
#ifndef WARD_SRC_SERVER_REFLECTION_H_
#define WARD_SRC_SERVER_REFLECTION_H_

#include <string>
#include <vector>

#include "server/byte_service.h"

namespace ward::server {

// `services`: full names of what else is served; reflection lists itself.
[[nodiscard]] std::vector<Endpoint> ReflectionEndpoints(std::vector<std::string> services);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_REFLECTION_H_
