// border: one typed value in 16 bytes, or its absence; what every room of the run column reads and writes.
//
// A Cell owns nothing: texts, addresses and sets lie in the request's scratch, in the caller's memory or in the pinned
// View, and live as long as these. A missing Cell is all zeros. Numbers are in the units of ward::ValueType.
#ifndef WARD_SRC_BORDER_CELL_H_
#define WARD_SRC_BORDER_CELL_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "base/ip_address.h"

namespace ward::border {

enum class CellKind : std::uint8_t {
  kMissing,  // the zero value
  kNumber,   // bool, int, duration, timestamp, clock, size; an enum value is its index
  kText,     // string
  kAddress,  // ip (full length) and cidr
  kSet,      // of enum values or of strings
};

// A set. Bit i says whether member i is in it: member i of the enum, or constant i (ordinal i + 2) of the domain that
// the slot's members are compared with. `texts` are all members of a set of strings, sorted by bytes, no doubles.
struct SetValue {
  std::span<const std::uint64_t> bits;
  std::span<const std::string_view> texts;
  // Members that the enum does not list were dropped: `has` a listed value is certain all the same, `is` and tests
  // between two variable sets may not be.
  bool unlisted = false;

  [[nodiscard]] bool Has(std::uint32_t member) const {
    return member / 64 < bits.size() && (bits[member / 64] >> (member % 64) & 1) != 0;
  }
};

struct Cell {
  union {
    std::int64_t number = 0;
    const char* text;
    const base::Cidr* address;
    const SetValue* set;
  };
  std::uint32_t size = 0;     // bytes of a text
  CellKind kind = CellKind::kMissing;

  [[nodiscard]] bool present() const { return kind != CellKind::kMissing; }
  // Requires: kText.
  [[nodiscard]] std::string_view view() const { return {text, size}; }

  [[nodiscard]] static Cell Number(std::int64_t value) {
    Cell cell;
    cell.number = value;
    cell.kind = CellKind::kNumber;
    return cell;
  }
  [[nodiscard]] static Cell Text(std::string_view value) {
    Cell cell;
    cell.text = value.data();
    cell.size = static_cast<std::uint32_t>(value.size());
    cell.kind = CellKind::kText;
    return cell;
  }
  [[nodiscard]] static Cell Address(const base::Cidr* value) {
    Cell cell;
    cell.address = value;
    cell.kind = CellKind::kAddress;
    return cell;
  }
  [[nodiscard]] static Cell Set(const SetValue* value) {
    Cell cell;
    cell.set = value;
    cell.kind = CellKind::kSet;
    return cell;
  }
};
static_assert(sizeof(Cell) == 16);

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_CELL_H_
