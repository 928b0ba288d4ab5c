// cli: the files that `ward new` writes, as the build embeds them from cli/new_bundle/.
#ifndef WARD_SRC_CLI_NEW_BUNDLE_H_
#define WARD_SRC_CLI_NEW_BUNDLE_H_

#include <span>
#include <string_view>

namespace ward::cli {

struct NewBundleFile {
  std::string_view path;  // below the bundle's folder
  std::string_view text;  // @NAME@ stands for the bundle's name
};

// Defined in the generated new_bundle_files.cc.
[[nodiscard]] std::span<const NewBundleFile> NewBundleFiles();

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_NEW_BUNDLE_H_
