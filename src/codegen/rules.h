// codegen: what a rule says besides its terms: replies, reasons, obligations, and its tests as authors wrote them.
#ifndef WARD_SRC_CODEGEN_RULES_H_
#define WARD_SRC_CODEGEN_RULES_H_

#include <cstdint>
#include <vector>

#include "base/source.h"
#include "bytecode/image.h"
#include "codegen/code.h"
#include "codegen/pools.h"
#include "ir/ir.h"

namespace ward::codegen {

struct RulePlan {
  std::vector<bytecode::Rule> rules;
  std::vector<bytecode::Reply> replies;
  std::vector<bytecode::Piece> pieces;
  std::vector<bytecode::HeaderSet> header_sets;
  std::vector<bytecode::Test> tests;
  std::vector<std::uint32_t> formula_steps;
  std::uint32_t formula_stack = 0;
};

// The slots of everything that PlanRules will name; before Freeze.
void PrepareRules(const ir::Program& program, Code& code);
// After Freeze.
[[nodiscard]] RulePlan PlanRules(const ir::Program& program, const base::SourceMap& sources, Code& code, Pools& pools);

}  // namespace ward::codegen

#endif  // WARD_SRC_CODEGEN_RULES_H_
