// route: what a request asks for, by any of its three names: a route, an action, the operation itself.
//
// Thread-safe: pure look-ups over an image. No allocation. Cost: one probe a path segment; one or two for the others.
#ifndef WARD_SRC_ROUTE_OPERATION_H_
#define WARD_SRC_ROUTE_OPERATION_H_

#include <cstdint>
#include <string_view>

#include "bytecode/image.h"

namespace ward::route {

// AuthZEN: the operation of `action` on this resource type, else the one of `action` on any; kNone.
[[nodiscard]] std::uint32_t FindByAction(const bytecode::Image& image, std::string_view action,
                                         std::string_view resource_type);
// By qualified name; kNone.
[[nodiscard]] std::uint32_t FindByName(const bytecode::Image& image, std::string_view qualified_name);

}  // namespace ward::route

#endif  // WARD_SRC_ROUTE_OPERATION_H_
