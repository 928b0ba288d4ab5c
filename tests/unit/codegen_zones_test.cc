// Chains and zone states as generated against the words of LANGUAGE (e), "Zone", on random zones and addresses.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "bytecode/load.h"
#include "codegen/codegen.h"
#include "differential/dice.h"
#include "ir/builder.h"
#include "zone/zone_state.h"

namespace ward::codegen {
namespace {

using bytecode::Truth;
using differential::Dice;

// Each conditional zone i asks whether attribute x<i> is "y".
class Zones {
 public:
  Zones() {
    ir::Operation operation;
    operation.name = "go";
    operation.action = "go";
    builder_.program().operations.push_back(std::move(operation));
  }
  void Add(std::vector<std::string> networks, bool conditional, bool everything_else) {
    ir::Program& program = builder_.program();
    ir::Zone zone;
    zone.name = "z" + std::to_string(program.zones.size());
    zone.everything_else = everything_else;
    if (conditional) {
      ir::Input input;
      input.name = "x" + std::to_string(program.zones.size());
      input.source = AttributeSource::kClientCert;
      program.inputs.push_back(std::move(input));
      ir::Atom atom;
      atom.op = ir::AtomOp::kIn;
      atom.args = {builder_.AddInput(ir::InputId::FromIndex(program.inputs.size() - 1))};
      atom.constants = {builder_.AddText("y")};
      ir::Test test;
      test.atom = builder_.Add(std::move(atom));
      zone.when = builder_.AddTest(builder_.Add(test));
    }
    const ir::ZoneId id = ir::ZoneId::FromIndex(program.zones.size());
    for (const std::string& network : networks) {
      program.zone_prefixes.push_back({base::ParseCidr(network)->cidr, id});
    }
    program.zones.push_back(std::move(zone));
  }
  ir::Program Finish() && { return std::move(builder_).Finish(); }

 private:
  ir::Builder builder_;
};

struct State {
  std::uint32_t zone = bytecode::kNone;
  std::vector<std::uint32_t> candidates;
  friend bool operator==(const State&, const State&) = default;
};

// Of the matching prefixes, longest first, then `everything else`, the first whose `when` is not false. In doubt: it
// and those after it, up to the first certain one.
State Naive(const ir::Program& program, base::IpAddress address, const std::vector<Truth>& truths) {
  std::vector<std::pair<int, std::uint32_t>> around;
  for (const ir::ZonePrefix& prefix : program.zone_prefixes) {
    if (prefix.prefix.Contains(address)) around.emplace_back(-prefix.prefix.length, prefix.zone.value());
  }
  std::sort(around.begin(), around.end());
  for (std::uint32_t i = 0; i < program.zones.size(); ++i) {
    if (program.zones[i].everything_else) around.emplace_back(1, i);
  }
  State state;
  for (const auto& [length, zone] : around) {
    const Truth truth = program.zones[zone].when.has_value() ? truths[zone] : Truth::kTrue;
    if (truth == Truth::kFalse) continue;
    if (truth == Truth::kTrue && state.candidates.empty()) return {zone, {zone}};
    state.candidates.push_back(zone);
    if (truth == Truth::kTrue) break;
  }
  std::sort(state.candidates.begin(), state.candidates.end());
  state.candidates.erase(std::unique(state.candidates.begin(), state.candidates.end()), state.candidates.end());
  return state;
}

std::optional<bytecode::Image> Compile(const ir::Program& program, std::string* refusal = nullptr) {
  const base::SourceMap sources;
  diag::Sink sink;
  const auto bytes = Generate(program, sources, {}, sink);
  if (!bytes.has_value()) {
    if (refusal != nullptr) *refusal = sink.reported().at(0).message;
    return std::nullopt;
  }
  Result<bytecode::Image> image = bytecode::Load(*bytes);
  EXPECT_TRUE(image.has_value()) << image.error().message;
  return std::move(image).value();
}

State StateAt(const bytecode::Image& image, std::uint32_t number) {
  const bytecode::ZoneState& state = image.zone_states[number];
  const auto zones = Slice(image.state_zones, state.candidates());
  return {state.zone(), {zones.begin(), zones.end()}};
}

TEST(CodegenZones, StatesAreThoseOfTheLanguage) {
  static const std::vector<std::string> kNetworks = {"10.0.0.0/8",    "10.1.0.0/16",     "10.1.2.0/24",
                                                     "10.1.2.3/32",   "192.0.2.0/24",    "0.0.0.0/0",
                                                     "2001:db8::/32", "2001:db8:1::/48", "fd00::/8"};
  static const std::vector<std::string> kAddresses = {"10.1.2.3",      "10.1.2.4",    "10.1.9.9",
                                                      "10.9.9.9",      "192.0.2.7",   "198.51.100.1",
                                                      "2001:db8:1::1", "2001:db8::1", "::1"};
  Dice dice(3);
  for (int round = 0; round < 100; ++round) {
    Zones zones;
    const std::size_t count = dice.Between(1, 6);
    std::vector<std::string> left = kNetworks;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<std::string> networks;
      while (!left.empty() && dice.Percent(60)) {
        networks.push_back(left.back());
        left.pop_back();
      }
      zones.Add(networks, dice.Percent(60), networks.empty() && dice.Percent(50));
    }
    const ir::Program program = std::move(zones).Finish();
    const std::optional<bytecode::Image> image = Compile(program);
    ASSERT_TRUE(image.has_value());
    for (int i = 0; i < 100; ++i) {
      std::vector<Truth> truths;
      std::map<std::uint32_t, Truth> of_slot;
      for (std::uint32_t z = 0; z < count; ++z) {
        truths.push_back(static_cast<Truth>(dice.Below(3)));
        if (image->zones[z].when() != bytecode::kNone) of_slot[image->zones[z].when()] = truths[z];
      }
      const base::IpAddress address = *base::IpAddress::Parse(dice.Pick(kAddresses));
      const auto when = [&](std::uint32_t slot) { return of_slot.at(slot); };
      const std::uint32_t state = zone::StateOf(*image, image->zone_prefixes, address, when);
      ASSERT_EQ(StateAt(*image, state), Naive(program, address, truths)) << round << " " << address.ToString();
    }
    std::vector<std::uint32_t> all(count);
    for (std::uint32_t z = 0; z < count; ++z) all[z] = z;
    EXPECT_EQ(StateAt(*image, image->no_address), (State{bytecode::kNone, all}));
  }
}

TEST(CodegenZones, ConditionsAroundOneAddressHaveABudget) {
  const auto make = [](std::uint32_t count) {
    Zones zones;
    for (std::uint32_t i = 0; i < count; ++i) zones.Add({"10.0.0.0/" + std::to_string(8 + i)}, true, false);
    return std::move(zones).Finish();
  };
  EXPECT_TRUE(Compile(make(base::budget::kZoneConditionsPerAddressMax)).has_value());
  std::string refusal;
  EXPECT_FALSE(Compile(make(base::budget::kZoneConditionsPerAddressMax + 1), &refusal).has_value());
  EXPECT_EQ(refusal, "9 conditional zones lie around one address, 8 at most");
}

}  // namespace
}  // namespace ward::codegen
