// semantic: everything that can decide, by the names tests and logs use for it.
#ifndef WARD_SRC_SEMANTIC_RULE_NAMES_H_
#define WARD_SRC_SEMANTIC_RULE_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "semantic/model.h"

namespace ward::semantic {

// What kind of outcome a named thing can cause.
enum class Decides : std::uint8_t { kAllow, kRefuse, kThrottle, kNothing };

struct RuleName {
  std::string full;  // `orders.access.read`, `platform.zones.internet.fresh-token`, `default`
  Decides decides = Decides::kRefuse;
};

class RuleNames {
 public:
  explicit RuleNames(const Model& model);

  // All things whose full name is `dotted` or ends in it, by whole segments.
  [[nodiscard]] std::vector<const RuleName*> Find(std::string_view dotted) const;
  // The full name of what was meant.
  [[nodiscard]] std::optional<std::string> Nearest(std::string_view dotted) const;

 private:
  void Add(std::string full, Decides decides);

  std::vector<RuleName> names_;
  std::unordered_set<std::string> known_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_last_;
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_RULE_NAMES_H_
