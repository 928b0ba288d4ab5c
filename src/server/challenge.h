// server: the value of WWW-Authenticate: what credential would help.
// Source: RFC 6750 section 3, RFC 9470 section 3, RFC 9110 section 11.6.1.
//
// Every parameter is a quoted-string of characters that need no escape (RFC 6750 section 3:
// 0x20-0x21, 0x23-0x5b, 0x5d-0x7e), because clients differ in how they undo one. A scope or acr
// with any other character is left out; in a sentence or realm such a character becomes `?`.
//
// The text returned is the writer's own, valid until its next Write. Thread rule: one writer per
// thread.
#ifndef WARD_SRC_SERVER_CHALLENGE_H_
#define WARD_SRC_SERVER_CHALLENGE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ward::server {

enum class ChallengeError : std::uint8_t {
  kNone,                            // no credential was sent: the scheme and realm say what is missing
  kInvalidRequest,                  // 400: two credentials, or one in a form that is none
  kInvalidToken,                    // 401: expired, revoked, malformed, not for us
  kInsufficientScope,               // 403: a good token with too little
  kInsufficientUserAuthentication,  // 401: log in again, better or more recently
};

struct Challenge {
  ChallengeError error = ChallengeError::kNone;
  std::string_view realm{};        // empty: not sent
  std::string_view description{};  // for developers; empty: not sent; only sent with an error
  std::span<const std::string_view> scopes{};
  std::span<const std::string_view> acr{};  // any of these, the best first
  std::int64_t max_age_seconds = -1;        // age of the login at most; -1: not asked
};

class ChallengeWriter {
 public:
  [[nodiscard]] std::string_view Write(const Challenge& challenge);

 private:
  std::string text_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_CHALLENGE_H_
