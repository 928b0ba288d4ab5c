/* include/ward: the decision engine for C, and for every language that can call C.
 *
 *   ward_error* error = NULL;
 *   ward_engine* engine = ward_engine_create(0, &error);
 *   ward_engine_load_file(engine, "bundle.wardc", &error);
 *   uint32_t sub = ward_engine_attribute(engine, ward_text_of("token.sub"));
 *   ward_reader* reader = ward_reader_create(engine, &error);          one per thread
 *   ward_reader_begin(reader);
 *   ward_http http = {0};
 *   http.method = ward_text_of("GET");
 *   http.target = ward_text_of("/orders/7");
 *   ward_request_set_http(reader, &http);
 *   ward_request_set_text(reader, sub, ward_text_of("ann"));
 *   ward_decision decision;
 *   ward_reader_decide(reader, &decision);
 *
 * The calls are those of engine.h, request.h and decision.h, which say more about each.
 * Texts are UTF-8 with a length; they need no zero at their end, and a result has none. Texts of a request must live
 * until its decision was read; texts of a decision live until the reader's next begin or release.
 * Errors: a call that can fail takes `ward_error**`, which may be NULL. It is set only on failure, and the caller frees
 * it with ward_error_destroy. Nothing throws. A NULL handle is a bug of the caller.
 * Threads: an engine may be used by all threads at once; a reader, its request and its decision by one at a time.
 * Cost: as in C++. Only calls that take `ward_error**`, create, destroy, explain or return a ward_string may allocate.
 */
#ifndef WARD_WARD_H_
#define WARD_WARD_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ward_engine ward_engine;
typedef struct ward_reader ward_reader;
typedef struct ward_error ward_error;

typedef struct ward_text {
  const char* data;
  size_t size;
} ward_text;

/* Of a string that ends with a zero; NULL is the empty text. */
static inline ward_text ward_text_of(const char* zero_terminated) {
  ward_text text;
  text.data = zero_terminated;
  text.size = zero_terminated == NULL ? 0 : strlen(zero_terminated);
  return text;
}

/* ---- errors */

/* The code's name as in logs: "not_found", "corrupt", "busy", ... */
ward_text ward_error_code(const ward_error* error);
/* One lower-case sentence without full stop. */
ward_text ward_error_message(const ward_error* error);
/* NULL is fine. */
void ward_error_destroy(ward_error* error);

/* ---- engine */

/* readers_max: 0 is the default (256). NULL on failure. */
ward_engine* ward_engine_create(uint32_t readers_max, ward_error** error);
/* Destroy its readers first. NULL is fine. */
void ward_engine_destroy(ward_engine* engine);

/* Verifies, binds and publishes a compiled bundle. The new generation; 0 on failure, and then the live policy stays. */
uint64_t ward_engine_load(ward_engine* engine, const void* wardc, size_t size, ward_error** error);
uint64_t ward_engine_load_file(ward_engine* engine, const char* path, ward_error** error);
/* Replaces all rows of a live table: `cells` holds row_count times column_count texts, row by row; an empty one is
 * missing. The new generation; 0 on failure. */
uint64_t ward_engine_load_table(ward_engine* engine, ward_text table, const ward_text* cells, size_t row_count,
                                size_t column_count, ward_error** error);
/* A name as a number that stays valid for the engine's life, also across reloads. */
uint32_t ward_engine_attribute(ward_engine* engine, ward_text name);
/* 0 while nothing is loaded. */
uint64_t ward_engine_generation(const ward_engine* engine);

/* ---- reader: one thread's handle */

/* NULL on failure. */
ward_reader* ward_reader_create(ward_engine* engine, ward_error** error);
/* NULL is fine. */
void ward_reader_destroy(ward_reader* reader);
/* Pins the live generation and clears the request. */
void ward_reader_begin(ward_reader* reader);
/* Unpins: before the thread sleeps. */
void ward_reader_release(ward_reader* reader);

/* ---- request: between begin and decide */

typedef struct ward_name_value {
  ward_text name;
  ward_text value;
} ward_name_value;

/* Start from {0}: an empty text means "not known". */
typedef struct ward_http {
  ward_text method;
  ward_text host;
  ward_text target; /* raw path with query */
  const ward_name_value* headers;
  size_t header_count;
  ward_text body;
  int body_is_prefix; /* not 0: only its beginning arrived */
  int has_size;       /* not 0: size_bytes is known */
  int64_t size_bytes;
} ward_http;

typedef enum ward_credential {
  WARD_CREDENTIAL_ABSENT = 0,
  WARD_CREDENTIAL_INVALID = 1,
  WARD_CREDENTIAL_VALID = 2
} ward_credential;

/* Which part of a request a JSON object is. */
typedef enum ward_source {
  WARD_SOURCE_TOKEN = 0, /* verified claims */
  WARD_SOURCE_SUBJECT = 1,
  WARD_SOURCE_ACTION = 2,
  WARD_SOURCE_RESOURCE = 3,
  WARD_SOURCE_CONTEXT = 4
} ward_source;

