// The golden files of tests/golden/parse, without the program `ward`: RUN lines are all `dump --ast NAME`.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "diag/render.h"
#include "syntax_parsed.h"

namespace ward::syntax {
namespace {

namespace fs = std::filesystem;

struct Golden {
  std::vector<std::string> runs;  // names of sections
  std::string expected;
  std::map<std::string, std::string> sections;
};

Golden Read(const fs::path& path) {
  Golden golden;
  std::ifstream in(path, std::ios::binary);
  std::string section;
  const std::string run = "# RUN: dump --ast ";
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# --- ")) {
      section = line.substr(6);
    } else if (!section.empty()) {
      golden.sections[section] += line + "\n";
    } else if (line.starts_with(run)) {
      golden.runs.push_back(line.substr(run.size()));
    } else if (line.starts_with("# CHECK:")) {
      golden.expected += (line.size() > 9 ? line.substr(9) : "") + "\n";
    }
  }
  return golden;
}

std::string WithoutTrailingBlanks(const std::string& text) {
  std::string result;
  std::stringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.erase(line.find_last_not_of(" \t") + 1);
    result += line + "\n";
  }
  return result;
}

TEST(Golden, EveryTreeIsAsWritten) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(WARD_SOURCE_DIR) / "tests" / "golden" / "parse")) {
    const Golden golden = Read(entry.path());
    std::string actual;
    bool errors = false;
    ASSERT_FALSE(golden.runs.empty()) << entry.path();
    for (const std::string& name : golden.runs) {
      ASSERT_TRUE(golden.sections.contains(name)) << entry.path() << ": " << name;
      base::SourceMap sources;
      diag::Sink sink;
      const base::FileId id = sources.Add(name, golden.sections.at(name));
      actual += Dump(*Parse(sources, id, sink), sources, {});
      actual += diag::RenderTerminal(sink.Finish(sources), diag::Colour::kNever);
      errors = errors || sink.has_errors();
    }
    EXPECT_EQ(WithoutTrailingBlanks(actual), golden.expected) << entry.path();
    EXPECT_EQ(errors, entry.path().filename().string().starts_with("fail_")) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 7);
}

}  // namespace
}  // namespace ward::syntax
