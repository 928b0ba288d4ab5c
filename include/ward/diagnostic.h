// include/ward: what a policy author did wrong, where, and how to mend it.
//
// What it is: plain data, self-contained (file names and source lines are copied in), so it
// outlives the compiler and the sources. Sorted by file, position, code: same input, same list.
// Texts are lower case without full stop; user text stands in backticks. Threads: plain values.
// `code` is stable for ever (`ward explain E07` prints its essay); `name` is its short name;
// wording may change.
#ifndef WARD_DIAGNOSTIC_H_
#define WARD_DIAGNOSTIC_H_

#include <cstdint>
#include <string>
#include <vector>

namespace ward {

enum class Severity {
  kError,    // the bundle does not compile
  kWarning,  // it compiles, and probably means something else than the author thinks
};

// A half-open range of one source text. Lines and columns count from 1, columns in code points; the
// end is one past the last character, so an empty range has equal ends. Byte offsets count from 0
// in the UTF-8 text.
struct Location {
  std::string file;        // as the bundle names it; empty if the whole bundle is meant
  std::uint32_t line = 0;  // 0: the file as a whole, no position
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;
  std::uint32_t byte_begin = 0;
  std::uint32_t byte_end = 0;
  std::string source_line;  // the text of `line`, without its line break; for display

  friend bool operator==(const Location&, const Location&) = default;
};

struct Diagnostic {
  // A second place that belongs to the matter: "declared here".
  struct Label {
    Location location;
    std::string text;
  };
  // Replace the text at `location` by `replacement`. An empty range inserts.
  struct Edit {
    Location location;
    std::string replacement;
  };
  // Applying all edits of one fix mends the cause. Edits of one fix do not overlap.
  struct Fix {
    std::string description;
    std::vector<Edit> edits;
  };

  Severity severity = Severity::kError;
  std::string code;     // "E07"
  std::string name;     // "missing-operations"
  std::string message;  // the situation
  Location location;    // the smallest wrong thing
  std::string caret;    // what stands beside the caret; may be empty
  std::vector<Label> labels;
  std::vector<std::string> hints;  // what to do next, in words
  std::vector<Fix> fixes;          // what to do next, for a machine; several are alternatives
};

}  // namespace ward

#endif  // WARD_DIAGNOSTIC_H_
