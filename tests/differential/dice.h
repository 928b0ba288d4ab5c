// tests: seeded random choices that are the same on every compiler and machine.
// Source: SplitMix64 (Steele, Lea, Flood 2014).
#ifndef WARD_TESTS_DIFFERENTIAL_DICE_H_
#define WARD_TESTS_DIFFERENTIAL_DICE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ward::differential {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  // 0 .. count - 1. Requires: count > 0.
  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(Next() % count); }
  // low .. high, both included.
  std::size_t Between(std::size_t low, std::size_t high) { return low + Below(high - low + 1); }
  bool Percent(std::size_t chance) { return Below(100) < chance; }
  template <typename T>
  const T& Pick(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace ward::differential

#endif  // WARD_TESTS_DIFFERENTIAL_DICE_H_
