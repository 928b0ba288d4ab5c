// Damaged bytecode through the public API: the engine refuses it, or decides, explains and swaps without harm. What it
// decides then means nothing; that nothing else happens is for the sanitizers to say.
//   WARD_SEED=7 WARD_MUTATIONS=100000 build/.../bin/differential_damage_test
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "differential/dice.h"
#include "differential/image_exercise.h"
#include "differential/seeds.h"
#include "ward/engine.h"

namespace ward::differential {
namespace {

constexpr int kRequestsPerFile = 4;
constexpr std::uint64_t kMutationsDefault = 4'000;
constexpr std::uint64_t kMutationsPerFile = 200;

void Damage(std::vector<std::uint8_t>& bytes, Dice& dice) {
  for (std::size_t n = dice.Between(1, 3); n > 0; --n) {
    const std::size_t at = dice.Below(bytes.size());
    const std::size_t choice = dice.Below(4);
    if (choice == 0) bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << dice.Below(8)));
    if (choice == 1) bytes[at] = static_cast<std::uint8_t>(dice.Next());
    if (choice == 2) bytes[at] = static_cast<std::uint8_t>(bytes[at] + 1);
    if (choice == 3) bytes[at] = static_cast<std::uint8_t>(bytes[at] - 1);
  }
}

// Something of each kind for every attribute that the (perhaps damaged) policy says it reads.
void Fill(Request& request, Dice& dice) {
  static const std::vector<std::string_view> kTexts = {
      "",    "a",   "ann",  "orders:read", "2026-01-01T00:00:00Z", "08:30",      "10.1.2.3", "2001:db8::1", "/admin/x",
      "-17", "900", "true", "x y z",       "acme.example.com",     "10.0.0.0/8", "mfa",      "alpha",       "beta"};
  const std::size_t count = request.attributes().size();
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    switch (dice.Below(5)) {
      case 0:
        request.SetSlot(slot, dice.Pick(kTexts));
        break;
      case 1:
        request.SetSlot(slot, static_cast<std::int64_t>(dice.Next()) >> dice.Below(64));
        break;
      case 2:
        request.SetSlotList(slot, std::span(kTexts).subspan(dice.Below(kTexts.size())));
        break;
      case 3:
        request.SetSlotBool(slot, dice.Percent(50));
        break;
      default:
        break;  // missing
    }
  }
}

std::size_t Use(Engine& engine, Reader& reader, Dice& dice) {
  const BundleInfo info = engine.info();
  std::size_t seen = 0;
  for (int i = 0; i < kRequestsPerFile; ++i) {
    Request& request = reader.Begin();
    if (!info.operations.empty() && dice.Percent(70)) {
      request.SetOperation(info.operations[dice.Below(info.operations.size())].name);
    } else {
      request.SetHttp({"GET", "api.example.com", "/orders/17?a=b", {}, {}, true, -1});
    }
    if (dice.Percent(80)) request.SetSource("10.1.2.3", "192.0.2.1");
    Fill(request, dice);
    const Decision& decision = reader.Decide();
    seen += decision.rule().size() + decision.set_headers().size();
    if (!decision.operation().empty()) seen += reader.Explain().rules.size();
  }
  return seen;
}

TEST(Damage, DamagedFilesAreRefusedOrHarmless) {
  const std::uint64_t mutations = FromEnvironment("WARD_MUTATIONS", kMutationsDefault);
  Dice dice(FromEnvironment("WARD_SEED", 1) + 17);
  std::uint64_t accepted = 0;
  std::size_t seen = 0;
  for (std::uint64_t done = 0; done < mutations; done += kMutationsPerFile) {
    Result<Engine> engine = Engine::Create({});
    ASSERT_TRUE(engine.has_value());
    Result<Reader> reader = engine->NewReader();
    ASSERT_TRUE(reader.has_value());
    const std::uint64_t seed = dice.Next();
    SCOPED_TRACE(testing::Message() << "program " << seed);
    const std::vector<std::uint8_t> bytes = CompileRandomProgram(seed, {.rules_max = 30, .keyed = dice.Percent(50)});
    ASSERT_TRUE(engine->Load(std::as_bytes(std::span(bytes))).has_value());
    for (std::uint64_t i = 0; i < kMutationsPerFile; ++i) {
      std::vector<std::uint8_t> damaged = bytes;
      Damage(damaged, dice);
      accepted += engine->Load(std::as_bytes(std::span(damaged))).has_value() ? 1U : 0U;
      seen += Use(engine.value(), reader.value(), dice);
    }
  }
  EXPECT_GT(accepted, 0U);
  EXPECT_LT(accepted, mutations);
  EXPECT_GT(seen, 0U);
}

}  // namespace
}  // namespace ward::differential
