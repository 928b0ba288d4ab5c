// One pass over the prefixes, sorted by first address and then by length, with the stack of those that are still open:
// an interval ends where a prefix begins or ends, and its answer is that of the top of the stack. A chain is made from
// the chain of the prefix around it, and equal chains get one number, so answers that are equal can be merged whatever
// prefixes they came from. Both families run through the same pass as 128-bit numbers.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "base/check.h"
#include "lookup/prefix_table.h"

namespace ward::lookup {
namespace {

__extension__ using Uint128 = unsigned __int128;

// A prefix as the numbers from `first` to `last`, both in it.
struct Stretch {
  Uint128 first = 0;
  Uint128 last = 0;
  const Prefix* prefix = nullptr;
};

struct Interval {
  Uint128 first = 0;
  std::uint32_t value = 0;
};

class Chains {
 public:
  [[nodiscard]] std::uint32_t Extend(std::uint32_t around, std::uint32_t value) {
    std::vector<std::uint32_t> chain{value};
    for (const std::uint32_t other : chains_[around]) {
      if (other != value) chain.push_back(other);
    }
    const auto [at, is_new] = numbers_.try_emplace(std::move(chain), static_cast<std::uint32_t>(chains_.size()));
    if (is_new) chains_.push_back(at->first);
    return at->second;
  }
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> Take() && { return std::move(chains_); }

 private:
  std::vector<std::vector<std::uint32_t>> chains_{{}};
  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers_{{{}, 0}};
};

class Flattener {
 public:
  // `chains` is null for the longest prefix alone.
  explicit Flattener(Chains* chains) : chains_(chains) {}

  // Requires: sorted by first number, the longer stretch before the shorter.
  [[nodiscard]] std::vector<Interval> Run(std::span<const Stretch> stretches) {
    intervals_.assign(1, Interval{});
    for (const Stretch& stretch : stretches) {
      while (!open_.empty() && open_.back().last < stretch.first) Close();
      const std::uint32_t around = open_.empty() ? 0 : open_.back().answer;
      const std::uint32_t value = stretch.prefix->value;
      open_.push_back({stretch.last, chains_ == nullptr ? value : chains_->Extend(around, value)});
      Emit(stretch.first, open_.back().answer);
    }
    while (!open_.empty()) Close();
    return std::move(intervals_);
  }

 private:
  struct Open {
    Uint128 last = 0;
    std::uint32_t answer = 0;
  };

  void Close() {
    const Uint128 last = open_.back().last;
    open_.pop_back();
    // Behind the highest number nothing begins. For IPv4 that is cut off later.
    if (last != ~Uint128{0}) Emit(last + 1, open_.empty() ? 0 : open_.back().answer);
  }

  void Emit(Uint128 first, std::uint32_t value) {
    if (intervals_.back().first == first) {
      intervals_.back().value = value;
      if (intervals_.size() > 1 && intervals_[intervals_.size() - 2].value == value) intervals_.pop_back();
    } else if (intervals_.back().value != value) {
      intervals_.push_back({first, value});
    }
  }

  Chains* chains_;
  std::vector<Open> open_;
  std::vector<Interval> intervals_;
};

// The prefixes of one family, in the order that Flattener wants, each once.
Result<std::vector<Stretch>> SortedStretches(std::span<const Prefix> prefixes, base::IpFamily family) {
  std::vector<Stretch> stretches;
  for (const Prefix& prefix : prefixes) {
    if (prefix.value == 0 || prefix.value >= PrefixTableV6::kLowBit) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("prefix table: {} has value {}", prefix.cidr.ToString(), prefix.value)};
    }
    const base::IpAddress& network = prefix.cidr.network;
    if (network.family() != family) continue;
    const Uint128 first =
        network.is_v4() ? Uint128{network.v4()} : static_cast<Uint128>(network.high()) << 64 | network.low();
    const int free_bits = network.width_bits() - prefix.cidr.length;
    const Uint128 size_less_one = free_bits == 128 ? ~Uint128{0} : (Uint128{1} << free_bits) - 1;
    WARD_CHECK((first & size_less_one) == 0);  // a Cidr has no host bits
    stretches.push_back({first, first + size_less_one, &prefix});
  }
  std::stable_sort(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) {
    return a.first != b.first ? a.first < b.first : a.last > b.last;
  });
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const Prefix& one = *stretches[i - 1].prefix;
    const Prefix& other = *stretches[i].prefix;
    if (one.cidr == other.cidr && one.value != other.value) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("prefix table: {} has values {} and {}", one.cidr.ToString(), one.value, other.value)};
    }
  }
  const auto same_prefix = [](const Stretch& a, const Stretch& b) { return a.prefix->cidr == b.prefix->cidr; };
  stretches.erase(std::unique(stretches.begin(), stretches.end(), same_prefix), stretches.end());
  return stretches;
}

