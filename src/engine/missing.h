// engine: what is missing where a test is in doubt, in the words of the policy.
#ifndef WARD_SRC_ENGINE_MISSING_H_
#define WARD_SRC_ENGINE_MISSING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/view.h"
#include "eval/vm.h"

namespace ward::engine {

// Of what the value of the instruction comes from: attributes in the order of their slots, then `zone`, then tables that
// were never loaded, rows and cells, in the order of the code. What stands in for something missing (`or else`) hides
// it. Values of secret attributes are not told. Allocates: for explanations.
[[nodiscard]] std::vector<std::string> MissingOf(const View& view, eval::Vm& vm, std::uint32_t instruction);

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_MISSING_H_
