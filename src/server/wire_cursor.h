// server: one protobuf message, field by field, in place.
//
// Why not protozero's reader: it throws on damaged bytes (we throw nothing) and cuts lengths to 32
// bits, so that it and a real parser could read one message in two ways. Here whatever is not a
// plain field (truncated, a length beyond the end, a varint of more than 64 bits, a group, field
// number 0) ends the walk with failed(). Source: the protobuf encoding,
// https://protobuf.dev/programming-guides/encoding/.
//
// A cursor is a view: the bytes must outlive it. Never allocates. Cost: O(1) a field, strings are
// not touched.
#ifndef WARD_SRC_SERVER_WIRE_CURSOR_H_
#define WARD_SRC_SERVER_WIRE_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ward::server {

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

class WireCursor {
 public:
  explicit WireCursor(std::string_view message) : rest_(message) {}

  // Reads the next field, value included. False at the end of the message and at damage; then ask
  // failed().
  [[nodiscard]] bool Next() {
    if (rest_.empty() || failed_) return false;
    const std::uint64_t tag = TakeVarint();
    if (failed_ || tag > UINT32_MAX || (tag >> 3U) == 0) return Fail();
    field_ = static_cast<std::uint32_t>(tag >> 3U);
    switch (tag & 7U) {
      case 0:
        type_ = WireType::kVarint;
        number_ = TakeVarint();
        return !failed_;
      case 1:
        type_ = WireType::kFixed64;
        return TakeFixed<std::uint64_t>();
      case 2:
        type_ = WireType::kBytes;
        return TakeBytes();
      case 5:
        type_ = WireType::kFixed32;
        return TakeFixed<std::uint32_t>();
      default:
        return Fail();
    }
  }

  // Of the field that Next() read.
  [[nodiscard]] std::uint32_t field() const { return field_; }
  [[nodiscard]] WireType type() const { return type_; }
  // The value; meaningful for kBytes only.
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  // The value; meaningful for all but kBytes. Fixed numbers as their bits.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool Fail() {
    failed_ = true;
    return false;
  }

  std::uint64_t TakeVarint() {
    // Nearly all tags and lengths have one byte.
    if (!rest_.empty() && static_cast<signed char>(rest_.front()) >= 0) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      return byte;
    }
    return TakeLongVarint();
  }

  std::uint64_t TakeLongVarint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      // Of the tenth byte only the lowest bit has room.
      if (byte < 0x80) {
        if (shift == 63 && byte > 1) break;
        return value;
      }
    }
    failed_ = true;
    return 0;
  }

  template <typename T>
  bool TakeFixed() {
    if (rest_.size() < sizeof(T)) return Fail();
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {  // little-endian on the wire
      value |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(rest_[i])) << (8U * i));
    }
    number_ = value;
    rest_.remove_prefix(sizeof(T));
    return true;
  }

  bool TakeBytes() {
    const std::uint64_t size = TakeVarint();
    if (failed_ || size > rest_.size()) return Fail();
    bytes_ = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(bytes_.size());
    return true;
  }

  std::string_view rest_;
  std::string_view bytes_;
  std::uint64_t number_ = 0;
  std::uint32_t field_ = 0;
  WireType type_ = WireType::kVarint;
  bool failed_ = false;
};

// An entry of a map whose keys are texts and whose values are texts or messages. What is left out
// has its default, the empty text or message. Not valid: damaged, another wire type, key or value
// given twice.
struct MapEntry {
  std::string_view key;
  std::string_view value;
  bool valid = false;
};
[[nodiscard]] MapEntry ReadMapEntry(std::string_view message);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_WIRE_CURSOR_H_
