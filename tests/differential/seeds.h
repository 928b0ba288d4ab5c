// tests: where a seeded test begins and how much it does; both can be set from outside to repeat or
// to lengthen a run.
//   WARD_SEED=7 WARD_DECISIONS=10000000 ctest -R differential
#ifndef WARD_TESTS_DIFFERENTIAL_SEEDS_H_
#define WARD_TESTS_DIFFERENTIAL_SEEDS_H_

#include <cstdint>
#include <cstdlib>

namespace ward::differential {

inline std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

inline std::uint64_t FirstSeed() { return FromEnvironment("WARD_SEED", 1); }

}  // namespace ward::differential

#endif  // WARD_TESTS_DIFFERENTIAL_SEEDS_H_
