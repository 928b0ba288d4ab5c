// ir: numbers rules by rank: which one answers when several could (LANGUAGE.md (e), "Reply").
//
// Severity first, `critical` before `low`; then the qualified name, by bytes. Names are unique, so
// the order is total and does not depend on the order of files or rules.
#ifndef WARD_SRC_IR_RANK_H_
#define WARD_SRC_IR_RANK_H_

#include <vector>

#include "ir/ir.h"

namespace ward::ir {

void SortByRank(std::vector<Rule>& rules);

}  // namespace ward::ir

#endif  // WARD_SRC_IR_RANK_H_
