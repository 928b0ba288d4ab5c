#include <gtest/gtest.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "envoy/service/auth/v3/external_auth.pb.h"
#include "server/check_reply.h"

namespace ward::server {
namespace {

namespace auth = envoy::service::auth::v3;

class CheckReplyTest : public testing::Test {
 protected:
  auth::CheckResponse Write(const CheckVerdict& verdict, CallerKind caller = CallerKind::kHttp) {
    const CheckReply::Written written = reply_.Write(verdict, {.decision_id = "d-1", .caller = caller});
    sent_ = written.verdict;
    auth::CheckResponse response;
    EXPECT_TRUE(response.ParseFromArray(written.bytes.data(), static_cast<int>(written.bytes.size())));
    headers_.clear();
    for (const auto& header : response.denied_response().headers()) {
      headers_[header.header().key()] = header.header().value();
    }
    return response;
  }

  CheckReply reply_{{.realm = "gateway", .problem_base = {}}};
  CheckVerdict sent_;
  std::map<std::string, std::string> headers_;  // of a denial
};

TEST_F(CheckReplyTest, AnAllowSetsAndStrips) {
  const std::array<HeaderToSet, 2> set{HeaderToSet{"x-plan", "gold", true}, HeaderToSet{"x-mask", "", false}};
  const std::array<std::string_view, 1> strip{"x-internal-user"};
  const std::array<std::string_view, 1> tags{"pci"};
  const std::array<ShadowOutcome, 3> shadows{ShadowOutcome{"rollout.next.bind", Outcome::kDeny, Truth::kTrue},
                                             ShadowOutcome{"rollout.next.age", Outcome::kChallenge, Truth::kDoubt},
                                             ShadowOutcome{"rollout.next.seen", std::nullopt, Truth::kTrue}};
  const auth::CheckResponse response = Write({.outcome = Outcome::kAllow,
                                              .status = 200,
                                              .rule = "orders.read",
                                              .operation = "orders.read-order",
                                              .zone = "internet",
                                              .generation = 7,
                                              .audit = AuditLevel::kFull,
                                              .set_headers = set,
                                              .strip_headers = strip,
                                              .tags = tags,
                                              .shadows = shadows});
  EXPECT_EQ(response.status().code(), 0);
  ASSERT_EQ(response.ok_response().headers_size(), 1);
  EXPECT_EQ(response.ok_response().headers(0).header().value(), "gold");
  ASSERT_EQ(response.ok_response().headers_to_remove_size(), 2);
  EXPECT_EQ(response.ok_response().headers_to_remove(1),
            "x-mask");  // no value: the client's copy goes
  const auto& metadata = response.dynamic_metadata().fields();
  EXPECT_EQ(metadata.at("decision_id").string_value(), "d-1");
  EXPECT_EQ(metadata.at("outcome").string_value(), "allow");
  EXPECT_EQ(metadata.at("rule").string_value(), "orders.read");
  EXPECT_EQ(metadata.at("operation").string_value(), "orders.read-order");
  EXPECT_EQ(metadata.at("zone").string_value(), "internet");
  EXPECT_EQ(metadata.at("generation").number_value(), 7);
  EXPECT_EQ(metadata.at("audit").string_value(), "full");
  EXPECT_EQ(metadata.at("tags").list_value().values(0).string_value(), "pci");
  const auto& told = metadata.at("shadows").list_value();
  ASSERT_EQ(told.values_size(), 3);
  EXPECT_EQ(told.values(0).string_value(), "rollout.next.bind: deny");
  EXPECT_EQ(told.values(1).string_value(), "rollout.next.age: challenge (in doubt)");
  EXPECT_EQ(told.values(2).string_value(), "rollout.next.seen: on");
  EXPECT_FALSE(metadata.contains("reason"));
}

TEST_F(CheckReplyTest, ADenialTellsTheCallerLessThanTheOperator) {
  const auth::CheckResponse response = Write({.status = 404,
                                              .rule = "orders.export-stays-inside",
                                              .reason = "Not found.",
                                              .operator_reason = "client.reach is internal: false",
                                              .generation = 1});
  EXPECT_EQ(response.status().code(), 5);
  EXPECT_EQ(response.denied_response().status().code(), 404);
  EXPECT_EQ(headers_.at("content-type"), "application/problem+json");
  EXPECT_EQ(headers_.at("cache-control"), "no-store");
  EXPECT_FALSE(headers_.contains("www-authenticate"));
  const auto problem = nlohmann::json::parse(response.denied_response().body());
  EXPECT_EQ(problem["status"], 404);
  EXPECT_EQ(problem["detail"], "Not found.");
  EXPECT_EQ(problem["instance"], "urn:ward:decision:d-1");
  EXPECT_EQ(response.denied_response().body().find("orders"), std::string::npos);
  EXPECT_EQ(response.dynamic_metadata().fields().at("reason").string_value(), "client.reach is internal: false");
}

TEST_F(CheckReplyTest, TheTypeOfAProblemNamesTheRuleIfAskedTo) {
  CheckReply reply({.realm = {}, .problem_base = "https://docs.example.com/rules/"});
  auth::CheckResponse response;
  const auto written = reply.Write({.rule = "a.b"}, {.decision_id = {}});
  ASSERT_TRUE(response.ParseFromArray(written.bytes.data(), static_cast<int>(written.bytes.size())));
  const auto problem = nlohmann::json::parse(response.denied_response().body());
  EXPECT_EQ(problem["type"], "https://docs.example.com/rules/a.b");
  EXPECT_FALSE(problem.contains("instance"));
}

TEST_F(CheckReplyTest, ChallengesSayWhatWouldHelp) {
  const std::array<std::string_view, 1> acr{"mfa"};
  const std::array<std::string_view, 1> scopes{"orders:read"};
  CheckVerdict verdict{.outcome = Outcome::kChallenge, .status = 401, .rule = "r", .generation = 1};
  Write(verdict);
  EXPECT_EQ(headers_.at("www-authenticate"), "Bearer realm=\"gateway\"");
  verdict.reason = "Payments need a fresh second factor.";
  verdict.credential = Credential::kValid;
  verdict.challenge = {.acr = acr, .max_age_seconds = 300, .scopes = {}};
  EXPECT_EQ(Write(verdict).status().code(), 16);
  EXPECT_EQ(headers_.at("www-authenticate"),
            "Bearer realm=\"gateway\", error=\"insufficient_user_authentication\", "
            "error_description=\"Payments need a fresh second factor.\", acr_values=\"mfa\", "
            "max_age=\"300\"");
  verdict.reason = {};
  verdict.challenge = {};
  Write(verdict);
  EXPECT_EQ(headers_.at("www-authenticate"), "Bearer realm=\"gateway\", error=\"invalid_token\"");
  verdict.credential = Credential::kInvalid;
  Write(verdict);
  EXPECT_EQ(headers_.at("www-authenticate"), "Bearer realm=\"gateway\", error=\"invalid_token\"");
  verdict = {.status = 403, .credential = Credential::kValid, .challenge = {.acr = {}, .scopes = scopes}};
  Write(verdict);
  EXPECT_EQ(headers_.at("www-authenticate"),
            "Bearer realm=\"gateway\", error=\"insufficient_scope\", scope=\"orders:read\"");
}

TEST_F(CheckReplyTest, GrpcCallersGetAShortPlainBody) {
  const auth::CheckResponse response = Write({.status = 403, .reason = "No."}, CallerKind::kGrpc);
  EXPECT_EQ(response.denied_response().body(), "No.");
  EXPECT_FALSE(headers_.contains("content-type"));
  EXPECT_EQ(Write({.status = 404}, CallerKind::kGrpc).denied_response().body(), "Not Found");
}

TEST_F(CheckReplyTest, AnAllowThatCannotBeSentIsADenial) {
  const std::array<HeaderToSet, 1> set{HeaderToSet{"x-name", "a\r\nb: c", true}};
  const auth::CheckResponse response =
      Write({.outcome = Outcome::kAllow, .status = 200, .rule = "r", .generation = 1, .set_headers = set});
  EXPECT_NE(response.status().code(), 0);
  EXPECT_EQ(response.denied_response().status().code(), 500);
  EXPECT_EQ(sent_.outcome, Outcome::kDeny);
  EXPECT_EQ(sent_.status, 500);
  EXPECT_EQ(response.dynamic_metadata().fields().at("outcome").string_value(), "deny");
  EXPECT_FALSE(sent_.operator_reason.empty());
}

TEST_F(CheckReplyTest, NothingToDecideWithIsAnErrorOfOurs) {
  const auth::CheckResponse response = Write({.status = 503, .rule = "default", .our_failure = true});
  EXPECT_EQ(response.http_response_case(), auth::CheckResponse::kErrorResponse);
  EXPECT_EQ(response.error_response().status().code(), 503);
  // Even if somebody called it an allow.
  EXPECT_NE(Write({.outcome = Outcome::kAllow, .status = 200, .our_failure = true}).status().code(), 0);
}

}  // namespace
}  // namespace ward::server
