// Bytecode is refused, or safe to run. An input is either raw bytes (first byte 0), or edits of a valid file: which of
// some files, then five bytes an edit (place, what to do, value). The sum of both finds its way past the FlatBuffer's
// own checks, which random bytes alone hardly pass.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "bytecode/load.h"
#include "differential/dice.h"
#include "differential/image_exercise.h"

namespace {

constexpr std::size_t kFiles = 16;
constexpr std::size_t kEditBytes = 5;

const std::array<std::vector<std::uint8_t>, kFiles>& Files() {
  static const std::array<std::vector<std::uint8_t>, kFiles> kAll = [] {
    std::array<std::vector<std::uint8_t>, kFiles> files;
    for (std::size_t i = 0; i < kFiles; ++i) {
      files[i] = ward::differential::CompileRandomProgram(i, {.rules_max = 8 + 10 * i, .keyed = i % 2 == 1});
      WARD_CHECK(!files[i].empty());
    }
    return files;
  }();
  return kAll;
}

void Edit(std::vector<std::uint8_t>& bytes, std::span<const std::uint8_t> edit) {
  const std::size_t at = (edit[0] | std::size_t{edit[1]} << 8 | std::size_t{edit[2]} << 16) % bytes.size();
  switch (edit[3] % 4) {
    case 0:
      bytes[at] = edit[4];
      break;
    case 1:
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << (edit[4] % 8)));
      break;
    case 2:
      bytes[at] = static_cast<std::uint8_t>(bytes[at] + edit[4]);
      break;
    default:  // a whole word
      for (std::size_t i = at & ~std::size_t{3}; i < bytes.size() && i < (at & ~std::size_t{3}) + 4; ++i)
        bytes[i] = edit[4];
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::span<const std::uint8_t> input(data, size);
  std::vector<std::uint8_t> bytes(input.begin() + 1, input.end());
  if (input[0] != 0) {
    bytes = Files()[input[0] % kFiles];
    for (input = input.subspan(1); input.size() >= kEditBytes; input = input.subspan(kEditBytes)) Edit(bytes, input);
  }
  const ward::Result<ward::bytecode::Image> image = ward::bytecode::Load(bytes);
  if (!image.has_value()) {
    WARD_CHECK(!image.error().message.empty());
    return 0;
  }
  ward::differential::Dice dice(size);
  return ward::differential::Exercise(*image, dice) == SIZE_MAX ? 1 : 0;
}
