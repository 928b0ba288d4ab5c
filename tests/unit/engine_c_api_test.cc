// The C API gives the answers of the C++ API, in C's words.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine_fixture.h"
#include "ward/ward.h"

namespace ward {
namespace {

constexpr std::string_view kPolicy = R"(policy p governs p
type scope is one of read, write
attributes of token
  sub:    string, optional
  level:  int, optional
  strong: bool, optional
  groups: set of string, optional
  age:    duration, from now - iat
attributes of subject
  kind: string
parameter patience: duration = 1 minute
table people live
  | id: string key | name: string |
api p at "p"
  get   GET  /x
  post  POST /x
  act   action "act"
zone all
  everything else
rule get
  allow get
  when token.level at least 3 and token.strong and token.groups has "staff"
  with set header "X-Name" to people[token.sub].name
  with set header "X-Sub" to token.sub
  with strip header "X-Internal"
  with tag t
  with audit full
rule post
  deny post
  unless token.age at most patience
  because "Too old."
  reply 401 asking for acr mfa, scope read, max age 1 minute
rule act
  allow act
  when subject.kind is "bot" and request.header["x-a"] is missing
shadow rule no-level
  deny get
  when token.level less than 3
shadow rule seen
  on get
  with tag u
)";

std::string Str(ward_text text) { return std::string(text.data == nullptr ? "" : text.data, text.size); }

std::string Join(const ward_text* texts, size_t count) {
  std::string joined;
  for (size_t i = 0; i < count; ++i) joined += (i == 0 ? "" : ", ") + Str(texts[i]);
  return joined;
}

class CApiTest : public testing::Test {
 protected:
  CApiTest() {
    engine_ = ward_engine_create(0, &error_);
    EXPECT_EQ(ward_engine_load(engine_, bytes_.data(), bytes_.size(), &error_), 1U);
    EXPECT_EQ(error_, nullptr);
    reader_ = ward_reader_create(engine_, &error_);
  }
  ~CApiTest() override {
    ward_error_destroy(error_);
    End();
  }
  void End() {
    ward_reader_destroy(reader_);
    ward_engine_destroy(engine_);
    reader_ = nullptr;
    engine_ = nullptr;
  }
  // "not_found: ..", or "" where nothing went wrong since.
  std::string TakeError() {
    if (error_ == nullptr) return "";
    const std::string text = Str(ward_error_code(error_)) + ": " + Str(ward_error_message(error_));
    ward_error_destroy(error_);
    error_ = nullptr;
    return text;
  }
  // "p.people (id, name): 2 rows"
  std::string Tables() {
    const ward_bundle_info* info = ward_engine_info(engine_);
    std::string text;
    for (size_t i = 0; i < info->table_count; ++i) {
      const ward_live_table_info& table = info->tables[i];
      text += Str(table.name) + " (" + Join(table.columns, table.column_count) +
              "): " + (table.loaded != 0 ? std::to_string(table.row_count) + " rows" : "not loaded");
    }
    ward_bundle_info_destroy(info);
    return text;
  }
  ward_decision Decide() {
    ward_decision decision;
    ward_reader_decide(reader_, &decision);
    return decision;
  }
  void Ask(const char* method) {
    ward_reader_begin(reader_);
    ward_http http = {};
    http.method = ward_text_of(method);
    http.host = ward_text_of("p");
    http.target = ward_text_of("/x");
    ward_request_set_http(reader_, &http);
    ward_request_set_source(reader_, ward_text_of("192.0.2.1"), ward_text_of(nullptr));
    ward_request_set_now(reader_, 1'000'000'000'000);
  }
  uint32_t Id(const char* name) { return ward_engine_attribute(engine_, ward_text_of(name)); }

