#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace ward::base {
namespace {

constexpr unsigned Byte(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

constexpr bool IsContinuation(unsigned byte) { return (byte & 0xC0U) == 0x80U; }

// Headers and paths are little else. Eight bytes at once; the last eight may overlap those before them.
bool IsAscii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::uint64_t seen = 0;
  std::uint64_t word = 0;
  if (text.size() >= sizeof(word)) {
    for (std::size_t at = 0; at + sizeof(word) <= text.size(); at += sizeof(word)) {
      std::memcpy(&word, text.data() + at, sizeof(word));
      seen |= word;
    }
    std::memcpy(&word, text.data() + text.size() - sizeof(word), sizeof(word));
    return ((seen | word) & kHighBits) == 0;
  }
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return (seen & 0x80U) == 0;
}

}  // namespace

std::size_t Utf8SequenceLength(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned first = Byte(text, 0);
  if (first < 0x80) return 1;
  // The second byte's range carries all special cases of RFC 3629 section 4.
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (text.size() < length || Byte(text, 1) < low || Byte(text, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!IsContinuation(Byte(text, i))) return 0;
  }
  return length;
}

char32_t DecodeUtf8(std::string_view sequence) {
  // The first byte of a longer sequence has one leading 1 for each byte.
  const unsigned bits_of_first = sequence.size() == 1 ? 7U : 7U - static_cast<unsigned>(sequence.size());
  char32_t value = Byte(sequence, 0) & ((1U << bits_of_first) - 1U);
  for (std::size_t i = 1; i < sequence.size(); ++i) value = value << 6U | (Byte(sequence, i) & 0x3FU);
  return value;
}

std::optional<std::size_t> FirstInvalidUtf8(std::string_view text) {
  if (IsAscii(text)) return std::nullopt;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = Utf8SequenceLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::size_t CountColumns(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t length = Utf8SequenceLength(text);
    text.remove_prefix(length == 0 ? 1 : length);
    ++count;
  }
  return count;
}

bool AppendUtf8(std::string& text, char32_t code_point) {
  const auto value = static_cast<std::uint32_t>(code_point);
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return false;
  const auto append = [&text](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    append(value);
    return true;
  }
  if (value < 0x800) {
    append(0xC0U | (value >> 6U));
  } else if (value < 0x10000) {
    append(0xE0U | (value >> 12U));
    append(0x80U | ((value >> 6U) & 0x3FU));
  } else {
    append(0xF0U | (value >> 18U));
    append(0x80U | ((value >> 12U) & 0x3FU));
    append(0x80U | ((value >> 6U) & 0x3FU));
  }
  append(0x80U | (value & 0x3FU));
  return true;
}

}  // namespace ward::base
