// observe: the name of one decision, the same in the answer's metadata, the problem body and the log.
//
// 20 characters of base 32 without i, l, o and u: 11 of the time in microseconds, 9 of a counter whose start is
// random for each source, so ids of two processes or threads practically never meet, and sort by time.
// Threads: one source per thread. No allocation, no system call but reading the clock.
#ifndef WARD_SRC_OBSERVE_DECISION_ID_H_
#define WARD_SRC_OBSERVE_DECISION_ID_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace ward::observe {

class DecisionIds {
 public:
  // Reads the system's random source once.
  DecisionIds();
  // A fixed start, for tests.
  explicit DecisionIds(std::uint64_t seed) : counter_(seed) {}

  // Valid until the next call.
  [[nodiscard]] std::string_view Next(std::int64_t unix_ns);

 private:
  std::uint64_t counter_;
  std::array<char, 20> text_{};
};

}  // namespace ward::observe

#endif  // WARD_SRC_OBSERVE_DECISION_ID_H_
