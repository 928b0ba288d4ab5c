// server: the body of a refusal over HTTP: one problem details object.
// Source: RFC 9457 (application/problem+json). Members that are empty are left out; `status` is
// always there.
//
// For untrusted callers: `detail` is what the policy's `because` says, never how the policy
// decided. The text returned is the writer's own, valid until its next Write, always valid JSON.
// Thread rule: one writer per thread.
#ifndef WARD_SRC_SERVER_PROBLEM_H_
#define WARD_SRC_SERVER_PROBLEM_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace ward::server {

inline constexpr std::string_view kProblemContentType = "application/problem+json";

struct Problem {
  std::uint16_t status = 403;
  std::string_view type{};      // URI; empty: `about:blank`, which is not sent
  std::string_view title{};     // empty: the status's own phrase
  std::string_view detail{};    // one sentence for the caller
  std::string_view instance{};  // URI of this occurrence, for instance the decision's id
};

// The phrase of RFC 9110 and its registry; of the class (`Client Error`) for a number without one.
[[nodiscard]] std::string_view StatusPhrase(std::uint16_t status);

class ProblemWriter {
 public:
  [[nodiscard]] std::string_view Write(const Problem& problem);

 private:
  std::string text_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_PROBLEM_H_
