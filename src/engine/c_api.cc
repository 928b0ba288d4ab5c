// The C API: every call is the C++ call of the same name, with handles for objects and codes for enums.
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "ward/engine.h"
#include "ward/ward.h"

struct ward_error {
  ward::Error error;
};

struct ward_engine {
  ward::Engine engine;
};

struct ward_reader {
  explicit ward_reader(ward::Reader of) : reader(std::move(of)) {
    headers.reserve(ward::base::budget::kRequestHeaderCountMax + 1);
    members.reserve(ward::base::budget::kSetMemberCountMax + 1);
  }

  ward::Reader reader;
  ward::Request* request = nullptr;  // of the last begin
  // Views of what the caller handed over; room is taken once, so that no call allocates.
  std::vector<ward::NameValue> headers;
  std::vector<std::string_view> members;  // free again after each call: the engine copies the list
};

namespace {

std::string_view View(ward_text text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}
ward_text Text(std::string_view text) { return {text.data(), text.size()}; }

void Report(ward::Error error, ward_error** to) {
  if (to != nullptr) *to = new ward_error{std::move(error)};
}

template <typename T>
std::optional<T> Take(ward::Result<T> result, ward_error** error) {
  if (result.has_value()) return std::move(result).value();
  Report(std::move(result).error(), error);
  return std::nullopt;
}

// The enums of both APIs have the same numbers.
template <typename C, typename Cpp>
constexpr bool Same(C c, Cpp cpp) {
  return static_cast<int>(c) == static_cast<int>(cpp);
}
static_assert(Same(WARD_DENY, ward::Outcome::kDeny) && Same(WARD_ALLOW, ward::Outcome::kAllow) &&
              Same(WARD_CHALLENGE, ward::Outcome::kChallenge) && Same(WARD_THROTTLE, ward::Outcome::kThrottle));
static_assert(Same(WARD_AUDIT_NONE, ward::AuditLevel::kNone) && Same(WARD_AUDIT_BRIEF, ward::AuditLevel::kBrief) &&
              Same(WARD_AUDIT_FULL, ward::AuditLevel::kFull));
static_assert(Same(WARD_IN_DOUBT, ward::Truth::kDoubt) && Same(WARD_FALSE, ward::Truth::kFalse) &&
              Same(WARD_TRUE, ward::Truth::kTrue));

ward_outcome OutcomeOf(ward::Outcome value) { return static_cast<ward_outcome>(value); }
ward_audit AuditOf(ward::AuditLevel value) { return static_cast<ward_audit>(value); }
ward_truth TruthOf(ward::Truth value) { return static_cast<ward_truth>(value); }

// What is no known credential is not believed.
ward::Credential CredentialOf(ward_credential credential) {
  if (credential == WARD_CREDENTIAL_ABSENT) return ward::Credential::kAbsent;
  return credential == WARD_CREDENTIAL_VALID ? ward::Credential::kValid : ward::Credential::kInvalid;
}

std::optional<ward::AttributeSource> SourceOf(ward_source source) {
  switch (source) {
    case WARD_SOURCE_TOKEN:
      return ward::AttributeSource::kToken;
    case WARD_SOURCE_SUBJECT:
      return ward::AttributeSource::kSubject;
    case WARD_SOURCE_ACTION:
      return ward::AttributeSource::kAction;
    case WARD_SOURCE_RESOURCE:
      return ward::AttributeSource::kResource;
    case WARD_SOURCE_CONTEXT:
      return ward::AttributeSource::kContext;
  }
  return std::nullopt;
}

ward_text At(std::span<const std::string_view> texts, std::size_t index) {
  return index < texts.size() ? Text(texts[index]) : ward_text{nullptr, 0};
}

}  // namespace

extern "C" {

ward_text ward_error_code(const ward_error* error) { return Text(ward::ErrorCodeName(error->error.code)); }
ward_text ward_error_message(const ward_error* error) { return Text(error->error.message); }
void ward_error_destroy(ward_error* error) { delete error; }

ward_engine* ward_engine_create(uint32_t readers_max, ward_error** error) {
  ward::EngineOptions options;
  if (readers_max != 0) options.readers_max = readers_max;
  std::optional<ward::Engine> engine = Take(ward::Engine::Create(options), error);
  return engine ? new ward_engine{std::move(*engine)} : nullptr;
}
void ward_engine_destroy(ward_engine* engine) { delete engine; }

uint64_t ward_engine_load(ward_engine* engine, const void* wardc, size_t size, ward_error** error) {
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(wardc), size);
  return Take(engine->engine.Load(bytes), error).value_or(0);
}

