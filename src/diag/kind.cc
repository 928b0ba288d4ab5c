#include "diag/kind.h"

#include <cctype>
#include <cstddef>
#include <iterator>

#include "base/check.h"
#include "diag/essay_texts.h"

namespace ward::diag {
namespace {

constexpr KindInfo kKinds[] = {
#define WARD_DIAG(id, code, severity, name) {Kind::id, Severity::severity, code, name},
#include "diag/kinds.def"
#undef WARD_DIAG
};

bool SameCode(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(a[i])) != b[i]) return false;
  }
  return true;
}

}  // namespace

std::span<const KindInfo> AllKinds() { return kKinds; }

const KindInfo& Info(Kind kind) {
  const auto index = static_cast<std::size_t>(kind);
  WARD_CHECK(index < std::size(kKinds));
  return kKinds[index];
}

std::optional<Kind> FindKind(std::string_view code_or_name) {
  for (const KindInfo& info : kKinds) {
    if (SameCode(code_or_name, info.code) || code_or_name == info.name) return info.kind;
  }
  return std::nullopt;
}

std::string_view Essay(Kind kind) {
  for (const EssayText& essay : EssayTexts()) {
    if (essay.code == Info(kind).code) return essay.text;
  }
  return {};
}

}  // namespace ward::diag
