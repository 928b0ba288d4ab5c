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
 * until its decision was read; texts of a decision or an attribute live until the reader's next begin or release.
 * Other texts, and all arrays and structs that are handed over, are done with when the call returns.
 * What ward_engine_info and ward_reader_explain return is one tree of plain structs. The caller owns all of it, also
 * after the engine is gone, and frees it by one call of its destroy.
 * Errors: a call that can fail takes `ward_error**`, which may be NULL. It is set only on failure, and the caller frees
 * it with ward_error_destroy. Nothing throws. A NULL handle is a bug of the caller.
 * Threads: an engine may be used by all threads at once; a reader, its request and its decision by one at a time.
 * Cost: as in C++. Only calls that take `ward_error**`, ward_engine_attribute, create, destroy, info, explain and
 * those that return a string may allocate; none of them is for the hot path.
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

/* All rows of a live table: `cells` holds row_count times column_count texts, row by row, columns in the table's order;
 * an empty one is missing. A set is one text split by blanks; one blank is the empty set. Members that are empty or hold
 * blanks: U+001F, then each member as its length in bytes, a colon and its bytes. */
typedef struct ward_table_content {
  ward_text table; /* qualified name */
  const ward_text* cells;
  size_t row_count;
  size_t column_count;
} ward_table_content;

/* What a parameter says from now on. */
typedef struct ward_parameter_value {
  ward_text parameter; /* qualified name */
  ward_text text;      /* as a table's cell would have it; a duration in seconds */
  int from_bundle;     /* not 0: what the bundle says; the text is ignored */
} ward_parameter_value;

/* What changes beside the bundle itself; what is not named stays. Start from {0}. */
typedef struct ward_change {
  const ward_table_content* tables; /* these have these rows now */
  size_t table_count;
  const ward_text* unloaded; /* these live tables are as if nobody had loaded them */
  size_t unloaded_count;
  const ward_parameter_value* parameters;
  size_t parameter_count;
} ward_change;

/* These return the new generation; 0 on failure, and then nothing has changed. Each publishes once: no decision sees a
 * bundle without the tables that came with it, or half of a change. "invalid_argument" names the row, column or
 * parameter that is ill-typed, "not_found" the table or parameter that the policy does not have. */
uint64_t ward_engine_load_with_tables(ward_engine* engine, const void* wardc, size_t size,
                                      const ward_table_content* tables, size_t table_count, ward_error** error);
uint64_t ward_engine_load_table(ward_engine* engine, const ward_table_content* content, ward_error** error);
uint64_t ward_engine_apply(ward_engine* engine, const ward_change* change, ward_error** error);

/* A name as a number that stays valid for the engine's life, also across reloads. */
uint32_t ward_engine_attribute(ward_engine* engine, ward_text name);
/* 0 while nothing is loaded. */
uint64_t ward_engine_generation(const ward_engine* engine);

typedef struct ward_operation_info {
  ward_text name; /* qualified */
  ward_text api;
  ward_text route; /* `GET /orders/{order}`; or `action can_read on record` */
  int anonymous;
} ward_operation_info;

typedef struct ward_live_table_info {
  ward_text name; /* qualified */
  const ward_text* columns;
  size_t column_count;
  int loaded; /* 0: nobody has loaded rows, so what reads it is in doubt */
  size_t row_count;
} ward_live_table_info;

/* What is loaded, for banners and admin pages. */
typedef struct ward_bundle_info {
  ward_text name;
  ward_text digest;    /* SHA-256 of the sources, hex */
  uint64_t generation; /* 0: nothing is loaded, and all else is empty */
  size_t rule_count;
  size_t bytecode_bytes;
  const ward_operation_info* operations;
  size_t operation_count;
  const ward_text* zones;
  size_t zone_count;
  ward_text server; /* `[server]` of ward.toml as TOML, for who serves protocols; the engine does not read it */
  const ward_live_table_info* tables;
  size_t table_count;
} ward_bundle_info;

