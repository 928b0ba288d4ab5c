#include "observe/decision_id.h"

#include <random>

namespace ward::observe {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kTimeCharacters = 11;  // 55 bits of microseconds: until the year 3111

void Write(char* end, std::size_t characters, std::uint64_t number) {
  for (std::size_t i = 0; i < characters; ++i) {
    *--end = kAlphabet[number & 31U];
    number >>= 5U;
  }
}

}  // namespace

DecisionIds::DecisionIds() {
  std::random_device device;
  counter_ = (static_cast<std::uint64_t>(device()) << 32U) | device();
}

std::string_view DecisionIds::Next(std::int64_t unix_ns) {
  Write(text_.data() + kTimeCharacters, kTimeCharacters, static_cast<std::uint64_t>(unix_ns) / 1000U);
  Write(text_.data() + text_.size(), text_.size() - kTimeCharacters, counter_++);
  return {text_.data(), text_.size()};
}

}  // namespace ward::observe
