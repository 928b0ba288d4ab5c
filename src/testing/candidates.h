// testing: which values of which attributes a rule's tests can tell apart, as the text of table cells.
#ifndef WARD_SRC_TESTING_CANDIDATES_H_
#define WARD_SRC_TESTING_CANDIDATES_H_

#include <map>
#include <string>
#include <vector>

#include "base/source.h"
#include "ir/ir.h"
#include "semantic/program.h"

namespace ward::testing {

// A column of a test's table -> the cells worth trying. An empty cell binds nothing. The column `send` has operations.
using Candidates = std::map<std::string, std::vector<std::string>>;

struct CandidateSource {
  const semantic::Program& program;
  const ir::Program& lowered;
  const base::SourceMap& sources;
};

// Of one rule; `operations` are those it may be sent. What no table can bind (the clock) is left out.
[[nodiscard]] Candidates CandidatesOf(const CandidateSource& source, const ir::Rule& rule,
                                      const std::vector<ir::OperationId>& operations);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_CANDIDATES_H_
