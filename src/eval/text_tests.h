// eval: globs, and paths by segment (LANGUAGE section (d)).
//
// Paths are in normal form (route/path_normal_form.h); the constants too. Thread-safe: pure. No recursion, no
// allocation. Cost: O(text) for paths; for a glob each piece between stars is searched once from the left.
#ifndef WARD_SRC_EVAL_TEXT_TESTS_H_
#define WARD_SRC_EVAL_TEXT_TESTS_H_

#include <string_view>

namespace ward::eval {

// `*` in the pattern is any run of bytes, also none.
[[nodiscard]] bool MatchesGlob(std::string_view pattern, std::string_view text);
// `path` is `top` or below it: `/administrator` is not under `/admin`.
[[nodiscard]] bool IsUnder(std::string_view top, std::string_view path);
// `*` is one segment; `**` at the end is the rest, also none of it.
[[nodiscard]] bool MatchesPathGlob(std::string_view pattern, std::string_view path);

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_TEXT_TESTS_H_