void ward_request_set_http(ward_reader* reader, const ward_http* http);
void ward_request_set_action(ward_reader* reader, ward_text action, ward_text resource_type);
void ward_request_set_operation(ward_reader* reader, ward_text qualified_name);
void ward_request_set_source(ward_reader* reader, ward_text client_ip, ward_text peer_ip);
void ward_request_set_credential(ward_reader* reader, ward_credential credential);
void ward_request_set_now(ward_reader* reader, int64_t unix_ns);
void ward_request_set_text(ward_reader* reader, uint32_t attribute, ward_text value);
void ward_request_set_int(ward_reader* reader, uint32_t attribute, int64_t value);
void ward_request_set_double(ward_reader* reader, uint32_t attribute, double value);
/* 0 is false. */
void ward_request_set_bool(ward_reader* reader, uint32_t attribute, int value);
/* At most 1024 members; more is missing, as the language says. */
void ward_request_set_list(ward_reader* reader, uint32_t attribute, const ward_text* members, size_t count);
/* 1 if the text is one JSON object within the budgets; else 0, and nothing was set. */
int ward_request_set_json(ward_reader* reader, ward_source source, ward_text json_object);

/* ---- decision */

typedef enum ward_outcome {
  WARD_DENY = 0, /* the zero value: nothing said means refused */
  WARD_ALLOW = 1,
  WARD_CHALLENGE = 2,
  WARD_THROTTLE = 3
} ward_outcome;

typedef enum ward_audit { WARD_AUDIT_NONE = 0, WARD_AUDIT_BRIEF = 1, WARD_AUDIT_FULL = 2 } ward_audit;

typedef struct ward_header {
  ward_text name;
  ward_text value;
  int present; /* 0: drop the client's copy and set nothing */
} ward_header;

/* What a shadow rule would have said; it changed nothing. */
typedef struct ward_shadow {
  ward_text rule;
  int decides;          /* 0: an `on` rule, which decides nothing; outcome means nothing then */
  ward_outcome outcome; /* WARD_ALLOW: it would have allowed; WARD_DENY, WARD_CHALLENGE: refused */
  int in_doubt;         /* it was in doubt, and would have applied all the same */
} ward_shadow;

typedef enum ward_truth { WARD_IN_DOUBT = 0, WARD_FALSE = 1, WARD_TRUE = 2 } ward_truth;

/* One test of a rule, as its author wrote it. */
typedef struct ward_test {
  ward_text text;
  ward_text file;
  uint32_t line;    /* from 1; 0: there is no such test */
  ward_text clause; /* `when`, `unless`, `require` */
  ward_truth truth; /* of the text as written */
} ward_test;

typedef struct ward_decision {
  ward_outcome outcome;
  ward_audit audit;
  int status;   /* 200 on allow, else 300 .. 599 */
  int in_doubt; /* refused because a rule was in doubt */
  uint64_t generation;
  ward_text rule;
  ward_text operation;
  ward_text zone;
  ward_text reason;          /* for the caller */
  int64_t challenge_max_age; /* seconds; -1: not asked */
  size_t challenge_acr_count;
  size_t challenge_scope_count;
  size_t set_header_count;
  size_t strip_header_count;
  size_t tag_count;
  size_t zone_candidate_count;
  size_t shadow_count;
  size_t ill_typed_count;
} ward_decision;

/* 1: go on; 0: refused, ward_reader_decide says why. */
int ward_reader_admit(ward_reader* reader);
int ward_reader_identify(ward_reader* reader);
/* Runs the earlier steps if the caller has not. Always answers; again and again the same until the next begin. */
void ward_reader_decide(ward_reader* reader, ward_decision* decision);

/* Element `index` of a list of the last decision. An index beyond its count gives an empty one. */
ward_text ward_decision_challenge_acr(const ward_reader* reader, size_t index);
ward_text ward_decision_challenge_scope(const ward_reader* reader, size_t index);
ward_header ward_decision_set_header(const ward_reader* reader, size_t index);
ward_text ward_decision_strip_header(const ward_reader* reader, size_t index);
ward_text ward_decision_tag(const ward_reader* reader, size_t index);
/* The zones whose requirements were applied. */
ward_text ward_decision_zone_candidate(const ward_reader* reader, size_t index);
ward_shadow ward_decision_shadow(const ward_reader* reader, size_t index);
/* An attribute that was given but breaks the schema, by name; it was missing for the rules. */
ward_text ward_decision_ill_typed(const ward_reader* reader, size_t index);
/* The first test of the deciding rule that decided or was in doubt; evaluated anew by each call. */
ward_test ward_decision_deciding_test(const ward_reader* reader);

/* `deny`, `allow`, `challenge`, `throttle`; `none`, `brief`, `full`; `in doubt`, `false`, `true`. */
ward_text ward_outcome_name(ward_outcome outcome);
ward_text ward_audit_name(ward_audit audit);
ward_text ward_truth_name(ward_truth truth);

/* One line for the operator's log: rule, test, doubt. Ends with a zero; free it with ward_string_free. NULL if there is
 * no memory. */
char* ward_decision_operator_reason(const ward_reader* reader);
void ward_string_free(char* string);

#ifdef __cplusplus
}
#endif

#endif /* WARD_WARD_H_ */
