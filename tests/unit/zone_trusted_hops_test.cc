#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "zone/trusted_hops.h"

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

// The chain of istio/istio#55722: two trusted hops let 93.34.34.216 in, one makes the
// client 23.219.81.45.
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

TEST(TrustedHopsTest, OnlyBareAddressesAreAddresses) {
  for (const std::string_view text : {"[::1]", "fe80::1%eth0", "1.1.1.1:80", "01.1.1.1", "a", ""}) {
    EXPECT_EQ(Client({}, text, Appended(0)), "missing") << text;
    EXPECT_EQ(Client({text}, "10.0.0.1", NotAppended(1)), "missing") << text;
  }
  EXPECT_EQ(Client({" \t2001:db8::1 "}, "10.0.0.1", NotAppended(1)), "2001:db8::1");
}

// Adding entries on the left, which is all that a client can do, never changes the answer.
TEST(TrustedHopsTest, PrependingChangesNothing) {
  constexpr unsigned kSeed = 11;
  std::mt19937 random(kSeed);
  for (int i = 0; i < 2'000; ++i) {
    const auto hops = static_cast<std::uint8_t>(random() % 4);
    const TrustedHops config = random() % 2 == 0 ? Appended(hops) : NotAppended(hops);
    std::string chain;
    for (int k = 0; k < 5; ++k)
      chain += (k == 0 ? "" : ", ") + std::string("192.0.2.") + std::to_string(random() % 256);
    const std::string forged = "10.0.0." + std::to_string(random() % 256) + (random() % 2 == 0 ? " ,x," : ",") + chain;
    ASSERT_EQ(Client({forged}, "192.0.2.1", config), Client({chain}, "192.0.2.1", config))
        << forged << " seed " << kSeed;
  }
}

}  // namespace
}  // namespace ward::zone
