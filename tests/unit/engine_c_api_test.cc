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
  unless token.age at most 1 minute
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

class CApiTest : public testing::Test {
 protected:
  CApiTest() {
    engine_ = ward_engine_create(0, &error_);
    const std::vector<std::byte> bytes = test::CompileText(kPolicy);
    EXPECT_EQ(ward_engine_load(engine_, bytes.data(), bytes.size(), &error_), 1U);
    EXPECT_EQ(error_, nullptr);
    reader_ = ward_reader_create(engine_, &error_);
  }
  ~CApiTest() override {
    ward_reader_destroy(reader_);
    ward_engine_destroy(engine_);
    ward_error_destroy(error_);
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

  ward_error* error_ = nullptr;
  ward_engine* engine_ = nullptr;
  ward_reader* reader_ = nullptr;
};

TEST_F(CApiTest, AnAllowWithItsObligations) {
  const ward_text rows[] = {ward_text_of("ann"), ward_text_of("Ann A."), ward_text_of("bob"), ward_text_of("")};
  EXPECT_EQ(ward_engine_load_table(engine_, ward_text_of("p.people"), rows, 2, 2, &error_), 2U);
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
