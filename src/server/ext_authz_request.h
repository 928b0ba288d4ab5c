// server: the question of Envoy's external authorization, read in place from its bytes.
//
// Source: envoy.service.auth.v3.CheckRequest, WIRE sections 1.1 and 1.4. One pass; nothing is
// copied or allocated: all texts of a CheckQuestion are views of the bytes given, its lists lie in
// the CheckRequestReader. Claims and other metadata stay bytes (wire_struct.h walks them where a
// policy asks).
//
// Strict, because we are the second reader of these bytes: a known field of another wire type, a
// field twice that can be there once, text that is not UTF-8, or more than the budgets allow, is a
// fault of the whole message and ends in a denial. Unknown fields (a newer Envoy) are skipped.
// Thread rule: one reader per thread.
#ifndef WARD_SRC_SERVER_EXT_AUTHZ_REQUEST_H_
#define WARD_SRC_SERVER_EXT_AUTHZ_REQUEST_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/budgets.h"
#include "ward/request.h"

namespace ward::server {

enum class CheckFault : std::uint8_t {
  kNone,
  kTooLarge,           // the message, over kCheckRequestBytesMax
  kDamaged,            // no protobuf message: truncated, groups, endless varints
  kWrongWireType,      // a field we know, in a form it cannot have
  kDuplicate,          // a field or map key that can be there once
  kNotUtf8,            // a field that must be text
  kTooManyHeaders,     // over kRequestHeaderCountMax
  kHeadersTooLarge,    // over kRequestHeaderBytesMax, names and values together
  kTooManyExtensions,  // over kRequestContextExtensionCountMax
};
inline constexpr int kCheckFaultCount = 9;

// For the operator's log. Static storage.
[[nodiscard]] std::string_view CheckFaultText(CheckFault fault);

// Whom Envoy is connected with.
struct CheckPeer {
  std::string_view address;      // text of an IP address; empty for pipes and internal addresses
  std::string_view principal;    // first URI SAN, DNS SAN or the subject of the certificate, verified or not
  std::string_view certificate;  // URL-encoded PEM
};

// Empty: not said.
struct CheckQuestion {
  std::string_view method;
  std::string_view host;      // as received: case, port, trailing dot
  std::string_view target;    // path and query, undecoded
  std::string_view protocol;  // `HTTP/1.1`
  std::string_view body;      // body or raw_body; may be a prefix (body_extent.h)
  // Without pseudo headers (`:path`). Names as sent, from Envoy lower case; the values of raw
  // headers may be any bytes.
  std::span<const NameValue> headers;
  CheckPeer source;
  std::span<const NameValue> extensions;  // context_extensions of the route: the client cannot set them
  // The metadata of Envoy's filters: the Struct of one by its name. All of it is a core.v3.Metadata
  // message.
  std::string_view metadata;
};

// The Struct message that filter `name` left. Absent: empty and found = false. Twice or damaged:
// valid = false.
struct FilterMetadata {
  std::string_view struct_message;
  bool found = false;
  bool valid = true;
};
[[nodiscard]] FilterMetadata FindFilterMetadata(std::string_view metadata, std::string_view name);

class CheckRequestReader {
 public:
  // kNone: question() is what `message` says. Otherwise question() holds what was read up to the
  // fault, for the log.
  [[nodiscard]] CheckFault Read(std::string_view message);
  // Valid until the next Read(), and as long as the bytes given.
  [[nodiscard]] const CheckQuestion& question() const { return question_; }

 private:
  // A list of name and value with its place.
  template <std::size_t kCount>
  struct Pairs {
    std::array<NameValue, kCount> items;
    std::size_t count = 0;
  };

  CheckFault ReadAttributes(std::string_view message);
  CheckFault ReadRequest(std::string_view message);
  CheckFault ReadHttp(std::string_view message);
  CheckFault AddMapHeader(std::string_view message);
  CheckFault AddRawHeaders(std::string_view message);
  CheckFault AddRawHeader(std::string_view message);
  CheckFault AddHeader(NameValue header);
  CheckFault AddExtension(std::string_view message);

  CheckQuestion question_;
  std::size_t header_bytes_ = 0;
  Pairs<base::budget::kRequestHeaderCountMax> headers_;
  Pairs<base::budget::kRequestContextExtensionCountMax> extensions_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_EXT_AUTHZ_REQUEST_H_
