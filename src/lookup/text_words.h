// lookup: the first 16 bytes of a text as two zero-padded words, and hashes of texts that start from them.
//
// A text of up to 16 bytes *is* its two words and its length, so comparing it needs no memcmp and no branch on the
// length. The load reads 16 bytes whatever the length is and masks what lies behind the end. It stays within the
// page of the first byte, so it can never fault; what it reads there is never used. Sanitizers do not know that, so
// their builds take an exact twin (kExactLoads). The hash only finds a place: what is found is always compared.
// Little-endian only, like the bytecode. Thread-safe: no state. Cost: about 5 cycles; hashing 5 more.
#ifndef WARD_SRC_LOOKUP_TEXT_WORDS_H_
#define WARD_SRC_LOOKUP_TEXT_WORDS_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ward::lookup {

static_assert(std::endian::native == std::endian::little, "the bytecode is little-endian and executed in place");

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kExactLoads = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(undefined_behavior_sanitizer)
inline constexpr bool kExactLoads = true;
#else
inline constexpr bool kExactLoads = false;
#endif
#else
inline constexpr bool kExactLoads = false;
#endif

struct TextWords {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend bool operator==(const TextWords&, const TextWords&) = default;
};

inline constexpr std::size_t kTextWordsBytes = sizeof(TextWords);
static_assert(kTextWordsBytes == 16);

// 16 times 0xff, then 16 times 0: read from (16 - n), it keeps n bytes.
struct alignas(64) KeepMask {
  constexpr KeepMask() {
    for (std::size_t i = 0; i < kTextWordsBytes; ++i) bytes.at(i) = 0xFF;
  }
  std::array<std::uint8_t, 2 * kTextWordsBytes> bytes{};
};
inline constexpr KeepMask kKeepMask;
// Where an empty text is read from: its own pointer may be null, or the end of the last mapped page.
alignas(16) inline constexpr std::array<char, kTextWordsBytes> kZeroBytes{};

// The twin that touches no byte outside the text. Requires: count <= 16.
inline TextWords LoadTextWordsExact(const char* first, std::size_t count) {
  TextWords words;
  if (count != 0) std::memcpy(&words, first, count);
  return words;
}

// 16 bytes from `first`, of which `count` <= 16 are the caller's; the others are whatever lies there, or zero.
__attribute__((no_sanitize("address", "undefined"))) inline TextWords LoadTextWordsUnmasked(const char* first,
                                                                                            std::size_t count) {
  if constexpr (kExactLoads) return LoadTextWordsExact(first, count);
  // 4096 is the smallest page of every system we run on; a larger one only makes the test stricter than needed.
  const char* from = count == 0 ? kZeroBytes.data() : first;
  if ((reinterpret_cast<std::uintptr_t>(from) & 4095U) > 4096U - kTextWordsBytes) [[unlikely]] {
    return LoadTextWordsExact(first, count);
  }
  // The compiler must not reason about the object behind the pointer: we read past its end.
  asm("" : "+r"(from));
  TextWords words;
  std::memcpy(&words, from, kTextWordsBytes);
  return words;
}

[[nodiscard]] inline TextWords LoadTextWords(std::string_view text) {
  const std::size_t kept = std::min(text.size(), kTextWordsBytes);
  const TextWords words = LoadTextWordsUnmasked(text.data(), kept);
  TextWords mask;
  std::memcpy(&mask, kKeepMask.bytes.data() + (kTextWordsBytes - kept), kTextWordsBytes);
  return {words.low & mask.low, words.high & mask.high};
}

// Both halves of the 128-bit product, folded into one word: every input bit reaches every output bit.
[[nodiscard]] constexpr std::uint64_t FoldProduct(std::uint64_t a, std::uint64_t b) {
  __extension__ using Uint128 = unsigned __int128;
  const Uint128 product = static_cast<Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// The upper half of the product: maps a hash evenly to 0 .. count - 1, without a division.
[[nodiscard]] constexpr std::uint32_t ScaleHash(std::uint64_t hash, std::uint32_t count) {
  __extension__ using Uint128 = unsigned __int128;
  return static_cast<std::uint32_t>((static_cast<Uint128>(hash) * count) >> 64);
}

// What bytes 16 and up of a long text add to its hash. Requires: text.size() > 16.
[[nodiscard]] inline std::uint64_t HashTextTail(std::uint64_t hash, std::string_view text) {
  std::uint64_t word = 0;
  for (std::size_t at = kTextWordsBytes; at + sizeof(word) < text.size(); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    hash = FoldProduct(hash ^ word, 0xD6E8FEB86659FD93U);
  }
  std::memcpy(&word, text.data() + text.size() - sizeof(word), sizeof(word));
  return FoldProduct(hash ^ word, 0xA0761D6478BD642FU);
}

// Requires: words == LoadTextWords(text). Different seeds give independent hashes.
[[nodiscard]] inline std::uint64_t HashText(std::uint64_t seed, TextWords words, std::string_view text) {
  const std::uint64_t length = text.size();
  const std::uint64_t hash =
      FoldProduct(words.low ^ seed ^ 0x9E3779B97F4A7C15U,
                  words.high ^ std::rotl(seed, 29) ^ 0xD1B54A32D192ED03U ^ (length << 56 | length));
  if (length > kTextWordsBytes) [[unlikely]]
    return HashTextTail(hash, text);
  return hash;
}

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_TEXT_WORDS_H_
