#include "base/interner.h"

#include "base/check.h"

namespace ward::base {

SymbolId Interner::Intern(std::string_view text) {
  if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
  const SymbolId id = SymbolId::FromIndex(texts_.size());
  ids_.emplace(texts_.emplace_back(text), id);
  return id;
}

SymbolId Interner::Find(std::string_view text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? SymbolId::kNone : found->second;
}

std::string_view Interner::Text(SymbolId id) const {
  WARD_CHECK(id.has_value() && id.index() < texts_.size());
  return texts_[id.index()];
}

}  // namespace ward::base
