// server: google.protobuf.Struct in place: claims and other metadata.
//
// Fields: Struct.fields 1 (map string, Value); Value null 1, number 2, string 3, bool 4, struct 5,
// list 6; ListValue.values 1. A walk goes down only where it is asked to, so the nesting of what a
// caller sends costs nothing.
//
// Whatever could be read in two ways is kInvalid: damaged bytes, a value with two contents, a name
// given twice, text that is not UTF-8. Callers turn that into a missing attribute. Views: the bytes
// must outlive them. No allocation.
#ifndef WARD_SRC_SERVER_WIRE_STRUCT_H_
#define WARD_SRC_SERVER_WIRE_STRUCT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ward::server {

enum class ValueKind : std::uint8_t { kAbsent, kInvalid, kNull, kNumber, kString, kBool, kStruct, kList };

struct WireValue {
  ValueKind kind = ValueKind::kAbsent;
  bool boolean = false;
  double number = 0;
  std::string_view bytes;  // the text of a string; the message of a struct or list

  // Reads one google.protobuf.Value.
  static WireValue FromBytes(std::string_view message);
};

// The value of `name` in a Struct message: kAbsent, its value, or kInvalid if the message is
// damaged or has it twice. Cost: O(bytes of the message), names only.
[[nodiscard]] WireValue FindField(std::string_view struct_message, std::string_view name);

// `path` from the outside in; kAbsent if a part of it is not there, kInvalid if one is no struct.
[[nodiscard]] WireValue FindPath(std::string_view struct_message, std::span<const std::string_view> path);

// How many members of a list message are texts, given one place for each in `out`.
struct TextList {
  std::size_t count = 0;
  bool valid = false;  // all members are texts, and they fit
};
[[nodiscard]] TextList ReadTexts(std::string_view list_message, std::span<std::string_view> out);

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_WIRE_STRUCT_H_
