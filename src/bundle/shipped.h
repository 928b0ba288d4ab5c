// bundle: the policies that come with Ward (folder policies/), as the build embeds them.
#ifndef WARD_SRC_BUNDLE_SHIPPED_H_
#define WARD_SRC_BUNDLE_SHIPPED_H_

#include <span>
#include <string_view>

namespace ward::bundle {

struct ShippedPolicy {
  std::string_view policy;  // "ward.networks"
  std::string_view file;    // "ward/networks.ward", as diagnostics name it
  std::string_view text;
};

// Defined in the generated shipped_policies.cc, sorted by policy.
[[nodiscard]] std::span<const ShippedPolicy> ShippedPolicies();
// By the policy's dotted name; nullptr: there is none.
[[nodiscard]] const ShippedPolicy* FindShippedPolicy(std::string_view policy);

}  // namespace ward::bundle

#endif  // WARD_SRC_BUNDLE_SHIPPED_H_
