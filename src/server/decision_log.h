// server: one log line per decision, for whom the answer is not enough.
#ifndef WARD_SRC_SERVER_DECISION_LOG_H_
#define WARD_SRC_SERVER_DECISION_LOG_H_

#include <string_view>

#include "observe/log.h"
#include "server/check_reply.h"

namespace ward::server {

// What is known about the request besides the decision. Empty: not known. The query is left out: it
// may hold secrets.
struct RequestFacts {
  std::string_view decision_id;
  std::string_view method;
  std::string_view host;
  std::string_view path;  // as sent, without its query
  std::string_view client_ip;
  std::string_view request_id;  // x-request-id
};

// The event `decision`: id, outcome, status, rule, operator_reason (if there is one), operation,
// zone, generation, in_doubt, the facts above, audit, tags, ill_typed (names of attributes that were given but break the
// schema), shadows (as ShadowText). Refused or not, at level info.
void LogDecision(observe::Log& log, const CheckVerdict& verdict, const RequestFacts& facts);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_DECISION_LOG_H_
