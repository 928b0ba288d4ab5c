// Each message is walked by one function. A `Once` per message notices a field that comes a second
// time: it keeps one bit for each of the first 64 field numbers, and no field we read once has a
// higher one.
#include "server/ext_authz_request.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "server/wire_cursor.h"

namespace ward::server {
namespace {

class Once {
 public:
  // False if `field` was here before.
  bool First(std::uint32_t field) {
    if (field >= 64) return true;
    const std::uint64_t bit = std::uint64_t{1} << field;
    const bool first = (seen_ & bit) == 0;
    seen_ |= bit;
    return first;
  }

 private:
  std::uint64_t seen_ = 0;
};

CheckFault End(const WireCursor& cursor) { return cursor.failed() ? CheckFault::kDamaged : CheckFault::kNone; }

// The bytes of the field the cursor stands on, which may be there once.
struct Taken {
  std::string_view bytes;
  CheckFault fault = CheckFault::kNone;
};

Taken TakeMessage(const WireCursor& cursor, Once& once) {
  if (cursor.type() != WireType::kBytes) return {{}, CheckFault::kWrongWireType};
  if (!once.First(cursor.field())) return {{}, CheckFault::kDuplicate};
  return {cursor.bytes(), CheckFault::kNone};
}

Taken TakeText(const WireCursor& cursor, Once& once) {
  Taken taken = TakeMessage(cursor, once);
  if (taken.fault == CheckFault::kNone && base::FirstInvalidUtf8(taken.bytes)) taken.fault = CheckFault::kNotUtf8;
  return taken;
}

struct TakenNumber {
  std::uint64_t number = 0;
  CheckFault fault = CheckFault::kNone;
};

TakenNumber TakeNumber(const WireCursor& cursor, Once& once) {
  if (cursor.type() != WireType::kVarint) return {0, CheckFault::kWrongWireType};
  if (!once.First(cursor.field())) return {0, CheckFault::kDuplicate};
  return {cursor.number(), CheckFault::kNone};
}

// google.protobuf.Timestamp: seconds 1, nanos 2. Times that do not fit nanoseconds since 1970 are
// not said.
CheckFault ReadTime(std::string_view message, std::int64_t& time_ns) {
  WireCursor cursor(message);
  Once once;
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  while (cursor.Next()) {
    if (cursor.field() > 2) continue;
    const TakenNumber taken = TakeNumber(cursor, once);
    if (taken.fault != CheckFault::kNone) return taken.fault;
    (cursor.field() == 1 ? seconds : nanos) = static_cast<std::int64_t>(taken.number);
  }
  const bool fits =
      seconds >= 0 && seconds < INT64_MAX / base::kNsPerSecond && nanos >= 0 && nanos < base::kNsPerSecond;
  if (fits) time_ns = seconds * base::kNsPerSecond + nanos;
  return End(cursor);
}

// SocketAddress: address 2, port_value 3.
CheckFault ReadSocketAddress(std::string_view message, CheckPeer& peer) {
  WireCursor cursor(message);
  Once once;
  while (cursor.Next()) {
    if (cursor.field() == 2) {
      const Taken taken = TakeText(cursor, once);
      if (taken.fault != CheckFault::kNone) return taken.fault;
      peer.address = taken.bytes;
    } else if (cursor.field() == 3) {
      const TakenNumber taken = TakeNumber(cursor, once);
      if (taken.fault != CheckFault::kNone) return taken.fault;
      peer.port = static_cast<std::uint32_t>(taken.number);
    }
  }
  return End(cursor);
}

// Address: oneof socket_address 1, pipe 2, envoy_internal_address 3. Two of them would be two
// addresses.
CheckFault ReadAddress(std::string_view message, CheckPeer& peer) {
  WireCursor cursor(message);
  bool seen = false;
  while (cursor.Next()) {
    if (cursor.field() > 3) continue;
    if (cursor.type() != WireType::kBytes) return CheckFault::kWrongWireType;
    if (seen) return CheckFault::kDuplicate;
    seen = true;
    if (cursor.field() != 1) continue;
    const CheckFault fault = ReadSocketAddress(cursor.bytes(), peer);
    if (fault != CheckFault::kNone) return fault;
  }
  return End(cursor);
}

// Peer: address 1, principal 4, certificate 5.
CheckFault ReadPeer(std::string_view message, CheckPeer& peer) {
  WireCursor cursor(message);
  Once once;
  while (cursor.Next()) {
    Taken taken;
    switch (cursor.field()) {
      case 1:
        taken = TakeMessage(cursor, once);
        if (taken.fault == CheckFault::kNone) taken.fault = ReadAddress(taken.bytes, peer);
        break;
      case 4:
        taken = TakeText(cursor, once);
        peer.principal = taken.bytes;
        break;
      case 5:
        taken = TakeText(cursor, once);
        peer.certificate = taken.bytes;
        break;
      default:
        break;
    }
    if (taken.fault != CheckFault::kNone) return taken.fault;
  }
  return End(cursor);
}

CheckFault ReadSni(std::string_view message, std::string_view& sni) {
  WireCursor cursor(message);
  Once once;
  while (cursor.Next()) {
    if (cursor.field() != 1) continue;
    const Taken taken = TakeText(cursor, once);
    if (taken.fault != CheckFault::kNone) return taken.fault;
    sni = taken.bytes;
  }
  return End(cursor);
}

// An entry of map<string, string>.
struct TextEntry {
  NameValue pair;
  CheckFault fault = CheckFault::kNone;
};

TextEntry ReadTextEntry(std::string_view message) {
  const MapEntry entry = ReadMapEntry(message);
  TextEntry text{{entry.key, entry.value}};
  if (!entry.valid) {
    text.fault = CheckFault::kDamaged;
  } else if (base::FirstInvalidUtf8(entry.key) || base::FirstInvalidUtf8(entry.value)) {
    text.fault = CheckFault::kNotUtf8;
  }
  return text;
}

}  // namespace

std::string_view CheckFaultText(CheckFault fault) {
  switch (fault) {
    case CheckFault::kNone:
      return "no fault";
    case CheckFault::kTooLarge:
      return "message too large";
    case CheckFault::kDamaged:
      return "not a protobuf message";
    case CheckFault::kWrongWireType:
      return "a field has the wrong wire type";
    case CheckFault::kDuplicate:
      return "a field is there twice";
    case CheckFault::kNotUtf8:
      return "a text is not UTF-8";
    case CheckFault::kTooManyHeaders:
      return "too many headers";
    case CheckFault::kHeadersTooLarge:
      return "headers too large";
    case CheckFault::kTooManyExtensions:
      return "too many context extensions";
  }
  return "unknown fault";
}

FilterMetadata FindFilterMetadata(std::string_view metadata, std::string_view name) {
  FilterMetadata found;
  WireCursor cursor(metadata);
  while (cursor.Next()) {
    if (cursor.field() != 1) continue;
    const MapEntry entry = cursor.type() == WireType::kBytes ? ReadMapEntry(cursor.bytes()) : MapEntry{};
    if (!entry.valid || (entry.key == name && found.found)) return {{}, found.found, false};
    if (entry.key == name) found = {entry.value, true, true};
  }
  if (cursor.failed()) found.valid = false;
  return found;
}

CheckFault CheckRequestReader::Read(std::string_view message) {
  question_ = {};
  header_bytes_ = 0;
  headers_.count = 0;
  extensions_.count = 0;
  if (message.size() > base::budget::kCheckRequestBytesMax) return CheckFault::kTooLarge;
  WireCursor cursor(message);
  Once once;
  while (cursor.Next()) {
    if (cursor.field() != 1) continue;
    const Taken taken = TakeMessage(cursor, once);
    if (taken.fault != CheckFault::kNone) return taken.fault;
    const CheckFault fault = ReadAttributes(taken.bytes);
    if (fault != CheckFault::kNone) return fault;
  }
  question_.headers = {headers_.items.data(), headers_.count};
  question_.extensions = {extensions_.items.data(), extensions_.count};
  return End(cursor);
}

CheckFault CheckRequestReader::ReadAttributes(std::string_view message) {
  WireCursor cursor(message);
  Once once;
  while (cursor.Next()) {
    const std::uint32_t field = cursor.field();
    CheckFault fault = CheckFault::kNone;
    if (field == 10) {
      fault = cursor.type() == WireType::kBytes ? AddExtension(cursor.bytes()) : CheckFault::kWrongWireType;
    } else if (field == 1 || field == 2 || field == 4 || field == 11 || field == 12) {
      const Taken taken = TakeMessage(cursor, once);
      fault = taken.fault;
      if (fault != CheckFault::kNone) return fault;
      if (field == 1) fault = ReadPeer(taken.bytes, question_.source);
      if (field == 2) fault = ReadPeer(taken.bytes, question_.destination);
      if (field == 4) fault = ReadRequest(taken.bytes);
      if (field == 11) question_.metadata = taken.bytes;
      if (field == 12) fault = ReadSni(taken.bytes, question_.sni);
    }
    if (fault != CheckFault::kNone) return fault;
  }
  return End(cursor);
}

// Request: time 1, http 2.
CheckFault CheckRequestReader::ReadRequest(std::string_view message) {
  WireCursor cursor(message);
  Once once;
  while (cursor.Next()) {
    if (cursor.field() > 2) continue;
    const Taken taken = TakeMessage(cursor, once);
    if (taken.fault != CheckFault::kNone) return taken.fault;
    const CheckFault fault = cursor.field() == 1 ? ReadTime(taken.bytes, question_.time_ns) : ReadHttp(taken.bytes);
    if (fault != CheckFault::kNone) return fault;
  }
  return End(cursor);
}

CheckFault CheckRequestReader::ReadHttp(std::string_view message) {
  WireCursor cursor(message);
  Once once;
  bool body_seen = false;
  while (cursor.Next()) {
    Taken taken;
    switch (cursor.field()) {
      case 2:
        taken = TakeText(cursor, once);
        question_.method = taken.bytes;
        break;
      case 3:
        taken.fault = cursor.type() == WireType::kBytes ? AddMapHeader(cursor.bytes()) : CheckFault::kWrongWireType;
        break;
      case 4:
        taken = TakeText(cursor, once);
        question_.target = taken.bytes;
        break;
      case 5:
        taken = TakeText(cursor, once);
        question_.host = taken.bytes;
        break;
      case 6:
        taken = TakeText(cursor, once);
        question_.scheme = taken.bytes;
        break;
      case 9: {
        const TakenNumber size = TakeNumber(cursor, once);
        taken.fault = size.fault;
        question_.size_bytes = static_cast<std::int64_t>(size.number);
        break;
      }
      case 10:
        taken = TakeText(cursor, once);
        question_.protocol = taken.bytes;
        break;
      case 11:
      case 12:
        taken = cursor.field() == 11 ? TakeText(cursor, once) : TakeMessage(cursor, once);
        if (body_seen) taken.fault = CheckFault::kDuplicate;
        body_seen = true;
        question_.body = taken.bytes;
        break;
      case 13:
        taken = TakeMessage(cursor, once);
        if (taken.fault == CheckFault::kNone) taken.fault = AddRawHeaders(taken.bytes);
        break;
      default:
        break;
    }
    if (taken.fault != CheckFault::kNone) return taken.fault;
  }
  return End(cursor);
}

CheckFault CheckRequestReader::AddMapHeader(std::string_view message) {
  const TextEntry entry = ReadTextEntry(message);
  return entry.fault == CheckFault::kNone ? AddHeader(entry.pair) : entry.fault;
}

// HeaderMap: headers 1 (HeaderValue: key 1, value 2, raw_value 3).
CheckFault CheckRequestReader::AddRawHeaders(std::string_view message) {
  WireCursor list(message);
  while (list.Next()) {
    if (list.field() != 1) continue;
    if (list.type() != WireType::kBytes) return CheckFault::kWrongWireType;
    WireCursor cursor(list.bytes());
    Once once;
    NameValue header;
    bool value_seen = false;
    while (cursor.Next()) {
      if (cursor.field() > 3) continue;
      const bool raw = cursor.field() == 3;
      const Taken taken = raw ? TakeMessage(cursor, once) : TakeText(cursor, once);
      if (taken.fault != CheckFault::kNone) return taken.fault;
      if (cursor.field() != 1 && value_seen) return CheckFault::kDuplicate;
      value_seen = value_seen || cursor.field() != 1;
      (cursor.field() == 1 ? header.name : header.value) = taken.bytes;
    }
    if (cursor.failed()) return CheckFault::kDamaged;
    const CheckFault fault = AddHeader(header);
    if (fault != CheckFault::kNone) return fault;
  }
  return End(list);
}

CheckFault CheckRequestReader::AddHeader(NameValue header) {
  if (header.name.starts_with(':')) return CheckFault::kNone;
  header_bytes_ += header.name.size() + header.value.size();
  if (header_bytes_ > base::budget::kRequestHeaderBytesMax) return CheckFault::kHeadersTooLarge;
  if (headers_.count == headers_.items.size()) return CheckFault::kTooManyHeaders;
  headers_.items[headers_.count++] = header;
  return CheckFault::kNone;
}

CheckFault CheckRequestReader::AddExtension(std::string_view message) {
  const TextEntry entry = ReadTextEntry(message);
  if (entry.fault != CheckFault::kNone) return entry.fault;
  if (extensions_.count == extensions_.items.size()) return CheckFault::kTooManyExtensions;
  for (std::size_t i = 0; i < extensions_.count; ++i) {
    if (extensions_.items[i].name == entry.pair.name) return CheckFault::kDuplicate;
  }
  extensions_.items[extensions_.count++] = entry.pair;
  return CheckFault::kNone;
}

}  // namespace ward::server
