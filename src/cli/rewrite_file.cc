#include "cli/rewrite_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace ward::cli {
namespace {

Error CannotWrite(const std::string& path, int reason) {
  return {ErrorCode::kIo, fmt::format("cannot write `{}`: {}", path, std::strerror(reason))};
}

// 0, or the system's reason.
int WriteAll(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  // So that a crash right after the rename does not leave an empty file.
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

Result<void> RewriteFile(const std::string& path, std::string_view content) {
  std::error_code failed;
  const std::filesystem::path target = std::filesystem::canonical(path, failed);
  if (failed) return CannotWrite(path, failed.value());
  // Renaming would replace a file that may not be written.
  if (::access(target.c_str(), W_OK) != 0) return CannotWrite(path, errno);
  struct stat status {};
  if (::stat(target.c_str(), &status) != 0) return CannotWrite(path, errno);
  std::string temporary = (target.parent_path() / fmt::format(".{}.XXXXXX", target.filename().string())).string();
  const int file = ::mkstemp(temporary.data());
  if (file < 0) return CannotWrite(path, errno);
  int reason = WriteAll(file, content);
  if (reason == 0 && ::fchmod(file, status.st_mode & 07777U) != 0) reason = errno;
  if (::close(file) != 0 && reason == 0) reason = errno;
  if (reason == 0 && std::rename(temporary.c_str(), target.c_str()) != 0) reason = errno;
  if (reason == 0) return {};
  std::remove(temporary.c_str());
  return CannotWrite(path, reason);
}

}  // namespace ward::cli
