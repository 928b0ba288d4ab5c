#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "base/ip_address.h"

namespace ward::base {
namespace {

IpAddress Address(std::string_view text) {
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  EXPECT_TRUE(address.has_value()) << text;
  return address.value_or(IpAddress());
}

// What the C library says, as 16 bytes.
std::optional<IpAddress> ByInetPton(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return IpAddress::FromBytes(bytes);
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, text.c_str(), v4.data()) != 1) return std::nullopt;
  return IpAddress::FromV4(std::uint32_t{v4[0]} << 24 | std::uint32_t{v4[1]} << 16 | std::uint32_t{v4[2]} << 8 | v4[3]);
}

TEST(IpAddress, ReadsAndWritesCanonicalText) {
  for (const std::string_view text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "1::", "2001:db8::1",
                                      "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "1:2:3:4:5:6:7:8", "fd00::a:0:0:1"}) {
    EXPECT_EQ(Address(text).ToString(), text);
  }
  EXPECT_EQ(Address("2001:DB8:0:0:0:0:0:0001").ToString(), "2001:db8::1");
  EXPECT_EQ(Address("64:ff9b::192.0.2.1").ToString(), "64:ff9b::c000:201");
  EXPECT_EQ(Address("1:2:3:4:5:6:7::").ToString(), "1:2:3:4:5:6:7:0");
}

TEST(IpAddress, FoldsMappedAddressesToV4) {
  for (const std::string_view text : {"::ffff:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:FFFF:192.0.2.1"}) {
    EXPECT_EQ(Address(text), IpAddress::FromV4(0xC0000201)) << text;
    EXPECT_EQ(Address(text).family(), IpFamily::kV4);
    EXPECT_EQ(Address(text).ToString(), "192.0.2.1");
  }
  EXPECT_FALSE(Address("::192.0.2.1").is_v4());
  EXPECT_FALSE(Address("::1:ffff:192.0.2.1").is_v4());
  EXPECT_EQ(IpAddress::FromV6(0, 0xFFFF'0A00'0001), Address("10.0.0.1"));
  EXPECT_EQ(Address("10.0.0.1").v4(), 0x0A000001U);
  EXPECT_EQ(IpAddress::FromBytes(Address("2001:db8::7").bytes()), Address("2001:db8::7"));
}

