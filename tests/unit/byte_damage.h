// tests: changes bytes of flat tables at random, for tests that verify damaged bytecode. The seed makes it repeatable.
#ifndef WARD_TESTS_UNIT_BYTE_DAMAGE_H_
#define WARD_TESTS_UNIT_BYTE_DAMAGE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <type_traits>
#include <vector>

namespace ward {

class ByteDamage {
 public:
  explicit ByteDamage(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::size_t Below(std::size_t limit) { return random_() % limit; }

  // One to three bytes become something else: a flipped bit, a border value or anything.
  template <typename T>
  void Apply(std::vector<T>& table) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (table.empty()) return;
    for (std::size_t n = 1 + Below(3); n > 0; --n) {
      const std::size_t at = Below(table.size());
      const std::size_t byte = Below(sizeof(T));
      unsigned char value = 0;
      std::memcpy(&value, reinterpret_cast<const unsigned char*>(&table[at]) + byte, 1);
      value = NewValue(value);
      std::memcpy(reinterpret_cast<unsigned char*>(&table[at]) + byte, &value, 1);
    }
  }

  // Loses its end, perhaps all of it; the memory is given back so that a sanitizer sees what reads behind it.
  template <typename T>
  void Truncate(std::vector<T>& table) {
    table = std::vector<T>(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(Below(table.size() + 1)));
  }

 private:
  [[nodiscard]] unsigned char NewValue(unsigned char old) {
    switch (Below(4)) {
      case 0:
        return static_cast<unsigned char>(old ^ (1U << Below(8)));
      case 1:
        return 0xFF;
      case 2:
        return static_cast<unsigned char>(old + 1);
      default:
        return static_cast<unsigned char>(Below(256));
    }
  }

  std::mt19937_64 random_;
};

}  // namespace ward

#endif  // WARD_TESTS_UNIT_BYTE_DAMAGE_H_
