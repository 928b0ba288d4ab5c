// bytecode: what must hold of an Image before anything runs it.
//
// Whoever runs an image checks nothing: no index, no type of a cell, no end of a loop. So each of these promises has
// its line in one of verify_*.cc. The spans of the image must lie in memory already (load.cc, FlatBuffers' verifier).
#ifndef WARD_SRC_BYTECODE_VERIFY_H_
#define WARD_SRC_BYTECODE_VERIFY_H_

#include <fmt/format.h>
#include <ward/error.h>

#include <cstdint>
#include <string>
#include <utility>

#include "base/budgets.h"
#include "bytecode/image.h"

namespace ward::bytecode {

// Ranges of a hostile file may overlap, so that looking at each takes more than linear time. One Work is spent by all
// checks of a file.
class Work {
 public:
  explicit Work(std::size_t size_bytes) : left_(kPerByte * size_bytes + kAtLeast) {}
  // False when a file costs far more to check than its size explains.
  [[nodiscard]] bool Spend(std::uint64_t count) {
    if (count > left_) return false;
    left_ -= count;
    return true;
  }

 private:
  static constexpr std::uint64_t kPerByte = 16;
  static constexpr std::uint64_t kAtLeast = 1U << 20;
  std::uint64_t left_;
};

// In this order; each may rely on those before it.
[[nodiscard]] Result<void> VerifyHeader(const Image& image);
[[nodiscard]] Result<void> VerifyStrings(const Image& image, Work& work);  // texts, domains, enums, inputs, places
[[nodiscard]] Result<void> VerifySchema(const Image& image, Work& work);   // constants, parameters, tables, time
[[nodiscard]] Result<void> VerifySlots(const Image& image, Work& work);
[[nodiscard]] Result<void> VerifyCode(const Image& image, Work& work);
[[nodiscard]] Result<void> VerifyIndex(const Image& image, Work& work);
[[nodiscard]] Result<void> VerifyZones(const Image& image, Work& work);  // zones, operations
[[nodiscard]] Result<void> VerifyRules(const Image& image, Work& work);  // rules, replies, tests, formulas

template <typename... Args>
[[nodiscard]] Error Corrupt(fmt::format_string<Args...> text, Args&&... args) {
  return {ErrorCode::kCorrupt, "bytecode: " + fmt::format(text, std::forward<Args>(args)...)};
}

[[nodiscard]] inline bool Inside(const Range& range, std::size_t size) {
  return range.first() <= size && range.count() <= size - range.first();
}
[[nodiscard]] inline bool Inside(const Text& text, const Image& image) {
  return text.offset() <= image.text.size() && text.size() <= image.text.size() - text.offset();
}
[[nodiscard]] inline bool Inside(const Place& place, const Image& image) {
  return place.file() == kNone || place.file() < image.files.size();
}
[[nodiscard]] inline bool IsNoneOrBelow(std::uint32_t index, std::size_t size) {
  return index == kNone || index < size;
}
// Children may be shared, so the visits of a walk can double with every branch.
[[nodiscard]] inline Error TooCostly(std::size_t program, std::uint64_t steps) {
  return Corrupt("program {} may take {} steps, kStepsPerOperationMax is {}", program, steps,
                 base::budget::kStepsPerOperationMax);
}
[[nodiscard]] inline Error TooEntangled() { return Corrupt("ranges overlap so much that checking them has no end"); }

}  // namespace ward::bytecode

#endif  // WARD_SRC_BYTECODE_VERIFY_H_
