#include "bundle/shipped.h"

#include <algorithm>

namespace ward::bundle {

const ShippedPolicy* FindShippedPolicy(std::string_view policy) {
  const std::span<const ShippedPolicy> all = ShippedPolicies();
  const auto it = std::find_if(all.begin(), all.end(), [policy](const ShippedPolicy& p) { return p.policy == policy; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace ward::bundle
