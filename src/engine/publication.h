// engine: which View is live, who still looks at older ones, and when these may be freed.
//
// Epochs. A reader announces the epoch it saw, then loads the live View; a writer publishes the new View, then raises
// the epoch, then looks at the announcements. A View that was live in epoch e is freed once nobody announces e or less.
// Announcing must not be overtaken by the load behind it: that takes a fence, and the writer pays for it where the
// kernel lets him (membarrier, PRIVATE_EXPEDITED: every thread of the process runs a full fence); elsewhere, and under
// thread sanitizer, which cannot see membarrier, the announcement is a seq_cst store.
// Source: K. Fraser, Practical lock-freedom (2004), section 5.2.3; membarrier(2).
// Threads: Pin and Unpin by the reader's owner, wait-free; everything else under the engine's lock.
#ifndef WARD_SRC_ENGINE_PUBLICATION_H_
#define WARD_SRC_ENGINE_PUBLICATION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/view.h"

namespace ward::engine {

class Publication {
 public:
  explicit Publication(std::size_t readers_max);
  Publication(const Publication&) = delete;
  Publication& operator=(const Publication&) = delete;

  // ---- reader: by its owner
  // The live View, held until the next Pin or Unpin of this reader; null while nothing is published.
  [[nodiscard]] const View* Pin(std::size_t reader) {
    std::atomic<std::uint64_t>& announced = readers_[reader].epoch;
    // Acquire: whoever sees a raised epoch sees the View that was published before.
    const std::uint64_t epoch = epoch_.load(std::memory_order_acquire);
    if (writer_fences_) {
      // Release: what was read of the View held before is done. The writer's membarrier orders it before the load below.
      announced.store(epoch, std::memory_order_release);
      std::atomic_signal_fence(std::memory_order_seq_cst);  // the compiler must not swap them either
      return live_.load(std::memory_order_acquire);
    }
    announced.store(epoch, std::memory_order_seq_cst);
    return live_.load(std::memory_order_seq_cst);
  }
  void Unpin(std::size_t reader) {
    // Release: reads of the View happen before its memory is freed.
    readers_[reader].epoch.store(kNotPinned, std::memory_order_release);
  }

  // ---- writer: under the engine's lock
  [[nodiscard]] View* live() { return views_.empty() ? nullptr : views_.back().view.get(); }
  void Publish(std::unique_ptr<View> view);
  // Frees every old View that nobody holds.
  void Reclaim();
  [[nodiscard]] std::size_t old_count() const { return views_.empty() ? 0 : views_.size() - 1; }
  // "reader 3 (generation 7 or older)", ...: who holds old Views.
  [[nodiscard]] std::string Holders() const;
  template <typename Use>
  void ForEachView(Use use) {
    for (Held& held : views_) use(*held.view);
  }

 private:
  static constexpr std::uint64_t kNotPinned = 0;

  // On a line of its own: a reader's store must not slow its neighbour.
  struct alignas(64) Announcement {
    std::atomic<std::uint64_t> epoch{kNotPinned};
  };
  struct Held {
    std::unique_ptr<View> view;
    std::uint64_t last_epoch = 0;  // the last in which it was live
  };

  // The oldest epoch that a reader announces; the maximum if none does.
  [[nodiscard]] std::uint64_t OldestAnnounced() const;

  // constant after construction
  bool writer_fences_ = false;
  std::vector<Announcement> readers_;
  // shared
  std::atomic<std::uint64_t> epoch_{1};
  std::atomic<const View*> live_{nullptr};
  // guarded by the engine's lock
  std::vector<Held> views_;  // the last one is live
};

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_PUBLICATION_H_
