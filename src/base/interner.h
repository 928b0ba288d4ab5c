// base: strings as small numbers.
//
// Equal strings get equal SymbolIds, in the order in which they were first seen. The text of a
// symbol stays at its address as long as the interner lives. One thread at a time; once filled,
// reading from several threads is safe.
#ifndef WARD_SRC_BASE_INTERNER_H_
#define WARD_SRC_BASE_INTERNER_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/ids.h"

namespace ward::base {

struct SymbolTag;
using SymbolId = Id<SymbolTag>;

class Interner {
 public:
  Interner() = default;
  // The map points into the deque, so a copy would point into the original; a move keeps the
  // addresses.
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;
  Interner(Interner&&) = default;
  Interner& operator=(Interner&&) = default;

  SymbolId Intern(std::string_view text);
  // kNone if nobody interned it.
  [[nodiscard]] SymbolId Find(std::string_view text) const;
  // Requires: an id this interner gave out.
  [[nodiscard]] std::string_view Text(SymbolId id) const;
  [[nodiscard]] std::size_t count() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, SymbolId> ids_;
};

}  // namespace ward::base

#endif  // WARD_SRC_BASE_INTERNER_H_
