// bundle: where the files of a bundle come from: a folder, one file, or texts in memory.
//
// Names are paths below the bundle's folder, with slashes. What leads out of the folder (`..`, an absolute path, a
// symbolic link) is refused: a bundle is what lies in its folder, whoever reads it.
// Thread rule: const calls from any thread. Errors: Result, with the system's reason.
#ifndef WARD_SRC_BUNDLE_FILE_SET_H_
#define WARD_SRC_BUNDLE_FILE_SET_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ward/error.h"

namespace ward::bundle {

class FileSet {
 public:
  FileSet() = default;
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;
  virtual ~FileSet() = default;

  // The names of all `.ward` files, sorted by bytes; `tool.d/x.ward` is one, files in folders that begin with `.` are
  // not.
  [[nodiscard]] virtual Result<std::vector<std::string>> PolicyFiles() const = 0;
  // kNotFound: there is no such file. kPermission: the name leads out of the bundle. kTooLarge: beyond `bytes_max`.
  [[nodiscard]] virtual Result<std::string> Read(std::string_view name, std::size_t bytes_max) const = 0;
  // Where a file of that name lies, for watching it; empty if it lies nowhere.
  [[nodiscard]] virtual std::string AbsolutePath(std::string_view name) const = 0;
  // The name of a bundle whose ward.toml says none: that of the folder or of the file, without its ending.
  [[nodiscard]] virtual std::string DefaultName() const = 0;
  // A folder needs a ward.toml; one file and texts in memory do without.
  [[nodiscard]] virtual bool needs_manifest() const = 0;
};

// `path` is a folder or one `.ward` file. kNotFound, kPermission, kInvalidArgument (neither a folder nor a `.ward` file).
[[nodiscard]] Result<std::unique_ptr<FileSet>> OpenPath(const std::string& path);
// Name -> text.
[[nodiscard]] std::unique_ptr<FileSet> TextsInMemory(std::map<std::string, std::string> texts);

// `name` is relative, has no empty, `.` or `..` segment, no backslash and no NUL.
[[nodiscard]] bool StaysInside(std::string_view name);

}  // namespace ward::bundle

#endif  // WARD_SRC_BUNDLE_FILE_SET_H_
