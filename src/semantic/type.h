// semantic: the types of the language, each a small value (LANGUAGE.md section (d)).
//
// A type is a kind plus, for enums and sets of enums, which enum. Named types (`type tenant is string up to 64`)
// are gone here: an alias is the type it stands for. Copy freely; no ownership.
#ifndef WARD_SRC_SEMANTIC_TYPE_H_
#define WARD_SRC_SEMANTIC_TYPE_H_

#include <cstdint>

#include "base/budgets.h"
#include "base/ids.h"

namespace ward::semantic {

struct EnumTag;
using EnumId = base::Id<EnumTag>;

enum class TypeKind : std::uint8_t {
  kBool,
  kInt,        // 64-bit, saturating
  kString,     // bytes, at most max_bytes of them
  kDuration,   // int64 nanoseconds, may be negative
  kTimestamp,  // int64 nanoseconds since 1970-01-01T00:00:00Z
  kClock,      // seconds since midnight, 0..86399 (86400 only as the end of a schedule's span)
  kSize,       // bytes, never negative
  kIp,         // an address; IPv4 is held as IPv4-mapped IPv6
  kCidr,       // a prefix
  kHost,       // a host name, lower case
  kPath,       // a path in normal form
  kEnum,
  kSetOfEnum,
  kSetOfString,
  kOperation,  // what `operation` is: an OperationId
  kPresence,   // can only be tested for presence (`connection.client-cert`)
};

struct Type {
  TypeKind kind = TypeKind::kBool;
  EnumId enumeration;                                                // kEnum, kSetOfEnum; else none
  std::uint32_t max_bytes = base::budget::kStringValueBytesDefault;  // kString, and each member of kSetOfString

  // Equal types can be compared with each other; how long a string may be is no part of that.
  friend constexpr bool operator==(const Type& a, const Type& b) {
    return a.kind == b.kind && a.enumeration == b.enumeration;
  }
};

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_TYPE_H_
