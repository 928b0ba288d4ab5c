// diag: findings as text for people, and as data for machines.
//
// All functions are pure: same list, same bytes. The lists come sorted from Sink::Finish.
#ifndef WARD_SRC_DIAG_RENDER_H_
#define WARD_SRC_DIAG_RENDER_H_

#include <span>
#include <string>

#include "base/json_writer.h"
#include "ward/diagnostic.h"

namespace ward::diag {

enum class Colour { kNever, kAlways };

// The full form, with source lines, carets and help, as LANGUAGE.md section 3 shows it:
//   error[E01]: the token has no claim `scope` orders/access.ward:15
//    15 |   when token.scope has orders:read
//       |        ^^^^^^^^^^^ it has `scopes` (set of scope), declared at platform/schema.ward:15
//    help: write `token.scopes`
// Each finding ends with a line break; an empty line stands between two.
[[nodiscard]] std::string RenderTerminal(std::span<const ward::Diagnostic> diagnostics, Colour colour);

// One line each, for editors and grep: `orders/access.ward:15:8: error[E01]: the token has no claim
// `scope``. The caret's text, labels, hints and fixes are left out.
[[nodiscard]] std::string RenderLines(std::span<const ward::Diagnostic> diagnostics);

// {"diagnostics":[...],"errors":N,"warnings":N} and a line break. Every string is valid UTF-8.
[[nodiscard]] std::string RenderJson(std::span<const ward::Diagnostic> diagnostics);
// The three members alone, for an object that has more.
void WriteJson(base::JsonWriter& json, std::span<const ward::Diagnostic> diagnostics);

}  // namespace ward::diag

#endif  // WARD_SRC_DIAG_RENDER_H_
