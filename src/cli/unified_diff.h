// cli: what changed between two texts, as `diff -u` shows it.
#ifndef WARD_SRC_CLI_UNIFIED_DIFF_H_
#define WARD_SRC_CLI_UNIFIED_DIFF_H_

#include <string>
#include <string_view>

namespace ward::cli {

enum class Colours { kNo, kYes };

// Three lines of context; empty if the texts are equal. `name` stands on both sides, so `patch -p0` applies it.
[[nodiscard]] std::string UnifiedDiff(const std::string& name, std::string_view before, std::string_view after,
                                      Colours colours);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_UNIFIED_DIFF_H_
