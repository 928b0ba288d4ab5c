// cli: from the paths of a command line to bundles, each with the files that are meant.
#ifndef WARD_SRC_CLI_BUNDLE_PATHS_H_
#define WARD_SRC_CLI_BUNDLE_PATHS_H_

#include <string>
#include <vector>

#include "ward/error.h"

namespace ward::cli {

struct NamedBundle {
  std::string path;                // of the folder, or of a file that is a bundle of its own
  std::vector<std::string> files;  // below the folder; empty: all
};

// A folder means all its files. The bundle of a file is the nearest folder above with a ward.toml, else the file alone.
// Each bundle once, in the order of the paths.
[[nodiscard]] Result<std::vector<NamedBundle>> FindBundles(const std::vector<std::string>& paths);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_BUNDLE_PATHS_H_
