// tests: valid bytecode to damage, and everything a run may do with an image that the verifier let through.
#ifndef WARD_TESTS_DIFFERENTIAL_IMAGE_EXERCISE_H_
#define WARD_TESTS_DIFFERENTIAL_IMAGE_EXERCISE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "bytecode/dump.h"
#include "bytecode/image.h"
#include "bytecode/load.h"
#include "codegen/codegen.h"
#include "differential/dice.h"
#include "differential/random_program.h"
#include "eval/walk.h"

namespace ward::differential {

// Empty if it does not compile, which is a bug of ours.
[[nodiscard]] inline std::vector<std::uint8_t> CompileRandomProgram(std::uint64_t seed, ProgramShape shape) {
  const RandomProgram random(seed, shape);
  const base::SourceMap sources;
  diag::Sink sink;
  return codegen::Generate(random.program(), sources, {}, sink).value_or(std::vector<std::uint8_t>{});
}

// One of many rules, with branches of which some have keys. Empty if no seed gives one, which is a bug of the generator.
[[nodiscard]] inline std::vector<std::uint8_t> CompileBranchedProgram() {
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    std::vector<std::uint8_t> bytes = CompileRandomProgram(seed, {.rules_max = 2000, .keyed = true});
    const Result<bytecode::Image> image = bytecode::Load(bytes);
    WARD_CHECK(image.has_value());
    const auto has_keys = [](const bytecode::Branch& branch) { return branch.keys().count() > 0; };
    if (std::any_of(image->branches.begin(), image->branches.end(), has_keys)) return bytes;
  }
  return {};
}

// Answers at random, but as an image allows: whatever a request holds.
class AnyClasses {
 public:
  AnyClasses(const bytecode::Image& image, Dice& dice) : image_(image), dice_(dice) {}
  std::uint32_t Ordinal(std::uint32_t slot) {
    return static_cast<std::uint32_t>(dice_.Below(image_.slots[slot].ordinals()));
  }
  eval::Reading Number(std::uint32_t slot) {
    WARD_CHECK(slot < image_.slots.size());
    return {static_cast<std::int64_t>(dice_.Next()) >> dice_.Below(64), dice_.Percent(80)};
  }
  std::uint32_t Member(std::uint32_t slot, std::uint32_t member) {
    WARD_CHECK((member - 2) / 64 < image_.slots[slot].presence_words());
    return static_cast<std::uint32_t>(dice_.Below(3));
  }

 private:
  const bytecode::Image& image_;
  Dice& dice_;
};

// Reads whatever a decision, a look-up or a dump can reach. The sum keeps the compiler from leaving it out.
inline std::size_t Exercise(const bytecode::Image& image, Dice& dice) {
  std::size_t seen = Dump(image).size();
  eval::Walk walk(image);
  AnyClasses classes(image, dice);
  for (std::uint32_t operation = 0; operation < image.operations.size(); ++operation) {
    for (std::uint32_t state = 0; state < image.zone_states.size(); ++state) {
      const eval::Findings findings = walk.Run(image, image.ProgramOf(operation, state), classes);
      for (const std::uint32_t rule : {findings.deny, findings.challenge, findings.doubt, findings.allow}) {
        if (rule != bytecode::kNone) seen += image.TextOf(image.rules[rule].name()).size();
      }
      for (const eval::Match& match : walk.matches()) seen += image.rules[match.rule].status();
    }
  }
  for (const std::string_view path : {"/", "/orders/17", "/admin/x/y"}) {
    seen += image.routes.Find("api.example.com", "GET", path).operation;
  }
  const base::IpAddress v4 = base::IpAddress::FromV4(0x0A010203);
  const base::IpAddress v6 = base::IpAddress::FromV6(0x20010DB800000000U, 1);
  seen += image.zone_prefixes.Find(v4) + image.zone_prefixes.Find(v6);
  for (const lookup::PrefixTable& set : image.prefix_sets) seen += set.Find(v4) + set.Find(v6);
  for (const lookup::StringDomain& domain : image.domain_views) seen += domain.Find("a text of more than 16 bytes");
  return seen;
}

}  // namespace ward::differential

#endif  // WARD_TESTS_DIFFERENTIAL_IMAGE_EXERCISE_H_
