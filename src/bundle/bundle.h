// bundle: a folder of policies: its manifest, its sources, its data files.
//
// Load() reads the manifest and every `.ward` file, in sorted order, into a SourceMap. Which data files are needed only
// the parsed policies know: `compile` asks for them by ReadDataFiles() and hands all to semantic::Check.
// What an author can mend (a bad ward.toml, a file with a bad name or too large) goes to the sink; a Result is an error
// only where the system itself refuses.
#ifndef WARD_SRC_BUNDLE_BUNDLE_H_
#define WARD_SRC_BUNDLE_BUNDLE_H_

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "bundle/file_set.h"
#include "bundle/manifest.h"
#include "diag/sink.h"
#include "ward/error.h"

namespace ward::bundle {

struct Bundle {
  Manifest manifest;
  base::FileId manifest_file;          // none: the bundle has no ward.toml
  std::vector<base::FileId> policies;  // sorted by name
};

[[nodiscard]] Result<Bundle> Load(const FileSet& files, base::SourceMap& sources, diag::Sink& sink);

// A data file that could be read, or why not.
struct DataFile {
  base::FileId file;   // none: it could not be read
  std::string reason;  // "no such file"
};
// By name as the policy spells it.
using DataFiles = std::map<std::string, DataFile, std::less<>>;

// Reads each of `names` once. Never fails as a whole: who needs a file reports its reason where it is named.
[[nodiscard]] DataFiles ReadDataFiles(const FileSet& files, std::span<const std::string_view> names,
                                      base::SourceMap& sources);

}  // namespace ward::bundle

#endif  // WARD_SRC_BUNDLE_BUNDLE_H_
