// server: verified claims as Envoy hands them on.
//
// Until Ward verifies tokens itself, claims come from the metadata of Envoy's jwt_authn filter (a
// Struct below the key `payload_in_metadata`) and from context extensions that the route's
// configuration sets. Neither can be written by the client. The names at the top are listed once
// per request; nested ones are looked for where a policy reads them.
#ifndef WARD_SRC_SERVER_CLAIMS_H_
#define WARD_SRC_SERVER_CLAIMS_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/budgets.h"
#include "server/wire_struct.h"

namespace ward::server {

class ClaimIndex {
 public:
  // Forgets what it had. False, and no claim is found, if the Struct is damaged or has too many
  // names.
  bool Read(std::string_view struct_message);
  void Clear() { count_ = 0; }
  // `path` from the outside in, at least one word. A name given twice at the top is kInvalid.
  [[nodiscard]] WireValue Find(std::span<const std::string_view> path) const;

 private:
  struct Claim {
    std::string_view name;
    std::string_view value;  // a Value message
  };
  std::array<Claim, base::budget::kRequestClaimCountMax> claims_;
  std::size_t count_ = 0;
};

// Is `name` the words of `path` joined by dots?
[[nodiscard]] bool IsDottedPath(std::string_view name, std::span<const std::string_view> path);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_CLAIMS_H_
