// lookup: which address prefix, the longest one, an address lies in.
//
// The prefixes are flattened to disjoint intervals whose equal neighbours are merged, so nesting costs nothing at run
// time. IPv4: a root over the top bits, then a short search. IPv6: a search of the upper 64 bits whose steps depend on
// the number of intervals only; prefixes longer than 64 bits hang below it in short sorted lists.
// The answer is a value of the caller's, 1 and up, or the number of a *chain* (all prefixes around the address, longest
// first) where the builder was asked for chains; 0 is no prefix, or the empty chain.
// PrefixTableData is the builder's product; its vectors go into the bytecode as they are. PrefixTable is the view.
// Thread-safe: immutable. Cost, 100,000 prefixes: see bench/lookup_bench.cc; no allocation, no loop that content can
// make longer than the logarithm of its length.
#ifndef WARD_SRC_LOOKUP_PREFIX_TABLE_H_
#define WARD_SRC_LOOKUP_PREFIX_TABLE_H_

#include <ward/error.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "base/ip_address.h"

namespace ward::lookup {

// The addresses from `first` up to the next interval's first.
struct PrefixInterval {
  std::uint32_t first = 0;
  std::uint32_t value = 0;

  friend bool operator==(const PrefixInterval&, const PrefixInterval&) = default;
};
static_assert(sizeof(PrefixInterval) == 8 && std::is_trivially_copyable_v<PrefixInterval>);

class PrefixTableV4 {
 public:
  // No prefixes.
  PrefixTableV4() = default;
  // Borrows the spans: 2^n + 1 roots, and at least one interval. Before Find, Verify must have said yes.
  PrefixTableV4(std::span<const std::uint32_t> roots, std::span<const PrefixInterval> intervals)
      : roots_(roots), intervals_(intervals), shift_(33 - static_cast<int>(std::bit_width(roots.size() - 1))) {}

  [[nodiscard]] std::uint32_t Find(std::uint32_t address) const {
    const std::size_t bucket = static_cast<std::size_t>(std::uint64_t{address} >> shift_);
    const PrefixInterval* at = &intervals_[roots_[bucket]];
    std::uint32_t left = roots_[bucket + 1] - roots_[bucket];
    while (left > 0) {
      const std::uint32_t half = (left + 1) / 2;
      at += at[half].first <= address ? half : 0;
      left -= half;
    }
    return at->value;
  }

  // Whether Find stays inside the spans for every address and answers less than `value_limit`. kCorrupt names what is
  // wrong.
  [[nodiscard]] Result<void> Verify(std::uint32_t value_limit) const;
  [[nodiscard]] std::size_t size_bytes() const { return roots_.size_bytes() + intervals_.size_bytes(); }

 private:
  static constexpr std::array<std::uint32_t, 2> kNoRoots{0, 0};
  static constexpr PrefixInterval kNoPrefix{};

  std::span<const std::uint32_t> roots_ = kNoRoots;  // per bucket the interval its first address lies in
  std::span<const PrefixInterval> intervals_{&kNoPrefix, 1};
  int shift_ = 32;
};

// An interval of the lower 64 bits, below one value of the upper 64.
struct PrefixIntervalLow {
  std::uint64_t first = 0;
  std::uint32_t value = 0;
  std::uint32_t reserved = 0;

  friend bool operator==(const PrefixIntervalLow&, const PrefixIntervalLow&) = default;
};
static_assert(sizeof(PrefixIntervalLow) == 16 && std::is_trivially_copyable_v<PrefixIntervalLow>);

// Some neighbours among the PrefixIntervalLow.
struct PrefixLowRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  friend bool operator==(const PrefixLowRange&, const PrefixLowRange&) = default;
};
static_assert(sizeof(PrefixLowRange) == 8 && std::is_trivially_copyable_v<PrefixLowRange>);

class PrefixTableV6 {
 public:
  static constexpr std::uint32_t kLowBit = 0x8000'0000U;  // in a value that names a PrefixLowRange

  // No prefixes.
  PrefixTableV6() = default;
  // Borrows the spans. Interval i begins at the address whose upper half is firsts[i] and whose lower half is 0.
  // Before Find, Verify must have said yes.
  PrefixTableV6(std::span<const std::uint64_t> firsts, std::span<const std::uint32_t> values,
                std::span<const PrefixLowRange> ranges, std::span<const PrefixIntervalLow> lows)
      : firsts_(firsts), values_(values), ranges_(ranges), lows_(lows) {}

