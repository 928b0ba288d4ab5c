// server: one method of a protocol without its transport: bytes in, bytes out.
//
// A service is made once per thread of a transport and is then called by that thread only, so it
// may keep buffers and an engine Reader without locks. Transports know paths and shapes of calls,
// services know messages; neither knows the other.
#ifndef WARD_SRC_SERVER_BYTE_SERVICE_H_
#define WARD_SRC_SERVER_BYTE_SERVICE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ward/error.h"

namespace ward::server {

// How a call ended, with the numbers of gRPC. An authorization service only ever says kOk: a denial
// is an answer.
enum class CallStatus : std::uint8_t {
  kOk = 0,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
};

struct Reply {
  std::string_view bytes;  // the answer, if the status is kOk
  CallStatus status = CallStatus::kOk;
  std::string_view message{};  // for people, if it is not
};

class ByteService {
 public:
  virtual ~ByteService() = default;
  // `request` lives until Answer returns; what it returns lives until the next call. Must not wait.
  [[nodiscard]] virtual Reply Answer(std::string_view request) = 0;

 protected:
  ByteService() = default;
  ByteService(const ByteService&) = default;
  ByteService& operator=(const ByteService&) = default;
};

enum class CallShape : std::uint8_t {
  kUnary,     // one message, one answer
  kExchange,  // a stream of messages, each with one answer
  kWatch,     // one message; its answer, and again whenever it is another one (WakeWatchers of the
              // transport)
};

struct Endpoint {
  std::string path;  // `/envoy.service.auth.v3.Authorization/Check`
  CallShape shape = CallShape::kUnary;
  // Called for each thread before the first request.
  std::function<Result<std::unique_ptr<ByteService>>()> make;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_BYTE_SERVICE_H_
