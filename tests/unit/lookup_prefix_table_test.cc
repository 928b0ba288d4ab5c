#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "byte_damage.h"
#include "lookup/prefix_table.h"

namespace ward::lookup {
namespace {

using base::Cidr;
using base::IpAddress;

IpAddress Address(std::string_view text) { return IpAddress::Parse(text).value(); }

Prefix MakePrefix(std::string_view cidr, std::uint32_t value) { return {base::ParseCidr(cidr).value().cidr, value}; }

PrefixTableData Build(const std::vector<Prefix>& prefixes, PrefixAnswer answer = PrefixAnswer::kLongest) {
  Result<PrefixTableData> data = BuildPrefixTable(prefixes, answer);
  EXPECT_TRUE(data.has_value());
  return std::move(data).value();
}

// The oracle: all prefixes around the address, longest first, each value once.
std::vector<std::uint32_t> ChainOf(const std::vector<Prefix>& prefixes, IpAddress address) {
  std::map<int, std::uint32_t, std::greater<>> by_length;
  for (const Prefix& prefix : prefixes) {
    if (prefix.cidr.Contains(address)) by_length.emplace(prefix.cidr.length, prefix.value);
  }
  std::vector<std::uint32_t> chain;
  for (const auto& [length, value] : by_length) {
    if (std::find(chain.begin(), chain.end(), value) == chain.end()) chain.push_back(value);
  }
  return chain;
}

class RandomPrefixes {
 public:
  explicit RandomPrefixes(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }

