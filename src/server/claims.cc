#include "server/claims.h"

#include "server/wire_cursor.h"

namespace ward::server {

bool ClaimIndex::Read(std::string_view struct_message) {
  count_ = 0;
  std::size_t count = 0;
  WireCursor cursor(struct_message);
  while (cursor.Next()) {
    if (cursor.field() != 1) continue;
    const MapEntry entry = cursor.type() == WireType::kBytes ? ReadMapEntry(cursor.bytes()) : MapEntry{};
    if (!entry.valid || count == claims_.size()) return false;
    claims_[count++] = {entry.key, entry.value};
  }
  if (cursor.failed()) return false;
  count_ = count;
  return true;
}

WireValue ClaimIndex::Find(std::span<const std::string_view> path) const {
  const Claim* found = nullptr;
  for (const Claim& claim : std::span(claims_).first(count_)) {
    if (claim.name != path.front()) continue;
    if (found != nullptr) return {ValueKind::kInvalid, false, 0, {}};
    found = &claim;
  }
  if (found == nullptr) return {};
  const WireValue value = WireValue::FromBytes(found->value);
  if (path.size() == 1) return value;
  if (value.kind != ValueKind::kStruct) return {ValueKind::kInvalid, false, 0, {}};
  return FindPath(value.bytes, path.subspan(1));
}

bool IsDottedPath(std::string_view name, std::span<const std::string_view> path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0) {
      if (!name.starts_with('.')) return false;
      name.remove_prefix(1);
    }
    if (!name.starts_with(path[i])) return false;
    name.remove_prefix(path[i].size());
  }
  return name.empty() && !path.empty();
}

}  // namespace ward::server
