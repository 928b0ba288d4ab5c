// route: the one spelling of a host name that routes and rules are matched with.
//
// ASCII letters in lower case, no port, no trailing dot. An IPv6 literal keeps its brackets. What no host name may hold
// (a comma of two joined Host lines, blanks, a user part, an empty label, anything not ASCII) has no normal form: no operation is found
// and the attribute is missing. Source: RFC 9110 section 7.2, RFC 3986 section 3.2.2.
#ifndef WARD_SRC_ROUTE_HOST_H_
#define WARD_SRC_ROUTE_HOST_H_

#include <span>
#include <string_view>

namespace ward::route {

// Empty if there is none. The result borrows from `raw`, or from `scratch` where letters had to be folded.
// Requires: scratch.size() >= budget::kRequestHostBytesMax.
[[nodiscard]] std::string_view NormaliseHost(std::string_view raw, std::span<char> scratch);

}  // namespace ward::route

#endif  // WARD_SRC_ROUTE_HOST_H_
