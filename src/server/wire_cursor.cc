#include "server/wire_cursor.h"

namespace ward::server {

MapEntry ReadMapEntry(std::string_view message) {
  MapEntry entry;
  WireCursor cursor(message);
  bool key_seen = false;
  bool value_seen = false;
  while (cursor.Next()) {
    if (cursor.field() > 2) continue;
    bool& seen = cursor.field() == 1 ? key_seen : value_seen;
    if (seen || cursor.type() != WireType::kBytes) return entry;
    seen = true;
    (cursor.field() == 1 ? entry.key : entry.value) = cursor.bytes();
  }
  entry.valid = !cursor.failed();
  return entry;
}

}  // namespace ward::server
