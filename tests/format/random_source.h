// tests: random policies as text, each in as many layouts as wanted.
#ifndef WARD_TESTS_FORMAT_RANDOM_SOURCE_H_
#define WARD_TESTS_FORMAT_RANDOM_SOURCE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace ward::formatting {

// One declaration: what stands above it, its opening line, its body; each line without indent, every blank single.
struct SourceDecl {
  std::vector<std::string> above;
  std::string opening;
  std::vector<std::string> body;
  bool order_matters = true;  // of the lines of the body
};
using Source = std::vector<SourceDecl>;

// The same seed gives the same policy. Most compile.
[[nodiscard]] Source RandomSource(std::uint64_t seed);

struct Noise {
  bool blanks = true;       // runs of blanks and tabs, continued lines, trailing blanks, CR LF, no last line break
  bool clauses = true;      // in any order where it means nothing
  bool blank_lines = true;  // anywhere
  bool comments = true;     // anywhere
};
[[nodiscard]] std::string Plain(const Source& source);
[[nodiscard]] std::string Noisy(const Source& source, std::uint64_t seed, const Noise& noise);

}  // namespace ward::formatting

#endif  // WARD_TESTS_FORMAT_RANDOM_SOURCE_H_
