/* Ward from C: loads compiled bytecode, asks one question, prints the answer and its explanation. Uses ward/ward.h only.
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

/* Each rule that could have mattered, test by test, with what is missing. The caller owns an explanation. */
static void explain(ward_reader* reader) {
  const ward_explanation* told = ward_reader_explain(reader);
  size_t i, j, k;
  for (i = 0; i < told->rule_count; ++i) {
    const ward_rule_explanation* rule = &told->rules[i];
    const ward_text effect = ward_truth_name(rule->truth);
    printf("%s %.*s %.*s: %.*s\n", rule->decided ? "=>" : "  ", (int)rule->kind.size, rule->kind.data,
           (int)rule->rule.size, rule->rule.data, (int)effect.size, effect.data);
    for (j = 0; j < rule->test_count; ++j) {
      const ward_test_explanation* test = &rule->tests[j];
      const ward_text truth = ward_truth_name(test->truth);
      printf("     %.*s %.*s: %.*s\n", (int)test->clause.size, test->clause.data, (int)test->text.size, test->text.data,
             (int)truth.size, truth.data);
      for (k = 0; k < test->missing_count; ++k) {
        printf("       missing: %.*s\n", (int)test->missing[k].size, test->missing[k].data);
      }
    }
  }
  ward_explanation_destroy(told);
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
  explain(reader);
  ward_reader_destroy(reader);
  ward_engine_destroy(engine);
  return exit_code;
}
