// The truths of a chain's conditions choose its state; no address and no network have states of their own.
#include "zone/zone_state.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "image_builder.h"

namespace ward::zone {
namespace {

using bytecode::Truth;

TEST(ZoneStateTest, ChainsByPrefixAndTruth) {
  test::ImageBuilder builder;
  const bytecode::Text none = builder.Text("");
  const bytecode::Place nowhere;
  // Zones 0, 1 ask slots 5, 6; zone 2 is everything else.
  const std::array<bytecode::Zone, 3> zones = {bytecode::Zone(none, 5, 0, nowhere), bytecode::Zone(none, 6, 0, nowhere),
                                               bytecode::Zone(none, test::kNone, 1, nowhere)};
  const std::array<std::uint32_t, 4> chain_zones = {2, 0, 1, 2};
  const std::array<bytecode::Chain, 2> chains = {bytecode::Chain({0, 1}, 0, 0), bytecode::Chain({1, 3}, 2, 1)};
  std::vector<std::uint32_t> states = {50};
  for (std::uint32_t i = 0; i < 9; ++i) states.push_back(100 + i);
  bytecode::Image image = builder.image();
  image.zones = zones;
  image.chains = chains;
  image.chain_zones = chain_zones;
  image.chain_states = states;
  image.no_address = 7;
  image.no_prefix = 0;
  const std::array<lookup::Prefix, 1> prefixes = {{{base::ParseCidr("10.0.0.0/8")->cidr, 1}}};
  const lookup::PrefixTableData data = lookup::BuildPrefixTable(prefixes, lookup::PrefixAnswer::kLongest).value();

  std::vector<std::uint32_t> asked;
  Truth first = Truth::kTrue;
  Truth second = Truth::kDoubt;
  const auto when = [&](std::uint32_t slot) {
    asked.push_back(slot);
    return slot == 5 ? first : second;
  };
  const auto state = [&](std::string_view address) {
    asked.clear();
    return StateOf(image, data.View(), base::IpAddress::Parse(address), when);
  };
  EXPECT_EQ(state("not an address"), 7U);
  EXPECT_EQ(state("192.0.2.1"), 50U);
  EXPECT_TRUE(asked.empty());
  EXPECT_EQ(state("10.1.1.1"), 100U + 2 * 3 + 0);
  EXPECT_EQ(asked, (std::vector<std::uint32_t>{5, 6}));
  first = Truth::kDoubt;
  second = Truth::kFalse;
  EXPECT_EQ(state("10.1.1.1"), 100U + 1);
}

}  // namespace
}  // namespace ward::zone
