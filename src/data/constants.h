// data: the constants of a bundle as cells, made once when it is loaded.
//
// The bytecode keeps sets and addresses as indices; a request compares cells. Texts stay in the image, which must
// outlive this. Immutable after construction, so any thread may read it.
#ifndef WARD_SRC_DATA_CONSTANTS_H_
#define WARD_SRC_DATA_CONSTANTS_H_

#include <cstdint>
#include <vector>

#include "border/cell.h"
#include "border/scratch.h"
#include "bytecode/image.h"

namespace ward::data {

class Constants {
 public:
  explicit Constants(const bytecode::Image& image);

  // Requires: number < image.constants.size().
  [[nodiscard]] const border::Cell& cell(std::uint32_t number) const { return cells_[number]; }

 private:
  [[nodiscard]] border::Cell Bind(const bytecode::Image& image, const bytecode::Constant& constant);

  border::Scratch memory_;
  std::vector<border::Cell> cells_;
};

}  // namespace ward::data

#endif  // WARD_SRC_DATA_CONSTANTS_H_