// A bucket for each four to eight intervals, so the search ends within one or two cache lines. Measured at 10 to
// 1,000,000 prefixes: twice the roots are no faster, half of them cost 1 ns and save 1 byte a prefix.
int RootBits(std::size_t interval_count) {
  return std::min(20, std::max(0, static_cast<int>(std::bit_width(interval_count)) - 3));
}

void StoreV4(std::span<const Interval> intervals, PrefixTableData& data) {
  for (const Interval& interval : intervals) {
    if (interval.first > std::numeric_limits<std::uint32_t>::max()) break;
    data.v4_intervals.push_back({static_cast<std::uint32_t>(interval.first), interval.value});
  }
  const int bits = RootBits(data.v4_intervals.size());
  std::uint32_t at = 0;
  for (std::uint64_t bucket = 0; bucket < (std::uint64_t{1} << bits); ++bucket) {
    const std::uint64_t first = bucket << (32 - bits);
    while (at + 1 < data.v4_intervals.size() && data.v4_intervals[at + 1].first <= first) ++at;
    data.v4_roots.push_back(at);
  }
  data.v4_roots.push_back(static_cast<std::uint32_t>(data.v4_intervals.size() - 1));
}

// One entry per upper half at which an answer begins; where answers also begin inside it, its value names their list.
void StoreV6(std::span<const Interval> intervals, PrefixTableData& data) {
  constexpr std::uint64_t kHighest = std::numeric_limits<std::uint64_t>::max();
  const auto add = [&data](std::uint64_t upper, std::uint32_t value) {
    data.v6_firsts.push_back(upper);
    data.v6_values.push_back(value);
  };
  std::uint32_t last_value = 0;  // of the interval before i
  for (std::size_t i = 0; i < intervals.size();) {
    const auto upper = static_cast<std::uint64_t>(intervals[i].first >> 64);
    const bool begins_inside = static_cast<std::uint64_t>(intervals[i].first) != 0;
    const auto is_same_upper = [&](std::size_t at) {
      return at < intervals.size() && static_cast<std::uint64_t>(intervals[at].first >> 64) == upper;
    };
    if (!begins_inside && !is_same_upper(i + 1)) {
      add(upper, intervals[i].value);
      last_value = intervals[i++].value;
      continue;
    }
    const auto first = static_cast<std::uint32_t>(data.v6_lows.size());
    if (begins_inside) data.v6_lows.push_back({0, last_value, 0});
    for (; is_same_upper(i); ++i) {
      data.v6_lows.push_back({static_cast<std::uint64_t>(intervals[i].first), intervals[i].value, 0});
      last_value = intervals[i].value;
    }
    const auto count = static_cast<std::uint32_t>(data.v6_lows.size()) - first;
    add(upper, PrefixTableV6::kLowBit | static_cast<std::uint32_t>(data.v6_ranges.size()));
    data.v6_ranges.push_back({first, count});
    // The last answer goes on in the next upper half, unless that one has an entry of its own.
    const bool next_has_entry = i < intervals.size() && intervals[i].first >> 64 == static_cast<Uint128>(upper) + 1;
    if (upper != kHighest && !next_has_entry) add(upper + 1, last_value);
  }
}

}  // namespace

Result<PrefixTableData> BuildPrefixTable(std::span<const Prefix> prefixes, PrefixAnswer answer) {
  WARD_ASSIGN_OR_RETURN(const std::vector<Stretch> v4, SortedStretches(prefixes, base::IpFamily::kV4));
  WARD_ASSIGN_OR_RETURN(const std::vector<Stretch> v6, SortedStretches(prefixes, base::IpFamily::kV6));
  Chains chains;
  Flattener flattener(answer == PrefixAnswer::kChain ? &chains : nullptr);
  PrefixTableData data;
  StoreV4(flattener.Run(v4), data);
  StoreV6(flattener.Run(v6), data);
  if (answer == PrefixAnswer::kChain) data.chains = std::move(chains).Take();
  return data;
}

}  // namespace ward::lookup
