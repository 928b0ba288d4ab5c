// Buckets hold four hashes on average and are placed largest first, while the table is still empty; each takes the
// first pilot that puts all its hashes on free slots. At four fifths full the last buckets, with one hash each, need
// five tries on average. Nothing depends on addresses or time, so equal input gives equal output.
#include "lookup/displacement.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>

#include "base/check.h"

namespace ward::lookup {
namespace {

constexpr std::uint32_t kHashesPerBucket = 4;

// The hashes grouped by bucket: those of bucket b are order[first[b]] .. order[first[b + 1] - 1].
struct Buckets {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> order;

  [[nodiscard]] std::span<const std::uint32_t> bucket(std::uint32_t index) const {
    return std::span(order).subspan(first[index], first[index + 1] - first[index]);
  }
};

Buckets GroupByBucket(std::span<const std::uint64_t> hashes, std::uint32_t bucket_count) {
  Buckets buckets{std::vector<std::uint32_t>(bucket_count + 1), std::vector<std::uint32_t>(hashes.size())};
  for (const std::uint64_t hash : hashes) ++buckets.first[ScaleHash(hash, bucket_count) + 1];
  std::partial_sum(buckets.first.begin(), buckets.first.end(), buckets.first.begin());
  std::vector<std::uint32_t> next(buckets.first.begin(), buckets.first.end() - 1);
  for (std::uint32_t i = 0; i < hashes.size(); ++i) {
    buckets.order[next[ScaleHash(hashes[i], bucket_count)]++] = i;
  }
  return buckets;
}

std::vector<std::uint32_t> LargestFirst(const Buckets& buckets) {
  std::vector<std::uint32_t> largest(buckets.first.size() - 1);
  std::iota(largest.begin(), largest.end(), 0U);
  std::stable_sort(largest.begin(), largest.end(), [&buckets](std::uint32_t a, std::uint32_t b) {
    return buckets.bucket(a).size() > buckets.bucket(b).size();
  });
  return largest;
}

// Takes the slots of one bucket under one pilot; takes none and says false if one of them is not free.
bool TryPilot(std::span<const std::uint64_t> hashes, std::span<const std::uint32_t> members, std::uint16_t pilot,
              Displacement& placed, std::vector<bool>& taken) {
  const std::span<const std::uint16_t> only(&pilot, 1);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::uint32_t slot = DisplacedSlot(hashes[members[i]], only, placed.slot_count);
    if (taken[slot]) {
      for (std::size_t undo = 0; undo < i; ++undo) taken[placed.slots[members[undo]]] = false;
      return false;
    }
    taken[slot] = true;
    placed.slots[members[i]] = slot;
  }
  return true;
}

bool HasEqual(std::span<const std::uint64_t> hashes, std::span<const std::uint32_t> members) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (hashes[members[i]] == hashes[members[j]]) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<Displacement> Displace(std::span<const std::uint64_t> hashes, std::uint32_t attempt) {
  WARD_CHECK(hashes.size() < (std::size_t{1} << 31));
  const auto count = static_cast<std::uint32_t>(hashes.size());
  const std::uint32_t spare = count / 4 + count / 8 * (attempt / 4);
  Displacement placed;
  placed.slot_count = count + std::min(spare, count) + 1;
  placed.pilots.assign(count / kHashesPerBucket + 1, 0);
  placed.slots.assign(hashes.size(), 0);

  const Buckets buckets = GroupByBucket(hashes, static_cast<std::uint32_t>(placed.pilots.size()));
  std::vector<bool> taken(placed.slot_count);
  for (const std::uint32_t index : LargestFirst(buckets)) {
    const std::span<const std::uint32_t> members = buckets.bucket(index);
    if (members.empty()) break;
    // A bucket this large is the work of hashes that are no good: the next seed is cheaper than its pilots.
    if (members.size() > 64 || HasEqual(hashes, members)) return std::nullopt;
    std::uint32_t pilot = 0;
    while (!TryPilot(hashes, members, static_cast<std::uint16_t>(pilot), placed, taken)) {
      if (++pilot > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    }
    placed.pilots[index] = static_cast<std::uint16_t>(pilot);
  }
  return placed;
}

}  // namespace ward::lookup