uint64_t ward_engine_load_file(ward_engine* engine, const char* path, ward_error** error) {
  return Take(engine->engine.LoadFile(path), error).value_or(0);
}

// NOLINTNEXTLINE(readability-function-size): a table without a type of its own has six parts
uint64_t ward_engine_load_table(ward_engine* engine, ward_text table, const ward_text* cells, size_t row_count,
                                size_t column_count, ward_error** error) {
  std::vector<ward::TableRow> rows(row_count);
  for (ward::TableRow& row : rows) {
    for (std::size_t i = 0; i < column_count; ++i) row.cells.emplace_back(View(*cells++));
  }
  return Take(engine->engine.LoadTable(View(table), rows), error).value_or(0);
}

uint32_t ward_engine_attribute(ward_engine* engine, ward_text name) {
  return engine->engine.Attribute(View(name)).value;
}
uint64_t ward_engine_generation(const ward_engine* engine) { return engine->engine.generation(); }

ward_reader* ward_reader_create(ward_engine* engine, ward_error** error) {
  std::optional<ward::Reader> reader = Take(engine->engine.NewReader(), error);
  return reader ? new ward_reader(std::move(*reader)) : nullptr;
}
void ward_reader_destroy(ward_reader* reader) { delete reader; }

void ward_reader_begin(ward_reader* reader) { reader->request = &reader->reader.Begin(); }
void ward_reader_release(ward_reader* reader) {
  reader->request = nullptr;
  reader->reader.Release();
}

void ward_request_set_http(ward_reader* reader, const ward_http* http) {
  if (reader->request == nullptr) return;
  ward::HttpRequest request;
  request.method = View(http->method);
  request.host = View(http->host);
  request.target = View(http->target);
  reader->headers.clear();
  // One more than the budget is kept, so that the engine sees that there were too many.
  for (std::size_t i = 0; i < http->header_count && reader->headers.size() < reader->headers.capacity(); ++i) {
    reader->headers.push_back({View(http->headers[i].name), View(http->headers[i].value)});
  }
  request.headers = reader->headers;
  request.body = View(http->body);
  request.body_complete = http->body_is_prefix == 0;
  if (http->has_size != 0) request.size_bytes = http->size_bytes;
  reader->request->SetHttp(request);
}

void ward_request_set_action(ward_reader* reader, ward_text action, ward_text resource_type) {
  if (reader->request != nullptr) reader->request->SetAction(View(action), View(resource_type));
}
void ward_request_set_operation(ward_reader* reader, ward_text qualified_name) {
  if (reader->request != nullptr) reader->request->SetOperation(View(qualified_name));
}
void ward_request_set_source(ward_reader* reader, ward_text client_ip, ward_text peer_ip) {
  if (reader->request != nullptr) reader->request->SetSource(View(client_ip), View(peer_ip));
}
void ward_request_set_credential(ward_reader* reader, ward_credential credential) {
  if (reader->request != nullptr) reader->request->SetCredential(CredentialOf(credential));
}
void ward_request_set_now(ward_reader* reader, int64_t unix_ns) {
  if (reader->request != nullptr) reader->request->SetNow(unix_ns);
}
void ward_request_set_text(ward_reader* reader, uint32_t attribute, ward_text value) {
  if (reader->request != nullptr) reader->request->Set(ward::AttributeId{attribute}, View(value));
}
void ward_request_set_int(ward_reader* reader, uint32_t attribute, int64_t value) {
  if (reader->request != nullptr) reader->request->Set(ward::AttributeId{attribute}, value);
}
void ward_request_set_double(ward_reader* reader, uint32_t attribute, double value) {
  if (reader->request != nullptr) reader->request->Set(ward::AttributeId{attribute}, value);
}
void ward_request_set_bool(ward_reader* reader, uint32_t attribute, int value) {
  if (reader->request != nullptr) reader->request->SetBool(ward::AttributeId{attribute}, value != 0);
}

void ward_request_set_list(ward_reader* reader, uint32_t attribute, const ward_text* members, size_t count) {
  if (reader->request == nullptr) return;
  reader->members.clear();
  for (std::size_t i = 0; i < count && reader->members.size() < reader->members.capacity(); ++i) {
    reader->members.push_back(View(members[i]));
  }
  reader->request->SetList(ward::AttributeId{attribute}, reader->members);
}

