#include "testing/cell_text.h"

#include <fmt/format.h>

#include <vector>

#include "base/clock.h"
#include "base/rfc3339.h"
#include "base/set_text.h"

namespace ward::testing {

using semantic::TypeKind;

std::string SecondsText(std::int64_t nanoseconds) {
  const bool negative = nanoseconds < 0;
  const std::uint64_t size =
      negative ? 0 - static_cast<std::uint64_t>(nanoseconds) : static_cast<std::uint64_t>(nanoseconds);
  std::string text = fmt::format("{}{}", negative ? "-" : "", size / std::uint64_t{base::kNsPerSecond});
  if (size % std::uint64_t{base::kNsPerSecond} != 0)
    text += fmt::format(".{:09}", size % std::uint64_t{base::kNsPerSecond});
  return text;
}

std::string ClockText(std::int64_t seconds) {
  return fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string CellText(const semantic::Program& program, const semantic::Constant& constant) {
  switch (constant.type.kind) {
    case TypeKind::kBool:
      return constant.number != 0 ? "true" : "false";
    case TypeKind::kInt:
    case TypeKind::kSize:
      return fmt::format("{}", constant.number);
    case TypeKind::kDuration:
      return SecondsText(constant.number);
    case TypeKind::kTimestamp:
      return base::FormatRfc3339(constant.number);
    case TypeKind::kClock:
      return ClockText(constant.number);
    case TypeKind::kEnum:
      return std::string(
          program.enums[constant.type.enumeration.index()].values[static_cast<std::size_t>(constant.number)]);
    case TypeKind::kIp:
      return constant.cidr.network.ToString();
    case TypeKind::kCidr:
      return constant.cidr.ToString();
    case TypeKind::kSetOfEnum:
    case TypeKind::kSetOfString: {
      std::vector<std::string> members;
      for (const semantic::Constant* member : constant.members) members.push_back(CellText(program, *member));
      return base::SetText(members);
    }
    case TypeKind::kString:
    case TypeKind::kHost:
    case TypeKind::kPath:
    case TypeKind::kOperation:
    case TypeKind::kPresence:
      break;
  }
  return std::string(constant.text);
}

}  // namespace ward::testing