TEST(IpAddress, RefusesAllOtherSpellings) {
  for (const std::string_view text : {"",
                                      " 1.2.3.4",
                                      "1.2.3.4 ",
                                      "1.2.3",
                                      "1.2.3.4.5",
                                      "01.2.3.4",
                                      "1.2.3.256",
                                      "1.2.3.0x4",
                                      "1..2.3",
                                      "1.2.3.4:80",
                                      "[::1]",
                                      "fe80::1%eth0",
                                      ":",
                                      ":::",
                                      "1::2::3",
                                      ":1",
                                      "1:",
                                      "12345::",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4::5:6:7:8",
                                      "::1.2.3",
                                      "::1.2.3.4.",
                                      "1.2.3.4::",
                                      "::1.2.3.4:5",
                                      "::01.2.3.4",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "g::",
                                      "+1.2.3.4",
                                      "1.2.3.+4",
                                      "0001.2.3.4",
                                      "1.2.3.4/8",
                                      "4294967297.1.1.1"}) {
    EXPECT_FALSE(IpAddress::Parse(text).has_value()) << text;
  }
  EXPECT_FALSE(IpAddress::Parse(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST(IpAddress, AgreesWithTheCLibraryOnRandomTexts) {
  constexpr std::uint64_t kSeed = 20261122;
  std::mt19937_64 random(kSeed);
  static constexpr std::string_view kLetters = "0123456789abcfF:::::....x";
  int accepted = 0;
  for (int round = 0; round < 300'000; ++round) {
    std::string text;
    if (round % 3 == 0) {
      for (std::size_t n = random() % 12; n > 0; --n) text += kLetters[random() % kLetters.size()];
    } else {  // a good address with one byte changed
      std::array<std::uint8_t, 16> bytes{};
      for (std::uint8_t& byte : bytes) byte = random() % 3 == 0 ? static_cast<std::uint8_t>(random()) : 0;
      const IpAddress address =
          round % 3 == 1 ? IpAddress::FromBytes(bytes) : IpAddress::FromV4(static_cast<std::uint32_t>(random()));
      text = address.ToString();
      ASSERT_EQ(IpAddress::Parse(text), address) << text;
      text[random() % text.size()] = kLetters[random() % kLetters.size()];
    }
    const std::optional<IpAddress> parsed = IpAddress::Parse(text);
    ASSERT_EQ(parsed, ByInetPton(text)) << text << " seed " << kSeed;
    accepted += parsed.has_value() ? 1 : 0;
  }
  EXPECT_GT(accepted, 10'000);
}

TEST(Cidr, ReadsPrefixes) {
  EXPECT_EQ(ParseCidr("10.0.0.0/8")->cidr, (Cidr{Address("10.0.0.0"), 8}));
  EXPECT_FALSE(ParseCidr("10.0.0.0/8")->has_host_bits);
  EXPECT_EQ(ParseCidr("10.0.0.1/8")->cidr, (Cidr{Address("10.0.0.0"), 8}));
  EXPECT_TRUE(ParseCidr("10.0.0.1/8")->has_host_bits);
  EXPECT_EQ(ParseCidr("0.0.0.0/0")->cidr.ToString(), "0.0.0.0/0");
  EXPECT_EQ(ParseCidr("2001:db8::/32")->cidr.ToString(), "2001:db8::/32");
  EXPECT_TRUE(ParseCidr("2001:db8::1/127")->has_host_bits);
  EXPECT_FALSE(ParseCidr("2001:db8::1/128")->has_host_bits);
  EXPECT_EQ(ParseCidr("::/0")->cidr.ToString(), "::/0");
}

TEST(Cidr, FoldsMappedPrefixesThatLieInV4) {
  EXPECT_EQ(ParseCidr("::ffff:10.0.0.0/104")->cidr.ToString(), "10.0.0.0/8");
  EXPECT_EQ(ParseCidr("::ffff:0:0/96")->cidr.ToString(), "0.0.0.0/0");
  const std::optional<CidrText> wider = ParseCidr("::ffff:0:0/95");  // holds other addresses than IPv4 too
  EXPECT_EQ(wider->cidr.ToString(), "::fffe:0:0/95");
  EXPECT_TRUE(wider->has_host_bits);
}

TEST(Cidr, RefusesAllOtherSpellings) {
  for (const std::string_view text : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "::/129", "::/1234",
                                      "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/8 ", "/8", "10.0.0/8", "::/"}) {
    EXPECT_FALSE(ParseCidr(text).has_value()) << text;
  }
}

TEST(Cidr, ContainsComparesWithinOneFamily) {
  const Cidr ten = ParseCidr("10.0.0.0/8")->cidr;
  EXPECT_TRUE(ten.Contains(Address("10.255.0.1")));
  EXPECT_TRUE(ten.Contains(Address("::ffff:10.0.0.1")));
  EXPECT_FALSE(ten.Contains(Address("11.0.0.0")));
  EXPECT_FALSE(ParseCidr("::/0")->cidr.Contains(Address("10.0.0.1")));
  EXPECT_FALSE(ParseCidr("0.0.0.0/0")->cidr.Contains(Address("::1")));
  EXPECT_TRUE(ParseCidr("2001:db8::/33")->cidr.Contains(Address("2001:db8:7fff::")));
  EXPECT_FALSE(ParseCidr("2001:db8::/33")->cidr.Contains(Address("2001:db8:8000::")));
}

}  // namespace
}  // namespace ward::base