  // The upper and lower 64 bits of the address.
  [[nodiscard]] std::uint32_t Find(std::uint64_t high, std::uint64_t low) const {
    const std::uint64_t* at = firsts_.data();
    std::size_t left = firsts_.size() - 1;
    while (left > 0) {
      const std::size_t half = (left + 1) / 2;
      at += at[half] <= high ? half : 0;
      left -= half;
    }
    const std::uint32_t value = values_[static_cast<std::size_t>(at - firsts_.data())];
    if ((value & kLowBit) != 0) [[unlikely]]
      return FindLow(ranges_[value & ~kLowBit], low);
    return value;
  }

  [[nodiscard]] Result<void> Verify(std::uint32_t value_limit) const;
  [[nodiscard]] std::size_t size_bytes() const {
    return firsts_.size_bytes() + values_.size_bytes() + ranges_.size_bytes() + lows_.size_bytes();
  }

 private:
  [[nodiscard]] std::uint32_t FindLow(PrefixLowRange range, std::uint64_t low) const {
    const PrefixIntervalLow* at = &lows_[range.first];
    std::uint32_t left = range.count - 1;
    while (left > 0) {
      const std::uint32_t half = (left + 1) / 2;
      at += at[half].first <= low ? half : 0;
      left -= half;
    }
    return at->value;
  }
  [[nodiscard]] Result<void> VerifyLow(std::uint32_t value_limit) const;

  static constexpr std::uint64_t kNoFirst = 0;
  static constexpr std::uint32_t kNoValue = 0;

  std::span<const std::uint64_t> firsts_{&kNoFirst, 1};
  std::span<const std::uint32_t> values_{&kNoValue, 1};
  std::span<const PrefixLowRange> ranges_;
  std::span<const PrefixIntervalLow> lows_;
};

class PrefixTable {
 public:
  PrefixTable() = default;
  PrefixTable(const PrefixTableV4& v4, const PrefixTableV6& v6) : v4_(v4), v6_(v6) {}

  [[nodiscard]] std::uint32_t Find(base::IpAddress address) const {
    return address.is_v4() ? v4_.Find(address.v4()) : v6_.Find(address.high(), address.low());
  }
  [[nodiscard]] const PrefixTableV4& v4() const { return v4_; }
  [[nodiscard]] const PrefixTableV6& v6() const { return v6_; }
  [[nodiscard]] std::size_t size_bytes() const { return v4_.size_bytes() + v6_.size_bytes(); }
  // For every address the answer is less than `value_limit`, and nothing outside the spans is read.
  [[nodiscard]] Result<void> Verify(std::uint32_t value_limit) const;

 private:
  PrefixTableV4 v4_;
  PrefixTableV6 v6_;
};

struct Prefix {
  base::Cidr cidr;
  std::uint32_t value = 1;  // 1 .. 2^31 - 1; several prefixes may share it
};

enum class PrefixAnswer : std::uint8_t {
  kLongest,  // Find answers the value of the longest prefix
  kChain,    // Find answers the number of a chain
};

struct PrefixTableData {
  std::vector<std::uint32_t> v4_roots;
  std::vector<PrefixInterval> v4_intervals;
  std::vector<std::uint64_t> v6_firsts;
  std::vector<std::uint32_t> v6_values;
  std::vector<PrefixLowRange> v6_ranges;
  std::vector<PrefixIntervalLow> v6_lows;
  // For kChain: the values of the prefixes around an address, longest first, each value once (where it comes again it
  // could decide nothing new). Distinct; number 0 is the empty chain. Empty for kLongest.
  std::vector<std::vector<std::uint32_t>> chains;

  // Borrows this object's vectors.
  [[nodiscard]] PrefixTable View() const {
    return {PrefixTableV4(v4_roots, v4_intervals), PrefixTableV6(v6_firsts, v6_values, v6_ranges, v6_lows)};
  }
};

// Order of the prefixes does not matter. Errors: kInvalidArgument if two values are given for one prefix or a value is
// 0 or too large. Repeating a prefix with its value is fine.
[[nodiscard]] Result<PrefixTableData> BuildPrefixTable(std::span<const Prefix> prefixes, PrefixAnswer answer);

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_PREFIX_TABLE_H_
