// testing: rows of generated tests as the text of a file, as `ward fmt` has it.
#ifndef WARD_SRC_TESTING_GENERATED_FILE_H_
#define WARD_SRC_TESTING_GENERATED_FILE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ir/ir.h"

namespace ward::testing {

// Column -> cell; what is missing is not there. Besides what tests may bind: `send`, `expect`, and `at`, which is no
// column of a table but a line before it.
using Row = std::map<std::string, std::string>;

inline constexpr std::string_view kSend = "send";
inline constexpr std::string_view kExpect = "expect";
inline constexpr std::string_view kAt = "at";

struct GeneratedTest {
  std::string name;
  std::vector<Row> rows;  // with the same `send` and `at`
};

// Uses the parameters of `lowered` that a column names.
[[nodiscard]] std::string FileOf(const std::vector<GeneratedTest>& tests, const ir::Program& lowered);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_GENERATED_FILE_H_
