// server: a question of ext_authz as people keep it (protobuf JSON), as the bytes that Envoy sends.
//
// Source: envoy.service.auth.v3.CheckRequest in the JSON mapping of Protocol Buffers. Members that we do not know (a
// newer Envoy) are skipped, as they are on the wire. For tests and tools; allocates. Thread-safe: a pure function.
#ifndef WARD_SRC_SERVER_RECORDED_QUESTION_H_
#define WARD_SRC_SERVER_RECORDED_QUESTION_H_

#include <string>
#include <string_view>

#include "ward/error.h"

namespace ward::server {

// kInvalidArgument: what keeps it from being a CheckRequest.
[[nodiscard]] Result<std::string> QuestionFromJson(std::string_view json);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_RECORDED_QUESTION_H_
