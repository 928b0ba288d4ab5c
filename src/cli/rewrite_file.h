// cli: gives an existing file a new content, all of it or nothing.
#ifndef WARD_SRC_CLI_REWRITE_FILE_H_
#define WARD_SRC_CLI_REWRITE_FILE_H_

#include <string>
#include <string_view>

#include "ward/error.h"

namespace ward::cli {

// Writes beside the file and renames, so that nobody ever reads half of it. The mode stays; a symbolic link stays one,
// and what it leads to is rewritten. kIo: the file is as it was.
[[nodiscard]] Result<void> RewriteFile(const std::string& path, std::string_view content);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_REWRITE_FILE_H_
