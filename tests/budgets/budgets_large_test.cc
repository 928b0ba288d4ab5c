// Budgets whose edge takes memory: a bundle's text, the prefixes of all zones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../unit/checked_bundle.h"
#include "base/budgets.h"
#include "bundle/bundle.h"
#include "bundle/file_set.h"

namespace ward {
namespace {

namespace budget = base::budget;

// Files of blanks, each as large as a file may be, and a last one of `last_bytes`.
class BlankFiles : public bundle::FileSet {
 public:
  explicit BlankFiles(std::size_t last_bytes) {
    for (std::size_t i = 0; i < budget::kBundleSizeBytesMax / budget::kFileSizeBytesMax; ++i) {
      sizes_[fmt::format("{:03}.ward", i)] = budget::kFileSizeBytesMax;
    }
    if (last_bytes > 0) sizes_["last.ward"] = last_bytes;
  }

  [[nodiscard]] Result<std::vector<std::string>> PolicyFiles() const override {
    std::vector<std::string> names;
    for (const auto& [name, size] : sizes_) names.push_back(name);
    return names;
  }
  [[nodiscard]] Result<std::string> Read(std::string_view name, std::size_t bytes_max) const override {
    const auto it = sizes_.find(name);
    if (it == sizes_.end()) return Error{ErrorCode::kNotFound, "no such file"};
    EXPECT_LE(it->second, bytes_max);
    return std::string(it->second, ' ');
  }
  [[nodiscard]] std::string AbsolutePath(std::string_view) const override { return {}; }
  [[nodiscard]] std::string DefaultName() const override { return "blank"; }
  [[nodiscard]] bool needs_manifest() const override { return false; }

 private:
  std::map<std::string, std::size_t, std::less<>> sizes_;
};

TEST(BundleBudgetTest, Size) {
  static_assert(budget::kBundleSizeBytesMax % budget::kFileSizeBytesMax == 0);
  {
    base::SourceMap sources;
    diag::Sink sink;
    EXPECT_TRUE(bundle::Load(BlankFiles(0), sources, sink).has_value());
  }
  base::SourceMap sources;
  diag::Sink sink;
  const Result<bundle::Bundle> beyond = bundle::Load(BlankFiles(1), sources, sink);
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(beyond.error().message.find(std::to_string(budget::kBundleSizeBytesMax)), std::string::npos);
}

std::string CodesWithPrefixes(std::size_t count) {
  std::string networks = "[";
  for (std::size_t i = 0; i < count; ++i) {
    networks += fmt::format("{}\"10.{}.{}.{}/32\"", i == 0 ? "" : ",", (i >> 16) & 0xff, (i >> 8) & 0xff, i & 0xff);
  }
  return testing::CheckTexts({{"p.ward", "policy p\nzone z\n  networks from \"n.json\"\n"}, {"n.json", networks + "]"}})
      ->Codes();
}

TEST(ZoneBudgetTest, Prefixes) {
  EXPECT_EQ(CodesWithPrefixes(budget::kZonePrefixCountMax), "");
  EXPECT_EQ(CodesWithPrefixes(budget::kZonePrefixCountMax + 1), "E33");
}

}  // namespace
}  // namespace ward
