// zone: which address in the chain of proxies is the client's.
//
// Every proxy appends the address it was called from to X-Forwarded-For, so entries are as good as
// who wrote them: from the right, the first ones were written by hops we trust, everything further
// left by whoever the client is. With N trusted hops in front of the proxy that asks us the client
// is the Nth entry that a hop of ours wrote; nothing to the left of it is ever looked at (WIRE
// section 1.5; verified on Envoy 1.40).
//
// Stricter than Envoy in one place: where the entry is missing or no bare address Envoy takes the
// socket's peer. With a hop in front that is the address of our own proxy, which may lie in a more
// trusted zone than the client, so here the address is *missing* instead: every zone stays a
// candidate (LANGUAGE section (e), "Zone").
//
// An entry is an address as base::IpAddress reads it: no port, no brackets, no zone index.
// Thread-safe: a pure function. Nothing allocates. Cost: O(bytes of the entries of trusted hops).
#ifndef WARD_SRC_ZONE_TRUSTED_HOPS_H_
#define WARD_SRC_ZONE_TRUSTED_HOPS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ward::zone {

// Does the proxy that asks us add its own peer to X-Forwarded-For before it asks?
enum class PeerInChain : std::uint8_t {
  kAppended,     // Envoy with use_remote_address: true (an edge). The last entry is the peer itself.
  kNotAppended,  // Envoy with use_remote_address: false. The last entry was written by the peer, a
                 // trusted hop.
};

struct TrustedHops {
  // Proxies of ours in front of the one that asks. 0: that one faces the clients, X-Forwarded-For
  // is not read at all. Envoy's xff_num_trusted_hops is this number for kAppended, and one less for
  // kNotAppended.
  std::uint8_t count = 0;
  PeerInChain peer = PeerInChain::kAppended;
};

// `lines`: values of X-Forwarded-For in the order received; several lines are one list. `peer`:
// text of the address that the asking proxy was called from, empty if it has none (a Unix socket).
// The result is the text of one address, within `lines` or `peer`; nothing: the address is missing.
[[nodiscard]] std::optional<std::string_view> ClientAddress(std::span<const std::string_view> lines,
                                                            std::string_view peer, TrustedHops hops);

}  // namespace ward::zone

#endif  // WARD_SRC_ZONE_TRUSTED_HOPS_H_
