#include "engine/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "border/convert.h"

namespace ward::engine {
namespace {

// Enough for a copy of every text and whatever a value makes of it.
std::size_t MemoryFor(const GivenParameters& given) {
  std::size_t bytes = 0;
  for (const auto& [name, text] : given) {
    bytes += text.size() + (text.size() / 2 + 2) * sizeof(std::string_view) + sizeof(base::Cidr);
  }
  return bytes;
}

border::ValueSpec SpecOf(const bytecode::Image& image, const bytecode::Parameter& parameter) {
  border::ValueSpec spec;
  spec.type = static_cast<ValueType>(parameter.type());
  spec.max_bytes = UINT32_MAX;
  if (parameter.enumeration() != bytecode::kNone) {
    spec.domain = &image.domain_views[image.enums[parameter.enumeration()].domain()];
  }
  return spec;
}

}  // namespace

Result<std::shared_ptr<const Parameters>> Parameters::Make(const bytecode::Image& image,
                                                           const data::Constants& constants,
                                                           const GivenParameters& given) {
  std::shared_ptr<Parameters> made(new Parameters(MemoryFor(given)));
  for (const bytecode::Parameter& parameter : image.parameters) {
    made->cells_.push_back(constants.cell(parameter.value()));
  }
  for (const auto& [name, text] : given) {
    const std::uint32_t number = FindParameter(image, name);
    if (number == bytecode::kNone) {
      return Error{ErrorCode::kNotFound, fmt::format("the policy has no parameter `{}`", name)};
    }
    const std::span<char> place = made->memory_.TakeBytes(text.size());
    std::copy(text.begin(), text.end(), place.begin());
    const border::Cell cell =
        border::FromCellText(SpecOf(image, image.parameters[number]), {place.data(), place.size()}, made->memory_);
    if (!cell.present()) {
      return Error{ErrorCode::kInvalidArgument, fmt::format("parameter `{}`: `{}` is not of its type", name, text)};
    }
    made->cells_[number] = cell;
  }
  return std::shared_ptr<const Parameters>(std::move(made));
}

std::uint32_t FindParameter(const bytecode::Image& image, std::string_view name) {
  for (std::uint32_t i = 0; i < image.parameters.size(); ++i) {
    if (image.TextOf(image.parameters[i].name()) == name) return i;
  }
  return bytecode::kNone;
}

}  // namespace ward::engine
