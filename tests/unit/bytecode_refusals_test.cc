// Every refusal of the verifier is provoked: a promise that no damaged file can break would be one that nobody checks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "bytecode/load.h"
#include "differential/image_exercise.h"

namespace ward::bytecode {
namespace {

// The texts of all refusals in the sources of the verifier: the first literal of a Corrupt(..), the last of a Wrong(..)
// or Need(..).
std::vector<std::string> Refusals() {
  static const std::regex kCall(R"re(\b(Corrupt|Wrong|Need)\(([^;]*);)re");
  static const std::regex kLiteral(R"re("((?:[^"\\]|\\.)*)")re");
  std::vector<std::string> refusals;
  for (const auto& entry : std::filesystem::directory_iterator(WARD_BYTECODE_FOLDER)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("verify_") || entry.path().extension() != ".cc") continue;
    std::ifstream file(entry.path());
    const std::string source{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator call(source.begin(), source.end(), kCall), end; call != end; ++call) {
      const std::string arguments = (*call)[2];
      std::vector<std::string> literals;
      for (std::sregex_iterator text(arguments.begin(), arguments.end(), kLiteral); text != end; ++text) {
        literals.push_back((*text)[1]);
      }
      if (literals.empty()) continue;
      refusals.push_back((*call)[1] == "Corrupt" ? literals.front() : literals.back());
    }
  }
  return refusals;
}

// A message with everything that fmt put into it taken out, so that it can be found among those of the sources.
bool IsSaid(const std::string& refusal, const std::set<std::string>& messages) {
  const std::string escaped = std::regex_replace(refusal, std::regex(R"([.^$|()\[\]*+?\\])"), R"(\$&)");
  const std::regex wanted(std::regex_replace(escaped, std::regex(R"(\{[^}]*\})"), ".*"));
  for (const std::string& message : messages) {
    if (std::regex_search(message, wanted)) return true;
  }
  return false;
}

class Damage {
 public:
  explicit Damage(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  // One word after the other becomes what it should not be.
  void Words(std::size_t begin, std::size_t end, std::set<std::string>& messages) {
    for (std::size_t at = begin; at + sizeof(std::uint32_t) <= end; at += sizeof(std::uint32_t)) {
      std::uint32_t good = 0;
      std::memcpy(&good, &bytes_[at], sizeof good);
      for (const std::uint32_t lie :
           {0U, 1U, good + 1, good - 1, UINT32_MAX, good ^ 0xFFU, good ^ 0xFF00U, good ^ 0xFF'0000U, good << 1U}) {
        if (lie == good) continue;
        std::memcpy(&bytes_[at], &lie, sizeof lie);
        const Result<Image> image = Load(bytes_);
        if (!image.has_value()) messages.insert(WithoutNumbers(image.error().message));
      }
      std::memcpy(&bytes_[at], &good, sizeof good);
    }
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  static std::string WithoutNumbers(const std::string& message) {
    std::string text;
    for (const char c : message) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit || !text.ends_with('0')) text += digit ? '0' : c;
    }
    return text;
  }

  std::vector<std::uint8_t> bytes_;
};

TEST(BytecodeRefusals, EachIsProvokedByADamagedFile) {
  std::set<std::string> messages;
  for (const std::uint64_t seed : {4U, 9U}) {
    Damage small(differential::CompileRandomProgram(seed, {.rules_max = 60, .keyed = true}));
    small.Words(0, small.size(), messages);
  }
  // Only a program of many rules has branches, and some with keys.
  const std::vector<std::uint8_t> bytes = differential::CompileBranchedProgram();
  const Result<Image> image = Load(bytes);
  ASSERT_TRUE(image.has_value());
  Damage large(bytes);
  const auto* memory = reinterpret_cast<const std::uint8_t*>(image->memory.get());
  const auto damage = [&](const auto* first, std::size_t count) {
    const auto begin = static_cast<std::size_t>(reinterpret_cast<const std::uint8_t*>(first) - memory);
    large.Words(begin, begin + count * sizeof *first, messages);
  };
  const auto keyed = std::find_if(image->branches.begin(), image->branches.end(),
                                  [](const Branch& branch) { return branch.keys().count() > 0; });
  ASSERT_NE(keyed, image->branches.end());
  damage(&*keyed, 1);
  damage(&image->keys[keyed->keys().first()], 8);

  const std::vector<std::string> refusals = Refusals();
  EXPECT_GT(refusals.size(), 100U);
  for (const std::string& refusal : refusals) {
    if (refusal == "an unknown operand") continue;  // behind a switch over all operands
    EXPECT_TRUE(IsSaid(refusal, messages)) << refusal;
  }
}

}  // namespace
}  // namespace ward::bytecode
