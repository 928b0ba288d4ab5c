// Damaged and hostile bytecode: refused with what and where, or safe to run.
//   WARD_SEED=7 WARD_MUTATIONS=1000000 build/.../bin/bytecode_load_test
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bytecode/load.h"
#include "differential/dice.h"
#include "differential/image_exercise.h"

namespace ward::bytecode {
namespace {

using differential::CompileRandomProgram;
using differential::Dice;
using differential::Exercise;

std::uint64_t Number(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<std::uint8_t> Compile(std::uint64_t seed, bool keyed) {
  const std::vector<std::uint8_t> bytes = CompileRandomProgram(seed, {.rules_max = 60, .keyed = keyed});
  EXPECT_FALSE(bytes.empty()) << "program " << seed << " does not compile";
  return bytes;
}

TEST(BytecodeLoad, RandomProgramsLoad) {
  Dice dice(Number("WARD_SEED", 1));
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t seed = dice.Next();
    SCOPED_TRACE(testing::Message() << "program " << seed);
    const std::vector<std::uint8_t> bytes = Compile(seed, i % 3 == 0);
    const Result<Image> image = Load(bytes);
    ASSERT_TRUE(image.has_value()) << image.error().message;
    EXPECT_GT(Exercise(*image, dice), 0U);
  }
}

TEST(BytecodeLoad, MutatedFilesAreRefusedOrSafe) {
  const std::uint64_t mutations = Number("WARD_MUTATIONS", 20'000);
  Dice dice(Number("WARD_SEED", 1) + 99);
  std::uint64_t refused = 0;
  std::vector<std::uint8_t> bytes;
  for (std::uint64_t i = 0; i < mutations; ++i) {
    if (i % 1000 == 0) bytes = Compile(dice.Next(), dice.Percent(50));
    std::vector<std::uint8_t> damaged = bytes;
    for (std::size_t n = dice.Between(1, 4); n > 0; --n) {
      std::uint8_t& byte = damaged[dice.Below(damaged.size())];
      switch (dice.Below(3)) {
        case 0:
          byte = static_cast<std::uint8_t>(byte ^ (1U << dice.Below(8)));
          break;
        case 1:
          byte = static_cast<std::uint8_t>(dice.Next());
          break;
        default:
          byte = dice.Percent(50) ? 0xFF : static_cast<std::uint8_t>(byte + 1);
          break;
      }
    }
    const Result<Image> image = Load(damaged);
    if (image.has_value()) {
      Exercise(*image, dice);
    } else {
      ++refused;
      EXPECT_FALSE(image.error().message.empty());
    }
  }
  // Most bytes are texts and words of masks, where any value is as good as another; most of the others are noticed.
  EXPECT_GT(refused, mutations / 20);
  EXPECT_LT(refused, mutations);
}

TEST(BytecodeLoad, WordsOverwrittenAreRefusedOrSafe) {
  Dice dice(Number("WARD_SEED", 1) + 7);
  const std::vector<std::uint8_t> bytes = Compile(3, true);
  static constexpr std::uint32_t kWords[] = {0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x00010000};
  std::uint64_t refused = 0;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::vector<std::uint8_t> damaged = bytes;
    std::memcpy(damaged.data() + at, &kWords[dice.Below(std::size(kWords))], 4);
    const Result<Image> image = Load(damaged);
    if (image.has_value()) {
      Exercise(*image, dice);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, bytes.size() / 4 / 10);
}

TEST(BytecodeLoad, EveryTruncationIsRefused) {
  const std::vector<std::uint8_t> bytes = Compile(11, false);
  for (std::size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : 97) {
    EXPECT_FALSE(Load(std::span(bytes).first(size)).has_value()) << size;
  }
}

TEST(BytecodeLoad, SaysWhatIsWrong) {
  const std::vector<std::uint8_t> bytes = Compile(11, false);
  const std::string text = "policy a governs nothing\n";
  const std::vector<std::uint8_t> source(text.begin(), text.end());
  EXPECT_EQ(Load(source).error().message, "bytecode: this is no .wardc file");
  EXPECT_EQ(Load({}).error().code, ErrorCode::kCorrupt);

  // The first field of the root table is the format version.
  std::vector<std::uint8_t> other = bytes;
  const auto* table = reinterpret_cast<const std::uint8_t*>(flatbuffers::GetRoot<flatbuffers::Table>(other.data()));
  const auto offset = static_cast<std::size_t>(table - other.data()) +
                      flatbuffers::GetRoot<flatbuffers::Table>(other.data())->GetOptionalFieldOffset(4);
  ASSERT_EQ(other[offset], kFormatVersion);
  other[offset] = kFormatVersion + 1;
  EXPECT_EQ(Load(other).error().code, ErrorCode::kUnsupported);
  EXPECT_NE(Load(other).error().message.find("compile the bundle again"), std::string::npos);
}

}  // namespace
}  // namespace ward::bytecode
