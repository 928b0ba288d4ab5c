#include "cli/test_bundles.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "bundle/file_set.h"

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

Result<TestBundle> BundleOf(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return Error{ErrorCode::kNotFound, fmt::format("cannot read `{}`: no such file", path)};
  if (fs::is_directory(path, error)) return TestBundle{path, {}};
  if (fs::path(path).extension() != ".ward") {
    return Error{ErrorCode::kInvalidArgument, fmt::format("`{}` is neither a folder nor a `.ward` file", path)};
  }
  const fs::path file = fs::absolute(path, error).lexically_normal();
  const fs::path folder = BundleAbove(file.parent_path());
  if (folder.empty()) return TestBundle{path, {}};
  // As the caller would name the folder from where he is.
  const fs::path shown = fs::relative(folder, error);
  return TestBundle{error || shown.empty() ? folder.string() : shown.string(),
                    {file.lexically_relative(folder).generic_string()}};
}

}  // namespace

Result<std::vector<TestBundle>> FindTestBundles(const std::vector<std::string>& paths) {
  std::vector<TestBundle> bundles;
  for (const std::string& path : paths) {
    WARD_ASSIGN_OR_RETURN(TestBundle found, BundleOf(path));
    std::error_code error;
    const auto known = std::find_if(bundles.begin(), bundles.end(), [&](const TestBundle& bundle) {
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

Result<std::unique_ptr<compile::CheckedBundle>> CheckTestBundle(const TestBundle& bundle) {
  WARD_ASSIGN_OR_RETURN(const std::unique_ptr<bundle::FileSet> files, bundle::OpenPath(bundle.path));
  return compile::CheckBundle(*files, [](std::string_view) {});
}

}  // namespace ward::cli
