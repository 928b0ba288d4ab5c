// base: numbers that know what they number.
//
// Id<Tag> is a 32-bit index with a type of its own: a RuleId does not convert to a SymbolId, nor to
// an int. The value kNone means "no such thing"; it is the default, orders last and is never a
// valid index. An id means something only inside the structure that gave it out (ARCHITECTURE.md
// section 2).
//
//   struct RuleTag;                       // a tag needs no definition
//   using RuleId = base::Id<RuleTag>;
//   RuleId id{7};  rules[id.index()];
#ifndef WARD_SRC_BASE_IDS_H_
#define WARD_SRC_BASE_IDS_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

#include "base/check.h"

namespace ward::base {

template <typename Tag>
class Id {
 public:
  static constexpr std::uint32_t kNoneValue = std::numeric_limits<std::uint32_t>::max();
  static const Id kNone;

  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t value) : value_(value) {}
  // From a container's size. Requires: index < 2^32 - 1; budgets keep every count far below.
  static constexpr Id FromIndex(std::size_t index) {
    WARD_CHECK(index < kNoneValue);
    return Id(static_cast<std::uint32_t>(index));
  }

  [[nodiscard]] constexpr std::uint32_t value() const { return value_; }
  // Requires: has_value().
  [[nodiscard]] constexpr std::size_t index() const {
    WARD_DCHECK(has_value());
    return value_;
  }
  [[nodiscard]] constexpr bool has_value() const { return value_ != kNoneValue; }
  constexpr explicit operator bool() const { return has_value(); }

  friend constexpr bool operator==(Id, Id) = default;
  // Ids are numbered in the order of what they name (mostly that of the text),
  // and kNone comes last.
  friend constexpr std::strong_ordering operator<=>(Id, Id) = default;

 private:
  std::uint32_t value_ = kNoneValue;
};

template <typename Tag>
inline constexpr Id<Tag> Id<Tag>::kNone{};

}  // namespace ward::base

template <typename Tag>
struct std::hash<ward::base::Id<Tag>> {
  std::size_t operator()(ward::base::Id<Tag> id) const noexcept {
    // Spread: libstdc++'s hash of an integer is the integer.
    return static_cast<std::size_t>(id.value()) * std::size_t{0x9E3779B97F4A7C15U};
  }
};

#endif  // WARD_SRC_BASE_IDS_H_
