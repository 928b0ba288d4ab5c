// testing: rows of generated tests, played as a file of the bundle, and what the engine said to each.
//
// Many rows go into one file, so that the bundle is checked once for all. One thread at a time.
#ifndef WARD_SRC_TESTING_ROW_PLAYER_H_
#define WARD_SRC_TESTING_ROW_PLAYER_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bundle/file_set.h"
#include "ir/ir.h"
#include "testing/generated_file.h"
#include "ward/decision.h"
#include "ward/diagnostic.h"
#include "ward/error.h"

namespace ward::testing {

using RuleName = std::pair<std::string, bool>;  // qualified; whether it is a shadow rule

struct Answer {
  std::string expect;                         // what a test would expect
  std::map<RuleName, RuleExplanation> rules;  // that could have mattered
};

class RowPlayer {
 public:
  // `lowered` is of the bundle in `files`; keeps both.
  RowPlayer(const bundle::FileSet& files, const ir::Program& lowered) : files_(files), lowered_(lowered) {}

  // The answer to each row, empty for a row that cannot be played. Cells and columns that turn out to be none that tests
  // may bind are taken out of the rows, of these and of all later ones. kPolicy: something else is wrong.
  [[nodiscard]] Result<std::vector<Answer>> Ask(std::vector<Row>& rows);

 private:
  struct BadCell {
    std::string column;
    std::string cell;
    bool whole_column = false;
  };

  [[nodiscard]] std::string OneTestEach(const std::vector<Row>& rows) const;
  [[nodiscard]] bool Learn(const std::vector<Diagnostic>& found, std::string_view text);

  const bundle::FileSet& files_;
  const ir::Program& lowered_;
  std::vector<BadCell> bad_;
};

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_ROW_PLAYER_H_
