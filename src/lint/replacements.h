// lint: edits of several files that do not touch each other, and where everything else lies once they are made.
#ifndef WARD_SRC_LINT_REPLACEMENTS_H_
#define WARD_SRC_LINT_REPLACEMENTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ward/diagnostic.h"

namespace ward::lint {

class Replacements {
 public:
  Replacements() = default;
  explicit Replacements(const Diagnostic::Fix& fix) { static_cast<void>(Add(fix)); }  // nothing is there to touch

  // All edits of the fix, or none if one of them touches another. Edits that are there already are no others.
  [[nodiscard]] bool Add(const Diagnostic::Fix& fix);

  // The text of a file with its edits made; nothing if one lies beyond its end.
  [[nodiscard]] std::optional<std::string> Apply(const std::string& file, std::string_view text) const;

  struct Edit {
    std::uint32_t end = 0;
    std::string text;
    friend bool operator==(const Edit&, const Edit&) = default;
  };
  // By file, then by where they begin. No file is without edits.
  using Files = std::map<std::string, std::map<std::uint32_t, Edit>>;
  [[nodiscard]] const Files& files() const { return files_; }

 private:
  Files files_;
};

// How a text moved under replacements. A look-up costs the logarithm of their number.
class Moves {
 public:
  explicit Moves(const Replacements& replacements);

  // Both ends included.
  struct Range {
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  // Where in the new text begins what began here in the old one: in an edit or right behind it, anywhere within.
  [[nodiscard]] Range After(const Location& old_place) const;
  // Whether what begins here in the new text begins in something that was put in.
  [[nodiscard]] bool IsPutIn(const Location& new_place) const;

 private:
  struct Move {
    std::int64_t old_begin = 0;
    std::int64_t old_end = 0;
    std::int64_t new_begin = 0;
    std::int64_t new_end = 0;
  };
  // The last that begins at or before the place; nullptr: there is none.
  [[nodiscard]] const Move* LastBefore(const Location& place, std::int64_t Move::*begin) const;

  std::map<std::string, std::vector<Move>> files_;  // in the order of the text
};

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_REPLACEMENTS_H_
