#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "cli/rewrite_file.h"

namespace ward::cli {
namespace {

namespace fs = std::filesystem;

class RewriteFileTest : public testing::Test {
 protected:
  RewriteFileTest() {
    std::string name = (fs::temp_directory_path() / "rewrite.XXXXXX").string();
    folder_ = mkdtemp(name.data());
    std::ofstream(folder_ / "a.ward") << "before";
  }
  ~RewriteFileTest() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string Content(const char* name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::ptrdiff_t FileCount() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_;
};

TEST_F(RewriteFileTest, ReplacesTheContentAndKeepsTheMode) {
  ASSERT_EQ(::chmod((folder_ / "a.ward").c_str(), 0640), 0);
  ASSERT_TRUE(RewriteFile((folder_ / "a.ward").string(), "after\n").has_value());
  EXPECT_EQ(Content("a.ward"), "after\n");
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "a.ward").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(RewriteFileTest, FollowsALinkAndLeavesItOne) {
  fs::create_symlink("a.ward", folder_ / "link.ward");
  ASSERT_TRUE(RewriteFile((folder_ / "link.ward").string(), "after").has_value());
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.ward"));
  EXPECT_EQ(Content("a.ward"), "after");
}

TEST_F(RewriteFileTest, SaysWhichFileCannotBeWritten) {
  const std::string missing = (folder_ / "nosuch.ward").string();
  const Result<void> result = RewriteFile(missing, "after");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "cannot write `" + missing + "`: No such file or directory");
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(RewriteFileTest, LeavesAReadOnlyFileAsItWas) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everything";
  ASSERT_EQ(::chmod((folder_ / "a.ward").c_str(), 0440), 0);
  EXPECT_FALSE(RewriteFile((folder_ / "a.ward").string(), "after").has_value());
  EXPECT_EQ(Content("a.ward"), "before");
  EXPECT_EQ(FileCount(), 1);
}

}  // namespace
}  // namespace ward::cli
