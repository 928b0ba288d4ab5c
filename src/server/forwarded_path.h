// server: will the backend receive the path that we judge?
//
// Ward matches the normal form of a path (route/path_normal_form.h), and the backend must receive
// no other one. Envoy's ext_authz lets us set `:path`, but that is a trap (it may change the
// route's meaning after the route was chosen, and proxies/envoy.yaml refuses it), so we never
// rewrite. The edge does: with `normalize_path` and `merge_slashes` Envoy has resolved dots, merged
// slashes and decoded unreserved characters before it asks. A path in which any of that is left
// shows that the edge does not normalise: it is refused (400), as the backend would receive another
// spelling.
//
// Two differences remain and are let through: a `/` at the end, and characters that must stay
// encoded in a URI (`%20`, `%C3%A9`, `%25`): decoding those once is what every backend does.
// Thread-safe: a pure function. Cost: one pass.
#ifndef WARD_SRC_SERVER_FORWARDED_PATH_H_
#define WARD_SRC_SERVER_FORWARDED_PATH_H_

#include <string_view>

namespace ward::server {

// False if Envoy with both options would have changed `target` (path and query as it sent them).
[[nodiscard]] bool IsNormalisedByEnvoy(std::string_view target);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_FORWARDED_PATH_H_
