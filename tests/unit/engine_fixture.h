// tests: a policy written here, compiled and loaded into an engine.
#ifndef WARD_TESTS_UNIT_ENGINE_FIXTURE_H_
#define WARD_TESTS_UNIT_ENGINE_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ward/compiler.h"
#include "ward/engine.h"

namespace ward::test {

// Bytecode of one policy; what the compiler objects to fails the test and gives nothing.
inline std::vector<std::byte> CompileText(std::string_view text) {
  const std::vector<SourceText> sources = {{"ward.toml", "name = \"test\"\nedition = 1\n"},
                                           {"test.ward", std::string(text)}};
  Result<CompileResult> result = CompileSources(sources, {});
  if (!result.has_value()) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  for (const Diagnostic& found : result->diagnostics) {
    if (found.severity == Severity::kError) {
      ADD_FAILURE() << found.location.line << ":" << found.location.column << " " << found.message << "\n"
                    << found.location.source_line;
    }
  }
  return std::move(result->bytecode);
}

// One engine with one reader.
class EngineTest : public ::testing::Test {
 protected:
  EngineTest() : engine_(Engine::Create({}).value()) {}

  void Load(std::string_view policy) {
    const std::vector<std::byte> bytes = CompileText(policy);
    const Result<std::uint64_t> generation = engine_.Load(bytes);
    ASSERT_TRUE(generation.has_value()) << generation.error().message;
  }
  Reader& reader() {
    if (!reader_) reader_.emplace(engine_.NewReader().value());
    return *reader_;
  }
  Request& Begin() { return reader().Begin(); }
  // "allow 200 by shop.readers", "deny 403 by x, in doubt".
  std::string Decide() {
    const Decision& decision = reader().Decide();
    static constexpr std::string_view kNames[] = {"deny", "allow", "challenge", "throttle"};
    return std::string(kNames[static_cast<int>(decision.outcome())]) + " " + std::to_string(decision.status()) +
           " by " + std::string(decision.rule()) + (decision.in_doubt() ? ", in doubt" : "");
  }

  Engine engine_;
  std::optional<Reader> reader_;
};

}  // namespace ward::test

#endif  // WARD_TESTS_UNIT_ENGINE_FIXTURE_H_