  const std::vector<std::byte> bytes_ = test::CompileText(kPolicy);
  ward_error* error_ = nullptr;
  ward_engine* engine_ = nullptr;
  ward_reader* reader_ = nullptr;
};

TEST_F(CApiTest, AnAllowWithItsObligations) {
  const ward_text rows[] = {ward_text_of("ann"), ward_text_of("Ann A."), ward_text_of("bob"), ward_text_of("")};
  const ward_table_content people = {ward_text_of("p.people"), rows, 2, 2};
  EXPECT_EQ(ward_engine_load_table(engine_, &people, &error_), 2U);
  Ask("GET");
  const ward_text groups[] = {ward_text_of("ops"), ward_text_of("staff")};
  ward_request_set_text(reader_, Id("token.sub"), ward_text_of("ann"));
  ward_request_set_int(reader_, Id("token.level"), 3);
  ward_request_set_bool(reader_, Id("token.strong"), 1);
  ward_request_set_list(reader_, Id("token.groups"), groups, 2);
  EXPECT_EQ(ward_reader_admit(reader_), 1);
  EXPECT_EQ(ward_reader_identify(reader_), 1);
  const ward_decision decision = Decide();
  EXPECT_EQ(decision.outcome, WARD_ALLOW);
  EXPECT_EQ(decision.status, 200);
  EXPECT_EQ(decision.generation, 2U);
  EXPECT_EQ(Str(decision.rule), "p.get");
  EXPECT_EQ(Str(decision.operation), "p.get");
  EXPECT_EQ(decision.audit, WARD_AUDIT_FULL);
  ASSERT_EQ(decision.set_header_count, 2U);
  std::string headers;
  for (size_t i = 0; i < 3; ++i) {
    const ward_header header = ward_decision_set_header(reader_, i);
    headers += Str(header.name) + "=" + Str(header.value) + (header.present != 0 ? "; " : " missing; ");
  }
  EXPECT_EQ(headers, "x-name=Ann A.; x-sub=ann; = missing; ");
  EXPECT_EQ(Str(ward_decision_strip_header(reader_, 0)), "x-internal");
  EXPECT_EQ(Str(ward_decision_tag(reader_, 0)), "t");
  EXPECT_EQ(Str(ward_decision_tag(reader_, 1)), "");
  const ward_test test = ward_decision_deciding_test(reader_);
  EXPECT_EQ(Str(test.clause) + " " + Str(test.text) + " is " + Str(ward_truth_name(test.truth)),
            "when token.level at least 3 is true");
  EXPECT_EQ(Str(ward_outcome_name(decision.outcome)) + " " + Str(ward_audit_name(decision.audit)), "allow full");
}

TEST_F(CApiTest, ShadowsZonesAndIllTypedAttributes) {
  Ask("GET");
  EXPECT_EQ(ward_request_set_json(reader_, WARD_SOURCE_TOKEN, ward_text_of(R"({"level":"3","strong":1,"sub":"s"})")),
            1);
  const ward_decision decision = Decide();
  ASSERT_EQ(decision.ill_typed_count, 2U);
  EXPECT_EQ(Str(ward_decision_ill_typed(reader_, 0)), "token.level");
  EXPECT_EQ(Str(ward_decision_ill_typed(reader_, 1)), "token.strong");
  EXPECT_EQ(Str(ward_decision_ill_typed(reader_, 2)), "");
  ASSERT_EQ(decision.zone_candidate_count, 1U);
  EXPECT_EQ(Str(ward_decision_zone_candidate(reader_, 0)), "all");
  ASSERT_EQ(decision.shadow_count, 2U);
  const ward_shadow deny = ward_decision_shadow(reader_, 0);
  EXPECT_EQ(Str(deny.rule) + " " + Str(ward_outcome_name(deny.outcome)), "p.no-level deny");
  EXPECT_EQ(deny.decides, 1);
  EXPECT_EQ(deny.in_doubt, 1);
  const ward_shadow on = ward_decision_shadow(reader_, 1);
  EXPECT_EQ(Str(on.rule), "p.seen");
  EXPECT_EQ(on.decides, 0);
  EXPECT_EQ(on.in_doubt, 0);
  EXPECT_EQ(Str(ward_decision_shadow(reader_, 2).rule), "");
}

TEST_F(CApiTest, AChallengeWithItsQuestions) {
  Ask("POST");
  EXPECT_EQ(ward_request_set_json(reader_, WARD_SOURCE_TOKEN, ward_text_of("{\"iat\":1}")), 1);
  const ward_decision decision = Decide();
  EXPECT_EQ(decision.outcome, WARD_CHALLENGE);
  EXPECT_EQ(decision.status, 401);
  EXPECT_EQ(decision.in_doubt, 0);
  EXPECT_EQ(Str(decision.reason), "Too old.");
  EXPECT_EQ(decision.challenge_max_age, 60);
  ASSERT_EQ(decision.challenge_acr_count, 1U);
  EXPECT_EQ(Str(ward_decision_challenge_acr(reader_, 0)), "mfa");
  ASSERT_EQ(decision.challenge_scope_count, 1U);
  EXPECT_EQ(Str(ward_decision_challenge_scope(reader_, 0)), "read");
  char* reason = ward_decision_operator_reason(reader_);
  EXPECT_EQ(std::string(reason).substr(0, 19), "challenge by p.post");
  ward_string_free(reason);
  Ask("POST");
  ward_request_set_double(reader_, Id("token.iat"), 999.5);
  EXPECT_EQ(Str(Decide().rule), "default");
}

TEST_F(CApiTest, ActionsCredentialsAndTooManyHeaders) {
  ward_reader_begin(reader_);
  ward_request_set_action(reader_, ward_text_of("act"), ward_text_of(nullptr));
  EXPECT_EQ(ward_request_set_json(reader_, WARD_SOURCE_SUBJECT, ward_text_of("{\"kind\":\"bot\"}")), 1);
  EXPECT_EQ(ward_request_set_json(reader_, WARD_SOURCE_CONTEXT, ward_text_of("nonsense")), 0);
  EXPECT_EQ(Decide().outcome, WARD_ALLOW);
  ward_reader_begin(reader_);
  ward_request_set_operation(reader_, ward_text_of("p.act"));
  ward_request_set_credential(reader_, WARD_CREDENTIAL_INVALID);
  EXPECT_EQ(ward_reader_admit(reader_), 1);
  EXPECT_EQ(ward_reader_identify(reader_), 0);
  EXPECT_EQ(Str(Decide().rule), "invalid-credential");
  ward_reader_release(reader_);
  ward_request_set_operation(reader_, ward_text_of("p.act"));
  EXPECT_EQ(Decide().outcome, WARD_DENY) << "released: there is no request";
}

TEST_F(CApiTest, ABundleAndItsTablesAreOneGeneration) {
  const ward_text rows[] = {ward_text_of("ann"), ward_text_of("Ann A.")};
  ward_table_content people = {ward_text_of("p.people"), rows, 1, 2};
  EXPECT_EQ(Tables(), "p.people (id, name): not loaded");
  EXPECT_EQ(ward_engine_load_with_tables(engine_, bytes_.data(), bytes_.size(), &people, 1, &error_), 2U);
  EXPECT_EQ(TakeError(), "");
  EXPECT_EQ(Tables(), "p.people (id, name): 1 rows");
  EXPECT_EQ(ward_engine_load_with_tables(engine_, bytes_.data(), bytes_.size(), nullptr, 0, &error_), 3U);
  EXPECT_EQ(Tables(), "p.people (id, name): 1 rows") << "rows stay across reloads";
  people.table = ward_text_of("p.persons");
  EXPECT_EQ(ward_engine_load_with_tables(engine_, bytes_.data(), bytes_.size(), &people, 1, &error_), 0U);
  EXPECT_EQ(TakeError(), "not_found: the bundle has no live table `p.persons`");
  EXPECT_EQ(ward_engine_generation(engine_), 3U);
}

TEST_F(CApiTest, AChangeIsOneGenerationOrNothing) {
  const auto ask = [this] {
    Ask("POST");
    EXPECT_EQ(ward_request_set_json(reader_, WARD_SOURCE_TOKEN, ward_text_of("{\"iat\":970}")), 1);
    return Str(Decide().rule);
  };
  EXPECT_EQ(ask(), "default") << "30 seconds are less than a minute";
  const ward_text rows[] = {ward_text_of("ann"), ward_text_of("")};
  const ward_table_content people = {ward_text_of("p.people"), rows, 1, 2};
  ward_parameter_value patience = {ward_text_of("p.patience"), ward_text_of("10"), 0};
  ward_change change = {};
  change.tables = &people;
  change.table_count = 1;
  change.parameters = &patience;
  change.parameter_count = 1;
  EXPECT_EQ(ward_engine_apply(engine_, &change, &error_), 2U);
  EXPECT_EQ(ask(), "p.post");
  EXPECT_EQ(Tables(), "p.people (id, name): 1 rows");
  const ward_text unloaded = ward_text_of("p.people");
  ward_change back = {};
  back.unloaded = &unloaded;
  back.unloaded_count = 1;
  back.parameters = &patience;
  back.parameter_count = 1;
  patience.text = ward_text_of("soon");
  EXPECT_EQ(ward_engine_apply(engine_, &back, &error_), 0U);
  EXPECT_EQ(TakeError(), "invalid_argument: parameter `p.patience`: `soon` is not of its type");
  EXPECT_EQ(Tables(), "p.people (id, name): 1 rows");
  patience.from_bundle = 1;
  EXPECT_EQ(ward_engine_apply(engine_, &back, &error_), 3U);
  EXPECT_EQ(ask(), "default");
  EXPECT_EQ(Tables(), "p.people (id, name): not loaded");
}

TEST_F(CApiTest, WhatIsLoadedOutlivesTheEngine) {
  const ward_bundle_info* info = ward_engine_info(engine_);
  End();
  EXPECT_EQ(Str(info->name), "test");
  EXPECT_EQ(info->digest.size, 64U);
  EXPECT_EQ(info->generation, 1U);
  EXPECT_EQ(info->rule_count, 5U);
  EXPECT_EQ(info->bytecode_bytes, bytes_.size());
  std::string operations;
  for (size_t i = 0; i < info->operation_count; ++i) {
    const ward_operation_info& operation = info->operations[i];
    EXPECT_EQ(operation.anonymous, 0);
    operations += Str(operation.name) + " of " + Str(operation.api) + " is " + Str(operation.route) + "; ";
  }
  EXPECT_EQ(operations, "p.get of p is GET /x; p.post of p is POST /x; p.act of p is action act; ");
  EXPECT_EQ(Join(info->zones, info->zone_count), "all");
  EXPECT_EQ(info->server.size, 0U);
  ward_bundle_info_destroy(info);
  ward_bundle_info_destroy(nullptr);

  engine_ = ward_engine_create(0, &error_);
  info = ward_engine_info(engine_);
  EXPECT_EQ(info->generation, 0U);
  EXPECT_EQ(info->name.size + info->operation_count + info->zone_count + info->table_count, 0U);
  ward_bundle_info_destroy(info);
}

TEST_F(CApiTest, SlotsAreWhatThePinnedPolicyReads) {
  EXPECT_EQ(ward_request_attribute_count(reader_), 0U) << "before begin";
  EXPECT_EQ(ward_reader_generation(reader_), 0U);
  Ask("GET");
  EXPECT_EQ(ward_reader_generation(reader_), 1U);
  const auto count = static_cast<uint32_t>(ward_request_attribute_count(reader_));
  std::string found;
  for (uint32_t slot = 0; slot < count; ++slot) {
    const ward_attribute_info attribute = ward_request_attribute(reader_, slot);
    const std::string name = Str(attribute.name);
    if (attribute.source != WARD_SOURCE_TOKEN) continue;
    ASSERT_EQ(attribute.path_count, 1U);
    EXPECT_EQ("token." + Str(ward_request_attribute_path(reader_, slot, 0)), name);
    EXPECT_EQ(ward_request_attribute_path(reader_, slot, 1).size, 0U);
    const ward_text staff = ward_text_of("staff");
    if (attribute.type == WARD_VALUE_STRING) ward_request_set_slot_text(reader_, slot, ward_text_of("ann"));
    if (attribute.type == WARD_VALUE_INT) ward_request_set_slot_int(reader_, slot, 3);
    if (attribute.type == WARD_VALUE_BOOL) ward_request_set_slot_bool(reader_, slot, 1);
    if (attribute.type == WARD_VALUE_STRING_SET) ward_request_set_slot_list(reader_, slot, &staff, 1);
    if (attribute.type == WARD_VALUE_TIMESTAMP) ward_request_set_slot_double(reader_, slot, 990.5);
    found += name + " ";
  }
  EXPECT_EQ(found, "token.sub token.level token.strong token.groups token.iat ");
  EXPECT_EQ(Decide().outcome, WARD_ALLOW);
  EXPECT_EQ(Decide().ill_typed_count, 0U);

  EXPECT_EQ(ward_request_attribute(reader_, count).name.size, 0U);
  EXPECT_EQ(ward_request_attribute_path(reader_, count, 0).size, 0U);
  ward_request_set_slot_text(reader_, count, ward_text_of("nowhere"));
  ward_reader_release(reader_);
  ward_request_set_slot_int(reader_, 0, 1);
  EXPECT_EQ(ward_request_attribute_count(reader_), 0U);
  EXPECT_EQ(ward_reader_generation(reader_), 0U);
}

TEST_F(CApiTest, NamesInvalidSlotsAndTimesOfAToken) {
  Ask("POST");
  const auto count = static_cast<uint32_t>(ward_request_attribute_count(reader_));
  for (uint32_t slot = 0; slot < count; ++slot) {
    const std::string name = Str(ward_request_attribute(reader_, slot).name);
    if (name == "token.iat") ward_request_set_slot_double(reader_, slot, 999.5);
    if (name == "token.level") ward_request_set_slot_invalid(reader_, slot);
  }
  ward_request_set_int(reader_, Id("token.level"), 3);
  const ward_decision decision = Decide();
  EXPECT_EQ(Str(decision.rule), "default") << "half a second old";
  ASSERT_EQ(decision.ill_typed_count, 1U);
  EXPECT_EQ(Str(ward_decision_ill_typed(reader_, 0)), "token.level") << "invalid stays invalid";

  ward_reader_begin(reader_);
  ward_request_set_named_text(reader_, ward_text_of("subject.kind"), ward_text_of("bot"));
  ward_request_set_named_text(reader_, ward_text_of("subject.kin"), ward_text_of("not read"));
  ward_request_set_operation(reader_, ward_text_of("p.act"));
  EXPECT_EQ(Decide().outcome, WARD_ALLOW);
  EXPECT_EQ(ward_request_set_json(reader_, WARD_SOURCE_JSON, ward_text_of("{}")), 0) << "a body comes with its HTTP";
}

TEST_F(CApiTest, AnExplanationOutlivesItsReader) {
  Ask("GET");
  EXPECT_EQ(ward_request_set_json(reader_, WARD_SOURCE_TOKEN, ward_text_of(R"({"level":2,"strong":"?"})")), 1);
  const ward_explanation* told = ward_reader_explain(reader_);  // decides
  End();
  EXPECT_EQ(told->outcome, WARD_DENY);
  EXPECT_EQ(told->status, 403);
  EXPECT_EQ(told->generation, 1U);
  EXPECT_EQ(Str(told->rule), "default");
  EXPECT_EQ(Str(told->reason), "You are not allowed to do this.");
  EXPECT_EQ(Str(told->operation) + ": " + Str(told->operation_why), "p.get: GET /x on p matches GET /x");
  EXPECT_EQ(Str(told->zone) + ": " + Str(told->zone_why), "all: 192.0.2.1 is in no network; `all` is everything else");
  EXPECT_EQ(Join(told->ill_typed, told->ill_typed_count), "token.strong");
  std::string rules;
  for (size_t i = 0; i < told->rule_count; ++i) {
    const ward_rule_explanation& rule = told->rules[i];
    rules += (rule.shadow != 0 ? "shadow " : "") + Str(rule.kind) + " " + Str(rule.rule) +
             (rule.decided != 0 ? " decided: " : ": ") + Str(ward_truth_name(rule.truth)) + ", " + Str(rule.file) +
             "\n";
    for (size_t j = 0; j < rule.test_count; ++j) {
      const ward_test_explanation& test = rule.tests[j];
      EXPECT_EQ(Str(test.file), "test.ward");
      EXPECT_GT(test.line, rule.line);
      rules += "  " + Str(test.clause) + " " + Str(test.text) + ": " + Str(ward_truth_name(test.truth)) + " [" +
               Join(test.missing, test.missing_count) + "]" + (test.waived != 0 ? " waived" : "") + "\n";
    }
  }
  EXPECT_EQ(rules, R"(allow p.get: false, test.ward
  when token.level at least 3: false []
  when token.strong: in doubt [token.strong]
  when token.groups has "staff": in doubt [token.groups]
shadow deny p.no-level: true, test.ward
  when token.level less than 3: true []
shadow on p.seen: true, test.ward
)");
  ward_explanation_destroy(told);
  ward_explanation_destroy(nullptr);
}

TEST_F(CApiTest, AnExplanationOfNothing) {
  const ward_explanation* told = ward_reader_explain(reader_);
  EXPECT_EQ(told->outcome, WARD_DENY) << "there was no begin";
  EXPECT_EQ(told->rule_count, 0U);
  ward_explanation_destroy(told);
  ward_reader_begin(reader_);
  ward_request_set_operation(reader_, ward_text_of("p.gett"));
  told = ward_reader_explain(reader_);
  EXPECT_EQ(Str(told->rule), "no-operation");
  EXPECT_EQ(Str(told->operation_why), "no operation is called `p.gett`; did you mean `p.get`?");
  EXPECT_EQ(told->rules, nullptr);
  ward_explanation_destroy(told);
}

TEST_F(CApiTest, ErrorsSayWhat) {
  EXPECT_EQ(ward_engine_load(engine_, "garbage", 7, &error_), 0U);
  ASSERT_NE(error_, nullptr);
  EXPECT_EQ(Str(ward_error_code(error_)), "corrupt");
  EXPECT_NE(Str(ward_error_message(error_)), "");
  EXPECT_EQ(ward_engine_generation(engine_), 1U);
  EXPECT_EQ(ward_engine_load_file(engine_, "no/such/file", nullptr), 0U) << "who does not ask is not told";
  ward_engine_destroy(nullptr);
  ward_reader_destroy(nullptr);
  ward_error_destroy(nullptr);
  EXPECT_EQ(ward_engine_create(1'000'000, nullptr), nullptr);
}

}  // namespace
}  // namespace ward
