/* Ward from C: loads compiled bytecode, asks one question, prints the answer. Uses ward/ward.h only.
 *
 *   embed_c gateway.wardc GET api.example.com /orders "orders:read"
 */
#include <inttypes.h>
#include <stdio.h>
#include <ward/ward.h>

static int fail(ward_error* error) {
  ward_text message = ward_error_message(error);
  fprintf(stderr, "embed_c: %.*s\n", (int)message.size, message.data);
  ward_error_destroy(error);
  return 2;
}

static void print(const char* name, ward_text value) {
  if (value.size > 0) printf("  %-9s %.*s\n", name, (int)value.size, value.data);
}

static void ask(ward_engine* engine, ward_reader* reader, char** argv) {
  ward_http http = {0};
  ward_reader_begin(reader);
  http.method = ward_text_of(argv[2]);
  http.host = ward_text_of(argv[3]);
  http.target = ward_text_of(argv[4]);
  ward_request_set_http(reader, &http);
  ward_request_set_source(reader, ward_text_of("10.1.2.3"), ward_text_of("10.1.2.3"));
  ward_request_set_text(reader, ward_engine_attribute(engine, ward_text_of("token.scopes")), ward_text_of(argv[5]));
  ward_request_set_text(reader, ward_engine_attribute(engine, ward_text_of("token.azp")), ward_text_of("acme"));
  ward_request_set_text(reader, ward_engine_attribute(engine, ward_text_of("token.jti")), ward_text_of("j-1"));
}

/* Every text of a decision is a view; it is printed before the reader begins again. */
static int report(ward_reader* reader) {
  ward_decision decision;
  char* reason;
  ward_reader_decide(reader, &decision);
  printf("%s, status %d, generation %" PRIu64 "\n", decision.outcome == WARD_ALLOW ? "allowed" : "refused",
         decision.status, decision.generation);
  print("rule", decision.rule);
  print("operation", decision.operation);
  print("zone", decision.zone);
  reason = ward_decision_operator_reason(reader);
  if (reason != NULL) printf("  %-9s %s\n", "because", reason);
  ward_string_free(reason);
  return decision.outcome == WARD_ALLOW ? 0 : 1;
}

int main(int argc, char** argv) {
  ward_error* error = NULL;
  ward_engine* engine;
  ward_reader* reader;
  int exit_code;
  if (argc != 6) {
    fprintf(stderr, "usage: embed_c BUNDLE.wardc METHOD HOST PATH SCOPES\n");
    return 2;
  }
  engine = ward_engine_create(0, &error);
  if (engine == NULL) return fail(error);
  if (ward_engine_load_file(engine, argv[1], &error) == 0) {
    ward_engine_destroy(engine);
    return fail(error);
  }
  reader = ward_reader_create(engine, &error);
  if (reader == NULL) {
    ward_engine_destroy(engine);
    return fail(error);
  }
  ask(engine, reader, argv);
  exit_code = report(reader);
  ward_reader_destroy(reader);
  ward_engine_destroy(engine);
  return exit_code;
}
