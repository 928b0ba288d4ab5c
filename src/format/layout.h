// format: one logical line as pieces of text and the places where it may break.
//
// Built from left to right, then printed once. Groups nest: a group that fits stays on its line, one that does not
// breaks at all its breaks or fills its lines, as it was opened. Widths count code points.
#ifndef WARD_SRC_FORMAT_LAYOUT_H_
#define WARD_SRC_FORMAT_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ward::format {

// No line of code is longer, unless nothing in it may break.
inline constexpr std::size_t kWidthColumns = 100;

// One line of the file: code, or a comment, or both.
struct PhysicalLine {
  std::string code;  // with its indent; only that if there is no code
  std::string comment;
};

enum class Breaks : std::uint8_t {
  kAll,   // one part a line
  kFill,  // as many parts a line as fit
};

class Layout {
 public:
  void Text(std::string_view text);
  // A blank, or the end of a line.
  void Break();
  // Lines of the group start `hanging` columns right of the line's own indent ..
  void Open(Breaks breaks, std::size_t hanging);
  // .. or where the group starts.
  void OpenHere(Breaks breaks);
  void Close();
  // Ends the line it stands on. `own_line`: it stands on one of its own.
  void Comment(std::string_view text, bool own_line);

  [[nodiscard]] std::vector<PhysicalLine> Print(std::size_t indent) const;
  // All on one line. Requires: no comments.
  [[nodiscard]] std::string Flat() const;

 private:
  friend class LayoutPrinter;

  enum class Kind : std::uint8_t { kText, kBreak, kOpen, kClose, kComment };
  struct Item {
    Kind kind = Kind::kText;
    Breaks breaks = Breaks::kFill;
    bool here = false;      // kOpen
    bool own_line = false;  // kComment
    std::size_t hanging = 0;
    std::size_t close = 0;  // kOpen: the index of its kClose
    std::string text;
  };

  std::vector<Item> items_;
  std::vector<std::size_t> open_;  // indices of groups not yet closed
};

}  // namespace ward::format

#endif  // WARD_SRC_FORMAT_LAYOUT_H_
