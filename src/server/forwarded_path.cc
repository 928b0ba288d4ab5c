#include "server/forwarded_path.h"

#include <cstddef>

#include "base/ascii.h"

namespace ward::server {
namespace {

// RFC 3986 section 2.3.
constexpr bool IsUnreserved(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// `rest` begins with `%`.
bool IsEscapedUnreserved(std::string_view rest) {
  if (rest.size() < 3) return false;
  const int high = base::HexDigit(rest[1]);
  const int low = base::HexDigit(rest[2]);
  return high >= 0 && low >= 0 && IsUnreserved(high * 16 + low);
}

// `rest` begins with `/`: is what follows it an empty segment inside the path, or a dot segment?
bool IsOddSegment(std::string_view rest) {
  rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  const bool last = segment.size() == rest.size();
  return segment == "." || segment == ".." || (segment.empty() && !last);
}

}  // namespace

bool IsNormalisedByEnvoy(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  for (std::size_t at = path.find_first_of("/%\\"); at != std::string_view::npos;
       at = path.find_first_of("/%\\", at + 1)) {
    const std::string_view rest = path.substr(at);
    if (rest[0] == '\\') return false;
    if (rest[0] == '%' ? IsEscapedUnreserved(rest) : IsOddSegment(rest)) return false;
  }
  return true;
}

}  // namespace ward::server
