// lookup: strings to ordinals, one probe and no loop.
//
// A domain is the constants that a slot is compared with. Ordinals: 0 is kept for doubt and never returned, 1 is "none
// of them", 2 and up are the constants, numbered by the caller. Strings are compared byte by byte, never trusted by
// hash: up to 16 bytes as two words, the rest by memcmp.
// StringDomainData is the builder's product; its vectors go into the bytecode as they are. StringDomain is the view
// that works on them in place. Thread-safe: immutable. Cost of Find: two dependent loads, about 5 ns in cache,
// whatever the number of strings; 42 bytes a string, and its length where that is over 16.
#ifndef WARD_SRC_LOOKUP_STRING_DOMAIN_H_
#define WARD_SRC_LOOKUP_STRING_DOMAIN_H_

#include <ward/error.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lookup/displacement.h"
#include "lookup/text_words.h"

namespace ward::lookup {

inline constexpr std::uint32_t kOrdinalDoubt = 0;
inline constexpr std::uint32_t kOrdinalNone = 1;
inline constexpr std::uint32_t kOrdinalFirst = 2;

// One slot of the table; part of the bytecode's layout. A free slot has low = 1 and length = 0: no text looks so.
struct StringDomainEntry {
  std::uint64_t low = 1;
  std::uint64_t high = 0;
  std::uint32_t length = 0;
  std::uint32_t ordinal = kOrdinalNone;
  std::uint32_t tail = 0;  // where bytes 16 and up lie in `tails`; 0 for shorter strings
  std::uint32_t reserved = 0;

  friend bool operator==(const StringDomainEntry&, const StringDomainEntry&) = default;
};
static_assert(sizeof(StringDomainEntry) == 32 && std::is_trivially_copyable_v<StringDomainEntry>);

class StringDomain {
 public:
  // An empty domain, where every text is none.
  StringDomain() = default;
  // Borrows the spans. Before Find, Verify must have said yes to the same content.
  StringDomain(std::uint64_t seed, std::span<const StringDomainEntry> entries, std::span<const std::uint16_t> pilots,
               std::span<const std::uint8_t> tails)
      : seed_(seed), entries_(entries), pilots_(pilots), tails_(tails) {}

  // The ordinal of `text`; kOrdinalNone if it is none of the domain's strings. `text` may hold any bytes.
  [[nodiscard]] std::uint32_t Find(std::string_view text) const {
    const TextWords words = LoadTextWords(text);
    const std::uint64_t hash = HashText(seed_, words, text);
    const StringDomainEntry& entry =
        entries_[DisplacedSlot(hash, pilots_, static_cast<std::uint32_t>(entries_.size()))];
    const std::uint64_t differences =
        (entry.low ^ words.low) | (entry.high ^ words.high) | (std::uint64_t{entry.length} ^ text.size());
    bool same = differences == 0;
    if (text.size() > kTextWordsBytes) [[unlikely]]
      same = same && SameTail(entry, text);
    return same ? entry.ordinal : kOrdinalNone;
  }

  // Whether Find stays inside the spans for every text and answers 1 .. ordinal_limit - 1 only. Damaged or hostile
  // content is kCorrupt, and the message names what is wrong. O(entries).
  [[nodiscard]] Result<void> Verify(std::uint32_t ordinal_limit) const;

  [[nodiscard]] std::size_t size_bytes() const {
    return entries_.size_bytes() + pilots_.size_bytes() + tails_.size_bytes();
  }

 private:
  [[nodiscard]] bool SameTail(const StringDomainEntry& entry, std::string_view text) const {
    return std::memcmp(tails_.data() + entry.tail, text.data() + kTextWordsBytes, text.size() - kTextWordsBytes) == 0;
  }

  static constexpr StringDomainEntry kNoEntry{};
  static constexpr std::uint16_t kNoPilot = 0;

  std::uint64_t seed_ = 0;
  std::span<const StringDomainEntry> entries_{&kNoEntry, 1};
  std::span<const std::uint16_t> pilots_{&kNoPilot, 1};
  std::span<const std::uint8_t> tails_;
};

struct StringDomainConstant {
  std::string_view text;
  std::uint32_t ordinal = kOrdinalFirst;
};

// What the compiler stores. Same constants in the same order: same bytes.
struct StringDomainData {
  std::uint64_t seed = 0;
  std::vector<StringDomainEntry> entries;  // at least one
  std::vector<std::uint16_t> pilots;       // at least one
  std::vector<std::uint8_t> tails;         // bytes 16 and up of the long strings

  // Borrows this object's vectors.
  [[nodiscard]] StringDomain View() const { return {seed, entries, pilots, tails}; }
};

// Errors: kInvalidArgument if a string comes twice or an ordinal is below 2; kTooLarge beyond 2^31 strings or 4 GiB of
// text. Several strings may share an ordinal. About 0.4 s for a million strings.
[[nodiscard]] Result<StringDomainData> BuildStringDomain(std::span<const StringDomainConstant> constants);

}  // namespace ward::lookup

#endif  // WARD_SRC_LOOKUP_STRING_DOMAIN_H_
