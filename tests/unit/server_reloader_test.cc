// What is read again, and what stays live when it cannot be used.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "observe/log.h"
#include "server/reloader.h"
#include "ward/compiler.h"

namespace ward::server {
namespace {

constexpr const char* kPolicy =
    "policy p governs a\n"
    "api a\n"
    "  go GET /go\n"
    "attributes of token\n"
    "  id: string\n"
    "table revoked live\n"
    "  | id: string key | since: timestamp |\n"
    "rule all\n"
    "  allow go\n"
    "rule revoked\n"
    "  deny go\n"
    "  when token.id in revoked\n";

class ReloaderTest : public testing::Test {
 protected:
  ReloaderTest() { policy_.bytecode = CompileSources({{"p.ward", kPolicy}}, {}).value().bytecode; }
  ~ReloaderTest() override { std::filesystem::remove(log_file_); }

  void Rows(std::vector<TableRow> rows) { policy_.tables = {{"p.revoked", std::move(rows)}}; }
  std::string Ask(std::string_view id) {
    Reader reader = engine_.NewReader().value();
    Request& request = reader.Begin();
    HttpRequest http;
    http.method = "GET";
    http.host = "a";
    http.target = "/go";
    request.SetHttp(http);
    request.Set(engine_.Attribute("token.id"), id);
    return std::string(reader.Decide().rule());
  }

  // Before the Reloader, which keeps a reference.
  std::filesystem::path log_file_ =
      std::filesystem::temp_directory_path() / ("ward-reloader-" + std::to_string(::getpid()) + ".log");
  std::unique_ptr<observe::Log> log_ = observe::Log::Open({.file = log_file_.string()}).value();
  Engine engine_ = Engine::Create({}).value();
  Result<LoadedPolicy> Loaded() const {
    if (!broken_.empty()) return Error{ErrorCode::kPolicy, broken_};
    return policy_;
  }
  LoadedPolicy policy_;
  std::string broken_;
  Reloader reloader_{engine_, *log_, [this] { return Loaded(); }, {}};
};

TEST_F(ReloaderTest, TheLastGoodRowsStayLive) {
  Rows({{{"k1", "2026-01-01T00:00:00Z"}}});
  ASSERT_TRUE(reloader_.LoadNow().has_value());
  EXPECT_EQ(Ask("k1"), "p.revoked");
  EXPECT_EQ(Ask("k2"), "p.all");
  Rows({{{"k2", ""}}, {{"k3", "yesterday"}}});
  const Result<std::uint64_t> refused = reloader_.LoadNow();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message,
            "table `p.revoked`: row 2, column `since`: `yesterday` is not of the column's type");
  EXPECT_EQ(engine_.generation(), 1U);
  EXPECT_EQ(Ask("k1"), "p.revoked");
  EXPECT_EQ(Ask("k2"), "p.all") << "of a load that is refused no row counts";
  Rows({{{"k2", ""}}, {{"k3", "2026-01-02T00:00:00Z"}}});
  ASSERT_TRUE(reloader_.LoadNow().has_value());
  EXPECT_EQ(Ask("k1"), "p.all");
  EXPECT_EQ(Ask("k2"), "p.revoked");
}

TEST_F(ReloaderTest, APolicyThatCannotBeReadLeavesTheLiveOne) {
  Rows({});
  ASSERT_TRUE(reloader_.LoadNow().has_value());
  broken_ = "it does not compile";
  EXPECT_FALSE(reloader_.LoadNow().has_value());
  broken_.clear();
  policy_.bytecode.resize(policy_.bytecode.size() / 2);
  EXPECT_FALSE(reloader_.LoadNow().has_value());
  EXPECT_EQ(engine_.generation(), 1U);
  EXPECT_EQ(Ask("k1"), "p.all");
}

}  // namespace
}  // namespace ward::server
