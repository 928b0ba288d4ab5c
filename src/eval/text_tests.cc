#include "eval/text_tests.h"

#include <cstddef>

namespace ward::eval {
namespace {

// The segments of a path, from the left; empty ones do not exist in normal form and are skipped in constants.
class Segments {
 public:
  explicit Segments(std::string_view path) : rest_(path) { SkipSlashes(); }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::string_view Next() {
    const std::string_view segment = rest_.substr(0, rest_.find('/'));
    rest_.remove_prefix(segment.size());
    SkipSlashes();
    return segment;
  }

 private:
  void SkipSlashes() {
    const std::size_t first = rest_.find_first_not_of('/');
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  std::string_view rest_;
};

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  const std::size_t first_star = pattern.find('*');
  if (first_star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, first_star))) return false;
  text.remove_prefix(first_star);
  pattern.remove_prefix(first_star + 1);
  // Taking each piece as far left as it goes leaves the most room for the others.
  while (true) {
    const std::size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    if (star == std::string_view::npos) return text.ends_with(piece);
    const std::size_t found = text.find(piece);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + piece.size());
    pattern.remove_prefix(star + 1);
  }
}

bool IsUnder(std::string_view top, std::string_view path) {
  Segments wanted(top);
  Segments given(path);
  while (!wanted.done()) {
    if (given.done() || wanted.Next() != given.Next()) return false;
  }
  return true;
}

bool MatchesPathGlob(std::string_view pattern, std::string_view path) {
  Segments wanted(pattern);
  Segments given(path);
  while (!wanted.done()) {
    const std::string_view segment = wanted.Next();
    if (segment == "**" && wanted.done()) return true;
    if (given.done()) return false;
    const std::string_view other = given.Next();
    if (segment != "*" && segment != other) return false;
  }
  return given.done();
}

}  // namespace ward::eval
