// cli: from the paths of `ward test` to bundles, each with the files whose tests are meant.
#ifndef WARD_SRC_CLI_TEST_BUNDLES_H_
#define WARD_SRC_CLI_TEST_BUNDLES_H_

#include <memory>
#include <string>
#include <vector>

#include "compile/checked_bundle.h"
#include "ward/error.h"

namespace ward::cli {

struct TestBundle {
  std::string path;                // of the folder, or of a file that is a bundle of its own
  std::vector<std::string> files;  // below the folder; empty: all
};

// A folder means all its tests. A file means its own; its bundle is the nearest folder above with a ward.toml, else the
// file alone. Each bundle once, in the order of the paths.
[[nodiscard]] Result<std::vector<TestBundle>> FindTestBundles(const std::vector<std::string>& paths);

[[nodiscard]] Result<std::unique_ptr<compile::CheckedBundle>> CheckTestBundle(const TestBundle& bundle);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_TEST_BUNDLES_H_
