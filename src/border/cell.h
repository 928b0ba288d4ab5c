// border: one typed value in 16 bytes, or its absence; what every room of the run column reads and writes.
//
// A Cell owns nothing: texts, addresses and sets lie in the request's scratch, in the caller's memory or in the pinned
// View, and live as long as these. Numbers are in the units of ward::ValueType.
#ifndef WARD_SRC_BORDER_CELL_H_
#define WARD_SRC_BORDER_CELL_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/ip_address.h"

namespace ward::border {

// One value, 16 bytes. Which accessor holds is the slot's type (ward::ValueType); it is not stored here.
class Cell {
 public:
  // Missing.
  constexpr Cell() = default;
  // bool, int, duration, timestamp, clock, size; an enum's index; a three-valued result as bytecode::Truth.
  [[nodiscard]] static Cell Number(std::int64_t number) {
    Cell cell;
    cell.payload_.number = number;
    cell.present_ = 1;
    return cell;
  }
  [[nodiscard]] static Cell Text(std::string_view text) {
    return {text.data(), static_cast<std::uint32_t>(text.size()), 0};
  }
  [[nodiscard]] static Cell Ip(const base::IpAddress* address) { return {address, 0, 0}; }
  [[nodiscard]] static Cell Cidr(const base::Cidr* cidr) { return {cidr, 0, 0}; }
  // Ordinals (2 + index), ascending, each once. `dropped`: members that the enum does not list were there.
  [[nodiscard]] static Cell EnumSet(std::span<const std::uint32_t> ordinals, std::uint8_t dropped) {
    return {ordinals.data(), static_cast<std::uint32_t>(ordinals.size()), dropped};
  }
  // Members ascending by bytes, each once.
  [[nodiscard]] static Cell StringSet(std::span<const std::string_view> members) {
    return {members.data(), static_cast<std::uint32_t>(members.size()), 0};
  }

  [[nodiscard]] bool present() const { return present_ != 0; }
  [[nodiscard]] bool has_dropped() const { return dropped_ != 0; }
  [[nodiscard]] std::int64_t number() const { return payload_.number; }
  [[nodiscard]] std::string_view text() const { return {static_cast<const char*>(payload_.data), size_}; }
  [[nodiscard]] const base::IpAddress& ip() const { return *static_cast<const base::IpAddress*>(payload_.data); }
  [[nodiscard]] const base::Cidr& cidr() const { return *static_cast<const base::Cidr*>(payload_.data); }
  [[nodiscard]] std::span<const std::uint32_t> enum_set() const {
    return {static_cast<const std::uint32_t*>(payload_.data), size_};
  }
  [[nodiscard]] std::span<const std::string_view> string_set() const {
    return {static_cast<const std::string_view*>(payload_.data), size_};
  }

 private:
  Cell(const void* data, std::uint32_t size, std::uint8_t dropped) : size_(size), present_(1), dropped_(dropped) {
    payload_.data = data;
  }

  union Payload {
    std::int64_t number = 0;
    const void* data;
  } payload_;
  std::uint32_t size_ = 0;
  std::uint8_t present_ = 0;
  std::uint8_t dropped_ = 0;
};
static_assert(sizeof(Cell) == 16 && std::is_trivially_copyable_v<Cell>);

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_CELL_H_
