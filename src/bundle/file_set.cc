#include "bundle/file_set.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/ascii.h"
#include "base/budgets.h"

namespace ward::bundle {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPolicyEnding = ".ward";

bool IsPolicyFile(std::string_view name) { return name.size() > kPolicyEnding.size() && name.ends_with(kPolicyEnding); }

Error SystemError(std::string_view name, int number) {
  const ErrorCode code = number == ENOENT || number == ENOTDIR ? ErrorCode::kNotFound
                         : number == EACCES || number == ELOOP ? ErrorCode::kPermission
                                                               : ErrorCode::kIo;
  const char* reason = number == ELOOP    ? "it is a symbolic link"
                       : number == ENOENT ? "there is no such file"
                       : number == EACCES ? "permission denied"
                                          : std::strerror(number);
  return Error{code, fmt::format("cannot read `{}`: {}", name, reason)};
}

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<std::string> ReadAll(const Descriptor& file, std::string_view name, std::size_t bytes_max) {
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return SystemError(name, errno);
  if (!S_ISREG(facts.st_mode)) {
    return Error{ErrorCode::kIo, fmt::format("cannot read `{}`: it is no regular file", name)};
  }
  std::string text;
  std::array<char, 64 * base::budget::kKiB> block{};
  while (true) {
    const ssize_t got = ::read(file.number(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(name, errno);
    if (got == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      return Error{ErrorCode::kTooLarge,
                   fmt::format("`{}` is larger than {} bytes, the most one such file may have", name, bytes_max)};
    }
  }
}

// Opens one component after the other and follows no link, so that no name leaves the folder, whatever is moved about
// meanwhile.
Result<std::string> ReadBelow(const std::string& folder, std::string_view name, std::size_t bytes_max) {
  if (!StaysInside(name)) {
    return Error{ErrorCode::kPermission, fmt::format("`{}` is no path below the bundle's folder", name)};
  }
  int at = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (at < 0) return SystemError(folder, errno);
  auto here = std::make_unique<Descriptor>(at);
  std::string_view rest = name;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string part(rest.substr(0, slash));
    const bool last = slash == std::string_view::npos;
    // Non-blocking, so that a pipe in the folder does not hang us before fstat refuses it.
    const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? 0 : O_DIRECTORY);
    at = ::openat(here->number(), part.c_str(), flags);
    if (at < 0) return SystemError(name, errno);
    here = std::make_unique<Descriptor>(at);
    if (last) return ReadAll(*here, name, bytes_max);
    rest.remove_prefix(slash + 1);
  }
}

class Folder : public FileSet {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  Result<std::vector<std::string>> PolicyFiles() const override {
    std::vector<std::string> names;
    std::error_code error;
    // The iterator does not follow links to folders, which are refused; links to files are when they are read.
    for (fs::recursive_directory_iterator it(path_, error), end; !error && it != end; it.increment(error)) {
      const std::string last = it->path().filename().string();
      if (last.starts_with('.')) {
        if (it->is_directory(error)) it.disable_recursion_pending();
        continue;
      }
      // Who links a folder of policies wants them to count; left out, their rules would be missed by nobody.
      if (it->is_symlink(error) && fs::is_directory(it->path(), error)) return SystemError(NameOf(*it), ELOOP);
      if (!IsPolicyFile(last)) {
        if (IsPolicyFile(base::AsciiFolded(last))) return WrongCase(NameOf(*it));
        continue;
      }
      names.push_back(NameOf(*it));
      if (names.size() > base::budget::kBundleFileCountMax) {
        return Error{ErrorCode::kTooLarge,
                     fmt::format("`{}` has more than {} `.ward` files", path_, base::budget::kBundleFileCountMax)};
      }
    }
    if (error) return SystemError(path_, error.value());
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<std::string> Read(std::string_view name, std::size_t bytes_max) const override {
    return ReadBelow(path_, name, bytes_max);
  }

  std::string AbsolutePath(std::string_view name) const override {
    return (fs::path(path_) / name).lexically_normal().string();
  }

  std::string DefaultName() const override { return fs::path(path_).filename().string(); }
  bool needs_manifest() const override { return true; }

 private:
  [[nodiscard]] std::string NameOf(const fs::directory_entry& entry) const {
    return entry.path().lexically_relative(path_).generic_string();
  }
  static Error WrongCase(const std::string& name) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("`{}` would not be read: the ending is `.ward`, in small letters", name)};
  }

  std::string path_;  // absolute, without a slash at its end
};

// One `.ward` file, with the data files that lie beside it.
class SingleFile : public FileSet {
 public:
  SingleFile(std::string folder, std::string name) : folder_(std::move(folder)), name_(std::move(name)) {}

  Result<std::vector<std::string>> PolicyFiles() const override { return std::vector<std::string>{name_}; }
  Result<std::string> Read(std::string_view name, std::size_t bytes_max) const override {
    return ReadBelow(folder_, name, bytes_max);
  }
  std::string AbsolutePath(std::string_view name) const override {
    return (fs::path(folder_) / name).lexically_normal().string();
  }
  std::string DefaultName() const override { return name_.substr(0, name_.size() - kPolicyEnding.size()); }
  bool needs_manifest() const override { return false; }

 private:
  std::string folder_;
  std::string name_;
};

class Texts : public FileSet {
 public:
  explicit Texts(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}

  Result<std::vector<std::string>> PolicyFiles() const override {
    std::vector<std::string> names;
    for (const auto& [name, text] : texts_) {
      if (IsPolicyFile(name)) names.push_back(name);
    }
    return names;
  }
  Result<std::string> Read(std::string_view name, std::size_t bytes_max) const override {
    const auto it = texts_.find(std::string(name));
    if (it == texts_.end()) return SystemError(name, ENOENT);
    if (it->second.size() > bytes_max) {
      return Error{ErrorCode::kTooLarge,
                   fmt::format("`{}` is larger than {} bytes, the most one such file may have", name, bytes_max)};
    }
    return it->second;
  }
  std::string AbsolutePath(std::string_view) const override { return {}; }
  std::string DefaultName() const override { return "bundle"; }
  bool needs_manifest() const override { return false; }

 private:
  std::map<std::string, std::string> texts_;
};

}  // namespace

bool StaysInside(std::string_view name) {
  if (name.empty() || name.find('\\') != std::string_view::npos || name.find('\0') != std::string_view::npos) {
    return false;
  }
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

Result<std::unique_ptr<FileSet>> OpenPath(const std::string& path) {
  std::error_code error;
  const fs::path given = fs::canonical(path, error);  // the one place where links are followed: the author named it
  if (error) return SystemError(path, error.value());
  if (fs::is_directory(given, error)) return std::unique_ptr<FileSet>(std::make_unique<Folder>(given.string()));
  if (!IsPolicyFile(given.filename().string())) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("`{}` is neither a folder with a ward.toml nor a `.ward` file", path)};
  }
  return std::unique_ptr<FileSet>(
      std::make_unique<SingleFile>(given.parent_path().string(), given.filename().string()));
}

std::unique_ptr<FileSet> TextsInMemory(std::map<std::string, std::string> texts) {
  return std::make_unique<Texts>(std::move(texts));
}

}  // namespace ward::bundle
