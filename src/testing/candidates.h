// testing: which values of which attributes the tests of a rule can tell apart, as the text of table cells.
#ifndef WARD_SRC_TESTING_CANDIDATES_H_
#define WARD_SRC_TESTING_CANDIDATES_H_

#include <map>
#include <string>
#include <vector>

#include "base/source.h"
#include "ir/ir.h"
#include "semantic/program.h"

namespace ward::testing {

// A column of a test's table, or `at` -> the cells worth trying, the likeliest to make a test true first. An empty cell
// binds nothing.
using Candidates = std::map<std::string, std::vector<std::string>>;

struct CandidateSource {
  const semantic::Program& program;
  const ir::Program& lowered;
  const base::SourceMap& sources;
};

// `beside` are all tests of the rule. What method, host and path say is left out: `send` names these.
[[nodiscard]] Candidates CandidatesOf(const CandidateSource& source, const std::vector<ir::TestId>& tests,
                                      const std::vector<ir::TestId>& beside);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_CANDIDATES_H_
