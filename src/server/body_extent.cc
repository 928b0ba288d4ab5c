#include "server/body_extent.h"

#include <charconv>
#include <string_view>
#include <system_error>

#include "base/ascii.h"

namespace ward::server {
namespace {

// 1*DIGIT (RFC 9110 section 8.6); -1: anything else.
std::int64_t ParseContentLength(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return -1;
  std::int64_t length = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() ? length : -1;
}

}  // namespace

BodyExtent ExtentOf(const CheckQuestion& question) {
  int length_count = 0;
  bool coded = false;
  std::int64_t length = -1;
  for (const NameValue& header : question.headers) {
    if (base::EqualFolded(header.name, "content-length")) {
      ++length_count;
      length = ParseContentLength(header.value);
    }
    coded = coded || base::EqualFolded(header.name, "transfer-encoding");
  }
  if (coded || length_count > 1) return {};
  if (length_count == 1) {
    return {length >= 0 && static_cast<std::uint64_t>(length) == question.body.size(), length};
  }
  // In HTTP/1 nothing said means no body (RFC 9112 section 6.3); HTTP/2 and 3 need no length to
  // send one.
  const bool none = question.protocol.starts_with("HTTP/1.") && question.body.empty();
  return none ? BodyExtent{true, 0} : BodyExtent{};
}

}  // namespace ward::server
