// base: a piece of policy text as one line, for messages and explanations.
#ifndef WARD_SRC_BASE_ONE_LINE_H_
#define WARD_SRC_BASE_ONE_LINE_H_

#include <string>
#include <string_view>

namespace ward::base {

// Runs of blanks, line breaks and comments become one blank, or none beside the inside of a bracket: an author may break
// a list over lines and comment each of them. Quoted texts stay as they are.
[[nodiscard]] std::string OnOneLine(std::string_view text);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_ONE_LINE_H_
