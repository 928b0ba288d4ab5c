#include "lookup/interval_cuts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace ward::lookup {

std::vector<std::int64_t> BuildIntervalCuts(std::vector<std::int64_t> cuts) {
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

Result<void> IntervalCuts::Verify() const {
  if (cuts_.size() > std::numeric_limits<std::uint32_t>::max() - 2) {
    return Error{ErrorCode::kCorrupt, fmt::format("interval cuts: {} cuts", cuts_.size())};
  }
  for (std::size_t i = 1; i < cuts_.size(); ++i) {
    if (cuts_[i - 1] >= cuts_[i]) {
      return Error{ErrorCode::kCorrupt,
                   fmt::format("interval cuts: cut {} is {}, after {}", i, cuts_[i], cuts_[i - 1])};
    }
  }
  return {};
}

}  // namespace ward::lookup
