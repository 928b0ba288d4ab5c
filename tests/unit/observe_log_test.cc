#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/rfc3339.h"
#include "observe/decision_id.h"
#include "observe/log.h"

namespace ward::observe {
namespace {

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() / ("ward_log_" + std::to_string(getpid()) + ".jsonl");
    std::filesystem::remove(path_);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::vector<nlohmann::json> Lines() const {
    std::ifstream file(path_);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  std::filesystem::path path_;
};

TEST_F(LogTest, WritesOneObjectALineWhateverTheTextsHold) {
  const std::array<std::string_view, 2> zones = {"a\"b", "c\nd"};
  {
    auto log = Log::Open({.file = path_.string()}).value();
    log->Write(Level::kInfo, "decision",
               {{"rule", std::string_view("x\x01\xff{%v}")},
                {"status", std::int64_t{403}},
                {"in_doubt", true},
                {"zones", std::span<const std::string_view>(zones)}});
    EXPECT_TRUE(log->Flush(std::chrono::seconds(30)));
  }
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["event"], "decision");
  EXPECT_EQ(lines[0]["level"], "info");
  EXPECT_EQ(lines[0]["status"], 403);
  EXPECT_EQ(lines[0]["in_doubt"], true);
  EXPECT_EQ(lines[0]["zones"][1], "c\nd");
  EXPECT_EQ(lines[0]["rule"], "x\x01\xEF\xBF\xBD{%v}");
  EXPECT_TRUE(base::ParseRfc3339(lines[0]["time"].get<std::string>()).has_value());
}

// A pipe that nobody reads blocks the writer, never who writes a line.
TEST_F(LogTest, AReaderWhoStopsCostsLinesAndNothingElse) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const int pipe = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(pipe, 0);
  auto log = Log::Open({.file = path_.string(), .queue_lines = 4}).value();
  const std::string text(100'000, 'x');  // more than a pipe holds, so that one line blocks
  for (int i = 0; i < 100; ++i) log->Write(Level::kInfo, "decision", {{"text", std::string_view(text)}});
  EXPECT_FALSE(log->Flush(std::chrono::milliseconds(1)));
  std::string said;
  std::thread reader([&said, pipe] {
    std::array<char, 4096> some{};
    while (said.find("\"event\":\"the end\"") == std::string::npos) {
      const ssize_t size = ::read(pipe, some.data(), some.size());
      if (size <= 0) return;
      said.append(some.data(), static_cast<std::size_t>(size));
    }
  });
  log->Write(Level::kInfo, "the end", {});
  EXPECT_TRUE(log->Flush(std::chrono::seconds(30)));
  reader.join();
  ::close(pipe);
  EXPECT_NE(said.find("\"event\":\"log_dropped\",\"lines\":"), std::string::npos);
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  {
    auto log = Log::Open({.file = path_.string(), .level = Level::kWarning}).value();
    EXPECT_FALSE(log->Wants(Level::kInfo));
    log->Write(Level::kInfo, "quiet", {});
    log->Write(Level::kError, "loud", {});
  }
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0]["event"], "loud");
}

TEST_F(LogTest, ThreadsDoNotMixLines) {
  {
    auto log = Log::Open({.file = path_.string()}).value();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log] {
        for (std::int64_t i = 0; i < 500; ++i) log->Write(Level::kInfo, "tick", {{"number", i}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(Lines().size(), 2000U);
}

TEST(Log, SaysWhichFileItCannotOpen) {
  const auto log = Log::Open({.file = "/dev/null/log.jsonl"});
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, ErrorCode::kIo);
  EXPECT_NE(log.error().message.find("/dev/null/log.jsonl"), std::string::npos);
}

TEST(DecisionIds, AreDistinctAndSortByTime) {
  DecisionIds ids(UINT64_MAX - 10);
  std::set<std::string> seen;
  std::string last;
  for (std::int64_t i = 0; i < 1000; ++i) {
    const std::string id(ids.Next(1'800'000'000'000'000'000 + i * 1000));
    EXPECT_EQ(id.size(), 20U);
    EXPECT_LT(last, id);
    last = id;
    EXPECT_TRUE(seen.insert(id).second);
  }
  DecisionIds one;
  DecisionIds two;
  EXPECT_NE(one.Next(0), two.Next(0));
}

}  // namespace
}  // namespace ward::observe