  // Few distinct bits, so that prefixes nest, touch and repeat.
  [[nodiscard]] IpAddress Address() {
    const auto bits = [this] {
      switch (Below(4)) {
        case 0:
          return std::uint64_t{0};
        case 1:
          return ~std::uint64_t{0};
        case 2:
          return std::uint64_t{0x2001'0db8'0000'0000} | Below(4) << (8 * Below(8));
        default:
          return random_() & random_() & random_();
      }
    };
    if (Below(2) == 0) return IpAddress::FromV4(static_cast<std::uint32_t>(bits() >> Below(33)));
    const std::uint64_t high = bits();
    return IpAddress::FromV6(high, bits());
  }

  [[nodiscard]] std::vector<Prefix> Set(std::size_t count, std::uint32_t values) {
    std::vector<Prefix> prefixes;
    std::map<std::pair<IpAddress, int>, std::uint32_t> seen;
    for (std::size_t i = 0; i < count; ++i) {
      const IpAddress address =
          !prefixes.empty() && Below(2) == 0 ? prefixes[Below(prefixes.size())].cidr.network : Address();
      const auto width = static_cast<std::uint64_t>(address.width_bits());
      const Cidr cidr = base::MakeCidr(address, static_cast<int>(Below(3) == 0 ? width - Below(4) : Below(width + 1)));
      const auto value = static_cast<std::uint32_t>(1 + Below(values));
      if (seen.emplace(std::pair(cidr.network, cidr.length), value).second) prefixes.push_back({cidr, value});
    }
    return prefixes;
  }

  // At or beside the borders of a prefix, or anywhere.
  [[nodiscard]] IpAddress Probe(const std::vector<Prefix>& prefixes) {
    if (prefixes.empty() || Below(8) == 0) return Address();
    const Cidr& cidr = prefixes[Below(prefixes.size())].cidr;
    if (cidr.network.is_v4()) {
      const std::uint64_t size = std::uint64_t{1} << (32 - cidr.length);
      const std::uint64_t base = cidr.network.v4() + (Below(2) == 0 ? 0 : size);
      return IpAddress::FromV4(static_cast<std::uint32_t>(base + Below(3) - 1));
    }
    std::uint64_t high = cidr.network.high();
    std::uint64_t low = cidr.network.low();
    switch (Below(4)) {  // first, one below, one above the last, somewhere in the upper half
      case 0:
        return IpAddress::FromV6(high, low);
      case 1:
        return IpAddress::FromV6(high - (low == 0 ? 1 : 0), low - 1);
      case 2: {
        const int free_bits = 128 - cidr.length;
        if (free_bits >= 64) {
          high += free_bits == 128 ? 0 : std::uint64_t{1} << (free_bits - 64);
        } else {
          low += std::uint64_t{1} << free_bits;
          high += low == 0 ? 1 : 0;
        }
        return IpAddress::FromV6(high, low);
      }
      default:
        return IpAddress::FromV6(high + Below(3) - 1, random_());
    }
  }

 private:
  std::mt19937_64 random_;
};

TEST(PrefixTable, WithoutPrefixesEveryAddressIsInNone) {
  for (const PrefixTableData& data : {Build({}), Build({}, PrefixAnswer::kChain)}) {
    for (const std::string_view text : {"0.0.0.0", "255.255.255.255", "::", "2001:db8::1"}) {
      EXPECT_EQ(data.View().Find(Address(text)), 0U);
      EXPECT_EQ(PrefixTable().Find(Address(text)), 0U);
    }
    EXPECT_TRUE(data.View().Verify(1).has_value());
  }
  EXPECT_TRUE(PrefixTable().Verify(1).has_value());
  EXPECT_EQ(Build({}, PrefixAnswer::kChain).chains, std::vector<std::vector<std::uint32_t>>{{}});
}

TEST(PrefixTable, LongestPrefixWins) {
  const PrefixTableData data =
      Build({MakePrefix("10.0.0.0/8", 1), MakePrefix("10.1.0.0/16", 2), MakePrefix("10.1.2.3/32", 3),
             MakePrefix("0.0.0.0/0", 4), MakePrefix("2001:db8::/32", 5), MakePrefix("2001:db8::1/128", 6),
             MakePrefix("2001:db8::/64", 7)});
  const PrefixTable table = data.View();
  EXPECT_EQ(table.Find(Address("9.255.255.255")), 4U);
  EXPECT_EQ(table.Find(Address("10.0.0.0")), 1U);
  EXPECT_EQ(table.Find(Address("10.1.2.2")), 2U);
  EXPECT_EQ(table.Find(Address("10.1.2.3")), 3U);
  EXPECT_EQ(table.Find(Address("::ffff:10.1.2.3")), 3U);
  EXPECT_EQ(table.Find(Address("255.255.255.255")), 4U);
  EXPECT_EQ(table.Find(Address("2001:db8::")), 7U);
  EXPECT_EQ(table.Find(Address("2001:db8::1")), 6U);
  EXPECT_EQ(table.Find(Address("2001:db8::2")), 7U);
  EXPECT_EQ(table.Find(Address("2001:db8:0:1::")), 5U);
  EXPECT_EQ(table.Find(Address("2001:db9::")), 0U);
}

TEST(PrefixTable, EqualNeighboursAreOneInterval) {
  std::vector<Prefix> halves{MakePrefix("0.0.0.0/1", 1), MakePrefix("128.0.0.0/1", 1), MakePrefix("10.0.0.0/8", 1)};
  EXPECT_EQ(Build(halves).v4_intervals.size(), 1U);
  EXPECT_EQ(Build(halves).View().Find(Address("10.0.0.1")), 1U);
  EXPECT_EQ(Build({MakePrefix("::/1", 1), MakePrefix("8000::/1", 1), MakePrefix("::7/128", 1)}).v6_ranges.size(), 0U);
}

TEST(PrefixTable, ChainsAreDistinctAndLongestFirst) {
  const PrefixTableData data =
      Build({MakePrefix("10.0.0.0/8", 1), MakePrefix("10.1.0.0/16", 2), MakePrefix("10.1.2.0/24", 1),
             MakePrefix("11.0.0.0/8", 1), MakePrefix("fd00::/8", 1), MakePrefix("fd01::/16", 2)},
            PrefixAnswer::kChain);
  const auto chain = [&](std::string_view text) { return data.chains[data.View().Find(Address(text))]; };
  EXPECT_EQ(chain("10.0.0.1"), (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(chain("10.1.0.1"), (std::vector<std::uint32_t>{2, 1}));
  EXPECT_EQ(chain("10.1.2.1"), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(chain("12.0.0.1"), (std::vector<std::uint32_t>{}));
  EXPECT_EQ(chain("fd01::1"), (std::vector<std::uint32_t>{2, 1}));
  EXPECT_EQ(data.View().Find(Address("10.1.0.1")), data.View().Find(Address("fd01::1")));
  EXPECT_EQ(data.chains.size(), 4U);
}

TEST(PrefixTable, RefusesContradictions) {
  EXPECT_EQ(BuildPrefixTable(std::vector<Prefix>{MakePrefix("10.0.0.0/8", 1), MakePrefix("::ffff:10.0.0.0/104", 2)},
                             PrefixAnswer::kLongest)
                .error()
                .message,
            "prefix table: 10.0.0.0/8 has values 1 and 2");
  EXPECT_TRUE(BuildPrefixTable(std::vector<Prefix>{MakePrefix("10.0.0.0/8", 1), MakePrefix("10.0.0.0/8", 1)},
                               PrefixAnswer::kLongest)
                  .has_value());
  for (const std::uint32_t value : {0U, 0x8000'0000U}) {
    EXPECT_EQ(BuildPrefixTable(std::vector<Prefix>{MakePrefix("::/0", value)}, PrefixAnswer::kLongest).error().code,
              ErrorCode::kInvalidArgument);
  }
}

TEST(PrefixTable, AgreesWithTheScanOfAllPrefixes) {
  constexpr std::uint64_t kSeed = 42;
  RandomPrefixes random(kSeed);
  int probes = 0;
  for (int round = 0; round < 400; ++round) {
    const std::vector<Prefix> prefixes =
        random.Set(random.Below(160), 1 + static_cast<std::uint32_t>(random.Below(20)));
    const PrefixTableData longest = Build(prefixes);
    const PrefixTableData chains = Build(prefixes, PrefixAnswer::kChain);
    ASSERT_TRUE(longest.View().Verify(21).has_value());
    const Result<void> verified = chains.View().Verify(static_cast<std::uint32_t>(chains.chains.size()));
    ASSERT_TRUE(verified.has_value()) << verified.error().message;
    for (int probe = 0; probe < 800; ++probe, ++probes) {
      const IpAddress address = random.Probe(prefixes);
      const std::vector<std::uint32_t> expected = ChainOf(prefixes, address);
      ASSERT_EQ(longest.View().Find(address), expected.empty() ? 0 : expected[0])
          << address.ToString() << " round " << round << " seed " << kSeed;
      ASSERT_EQ(chains.chains[chains.View().Find(address)], expected) << address.ToString();
    }
  }
  EXPECT_GT(probes, 300'000);
}

TEST(PrefixTable, AHundredThousandPrefixesOfEachFamily) {
  std::mt19937_64 random(9);
  std::vector<Prefix> prefixes;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    prefixes.push_back({base::MakeCidr(IpAddress::FromV4(static_cast<std::uint32_t>(random())), 24), 1 + i % 65'000});
    prefixes.push_back(
        {base::MakeCidr(IpAddress::FromV6(0x2000'0000'0000'0000 | random() >> 3, 0), 32 + static_cast<int>(i % 33)),
         1 + i % 65'000});
  }
  std::map<std::pair<IpAddress, int>, std::uint32_t> unique;
  std::erase_if(prefixes, [&](const Prefix& prefix) {
    return !unique.emplace(std::pair(prefix.cidr.network, prefix.cidr.length), prefix.value).second;
  });
  const PrefixTableData data = Build(prefixes);
  ASSERT_TRUE(data.View().Verify(65'001).has_value());
  for (const Prefix& prefix : prefixes) {
    if (!prefix.cidr.network.is_v4()) continue;  // those nest
    ASSERT_EQ(data.View().Find(prefix.cidr.network), prefix.value);
  }
  EXPECT_LT(data.View().v4().size_bytes(), 18U * 100'000);
  EXPECT_LT(data.View().v6().size_bytes(), 28U * 100'000);
}

TEST(PrefixTable, SameInputInAnyOrderSameBytes) {
  RandomPrefixes random(77);
  std::vector<Prefix> prefixes = random.Set(300, 50);
  const PrefixTableData one = Build(prefixes, PrefixAnswer::kChain);
  std::reverse(prefixes.begin(), prefixes.end());
  const PrefixTableData other = Build(prefixes, PrefixAnswer::kChain);
  EXPECT_EQ(one.v4_roots, other.v4_roots);
  EXPECT_EQ(one.v4_intervals, other.v4_intervals);
  EXPECT_EQ(one.v6_firsts, other.v6_firsts);
  EXPECT_EQ(one.v6_values, other.v6_values);
  EXPECT_EQ(one.v6_ranges, other.v6_ranges);
  EXPECT_EQ(one.v6_lows, other.v6_lows);
  EXPECT_EQ(one.chains, other.chains);
}

TEST(PrefixTable, VerifyNamesWhatIsWrong) {
  const PrefixTableData good =
      Build({MakePrefix("10.0.0.0/8", 1), MakePrefix("2001:db8::1/128", 2), MakePrefix("fd00::/8", 3)});
  const auto message = [](const PrefixTableData& data) {
    const Result<void> verified = data.View().Verify(4);
    return verified.has_value() ? "" : verified.error().message;
  };
  EXPECT_EQ(message(good), "");
  PrefixTableData bad = good;
  bad.v4_roots.pop_back();
  EXPECT_EQ(message(bad), "IPv4 prefixes: 1 roots");
  bad = good;
  bad.v4_roots.assign(4, 0);
  EXPECT_EQ(message(bad), "IPv4 prefixes: 4 roots");
  bad = good;
  bad.v4_roots[1] = 3;
  EXPECT_EQ(message(bad), "IPv4 prefixes: root 1 is 3, of 3 intervals");
  bad = good;
  bad.v4_intervals[0].first = 1;
  EXPECT_EQ(message(bad), "IPv4 prefixes: interval 0 begins out of order");
  bad = good;
  bad.v4_intervals[1].value = 4;
  EXPECT_EQ(message(bad), "IPv4 prefixes: interval 1 has value 4, below 4 is wanted");
  bad = good;
  bad.v6_values.pop_back();
  EXPECT_EQ(message(bad), "IPv6 prefixes: 5 intervals with 4 values");
  bad = good;
  bad.v6_firsts.clear();
  bad.v6_values.clear();
  EXPECT_EQ(message(bad), "IPv6 prefixes: 0 intervals with 0 values");
  bad = good;
  bad.v6_firsts[0] = 1;
  EXPECT_EQ(message(bad), "IPv6 prefixes: interval 0 begins out of order");
  bad = good;
  bad.v6_ranges[0].count = 0;
  EXPECT_EQ(message(bad), "IPv6 prefixes: list 0 has 0 at 0 of 3 intervals");
  bad = good;
  bad.v6_ranges.clear();
  EXPECT_NE(message(bad).find("below 4 or one of 0 lists is wanted"), std::string::npos);
  bad = good;
  bad.v6_lows[1].value = 4;
  EXPECT_EQ(message(bad), "IPv6 prefixes: low interval 1 has value 4, below 4 is wanted");
}

// Whatever Verify accepts is safe to search and answers within the limit; the sanitizer builds prove it.
TEST(PrefixTable, DamagedTablesAreRefusedOrHarmless) {
  RandomPrefixes random(31);
  std::vector<Prefix> prefixes = random.Set(40, 9);
  const PrefixTableData good = Build(prefixes);
  ASSERT_GT(good.v6_ranges.size(), 0U);
  ByteDamage damage(13);
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    PrefixTableData data = good;
    switch (damage.Below(8)) {
      case 0:
        damage.Apply(data.v4_roots);
        break;
      case 1:
        damage.Apply(data.v4_intervals);
        break;
      case 2:
      case 3:
        damage.Apply(data.v6_firsts);
        break;
      case 4:
        damage.Apply(data.v6_values);
        break;
      case 5:
        damage.Apply(data.v6_ranges);
        break;
      case 6:
        damage.Apply(data.v6_lows);
        break;
      default:
        damage.Truncate(data.v4_intervals);
        damage.Truncate(data.v6_lows);
        if (round % 2 == 0) damage.Truncate(data.v6_values);
        if (round % 4 == 0) damage.Truncate(data.v4_roots);
        break;
    }
    if (!data.View().Verify(10).has_value()) continue;
    ++accepted;
    for (int probe = 0; probe < 20; ++probe) ASSERT_LT(data.View().Find(random.Probe(prefixes)), 10U);
    ASSERT_LT(data.View().Find(Address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")), 10U);
    ASSERT_LT(data.View().Find(Address("255.255.255.255")), 10U);
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_LT(accepted, 100'000);
}

}  // namespace
}  // namespace ward::lookup
