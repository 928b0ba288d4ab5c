// server: how much of a request's body came with an ext_authz question.
//
// Envoy sends a prefix of the body, and its header `x-envoy-auth-partial-body: false` is wrong when
// exactly as many bytes as it may buffer had arrived (WIRE section 0, item 13): a prefix judged as
// the whole. So a body counts as complete only if it is as long as the one content-length of the
// request says, which Envoy enforces. A body sent without one (chunked) is never complete, and what
// a policy reads of it is missing. Thread-safe: a pure function.
#ifndef WARD_SRC_SERVER_BODY_EXTENT_H_
#define WARD_SRC_SERVER_BODY_EXTENT_H_

#include <cstdint>

#include "server/ext_authz_request.h"

namespace ward::server {

struct BodyExtent {
  bool complete = false;
  std::int64_t size_bytes = -1;  // of the whole body, buffered or not; -1: cannot be known
};

[[nodiscard]] BodyExtent ExtentOf(const CheckQuestion& question);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_BODY_EXTENT_H_
