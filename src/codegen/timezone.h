// codegen: the rules of one time zone, read from the system's TZif files.
//
// Source: RFC 8536 (TZif), POSIX TZ strings in its footer, which are expanded as far as timestamps
// reach, into 2262. A bundle carries
// what was read, so that a decision does not depend on the machine it is made on.
#ifndef WARD_SRC_CODEGEN_TIMEZONE_H_
#define WARD_SRC_CODEGEN_TIMEZONE_H_

#include <ward/error.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ward::codegen {

struct OffsetChange {
  std::int64_t at = 0;      // unix seconds
  std::int32_t offset = 0;  // seconds east of UTC, from `at` on

  friend bool operator==(const OffsetChange&, const OffsetChange&) = default;
};

struct TimeZoneRules {
  std::int32_t first_offset = 0;      // before the first change
  std::vector<OffsetChange> changes;  // ascending; neighbours differ
};

// What TZif bytes say. kCorrupt names what is wrong with them.
[[nodiscard]] Result<TimeZoneRules> ParseTimeZone(std::string_view bytes);
// Of an IANA name, `Europe/Paris`. kNotFound if the database has none of that name.
[[nodiscard]] Result<TimeZoneRules> ReadTimeZone(const std::string& folder, std::string_view name);
// "2025b"; "unknown" where the database does not say.
[[nodiscard]] std::string ReadTimeZoneVersion(const std::string& folder);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_TIMEZONE_H_
