#include "base/clock.h"

namespace ward::base {

std::int64_t SystemClock::NowNs() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count();
}

std::int64_t VirtualClock::NowNs() const { return now_ns_.load(std::memory_order_relaxed); }

void VirtualClock::Set(std::int64_t now_ns) { now_ns_.store(now_ns, std::memory_order_relaxed); }

void VirtualClock::Advance(std::chrono::nanoseconds by) { now_ns_.fetch_add(by.count(), std::memory_order_relaxed); }

}  // namespace ward::base
