// border: memory for what one request makes new: decoded text, sets, addresses, rendered sentences.
//
// A bump pointer over one block that is taken once. Full is no error: who asked gets nothing, and the value is missing
// (a doubt). Nothing is destroyed, so only trivial types live here. Threads: one at a time. Cost: an addition.
#ifndef WARD_SRC_BORDER_SCRATCH_H_
#define WARD_SRC_BORDER_SCRATCH_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace ward::border {

class Scratch {
 public:
  explicit Scratch(std::size_t size_bytes)
      : block_(new (std::align_val_t{kAlignment}) std::byte[size_bytes]), size_(size_bytes) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Scratch(Scratch&&) noexcept = default;
  Scratch& operator=(Scratch&&) noexcept = default;
  ~Scratch() = default;

  // Everything taken so far is gone.
  void Clear() { used_ = 0; }

  // `count` values, each T{}. Empty if there is no room (or none was asked for).
  template <typename T>
  [[nodiscard]] std::span<T> Take(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlignment);
    const std::size_t begin = (used_ + alignof(T) - 1) / alignof(T) * alignof(T);
    if (begin > size_ || count > (size_ - begin) / sizeof(T)) return {};
    used_ = begin + count * sizeof(T);
    T* first = reinterpret_cast<T*>(block_.get() + begin);
    for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
    return {first, count};
  }
  // Bytes that are not cleared.
  [[nodiscard]] std::span<char> TakeBytes(std::size_t count) {
    if (count > size_ - used_) return {};
    char* first = reinterpret_cast<char*>(block_.get() + used_);
    used_ += count;
    return {first, count};
  }
  // Gives back the unused end of the last TakeBytes.
  void GiveBack(std::size_t count) { used_ -= std::min(used_, count); }

  [[nodiscard]] std::size_t free_bytes() const { return size_ - used_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  struct Free {
    void operator()(std::byte* block) const { operator delete[](block, std::align_val_t{kAlignment}); }
  };

  std::unique_ptr<std::byte[], Free> block_;
  std::size_t size_;
  std::size_t used_ = 0;
};

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_SCRATCH_H_
