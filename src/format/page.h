// format: the lines of the formatted file, as they come.
#ifndef WARD_SRC_FORMAT_PAGE_H_
#define WARD_SRC_FORMAT_PAGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "format/layout.h"

namespace ward::format {

class Page {
 public:
  // One blank line before what comes next; at the begin of the file there is none, and two are one.
  void Blank() { blank_wanted_ = true; }
  void Comment(std::string_view text, std::size_t indent);
  void Add(std::vector<PhysicalLine> lines);
  // Behind the code of the last line.
  void Trailing(std::string_view comment);

  // The comments behind neighbouring lines of code start in one column, two blanks behind the longest.
  [[nodiscard]] std::string Take();

 private:
  std::vector<PhysicalLine> lines_;  // a blank line has no code
  bool blank_wanted_ = false;
};

}  // namespace ward::format

#endif  // WARD_SRC_FORMAT_PAGE_H_
