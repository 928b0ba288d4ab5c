#include "cli/bundle_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace ward::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "ward.toml";

// The nearest folder at or above `folder` that is a bundle; empty: none.
fs::path BundleAbove(fs::path folder) {
  std::error_code ignored;
  for (;;) {
    if (fs::exists(folder / kManifest, ignored)) return folder;
    if (!folder.has_relative_path()) return {};
    folder = folder.parent_path();
  }
}

Result<NamedBundle> BundleOf(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return Error{ErrorCode::kNotFound, fmt::format("cannot read `{}`: no such file", path)};
  if (fs::is_directory(path, error)) return NamedBundle{path, {}};
  if (fs::path(path).extension() != ".ward") {
    return Error{ErrorCode::kInvalidArgument, fmt::format("`{}` is neither a folder nor a `.ward` file", path)};
  }
  const fs::path file = fs::absolute(path, error).lexically_normal();
  const fs::path folder = BundleAbove(file.parent_path());
  if (folder.empty()) return NamedBundle{path, {}};
  // As the caller would name the folder from where he is.
  const fs::path shown = fs::relative(folder, error);
  return NamedBundle{error || shown.empty() ? folder.string() : shown.string(),
                     {file.lexically_relative(folder).generic_string()}};
}

}  // namespace

Result<std::vector<NamedBundle>> FindBundles(const std::vector<std::string>& paths) {
  std::vector<NamedBundle> bundles;
  for (const std::string& path : paths) {
    WARD_ASSIGN_OR_RETURN(NamedBundle found, BundleOf(path));
    std::error_code error;
    const auto known = std::find_if(bundles.begin(), bundles.end(), [&](const NamedBundle& bundle) {
      return fs::equivalent(bundle.path, found.path, error);
    });
    if (known == bundles.end()) {
      bundles.push_back(std::move(found));
    } else if (known->files.empty() || found.files.empty()) {
      known->files.clear();
    } else {
      known->files.push_back(std::move(found.files.front()));
    }
  }
  return bundles;
}

}  // namespace ward::cli
