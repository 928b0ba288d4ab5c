#include "server/wire_struct.h"

#include <bit>

#include "base/utf8.h"
#include "server/wire_cursor.h"

namespace ward::server {
namespace {

constexpr WireValue kInvalidValue{ValueKind::kInvalid, false, 0, {}};

bool IsUtf8(std::string_view text) { return !base::FirstInvalidUtf8(text).has_value(); }

// One content of a Value: the field that `cursor` stands on.
WireValue ContentOf(const WireCursor& cursor) {
  WireValue value;
  const bool is_bytes = cursor.type() == WireType::kBytes;
  const bool is_varint = cursor.type() == WireType::kVarint;
  switch (cursor.field()) {
    case 1:
      value.kind = is_varint ? ValueKind::kNull : ValueKind::kInvalid;
      break;
    case 2:
      value.kind = cursor.type() == WireType::kFixed64 ? ValueKind::kNumber : ValueKind::kInvalid;
      value.number = std::bit_cast<double>(cursor.number());
      break;
    case 3:
      value.bytes = cursor.bytes();
      value.kind = is_bytes && IsUtf8(value.bytes) ? ValueKind::kString : ValueKind::kInvalid;
      break;
    case 4:
      value.kind = is_varint ? ValueKind::kBool : ValueKind::kInvalid;
      value.boolean = cursor.number() != 0;
      break;
    case 5:
    case 6:
      value.bytes = cursor.bytes();
      value.kind = !is_bytes ? ValueKind::kInvalid : cursor.field() == 5 ? ValueKind::kStruct : ValueKind::kList;
      break;
    default:
      break;  // a field of a newer definition: ignored
  }
  return value;
}

}  // namespace

WireValue WireValue::FromBytes(std::string_view message) {
  WireValue found;
  WireCursor cursor(message);
  while (cursor.Next()) {
    const WireValue content = ContentOf(cursor);
    if (content.kind == ValueKind::kAbsent) continue;
    if (found.kind != ValueKind::kAbsent) return kInvalidValue;
    found = content;
  }
  if (cursor.failed()) return kInvalidValue;
  // A Value without content is none: JSON knows no such thing.
  return found.kind == ValueKind::kAbsent ? kInvalidValue : found;
}

WireValue FindField(std::string_view struct_message, std::string_view name) {
  WireValue found;
  WireCursor cursor(struct_message);
  while (cursor.Next()) {
    if (cursor.field() != 1) continue;
    if (cursor.type() != WireType::kBytes) return kInvalidValue;
    const MapEntry entry = ReadMapEntry(cursor.bytes());
    if (!entry.valid) return kInvalidValue;
    if (entry.key != name) continue;
    if (found.kind != ValueKind::kAbsent) return kInvalidValue;
    found = WireValue::FromBytes(entry.value);
  }
  return cursor.failed() ? kInvalidValue : found;
}

WireValue FindPath(std::string_view struct_message, std::span<const std::string_view> path) {
  WireValue value{ValueKind::kStruct, false, 0, struct_message};
  for (const std::string_view name : path) {
    if (value.kind != ValueKind::kStruct) {
      return value.kind == ValueKind::kAbsent ? value : kInvalidValue;
    }
    value = FindField(value.bytes, name);
  }
  return value;
}

TextList ReadTexts(std::string_view list_message, std::span<std::string_view> out) {
  TextList texts;
  WireCursor cursor(list_message);
  while (cursor.Next()) {
    if (cursor.field() != 1) continue;
    if (cursor.type() != WireType::kBytes || texts.count == out.size()) return texts;
    const WireValue value = WireValue::FromBytes(cursor.bytes());
    if (value.kind != ValueKind::kString) return texts;
    out[texts.count++] = value.bytes;
  }
  texts.valid = !cursor.failed();
  return texts;
}

}  // namespace ward::server
