// bundle: has a file of a bundle changed?
//
// By comparing what `stat` says of every file, not by inotify: that also works on network file systems, on bind mounts
// and for folders that are swapped by renaming a link, as configuration volumes are. Thread-safe.
#ifndef WARD_SRC_BUNDLE_FINGERPRINT_H_
#define WARD_SRC_BUNDLE_FINGERPRINT_H_

#include <cstdint>
#include <string>

namespace ward::bundle {

// A number that changes when a file at or below `path` is added, removed, replaced or written.
[[nodiscard]] std::uint64_t Fingerprint(const std::string& path);

}  // namespace ward::bundle

#endif  // WARD_SRC_BUNDLE_FINGERPRINT_H_