/* A copy of the moment; free it with ward_bundle_info_destroy. Never NULL. */
const ward_bundle_info* ward_engine_info(const ward_engine* engine);
/* NULL is fine. */
void ward_bundle_info_destroy(const ward_bundle_info* info);

/* ---- reader: one thread's handle */

/* NULL on failure. */
ward_reader* ward_reader_create(ward_engine* engine, ward_error** error);
/* NULL is fine. */
void ward_reader_destroy(ward_reader* reader);
/* Pins the live generation and clears the request. */
void ward_reader_begin(ward_reader* reader);
/* Unpins: before the thread sleeps. */
void ward_reader_release(ward_reader* reader);
/* The generation that begin has pinned; 0: nothing was loaded, or no begin since the release. */
uint64_t ward_reader_generation(const ward_reader* reader);

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

/* Where an attribute is found. */
typedef enum ward_source {
  WARD_SOURCE_TOKEN = 0,           /* verified claim; path: claim names from the outside in */
  WARD_SOURCE_SUBJECT = 1,         /* property of the AuthZEN subject; path `id` and `type` are its id and type */
  WARD_SOURCE_ACTION = 2,          /* property of the action; path `name` is its name */
  WARD_SOURCE_RESOURCE = 3,        /* property of the resource; path `id` and `type` as of the subject */
  WARD_SOURCE_CONTEXT = 4,         /* property of the context */
  WARD_SOURCE_METHOD = 5,          /* request.method */
  WARD_SOURCE_HOST = 6,            /* request.host, lower case, without port */
  WARD_SOURCE_HEADER = 7,          /* path: its name, lower case */
  WARD_SOURCE_QUERY = 8,           /* path: its name; given twice is missing */
  WARD_SOURCE_FORM = 9,            /* path: its name in an application/x-www-form-urlencoded body */
  WARD_SOURCE_JSON = 10,           /* path into a JSON body */
  WARD_SOURCE_REQUEST_SIZE = 11,   /* request.size */
  WARD_SOURCE_PATH = 12,           /* the request's path in normal form */
  WARD_SOURCE_PATH_PARAMETER = 13, /* path: the name of a segment that the operation's route binds */
  WARD_SOURCE_TLS_VERSION = 14,    /* connection.tls-version */
  WARD_SOURCE_CLIENT_CERT = 15,    /* path: a field of the verified client certificate; empty: that there is one */
  WARD_SOURCE_SOURCE_IP = 16,      /* the client after the trusted hops */
  WARD_SOURCE_SOURCE_PEER = 17,    /* the socket's peer */
  WARD_SOURCE_CREDENTIAL = 18,     /* absent, invalid or valid */
  WARD_SOURCE_NOW = 19             /* the time of the decision */
} ward_source;

/* As what a policy reads an attribute. What is set may be a text or, for numbers and times, a number: a duration or
 * timestamp in seconds, a size in bytes. */
typedef enum ward_value_type {
  WARD_VALUE_BOOL = 0,
  WARD_VALUE_INT = 1,
  WARD_VALUE_STRING = 2,
  WARD_VALUE_DURATION = 3,
  WARD_VALUE_TIMESTAMP = 4,
  WARD_VALUE_CLOCK = 5,
  WARD_VALUE_SIZE = 6,
  WARD_VALUE_IP = 7,
  WARD_VALUE_CIDR = 8,
  WARD_VALUE_ENUM = 9,
  WARD_VALUE_ENUM_SET = 10,
  WARD_VALUE_STRING_SET = 11
} ward_value_type;

/* One attribute that the pinned policy reads. */
typedef struct ward_attribute_info {
  ward_text name; /* as authors write it: `token.scopes` */
  ward_source source;
  ward_value_type type;
  int secret;
  size_t path_count;
} ward_attribute_info;

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
/* By name: one hash look-up more. */
void ward_request_set_named_text(ward_reader* reader, ward_text attribute, ward_text value);
/* `source` is one of token, subject, action, resource and context. 1 if the text is one JSON object within the budgets;
 * else 0, and nothing was set. */
