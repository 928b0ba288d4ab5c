// include/ward: what is asked: one request, typed at the border into the slots of one generation of
// the policy.
//
// A Request belongs to a Reader (engine.h) and is filled between Reader::Begin() and
// Reader::Decide(). It keeps views of the caller's memory, not copies: every text given to it must
// live until the decision was read (the next Begin() or Release()). What has to be rewritten
// (folded case, decoded path, split sets) goes to the Reader's own scratch.
//
// Typing: a value that breaks the schema (wrong type, too long, given twice, unknown enum value)
// becomes *missing*, is counted, and is never an error; missing can only make the answer stricter.
// Attributes the policy does not read are ignored. Threads: as its Reader, one at a time. Cost: no
// allocation, no lock; each Set is O(its value).
#ifndef WARD_INCLUDE_WARD_REQUEST_H_
#define WARD_INCLUDE_WARD_REQUEST_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "ward/schema.h"

namespace ward {

class ReaderState;

// A name resolved once: `engine.Attribute("token.sub")`. Stays valid for the engine's life, across
// reloads, also while the live policy does not know the name (then setting it does nothing).
struct AttributeId {
  std::uint32_t value = UINT32_MAX;
};

// One attribute that the pinned policy reads. Views into the pinned generation.
struct AttributeInfo {
  std::string_view name;  // as authors write it: `token.scopes`
  AttributeSource source = AttributeSource::kToken;
  std::span<const std::string_view> path;
  ValueType type = ValueType::kString;
  bool secret = false;
};

// One header line, or query or form member, before any typing.
struct NameValue {
  std::string_view name;  // headers: any case
  std::string_view value;
};

// The HTTP part of a request. Empty views mean "not known".
struct HttpRequest {
  std::string_view method;
  std::string_view host;    // as received; case, port and trailing dot are folded here
  std::string_view target;  // raw path with query, `/a/../b?x=1`
  std::span<const NameValue> headers;
  std::string_view body;         // read only if the policy reads form or json
  bool body_complete = true;     // false: only a prefix arrived; form and json are missing
  std::int64_t size_bytes = -1;  // request.size; -1 = not known
};

enum class Credential : std::uint8_t { kAbsent, kInvalid, kValid };

// What is wrong with a request that never reaches the policy. Read until the decision was; borrows.
struct RequestFault {
  std::string_view rule;             // a name that no rule can have, and that logs tell: `bad-request`, `bad-path`
  std::string_view reason;           // for the caller
  std::string_view operator_reason;  // for logs
};

class Request {
 public:
  // ---- which operation; give HTTP, or an action on a resource type, or the operation's own name.
  // Finds the operation by route, fills method, host, headers, query, form, json, path parameters.
  void SetHttp(const HttpRequest& http);
  // The AuthZEN way: action name and resource type name the operation.
  void SetAction(std::string_view action, std::string_view resource_type);
  // By qualified name, `orders.access.read-order`; path parameters are set with Set("path.order",
  // ...).
  void SetOperation(std::string_view qualified_name);

  // A server cannot read what is asked, or must not act on it: Admit refuses by `fault.rule` with status 400, whatever
  // else is set.
  void SetFault(const RequestFault& fault);

  // ---- where from. Addresses are text (RFC 4291, dotted quad); what does not parse is missing.
  void SetSource(std::string_view client_ip, std::string_view peer_ip);

  // ---- who. Default kAbsent. Setting any token attribute by hand makes it kValid unless said
  // otherwise.
  void SetCredential(Credential credential);

  // ---- when. Nanoseconds since 1970-01-01T00:00:00Z. Not called: the system clock, read once when
  // needed.
  void SetNow(std::int64_t unix_ns);

  // ---- attributes, one by one. Numbers for durations and timestamps are seconds (RFC 7519
  // NumericDate).
  void Set(AttributeId attribute, std::string_view text);
  void Set(AttributeId attribute, std::int64_t number);
  void Set(AttributeId attribute, double number);
  void SetBool(AttributeId attribute, bool value);
  // The members of a set. Requires: the span lives as long as the texts.
  void SetList(AttributeId attribute, std::span<const std::string_view> members);
  // By name: one hash look-up more.
  void Set(std::string_view attribute, std::string_view text);

  // ---- attributes, by slot: for protocol code that walks attributes() once per generation.
  // Requires: slot < attributes().size().
  void SetSlot(std::uint32_t slot, std::string_view text);
  void SetSlot(std::uint32_t slot, std::int64_t number);
  void SetSlot(std::uint32_t slot, double number);
  void SetSlotBool(std::uint32_t slot, bool value);
  void SetSlotList(std::uint32_t slot, std::span<const std::string_view> members);
  // Given twice or ill-formed: missing from now on, whatever is set later.
  void SetSlotInvalid(std::uint32_t slot);

  // ---- attributes, from a JSON object: all slots of one source (kToken, kSubject, kAction,
  // kResource, kContext). Returns false if the text is not one JSON object within the budgets; then
  // nothing was set.
  bool SetJson(AttributeSource source, std::string_view json_object);

  // What the pinned policy reads; the index is the slot.
  [[nodiscard]] std::span<const AttributeInfo> attributes() const;

 private:
  friend class Reader;
  friend class ReaderState;
  explicit Request(ReaderState* state) : state_(state) {}
  ReaderState* state_;
};

}  // namespace ward

#endif  // WARD_INCLUDE_WARD_REQUEST_H_
