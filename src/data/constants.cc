#include "data/constants.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/check.h"
#include "base/ip_address.h"
#include "lookup/string_domain.h"
#include "ward/schema.h"

namespace ward::data {
namespace {

using border::Cell;

// Room for every set member and address, with what alignment may cost each constant.
std::size_t MemoryFor(const bytecode::Image& image) {
  std::size_t bytes = 0;
  for (const bytecode::Constant& constant : image.constants) {
    bytes += sizeof(base::Cidr) + alignof(std::max_align_t);
    const auto type = static_cast<ValueType>(constant.type());
    if (type == ValueType::kEnumSet) bytes += constant.payload().count() * sizeof(std::uint32_t);
    if (type == ValueType::kStringSet) bytes += constant.payload().count() * sizeof(std::string_view);
  }
  return bytes;
}

base::Cidr CidrOf(const bytecode::Prefix& prefix) {
  return {base::IpAddress::FromV6(prefix.high(), prefix.low()), static_cast<int>(prefix.length())};
}

template <typename T>
T* Place(border::Scratch& memory, const T& value) {
  const std::span<T> place = memory.Take<T>(1);
  WARD_CHECK(!place.empty());
  place[0] = value;
  return place.data();
}

}  // namespace

Constants::Constants(const bytecode::Image& image) : memory_(MemoryFor(image)) {
  cells_.reserve(image.constants.size());
  for (const bytecode::Constant& constant : image.constants) cells_.push_back(Bind(image, constant));
}

Cell Constants::Bind(const bytecode::Image& image, const bytecode::Constant& constant) {
  const bytecode::Range& payload = constant.payload();
  switch (static_cast<ValueType>(constant.type())) {
    case ValueType::kString:
      return Cell::Text(image.text.substr(payload.first(), payload.count()));
    case ValueType::kEnumSet: {
      const std::span<std::uint32_t> members = memory_.Take<std::uint32_t>(payload.count());
      WARD_CHECK(members.size() == payload.count());
      const std::span<const std::uint32_t> indices = Slice(image.operands, payload);
      std::transform(indices.begin(), indices.end(), members.begin(),
                     [](std::uint32_t index) { return index + lookup::kOrdinalFirst; });
      return Cell::EnumSet(members, 0);
    }
    case ValueType::kStringSet: {
      const std::span<std::string_view> members = memory_.Take<std::string_view>(payload.count());
      WARD_CHECK(members.size() == payload.count());
      const std::span<const std::uint32_t> numbers = Slice(image.operands, payload);
      std::transform(numbers.begin(), numbers.end(), members.begin(), [&image](std::uint32_t number) {
        const bytecode::Range& text = image.constants[number].payload();
        return image.text.substr(text.first(), text.count());
      });
      return Cell::StringSet(members);
    }
    case ValueType::kIp:
      return Cell::Ip(Place(memory_, CidrOf(image.prefixes[payload.first()]).network));
    case ValueType::kCidr:
      return Cell::Cidr(Place(memory_, CidrOf(image.prefixes[payload.first()])));
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kDuration:
    case ValueType::kTimestamp:
    case ValueType::kClock:
    case ValueType::kSize:
    case ValueType::kEnum:
      return Cell::Number(constant.number());
  }
  return {};
}

}  // namespace ward::data
