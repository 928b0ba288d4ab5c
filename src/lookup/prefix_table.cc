#include "lookup/prefix_table.h"

#include <fmt/format.h>

#include <limits>
#include <string>

#include "lookup/corrupt.h"

namespace ward::lookup {

Result<void> PrefixTableV4::Verify(std::uint32_t value_limit) const {
  // One more than a power of two, as a root covers whole bits of the address.
  if (roots_.size() < 2 || !std::has_single_bit(roots_.size() - 1) || shift_ < 0) {
    return Corrupt(fmt::format("IPv4 prefixes: {} roots", roots_.size()));
  }
  if (intervals_.empty() || intervals_.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Corrupt(fmt::format("IPv4 prefixes: {} intervals", intervals_.size()));
  }
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    if (roots_[i] >= intervals_.size() || (i > 0 && roots_[i] < roots_[i - 1])) {
      return Corrupt(fmt::format("IPv4 prefixes: root {} is {}, of {} intervals", i, roots_[i], intervals_.size()));
    }
  }
  for (std::size_t i = 0; i < intervals_.size(); ++i) {
    if (i == 0 ? intervals_[i].first != 0 : intervals_[i].first <= intervals_[i - 1].first) {
      return Corrupt(fmt::format("IPv4 prefixes: interval {} begins out of order", i));
    }
    if (intervals_[i].value >= value_limit) {
      return Corrupt(fmt::format("IPv4 prefixes: interval {} has value {}, below {} is wanted", i, intervals_[i].value,
                                 value_limit));
    }
  }
  return {};
}

Result<void> PrefixTableV6::Verify(std::uint32_t value_limit) const {
  if (firsts_.empty() || firsts_.size() != values_.size()) {
    return Corrupt(fmt::format("IPv6 prefixes: {} intervals with {} values", firsts_.size(), values_.size()));
  }
  for (std::size_t i = 0; i < firsts_.size(); ++i) {
    if (i == 0 ? firsts_[i] != 0 : firsts_[i] <= firsts_[i - 1]) {
      return Corrupt(fmt::format("IPv6 prefixes: interval {} begins out of order", i));
    }
    const bool is_range = (values_[i] & kLowBit) != 0;
    if (is_range ? (values_[i] & ~kLowBit) >= ranges_.size() : values_[i] >= value_limit) {
      return Corrupt(fmt::format("IPv6 prefixes: interval {} has value {:#x}, below {} or one of {} lists is wanted", i,
                                 values_[i], value_limit, ranges_.size()));
    }
  }
  return VerifyLow(value_limit);
}

Result<void> PrefixTableV6::VerifyLow(std::uint32_t value_limit) const {
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    const PrefixLowRange& range = ranges_[i];
    if (range.count == 0 || range.first >= lows_.size() || range.count > lows_.size() - range.first) {
      return Corrupt(fmt::format("IPv6 prefixes: list {} has {} at {} of {} intervals", i, range.count, range.first,
                                 lows_.size()));
    }
  }
  for (std::size_t i = 0; i < lows_.size(); ++i) {
    if (lows_[i].value >= value_limit) {
      return Corrupt(fmt::format("IPv6 prefixes: low interval {} has value {}, below {} is wanted", i, lows_[i].value,
                                 value_limit));
    }
  }
  return {};
}

Result<void> PrefixTable::Verify(std::uint32_t value_limit) const {
  WARD_RETURN_IF_ERROR(v4_.Verify(value_limit));
  return v6_.Verify(value_limit);
}

}  // namespace ward::lookup
