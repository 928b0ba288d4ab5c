// diag: the kinds of diagnostics with their stable codes.
#ifndef WARD_SRC_DIAG_KIND_H_
#define WARD_SRC_DIAG_KIND_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ward/diagnostic.h"

namespace ward::diag {

enum class Kind : std::uint16_t {
#define WARD_DIAG(id, code, severity, name) id,
#include "diag/kinds.def"
#undef WARD_DIAG
};

struct KindInfo {
  Kind kind;
  Severity severity;
  std::string_view code;  // "E07"
  std::string_view name;  // "missing-operations"
};

// All kinds in the order of kinds.def.
[[nodiscard]] std::span<const KindInfo> AllKinds();
[[nodiscard]] const KindInfo& Info(Kind kind);
// By code in any case ("E07", "e07") or by short name; for `ward explain`.
[[nodiscard]] std::optional<Kind> FindKind(std::string_view code_or_name);

// The essay of a kind: Markdown, first line `# E07 missing-operations`. Embedded at build time from
// diag/essays/. Empty if the folder has none, which a test refuses.
[[nodiscard]] std::string_view Essay(Kind kind);

}  // namespace ward::diag

#endif  // WARD_SRC_DIAG_KIND_H_
