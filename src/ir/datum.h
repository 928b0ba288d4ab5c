// ir: one present value as the oracle holds it: in the plainest way, owned and comparable.
#ifndef WARD_SRC_IR_DATUM_H_
#define WARD_SRC_IR_DATUM_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/ip_address.h"
#include "ir/ir.h"

namespace ward::ir {

struct Datum {
  ValueType type = ValueType::kBool;
  std::int64_t number = 0;         // bool, int, duration, timestamp, clock, size; kEnum: index
  std::string text;                // kString
  base::Cidr cidr;                 // kIp (full length), kCidr
  std::set<std::int64_t> members;  // kEnumSet: indices
  std::set<std::string> texts;     // kStringSet
  // kEnumSet: there were members that the enum does not list. They were dropped, and what they
  // could change is in doubt.
  bool dropped = false;

  friend bool operator==(const Datum&, const Datum&) = default;
};

// Nothing = missing.
using MaybeDatum = std::optional<Datum>;

[[nodiscard]] Datum NumberDatum(ValueType type, std::int64_t number);
[[nodiscard]] Datum TextDatum(std::string text);
[[nodiscard]] Datum IpDatum(base::IpAddress address);
[[nodiscard]] Datum ConstantDatum(const Program& program, ConstantId id);

}  // namespace ward::ir

#endif  // WARD_SRC_IR_DATUM_H_
