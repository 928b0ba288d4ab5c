#include "engine/publication.h"

#include <fmt/format.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"

namespace ward::engine {
namespace {

#if defined(__SANITIZE_THREAD__)
constexpr bool kSanitizedThreads = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
constexpr bool kSanitizedThreads = true;
#else
constexpr bool kSanitizedThreads = false;
#endif
#else
constexpr bool kSanitizedThreads = false;
#endif

bool Membarrier(int command) { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

bool CanFenceOthers() {
  return !kSanitizedThreads && Membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) &&
         Membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
}

}  // namespace

Publication::Publication(std::size_t readers_max) : writer_fences_(CanFenceOthers()), readers_(readers_max) {}

void Publication::Publish(std::unique_ptr<View> view) {
  const View* next = view.get();
  const std::uint64_t epoch = epoch_.load(std::memory_order_relaxed);  // only writers change it, under the lock
  if (!views_.empty()) views_.back().last_epoch = epoch;
  views_.push_back({std::move(view), 0});
  live_.store(next, std::memory_order_seq_cst);
  epoch_.store(epoch + 1, std::memory_order_seq_cst);
  Reclaim();
}

void Publication::Reclaim() {
  if (old_count() == 0) return;
  // Worked once, so it works: the kernel keeps the registration as long as the process lives.
  if (writer_fences_) WARD_CHECK(Membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
  const std::uint64_t oldest = OldestAnnounced();
  const auto end = views_.end() - 1;
  const auto kept =
      std::remove_if(views_.begin(), end, [oldest](const Held& held) { return held.last_epoch < oldest; });
  views_.erase(kept, end);
}

std::uint64_t Publication::OldestAnnounced() const {
  std::uint64_t oldest = std::numeric_limits<std::uint64_t>::max();
  for (const Announcement& reader : readers_) {
    const std::uint64_t epoch = reader.epoch.load(std::memory_order_seq_cst);
    if (epoch != kNotPinned) oldest = std::min(oldest, epoch);
  }
  return oldest;
}

std::string Publication::Holders() const {
  std::string text;
  const std::uint64_t live_epoch = epoch_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    const std::uint64_t epoch = readers_[i].epoch.load(std::memory_order_seq_cst);
    if (epoch == kNotPinned || epoch == live_epoch) continue;
    const auto held =
        std::find_if(views_.begin(), views_.end(), [epoch](const Held& old) { return old.last_epoch >= epoch; });
    const std::uint64_t generation = held == views_.end() ? 0 : held->view->generation;
    text += fmt::format("{}reader {} (generation {})", text.empty() ? "" : ", ", i, generation);
  }
  return text;
}

}  // namespace ward::engine
