// base: an IPv4 or IPv6 address, and a CIDR prefix.
//
// 16 bytes, IPv4 held as ::ffff:a.b.c.d, so an IPv4-mapped IPv6 address *is* the IPv4 address: the same client must
// not be in two zones by how it is spelled. Text is read strictly: no zone id, no port, no brackets, no blanks, no
// leading zeros in IPv4 (they mean octal elsewhere) or in a prefix length.
// Source: RFC 4291 (text and mapped addresses), RFC 5952 (the text we write), RFC 4632 (CIDR).
// Thread-safe: values. Parsing allocates nothing.
#ifndef WARD_SRC_BASE_IP_ADDRESS_H_
#define WARD_SRC_BASE_IP_ADDRESS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ward::base {

enum class IpFamily : std::uint8_t { kV4 = 4, kV6 = 6 };

class IpAddress {
 public:
  // "::", the unspecified IPv6 address.
  constexpr IpAddress() = default;
  // The first byte of the dotted form is the highest of `value`.
  [[nodiscard]] static constexpr IpAddress FromV4(std::uint32_t value) { return {0, kMapped | value}; }
  // The upper and lower 64 bits. A mapped address becomes IPv4.
  [[nodiscard]] static constexpr IpAddress FromV6(std::uint64_t high, std::uint64_t low) { return {high, low}; }
  // In network order. A mapped address becomes IPv4.
  [[nodiscard]] static IpAddress FromBytes(const std::array<std::uint8_t, 16>& bytes);
  // Nothing unless all of `text` is one address.
  [[nodiscard]] static std::optional<IpAddress> Parse(std::string_view text);

  [[nodiscard]] constexpr IpFamily family() const {
    return high_ == 0 && (low_ & ~kV4Bits) == kMapped ? IpFamily::kV4 : IpFamily::kV6;
  }
  [[nodiscard]] constexpr bool is_v4() const { return family() == IpFamily::kV4; }
  // Requires: is_v4().
  [[nodiscard]] constexpr std::uint32_t v4() const { return static_cast<std::uint32_t>(low_); }
  // Of the 16-byte form, mapped for IPv4.
  [[nodiscard]] constexpr std::uint64_t high() const { return high_; }
  [[nodiscard]] constexpr std::uint64_t low() const { return low_; }
  [[nodiscard]] std::array<std::uint8_t, 16> bytes() const;
  // 32 or 128.
  [[nodiscard]] constexpr int width_bits() const { return is_v4() ? 32 : 128; }
  // Canonical: 192.0.2.1, 2001:db8::1.
  [[nodiscard]] std::string ToString() const;

  friend constexpr bool operator==(const IpAddress&, const IpAddress&) = default;
  // By the 16 bytes; for containers.
  friend constexpr std::strong_ordering operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  static constexpr std::uint64_t kMapped = 0x0000'FFFF'0000'0000U;
  static constexpr std::uint64_t kV4Bits = 0xFFFF'FFFFU;

  constexpr IpAddress(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}

  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

// All addresses whose first `length` bits are those of `network`.
struct Cidr {
  IpAddress network;  // bits beyond `length` are zero
  int length = 0;     // 0 .. network.width_bits()

  [[nodiscard]] bool Contains(IpAddress address) const;
  // 10.0.0.0/8
  [[nodiscard]] std::string ToString() const;

  friend constexpr bool operator==(const Cidr&, const Cidr&) = default;
};

// The prefix with the bits beyond its length cleared. Requires: 0 <= length <= address.width_bits().
[[nodiscard]] Cidr MakeCidr(IpAddress address, int length);

struct CidrText {
  Cidr cidr;
  bool has_host_bits = false;  // the text had bits beyond its length, as in 10.0.0.1/8
};

// `address/length`, both needed. A prefix of at least 96 bits of a mapped address is an IPv4 prefix.
[[nodiscard]] std::optional<CidrText> ParseCidr(std::string_view text);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_IP_ADDRESS_H_
