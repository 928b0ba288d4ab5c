// Every policy file of the project: formatted, it keeps its tree and its comments, is formatted already, and its bundle
// compiles to the same decisions. That examples and policies are formatted is checked by tests/policies/bundles.py.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "format/format.h"
#include "format/same_meaning.h"
#include "ward/compiler.h"

namespace ward::formatting {
namespace {

namespace fs = std::filesystem;

const fs::path kTop = WARD_SOURCE_DIR;
constexpr std::size_t kFilesMin = 150;
constexpr std::size_t kBundlesMin = 15;

std::string TextOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> FilesBelow(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Equal but for places; both refused if one is.
void ExpectSameDecisions(const std::vector<SourceText>& before, const std::vector<SourceText>& after) {
  const Result<CompileResult> first = CompileSources(before, {});
  const Result<CompileResult> second = CompileSources(after, {});
  ASSERT_EQ(first.has_value(), second.has_value());
  if (!first.has_value()) return;
  ASSERT_EQ(first->ok(), second->ok());
  EXPECT_EQ(first->diagnostics.size(), second->diagnostics.size());
  if (!first->ok()) return;
  EXPECT_EQ(WithoutPlaces(first->bytecode), WithoutPlaces(second->bytecode));
}

TEST(ProjectFiles, KeepTreeCommentsAndDecisions) {
  std::size_t parsed = 0;
  for (const char* const folder : {"examples", "policies", "tests"}) {
    for (const fs::path& path : FilesBelow(kTop / folder)) {
      if (path.extension() != ".ward") continue;
      SCOPED_TRACE(path);
      const std::string text = TextOf(path);
      const format::FormatResult once = format::FormatText("a.ward", text);
      if (!once.ok) {
        EXPECT_EQ(once.text, text);
        continue;
      }
      ++parsed;
      const Reading before = Read(text);
      const Reading after = Read(once.text);
      ASSERT_TRUE(after.ok) << once.text;
      EXPECT_EQ(before.tree, after.tree);
      EXPECT_EQ(before.comments, after.comments);
      EXPECT_EQ(format::FormatText("a.ward", once.text).text, once.text);
      ExpectSameDecisions({{"a.ward", text}}, {{"a.ward", once.text}});
    }
  }
  EXPECT_GE(parsed, kFilesMin);
}

TEST(ProjectFiles, BundlesCompileToTheSameDecisions) {
  std::size_t bundles = 0;
  for (const char* const folder : {"examples", "tests/policies"}) {
    for (const fs::path& manifest : FilesBelow(kTop / folder)) {
      if (manifest.filename() != "ward.toml") continue;
      SCOPED_TRACE(manifest);
      std::vector<SourceText> before;
      for (const fs::path& path : FilesBelow(manifest.parent_path())) {
        before.push_back({path.lexically_relative(manifest.parent_path()).generic_string(), TextOf(path)});
      }
      std::vector<SourceText> after = before;
      for (SourceText& source : after) {
        if (source.name.ends_with(".ward")) source.text = format::FormatText(source.name, source.text).text;
      }
      ExpectSameDecisions(before, after);
      ++bundles;
    }
  }
  EXPECT_GE(bundles, kBundlesMin);
}

}  // namespace
}  // namespace ward::formatting
