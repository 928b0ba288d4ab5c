#include "semantic/addresses.h"

#include <fmt/format.h>

namespace ward::semantic {
namespace {

base::IpAddress AddressOf(const syntax::AddressLiteral& literal) {
  if (!literal.is_v4) return base::IpAddress::FromBytes(literal.bytes);
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | literal.bytes[i];
  return base::IpAddress::FromV4(value);
}

// A prefix of at least 96 bits of a mapped address is an IPv4 prefix; a shorter one holds all of IPv4 and more.
int LengthOf(const syntax::AddressLiteral& literal, base::IpAddress address) {
  const int width = address.width_bits();
  if (!literal.prefix_bits.has_value()) return width;
  const int length = *literal.prefix_bits;
  return !literal.is_v4 && width == 32 ? length - 96 : length;
}

}  // namespace

std::optional<base::Cidr> AddressValue(const syntax::AddressLiteral& literal) {
  const base::IpAddress address = AddressOf(literal);
  const int length = LengthOf(literal, address);
  if (length < 0 || length > address.width_bits()) return std::nullopt;
  const base::Cidr cidr = base::MakeCidr(address, length);
  return cidr.network == address ? std::optional(cidr) : std::nullopt;
}

diag::Diagnostic HostBits(base::Span span, const syntax::AddressLiteral& literal) {
  const base::IpAddress address = AddressOf(literal);
  const int length = LengthOf(literal, address);
  if (length < 0 || length > address.width_bits()) {
    return diag::Diagnostic(diag::Kind::kHostBits, span, "this prefix is longer or shorter than its address allows");
  }
  const std::string better = base::MakeCidr(address, length).ToString();
  return diag::Diagnostic(diag::Kind::kHostBits, span,
                          fmt::format("`{}/{}` has bits beyond /{}", address.ToString(), length, length))
      .WithFix(fmt::format("write `{}`", better), span, better);
}

}  // namespace ward::semantic
