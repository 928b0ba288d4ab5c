#include "ir/rank.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

namespace ward::ir {

void SortByRank(std::vector<Rule>& rules) {
  // Rules are big and sorting moves them often: sort their numbers, then move each once.
  std::vector<std::uint32_t> order(rules.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (rules[a].severity != rules[b].severity) return rules[a].severity > rules[b].severity;
    return rules[a].name < rules[b].name;
  });
  std::vector<Rule> sorted;
  sorted.reserve(rules.size());
  for (const std::uint32_t index : order) sorted.push_back(std::move(rules[index]));
  rules = std::move(sorted);
}

}  // namespace ward::ir
