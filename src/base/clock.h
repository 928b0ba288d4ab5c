// base: where the time comes from.
//
// Times are nanoseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time). Nobody asks
// the system for the time except through a Clock handed to him, so every test can stand still.
// Thread-safe.
#ifndef WARD_SRC_BASE_CLOCK_H_
#define WARD_SRC_BASE_CLOCK_H_

#include <atomic>
#include <chrono>
#include <cstdint>

namespace ward::base {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::int64_t NowNs() const = 0;

 protected:
  Clock() = default;
  Clock(const Clock&) = default;
  Clock& operator=(const Clock&) = default;
};

// The system's wall clock: may be set back by an administrator, so it is no measure of durations.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t NowNs() const override;
};

// Stands where it was set.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(std::int64_t now_ns) : now_ns_(now_ns) {}
  VirtualClock(const VirtualClock&) = delete;
  VirtualClock& operator=(const VirtualClock&) = delete;

  [[nodiscard]] std::int64_t NowNs() const override;
  void Set(std::int64_t now_ns);
  void Advance(std::chrono::nanoseconds by);

 private:
  // Relaxed everywhere: the time orders nothing else.
  std::atomic<std::int64_t> now_ns_;
};

}  // namespace ward::base

#endif  // WARD_SRC_BASE_CLOCK_H_
