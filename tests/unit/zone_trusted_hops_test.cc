#include "zone/trusted_hops.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ward::zone {
namespace {

std::string Client(std::vector<std::string_view> lines, std::string_view peer, TrustedHops hops) {
  return std::string(ClientAddress(lines, peer, hops).value_or("missing"));
}

constexpr TrustedHops Appended(std::uint8_t count) { return {count, PeerInChain::kAppended}; }
constexpr TrustedHops NotAppended(std::uint8_t count) { return {count, PeerInChain::kNotAppended}; }

TEST(TrustedHopsTest, WithoutHopsThePeerIsTheClient) {
  EXPECT_EQ(Client({"1.1.1.1"}, "203.0.113.9", Appended(0)), "203.0.113.9");
  EXPECT_EQ(Client({}, "2001:db8::7", NotAppended(0)), "2001:db8::7");
  EXPECT_EQ(Client({"1.1.1.1"}, "", Appended(0)), "missing");
}

// The chain of istio/istio#55722: two trusted hops let 93.34.34.216 in, one makes the client 23.219.81.45.
TEST(TrustedHopsTest, TheTrustedHopsDecideWhoTheClientIs) {
  const std::string_view chain = "93.34.34.216, 23.219.81.45, 192.168.32.11";
  EXPECT_EQ(Client({chain}, "192.168.32.11", Appended(2)), "93.34.34.216");
  EXPECT_EQ(Client({chain}, "192.168.32.11", Appended(1)), "23.219.81.45");
  EXPECT_EQ(Client({chain}, "10.0.0.1", NotAppended(3)), "93.34.34.216");
  EXPECT_EQ(Client({chain}, "10.0.0.1", NotAppended(1)), "192.168.32.11");
}

TEST(TrustedHopsTest, SeveralLinesAreOneList) {
  EXPECT_EQ(Client({"1.1.1.1,2.2.2.2", "3.3.3.3"}, "3.3.3.3", Appended(1)), "2.2.2.2");
  EXPECT_EQ(Client({"1.1.1.1", "2.2.2.2", "3.3.3.3"}, "3.3.3.3", Appended(2)), "1.1.1.1");
}

TEST(TrustedHopsTest, WhatTheClientWroteIsNeverRead) {
  EXPECT_EQ(Client({"garbage, 10.0.0.1, 198.51.100.7, 192.0.2.1"}, "192.0.2.1", Appended(1)), "198.51.100.7");
  const std::string many = [] {
    std::string text;
    for (int i = 0; i < 500; ++i) text += "10.0.0.1,";
    return text + "198.51.100.7,192.0.2.1";
  }();
  EXPECT_EQ(Client({many}, "192.0.2.1", Appended(1)), "198.51.100.7");
}

TEST(TrustedHopsTest, ABrokenChainLeavesTheAddressMissing) {
  EXPECT_EQ(Client({}, "10.0.0.1", Appended(1)), "missing");
  EXPECT_EQ(Client({"192.0.2.1"}, "192.0.2.1", Appended(1)), "missing");
  EXPECT_EQ(Client({""}, "10.0.0.1", NotAppended(1)), "missing");
  EXPECT_EQ(Client({"1.1.1.1,"}, "10.0.0.1", NotAppended(1)), "missing");
  EXPECT_EQ(Client({"1.1.1.1:443, 192.0.2.1"}, "192.0.2.1", Appended(1)), "missing");
  EXPECT_EQ(Client({"1.1.1.1, unknown"}, "192.0.2.1", Appended(1)), "missing");
  EXPECT_EQ(Client({"1.1.1.1"}, "10.0.0.1", NotAppended(255)), "missing");
}

TEST(TrustedHopsTest, MappedAddressesFoldToIpv4) {
  EXPECT_EQ(ParseAddress("::ffff:10.1.2.3"), ParseAddress("10.1.2.3"));
  EXPECT_EQ(ParseAddress("::FFFF:0a01:0203"), ParseAddress("10.1.2.3"));
  EXPECT_EQ(ParseAddress("2001:DB8:0:0:0:0:0:1"), ParseAddress("2001:db8::1"));
  EXPECT_NE(ParseAddress("::10.1.2.3"), ParseAddress("10.1.2.3"));
}

TEST(TrustedHopsTest, OnlyBareAddressesAreAddresses) {
  const std::array<std::string_view, 16> bad{
      "",        " 1.1.1.1", "1.1.1.1 ",   "1.1.1",      "1.1.1.256", "01.1.1.1",     "0x1.1.1.1", "1.1.1.1:80",
      "[::1]",   "fe80::1%eth0", "::1::",  "12345::",    "1.1.1.1.1", "localhost",    ":::",       "::ffff:1.1.1"};
  for (const std::string_view text : bad) EXPECT_FALSE(ParseAddress(text).has_value()) << text;
  EXPECT_FALSE(ParseAddress(std::string_view("1.1.1.1\0", 8)).has_value());
  EXPECT_FALSE(ParseAddress(std::string(1000, '1')).has_value());
}

// Adding entries on the left, which is all that a client can do, never changes the answer.
TEST(TrustedHopsTest, PrependingChangesNothing) {
  constexpr unsigned kSeed = 11;
  std::mt19937 random(kSeed);
  for (int i = 0; i < 2'000; ++i) {
    const auto hops = static_cast<std::uint8_t>(random() % 4);
    const TrustedHops config = random() % 2 == 0 ? Appended(hops) : NotAppended(hops);
    std::string chain;
    for (int k = 0; k < 5; ++k) chain += (k == 0 ? "" : ", ") + std::string("192.0.2.") + std::to_string(random() % 256);
    const std::string forged = "10.0.0." + std::to_string(random() % 256) + (random() % 2 == 0 ? " ,x," : ",") + chain;
    ASSERT_EQ(Client({forged}, "192.0.2.1", config), Client({chain}, "192.0.2.1", config)) << forged << " seed " << kSeed;
  }
}

}  // namespace
}  // namespace ward::zone
