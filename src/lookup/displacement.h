// lookup: hash and displace: a place of its own in one table for each of many hashes, found in one probe.
//
// A hash picks a bucket; the bucket's 16-bit pilot and the hash pick the slot. The pilots are chosen so that no two of
// the given hashes share a slot. A hash that was not given lands on some slot too: compare what lies there.
// Source: Belazzougui, Botelho, Dietzfelbinger, "Hash, displace, and compress" (ESA 2009); pilots as in PTHash
// (Pibiri, Trani, SIGIR 2021). Any counts > 0 and any pilots give a slot inside the table, so there is nothing to
// verify but the counts.
#ifndef WARD_SRC_LOOKUP_DISPLACEMENT_H_
#define WARD_SRC_LOOKUP_DISPLACEMENT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lookup/text_words.h"

namespace ward::lookup {

// The slot of `hash`, below `slot_count`. Requires: a pilot, a slot.
[[nodiscard]] inline std::uint32_t DisplacedSlot(std::uint64_t hash, std::span<const std::uint16_t> pilots,
                                                 std::uint32_t slot_count) {
  const std::uint64_t pilot = pilots[ScaleHash(hash, static_cast<std::uint32_t>(pilots.size()))];
  return ScaleHash((hash ^ (pilot * 0xC2B2AE3D27D4EB4FU)) * 0x9FB21C651E98DF25U, slot_count);
}

struct Displacement {
  std::uint32_t slot_count = 0;
  std::vector<std::uint16_t> pilots;
  std::vector<std::uint32_t> slots;  // of each hash given, in the order given
};

// How often a builder hashes anew before it gives up; each fourth attempt has a larger table.
inline constexpr std::uint32_t kDisplacementAttempts = 32;
// Seeds are tried in this order, so that the same input gives the same bytes.
[[nodiscard]] constexpr std::uint64_t AttemptSeed(std::uint32_t attempt) { return attempt * 0x9E3779B97F4A7C15U; }

// Nothing if two hashes are equal or the pilots do not suffice: hash with the next seed and call again.
// Requires: fewer than 2^31 hashes. Expected time: linear; about 0.3 s for a million.
[[nodiscard]] std::optional<Displacement> Displace(std::span<const std::uint64_t> hashes, std::uint32_t attempt);

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_DISPLACEMENT_H_
