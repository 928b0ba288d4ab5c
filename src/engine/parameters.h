// engine: the values of a View's parameters: those in the bytecode, or others that were given at run time.
#ifndef WARD_SRC_ENGINE_PARAMETERS_H_
#define WARD_SRC_ENGINE_PARAMETERS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "border/cell.h"
#include "border/scratch.h"
#include "bytecode/image.h"
#include "data/constants.h"
#include "ward/error.h"

namespace ward::engine {

// Qualified name -> value as text.
using GivenParameters = std::map<std::string, std::string, std::less<>>;

// Immutable once made. Cells borrow from the image's constants, or from here.
class Parameters {
 public:
  // What is given must be there and fit its type. Requires: `image` and `constants` outlive it.
  [[nodiscard]] static Result<std::shared_ptr<const Parameters>> Make(const bytecode::Image& image,
                                                                      const data::Constants& constants,
                                                                      const GivenParameters& given);

  [[nodiscard]] const std::vector<border::Cell>& cells() const { return cells_; }

 private:
  explicit Parameters(std::size_t memory_bytes) : memory_(memory_bytes) {}

  border::Scratch memory_;
  std::vector<border::Cell> cells_;  // by number
};

// The number of a parameter by its qualified name; kNone.
[[nodiscard]] std::uint32_t FindParameter(const bytecode::Image& image, std::string_view name);

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_PARAMETERS_H_
