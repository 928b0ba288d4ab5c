#include "route/operation.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/budgets.h"
#include "lookup/string_domain.h"

namespace ward::route {
namespace {

// With the separator. No policy has a longer pair.
constexpr std::size_t kPairBytesMax = base::budget::kActionBytesMax + 1;

// The index in a list whose domain numbers from 2; kNone.
std::uint32_t IndexIn(const bytecode::Image& image, std::uint32_t domain, std::string_view text) {
  if (domain == bytecode::kNone) return bytecode::kNone;
  const std::uint32_t ordinal = image.domain_views[domain].Find(text);
  return ordinal < lookup::kOrdinalFirst ? bytecode::kNone : ordinal - lookup::kOrdinalFirst;
}

}  // namespace

std::uint32_t FindByAction(const bytecode::Image& image, std::string_view action, std::string_view resource_type) {
  // The separator of the pair cannot be smuggled in.
  if (action.find('\0') != std::string_view::npos) return bytecode::kNone;
  std::array<char, kPairBytesMax> pair;
  std::uint32_t index = bytecode::kNone;
  const std::size_t size = action.size() + 1 + resource_type.size();
  if (!resource_type.empty() && size <= pair.size()) {
    char* end = std::copy(action.begin(), action.end(), pair.begin());
    *end++ = '\0';
    std::copy(resource_type.begin(), resource_type.end(), end);
    index = IndexIn(image, image.action_domain, {pair.data(), size});
  }
  if (index == bytecode::kNone) index = IndexIn(image, image.action_domain, action);
  return index == bytecode::kNone ? bytecode::kNone : image.action_operations[index];
}

std::uint32_t FindByName(const bytecode::Image& image, std::string_view qualified_name) {
  return IndexIn(image, image.name_domain, qualified_name);
}

}  // namespace ward::route
