// zone: client address -> zone state: one certain zone, or a set of candidates (LANGUAGE section (e), "Zone").
//
// The longest prefixes around the address give a chain of zones. The truths of their `when`, read as digits of a number
// to the base 3, select the state that the compiler worked out for that case. Without an address every zone is a
// candidate. Thread-safe: pure. Cost: one prefix look-up and one step a conditional zone of the chain.
#ifndef WARD_SRC_ZONE_ZONE_STATE_H_
#define WARD_SRC_ZONE_ZONE_STATE_H_

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "base/ip_address.h"
#include "bytecode/image.h"
#include "lookup/prefix_table.h"

namespace ward::zone {

// The number of the chain for an address.
[[nodiscard]] inline std::uint32_t ChainOf(const bytecode::Image& image, const lookup::PrefixTable& prefixes,
                                           base::IpAddress address) {
  const std::uint32_t chain = prefixes.Find(address);
  return chain == 0 ? image.no_prefix : chain;
}

// `when` answers the truth of a slot; called for the conditional zones of one chain, longest prefix first.
template <typename When>
requires std::same_as<std::invoke_result_t<When&, std::uint32_t>, bytecode::Truth>
[[nodiscard]] std::uint32_t StateOf(const bytecode::Image& image, const lookup::PrefixTable& prefixes,
                                    const std::optional<base::IpAddress>& address, When&& when) {
  if (!address) return image.no_address;
  const bytecode::Chain& chain = image.chains[ChainOf(image, prefixes, *address)];
  std::uint32_t truths = 0;
  for (std::uint32_t i = 0; i < chain.conditional(); ++i) {
    const bytecode::Zone& zone = image.zones[image.chain_zones[chain.zones().first() + i]];
    truths = 3 * truths + static_cast<std::uint32_t>(when(zone.when()));
  }
  return image.chain_states[chain.states() + truths];
}

}  // namespace ward::zone

#endif  // WARD_SRC_ZONE_ZONE_STATE_H_
