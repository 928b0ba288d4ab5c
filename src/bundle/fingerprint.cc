#include "bundle/fingerprint.h"

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <system_error>

#include "base/budgets.h"

namespace ward::bundle {
namespace {

namespace fs = std::filesystem;

// Mixes numbers so that equal sums of different files do not meet (the finalizer of MurmurHash3).
std::uint64_t Mix(std::uint64_t hash, std::uint64_t number) {
  hash ^= number + 0x9E3779B97F4A7C15U + (hash << 6U) + (hash >> 2U);
  hash ^= hash >> 33U;
  hash *= 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 33U);
}

std::uint64_t OfFile(const fs::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return 0;
  std::uint64_t hash = std::hash<std::string>{}(path.string());
  hash = Mix(hash, status.st_ino);
  hash = Mix(hash, static_cast<std::uint64_t>(status.st_size));
  hash = Mix(hash, static_cast<std::uint64_t>(status.st_mtim.tv_sec));
  return Mix(hash, static_cast<std::uint64_t>(status.st_mtim.tv_nsec));
}

}  // namespace

std::uint64_t Fingerprint(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return OfFile(path);
  // A sum does not depend on the order in which a folder lists its files.
  std::uint64_t sum = OfFile(path);
  std::size_t count = 0;
  fs::recursive_directory_iterator files(path, fs::directory_options::skip_permission_denied, error);
  for (; !error && files != fs::recursive_directory_iterator(); files.increment(error)) {
    if (++count > base::budget::kBundleFileCountMax) break;
    sum += OfFile(files->path());
  }
  return sum;
}

}  // namespace ward::bundle
