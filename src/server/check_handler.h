// server: Envoy's external authorization: question bytes in, answer bytes out.
//
// Any bytes get an answer, never an error of the call: some proxies take an error for an outage and let the request pass.
// What is no question, or a path that the backend would not receive as judged, is refused with 400 before the engine is
// asked, by the rules `bad-request` and `bad-path`; everything else the engine decides, of what question_request.h makes of
// the question. Without a live policy the answer is an `error_response` with 503: an outage of ours, which Envoy treats
// as it was told to.
#ifndef WARD_SRC_SERVER_CHECK_HANDLER_H_
#define WARD_SRC_SERVER_CHECK_HANDLER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/manifest.h"
#include "observe/decision_id.h"
#include "observe/log.h"
#include "server/byte_service.h"
#include "server/check_reply.h"
#include "server/decision_log.h"
#include "server/question_request.h"
#include "ward/engine.h"

namespace ward::server {

inline constexpr std::string_view kCheckServiceName = "envoy.service.auth.v3.Authorization";

enum class DecisionLogging : std::uint8_t { kNone, kRefused, kAll };

// One thread's. `log` must outlive it. Allocates until its buffers have grown, and for log lines
// and refusals.
class CheckService final : public ByteService {
 public:
  // `realm` of `settings` as it is to be sent.
  CheckService(Reader reader, observe::Log& log, const bundle::ServerSettings& settings, DecisionLogging decisions);

  [[nodiscard]] Reply Answer(std::string_view request) override;

 private:
  [[nodiscard]] CheckVerdict Decide();
  void Log(const CheckVerdict& verdict) const;

  // Constant after construction.
  observe::Log& log_;
  const DecisionLogging decisions_;

  Reader reader_;
  QuestionRequest question_;
  observe::DecisionIds ids_;
  CheckReply reply_;

  // Of the request at hand.
  RequestFacts facts_;
  std::string operator_reason_;
};

// Check, for a transport. `engine` and `log` must outlive the transport. An empty realm becomes the
// bundle's name.
[[nodiscard]] std::vector<Endpoint> CheckEndpoints(Engine& engine, observe::Log& log,
                                                   const bundle::ServerSettings& settings, DecisionLogging decisions);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_CHECK_HANDLER_H_