int ward_request_set_json(ward_reader* reader, ward_source source, ward_text json_object);

/* By slot: what the pinned policy reads, in order, for code that walks the attributes once for each generation and then
 * sets what it has. A slot means the same as long as ward_reader_generation is the same. One beyond the count is
 * ignored, and its info is empty. */
size_t ward_request_attribute_count(const ward_reader* reader);
ward_attribute_info ward_request_attribute(const ward_reader* reader, uint32_t slot);
/* Word `index` of the path of a slot. An index beyond its count gives an empty one. */
ward_text ward_request_attribute_path(const ward_reader* reader, uint32_t slot, size_t index);
void ward_request_set_slot_text(ward_reader* reader, uint32_t slot, ward_text value);
void ward_request_set_slot_int(ward_reader* reader, uint32_t slot, int64_t value);
void ward_request_set_slot_double(ward_reader* reader, uint32_t slot, double value);
/* 0 is false. */
void ward_request_set_slot_bool(ward_reader* reader, uint32_t slot, int value);
void ward_request_set_slot_list(ward_reader* reader, uint32_t slot, const ward_text* members, size_t count);
/* Given twice or ill-formed: missing from now on, whatever is set later. */
void ward_request_set_slot_invalid(ward_reader* reader, uint32_t slot);

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

/* ---- explanation: the long form, for people */

/* One test of a rule with its truth. */
typedef struct ward_test_explanation {
  ward_text text; /* as its author wrote it */
  ward_text file;
  uint32_t line;    /* from 1 */
  ward_text clause; /* `when`, `unless`, `require` */
  ward_truth truth; /* of the text as written */
  int waived;       /* an anonymous operation: decided by where it stands */
  /* Why it is in doubt, by name: attributes that are missing (`token.sub`), live tables that were never loaded
   * (`revoked (not loaded)`), rows and cells that are not there (`orders[43].tenant`), `zone`. No secret's value. */
  const ward_text* missing;
  size_t missing_count;
} ward_test_explanation;

typedef struct ward_rule_explanation {
  ward_text rule;
  ward_text kind;   /* `allow`, `deny`, `require`, `zone requirement`, `on` */
  ward_truth truth; /* an allow applies only if true, any other unless false */
  int shadow;       /* it changed nothing */
  int decided;
  ward_text file;
  uint32_t line;                      /* from 1 */
  const ward_test_explanation* tests; /* in the order of the text */
  size_t test_count;
} ward_rule_explanation;

typedef struct ward_explanation {
  ward_outcome outcome;
  int status;
  uint64_t generation;
  ward_text rule;
  ward_text reason; /* for the caller */
  ward_text operation;
  ward_text operation_why; /* `GET /orders/7 matches GET /orders/{order}`; or what was asked for in vain */
  ward_text zone;
  ward_text zone_why;         /* `203.0.113.9 is in no network; internet is everything else` */
  const ward_text* ill_typed; /* as ward_decision_ill_typed */
  size_t ill_typed_count;
  /* Every rule that covers the operation: the deciding one first, then by rank. */
  const ward_rule_explanation* rules;
  size_t rule_count;
} ward_explanation;

/* Every rule that could have mattered, each test with its truth. Decides first if the caller has not. It costs a walk
 * over all rules and is the operator's: it tells callers more than they should know. Free it with
 * ward_explanation_destroy; it needs neither reader nor request any more. Never NULL. */
const ward_explanation* ward_reader_explain(ward_reader* reader);
/* NULL is fine. */
void ward_explanation_destroy(const ward_explanation* explanation);

#ifdef __cplusplus
}
#endif

#endif /* WARD_WARD_H_ */
