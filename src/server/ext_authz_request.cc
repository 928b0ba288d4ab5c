// Each message is walked by one function, whose cases are its fields.
#include "server/ext_authz_request.h"

#include "base/utf8.h"
#include "server/wire_cursor.h"

namespace ward::server {
namespace {

// The field that a walk stands on. A message notices a field that comes a second time: one bit for each of the first 64
// field numbers, and no field we read once has a higher one.
class Field {
 public:
  explicit Field(std::string_view message) : cursor_(message) {}

  [[nodiscard]] bool Next() { return cursor_.Next(); }
  [[nodiscard]] bool failed() const { return cursor_.failed(); }
  [[nodiscard]] std::uint32_t number() const { return cursor_.field(); }

  // Each puts the field into `to`. It may come once; so may all of one `choice` together.
  [[nodiscard]] CheckFault Bytes(std::string_view& to) { return Bytes(to, number()); }
  [[nodiscard]] CheckFault Bytes(std::string_view& to, std::uint32_t choice) {
    if (cursor_.type() != WireType::kBytes) return CheckFault::kWrongWireType;
    const std::uint64_t bit = std::uint64_t{1} << choice;
    if ((seen_ & bit) != 0) return CheckFault::kDuplicate;
    seen_ |= bit;
    to = cursor_.bytes();
    return CheckFault::kNone;
  }
  [[nodiscard]] CheckFault Text(std::string_view& to) { return Text(to, number()); }
  [[nodiscard]] CheckFault Text(std::string_view& to, std::uint32_t choice) {
    const CheckFault fault = Bytes(to, choice);
    return fault == CheckFault::kNone && base::FirstInvalidUtf8(to) ? CheckFault::kNotUtf8 : fault;
  }

  // A message, read by `read`; once, too.
  template <typename Read>
  [[nodiscard]] CheckFault Message(Read read) {
    std::string_view message;
    const CheckFault fault = Bytes(message);
    return fault == CheckFault::kNone ? read(message) : fault;
  }
  // One message of a list.
  template <typename Read>
  [[nodiscard]] CheckFault Member(Read read) const {
    return cursor_.type() == WireType::kBytes ? read(cursor_.bytes()) : CheckFault::kWrongWireType;
  }

 private:
  WireCursor cursor_;
  std::uint64_t seen_ = 0;
};

// Calls `read` on each field of `message`, until one has a fault.
template <typename Read>
CheckFault Walk(std::string_view message, Read read) {
  Field field(message);
  while (field.Next()) {
    const CheckFault fault = read(field);
    if (fault != CheckFault::kNone) return fault;
  }
  return field.failed() ? CheckFault::kDamaged : CheckFault::kNone;
}

// SocketAddress: address 2.
CheckFault ReadSocketAddress(std::string_view message, CheckPeer& peer) {
  return Walk(message,
              [&peer](Field& field) { return field.number() == 2 ? field.Text(peer.address) : CheckFault::kNone; });
}

// Address: oneof socket_address 1, pipe 2, envoy_internal_address 3. Two of them would be two
// addresses.
CheckFault ReadAddress(std::string_view message, CheckPeer& peer) {
  return Walk(message, [&peer](Field& field) {
    constexpr std::uint32_t kAddress = 1;
    if (field.number() > 3) return CheckFault::kNone;
    std::string_view address;
    const CheckFault fault = field.Bytes(address, kAddress);
    return fault == CheckFault::kNone && field.number() == 1 ? ReadSocketAddress(address, peer) : fault;
  });
}

// Peer: address 1, principal 4, certificate 5.
CheckFault ReadPeer(std::string_view message, CheckPeer& peer) {
  return Walk(message, [&peer](Field& field) {
    switch (field.number()) {
      case 1:
        return field.Message([&peer](std::string_view address) { return ReadAddress(address, peer); });
      case 4:
        return field.Text(peer.principal);
      case 5:
        return field.Text(peer.certificate);
      default:
        return CheckFault::kNone;
    }
  });
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
  const CheckFault fault = Walk(message, [this](Field& field) {
    if (field.number() != 1) return CheckFault::kNone;
    return field.Message([this](std::string_view attributes) { return ReadAttributes(attributes); });
  });
  if (fault != CheckFault::kNone) return fault;
  question_.headers = {headers_.items.data(), headers_.count};
  question_.extensions = {extensions_.items.data(), extensions_.count};
  return CheckFault::kNone;
}

// AttributeContext: source 1, request 4, context_extensions 10, metadata_context 11.
CheckFault CheckRequestReader::ReadAttributes(std::string_view message) {
  return Walk(message, [this](Field& field) {
    switch (field.number()) {
      case 1:
        return field.Message([this](std::string_view peer) { return ReadPeer(peer, question_.source); });
      case 4:
        return field.Message([this](std::string_view request) { return ReadRequest(request); });
      case 10:
        return field.Member([this](std::string_view entry) { return AddExtension(entry); });
      case 11:
        return field.Bytes(question_.metadata);
      default:
        return CheckFault::kNone;
    }
  });
}

// Request: http 2.
CheckFault CheckRequestReader::ReadRequest(std::string_view message) {
  return Walk(message, [this](Field& field) {
    if (field.number() != 2) return CheckFault::kNone;
    return field.Message([this](std::string_view http) { return ReadHttp(http); });
  });
}

// HttpRequest: method 2, headers 3, path 4, host 5, protocol 10, body 11 or raw_body 12, header_map 13.
CheckFault CheckRequestReader::ReadHttp(std::string_view message) {
  return Walk(message, [this](Field& field) {
    constexpr std::uint32_t kBody = 11;
    switch (field.number()) {
      case 2:
        return field.Text(question_.method);
      case 3:
        return field.Member([this](std::string_view entry) { return AddMapHeader(entry); });
      case 4:
        return field.Text(question_.target);
      case 5:
        return field.Text(question_.host);
      case 10:
        return field.Text(question_.protocol);
      case 11:
        return field.Text(question_.body, kBody);
      case 12:
        return field.Bytes(question_.body, kBody);
      case 13:
        return field.Message([this](std::string_view list) { return AddRawHeaders(list); });
      default:
        return CheckFault::kNone;
    }
  });
}

CheckFault CheckRequestReader::AddMapHeader(std::string_view message) {
  const TextEntry entry = ReadTextEntry(message);
  return entry.fault == CheckFault::kNone ? AddHeader(entry.pair) : entry.fault;
}

// HeaderMap: headers 1.
CheckFault CheckRequestReader::AddRawHeaders(std::string_view message) {
  return Walk(message, [this](Field& field) {
    if (field.number() != 1) return CheckFault::kNone;
    return field.Member([this](std::string_view header) { return AddRawHeader(header); });
  });
}

// HeaderValue: key 1, value 2 or raw_value 3.
CheckFault CheckRequestReader::AddRawHeader(std::string_view message) {
  NameValue header;
  const CheckFault fault = Walk(message, [&header](Field& field) {
    constexpr std::uint32_t kValue = 2;
    switch (field.number()) {
      case 1:
        return field.Text(header.name);
      case 2:
        return field.Text(header.value, kValue);
      case 3:
        return field.Bytes(header.value, kValue);
      default:
        return CheckFault::kNone;
    }
  });
  return fault == CheckFault::kNone ? AddHeader(header) : fault;
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
