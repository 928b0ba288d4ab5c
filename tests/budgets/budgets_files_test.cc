// Budgets of files: what a folder, a manifest, a data file and a compiled bundle may weigh.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "base/budgets.h"
#include "ward/compiler.h"
#include "ward/engine.h"

namespace ward {
namespace {

namespace budget = base::budget;
namespace fs = std::filesystem;

constexpr const char* kPolicy = "policy p governs a\napi a\n  go GET /go\nrule all\n  allow go\n";

class FileBudgetTest : public testing::Test {
 protected:
  FileBudgetTest() {
    std::string name = (fs::temp_directory_path() / "ward-budget-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    Write("ward.toml", kManifest);
    Write("p.ward", kPolicy);
  }
  ~FileBudgetTest() override { fs::remove_all(folder_); }

  void Write(const std::string& name, std::string_view text) const { std::ofstream(folder_ / name) << text; }
  // All that the compiler says.
  [[nodiscard]] std::string Compile() const {
    const Result<CompileResult> result = CompilePath(folder_.string(), {});
    if (!result.has_value()) return result.error().message;
    std::string findings;
    for (const Diagnostic& found : result->diagnostics) findings += found.code + " " + found.message + "\n";
    return findings;
  }
  static bool Tells(const std::string& findings, std::size_t number) {
    return findings.find(std::to_string(number)) != std::string::npos;
  }

  static constexpr std::string_view kManifest = "name = \"b\"\nedition = 1\n";
  fs::path folder_;
};

TEST_F(FileBudgetTest, Manifest) {
  std::string text(kManifest);
  text += "#" + std::string(budget::kManifestSizeBytesMax - text.size() - 1, '-');
  Write("ward.toml", text);
  EXPECT_EQ(Compile(), "");
  Write("ward.toml", text + "-");
  EXPECT_TRUE(Tells(Compile(), budget::kManifestSizeBytesMax)) << Compile();
}

// Holes cost no disk: the file at the edge is read, and is no table; beyond it is not read to its end.
TEST_F(FileBudgetTest, DataFile) {
  Write("p.ward", std::string(kPolicy) + "table t from \"t.csv\"\n  | k: int key |\n");
  Write("t.csv", "k\n1\n");
  EXPECT_EQ(Compile(), "");
  fs::resize_file(folder_ / "t.csv", budget::kDataFileSizeBytesMax);
  const std::string edge = Compile();
  EXPECT_NE(edge, "");
  EXPECT_FALSE(Tells(edge, budget::kDataFileSizeBytesMax)) << edge;
  fs::resize_file(folder_ / "t.csv", budget::kDataFileSizeBytesMax + 1);
  EXPECT_TRUE(Tells(Compile(), budget::kDataFileSizeBytesMax)) << Compile();
}

// Beyond it nothing is read. (At the edge a copy would be made: two GiB are too much for a test.)
TEST(BytecodeBudgetTest, Size) {
  constexpr std::size_t kSize = budget::kBytecodeSizeBytesMax + 1;
  void* pages = ::mmap(nullptr, kSize, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(pages), kSize);
  Engine engine = Engine::Create({}).value();
  const Result<std::uint64_t> edge = engine.Load(bytes.first(budget::kBytecodeSizeBytesMax));
  ASSERT_FALSE(edge.has_value());
  EXPECT_EQ(edge.error().message, "bytecode: this is no .wardc file");
  const Result<std::uint64_t> beyond = engine.Load(bytes);
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().code, ErrorCode::kTooLarge) << beyond.error().message;
  ::munmap(pages, kSize);
}

}  // namespace
}  // namespace ward