int ward_request_set_json(ward_reader* reader, ward_source source, ward_text json_object) {
  const std::optional<ward::AttributeSource> of = SourceOf(source);
  if (reader->request == nullptr || !of) return 0;
  return reader->request->SetJson(*of, View(json_object)) ? 1 : 0;
}

int ward_reader_admit(ward_reader* reader) { return reader->reader.Admit() == ward::Admission::kGoOn ? 1 : 0; }
int ward_reader_identify(ward_reader* reader) { return reader->reader.Identify() == ward::Admission::kGoOn ? 1 : 0; }

void ward_reader_decide(ward_reader* reader, ward_decision* decision) {
  const ward::Decision& from = reader->reader.Decide();
  ward_decision to;
  std::memset(&to, 0, sizeof(to));
  to.outcome = OutcomeOf(from.outcome());
  to.audit = AuditOf(from.audit());
  to.status = from.status();
  to.in_doubt = from.in_doubt() ? 1 : 0;
  to.generation = from.generation();
  to.rule = Text(from.rule());
  to.operation = Text(from.operation());
  to.zone = Text(from.zone());
  to.reason = Text(from.reason());
  to.challenge_max_age = from.challenge().max_age_seconds;
  to.challenge_acr_count = from.challenge().acr.size();
  to.challenge_scope_count = from.challenge().scopes.size();
  to.set_header_count = from.set_headers().size();
  to.strip_header_count = from.strip_headers().size();
  to.tag_count = from.tags().size();
  to.zone_candidate_count = from.zone_candidates().size();
  to.shadow_count = from.shadows().size();
  to.ill_typed_count = from.ill_typed().size();
  *decision = to;
}

ward_text ward_decision_challenge_acr(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().challenge().acr, index);
}
ward_text ward_decision_challenge_scope(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().challenge().scopes, index);
}
ward_header ward_decision_set_header(const ward_reader* reader, size_t index) {
  const std::span<const ward::HeaderToSet> headers = reader->reader.decision().set_headers();
  if (index >= headers.size()) return ward_header{{nullptr, 0}, {nullptr, 0}, 0};
  return ward_header{Text(headers[index].name), Text(headers[index].value), headers[index].present ? 1 : 0};
}
ward_text ward_decision_strip_header(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().strip_headers(), index);
}
ward_text ward_decision_tag(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().tags(), index);
}

ward_text ward_decision_zone_candidate(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().zone_candidates(), index);
}
ward_text ward_decision_ill_typed(const ward_reader* reader, size_t index) {
  return At(reader->reader.decision().ill_typed(), index);
}
ward_shadow ward_decision_shadow(const ward_reader* reader, size_t index) {
  const std::span<const ward::ShadowOutcome> shadows = reader->reader.decision().shadows();
  if (index >= shadows.size()) return ward_shadow{{nullptr, 0}, 0, WARD_DENY, 0};
  const ward::ShadowOutcome& shadow = shadows[index];
  return ward_shadow{Text(shadow.rule), shadow.outcome ? 1 : 0,
                     OutcomeOf(shadow.outcome.value_or(ward::Outcome::kDeny)),
                     shadow.truth == ward::Truth::kDoubt ? 1 : 0};
}
ward_test ward_decision_deciding_test(const ward_reader* reader) {
  const ward::TestOutcome test = reader->reader.decision().deciding_test();
  return ward_test{Text(test.text), Text(test.file), test.line, Text(test.clause), TruthOf(test.truth)};
}

// The values are those of the C++ enums (asserted above); another number gets the name of the safest one.
ward_text ward_outcome_name(ward_outcome outcome) {
  return Text(ward::OutcomeName(static_cast<ward::Outcome>(outcome)));
}
ward_text ward_audit_name(ward_audit audit) { return Text(ward::AuditName(static_cast<ward::AuditLevel>(audit))); }
ward_text ward_truth_name(ward_truth truth) { return Text(ward::TruthName(static_cast<ward::Truth>(truth))); }

char* ward_decision_operator_reason(const ward_reader* reader) {
  const std::string reason = reader->reader.decision().operator_reason();
  auto* copy = static_cast<char*>(std::malloc(reason.size() + 1));
  if (copy != nullptr) std::memcpy(copy, reason.c_str(), reason.size() + 1);
  return copy;
}
void ward_string_free(char* string) { std::free(string); }

}  // extern "C"
