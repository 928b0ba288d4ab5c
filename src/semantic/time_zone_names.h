// semantic: the time zones this system knows.
//
// Source: the TZif files of the system (RFC 8536); `codegen` reads the same ones into the bytecode.
#ifndef WARD_SRC_SEMANTIC_TIME_ZONE_NAMES_H_
#define WARD_SRC_SEMANTIC_TIME_ZONE_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

namespace ward::semantic {

// "Europe/Paris", "UTC". Case matters.
[[nodiscard]] bool IsTimeZone(std::string_view name);
// All of them, for hints. Reads folders: only for a name that is wrong.
[[nodiscard]] std::vector<std::string> TimeZoneNames();

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_TIME_ZONE_NAMES_H_
