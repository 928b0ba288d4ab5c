#include "ir/datum.h"

#include <utility>

namespace ward::ir {

Datum NumberDatum(ValueType type, std::int64_t number) {
  Datum datum;
  datum.type = type;
  datum.number = number;
  return datum;
}

Datum TextDatum(std::string text) {
  Datum datum;
  datum.type = ValueType::kString;
  datum.text = std::move(text);
  return datum;
}

Datum IpDatum(base::IpAddress address) {
  Datum datum;
  datum.type = ValueType::kIp;
  datum.cidr = {address, address.width_bits()};
  return datum;
}

Datum ConstantDatum(const Program& program, ConstantId id) {
  const Constant& constant = program.constants[id.index()];
  Datum datum;
  datum.type = constant.type;
  datum.number = constant.number;
  datum.text = constant.text;
  datum.cidr = constant.cidr;
  for (const ConstantId item : constant.items) {
    const Constant& member = program.constants[item.index()];
    if (constant.type == ValueType::kEnumSet) {
      datum.members.insert(member.number);
    } else {
      datum.texts.insert(member.text);
    }
  }
  return datum;
}

}  // namespace ward::ir
