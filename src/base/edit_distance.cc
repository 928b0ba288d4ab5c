#include "base/edit_distance.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ward::base {

// Three rows of the usual matrix. Cells further than `cutoff` from the diagonal cannot end below
// the cutoff, so only the band around it is computed; everything else counts as cutoff + 1.
std::optional<std::size_t> EditDistance(std::string_view a, std::string_view b, std::size_t cutoff) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > cutoff) return std::nullopt;
  const std::size_t far = cutoff + 1;
  std::vector<std::size_t> before(b.size() + 1, far);
  std::vector<std::size_t> previous(b.size() + 1, far);
  std::vector<std::size_t> current(b.size() + 1, far);
  for (std::size_t j = 0; j <= std::min(cutoff, b.size()); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::fill(current.begin(), current.end(), far);
    if (i <= cutoff) current[0] = i;
    const std::size_t first = i > cutoff ? i - cutoff : 1;
    const std::size_t last = std::min(b.size(), i + cutoff);
    std::size_t nearest = current[0];
    for (std::size_t j = first; j <= last; ++j) {
      const std::size_t replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      current[j] = std::min({replace, previous[j] + 1, current[j - 1] + 1, far});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
      nearest = std::min(nearest, current[j]);
    }
    // A swap may still reach back over one row, so both must be hopeless.
    if (nearest == far && *std::min_element(previous.begin(), previous.end()) == far) return std::nullopt;
    std::swap(before, previous);
    std::swap(previous, current);
  }
  const std::size_t distance = previous[b.size()];
  if (distance > cutoff) return std::nullopt;
  return distance;
}

std::optional<std::string_view> NearestName(std::string_view wanted, std::span<const std::string_view> candidates) {
  std::size_t cutoff = std::clamp<std::size_t>(wanted.size() / 3, 1, 3);
  std::optional<std::string_view> nearest;
  for (const std::string_view candidate : candidates) {
    if (candidate == wanted) continue;
    const std::optional<std::size_t> distance = EditDistance(wanted, candidate, cutoff);
    if (!distance.has_value()) continue;
    if (!nearest.has_value() || *distance < cutoff || candidate < *nearest) nearest = candidate;
    cutoff = *distance;
  }
  return nearest;
}

}  // namespace ward::base
