// From the bytes of an ext_authz question to the bytes of its answer, through a compiled policy.
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "envoy/service/auth/v3/external_auth.pb.h"
#include "server/check_handler.h"
#include "ward/compiler.h"

namespace ward::server {
namespace {

namespace auth = envoy::service::auth::v3;

constexpr std::string_view kSchema = R"(policy t.schema
type scope is one of orders:read, orders:write
type acr is one of password < mfa
attributes of token
  sub:    string up to 128, optional
  scopes: set of scope, from scope, split by " ", optional
  number: int, optional
  vip:    bool, optional
  groups: set of string, from realm_access.groups, optional
  acr:    acr, optional
  age:    duration, from now - iat, optional
attributes of context
  tenant: string up to 64, optional
)";

constexpr std::string_view kRules = R"(policy t.main governs t
api t at "api.example.com"
  read     GET   /read/{id: int}
  number   GET   /number
  vip      GET   /vip
  groups   GET   /groups
  fresh    GET   /fresh
  tenant   GET   /tenant
  office   GET   /office
  cert     GET   /cert
  form     POST  /form
  small    POST  /small
  headers  GET   /headers
  step-up  GET   /step-up
  open     GET   /open  anonymous
zone internet
  everything else
zone corporate
  networks 10.0.0.0/8
rule read
  allow read
  when token.scopes has orders:read
rule number
  allow number
  when token.number is 7
rule vip
  allow vip
  when token.vip
rule groups
  allow groups
  when token.groups has "staff"
rule fresh
  allow fresh
  when token.age at most 5 minutes
rule tenant
  allow tenant
  when context.tenant is "t-1"
rule office
  allow office
  when zone is corporate
rule cert
  allow cert
  when connection.client-cert.principal is "spiffe://mesh/orders"
rule form
  allow form
  when request.form.user is "ann"
rule small
  allow small
  when request.size at most 1 KiB
rule headers
  allow headers
  with set header "X-User" to token.sub
  with strip header "X-Internal"
rule step-up
  allow step-up
rule second-factor
  require token.acr at least mfa
  for step-up
  because "A second factor, please."
  reply 401 asking for acr mfa, max age 5 minutes
rule open
  allow open
)";

class CheckHandlerTest : public testing::Test {
 protected:
  void SetUp() override {
    log_file_ = std::filesystem::temp_directory_path() /
                ("ward-check-" + std::to_string(::getpid()) + "-" +
                 testing::UnitTest::GetInstance()->current_test_info()->name() + ".log");
    std::filesystem::remove(log_file_);
    log_ = observe::Log::Open({.file = log_file_.string()}).value();
    engine_ = std::make_unique<Engine>(Engine::Create({}).value());
    Load();
    Restart();
  }
  void TearDown() override {
    service_.reset();
    engine_.reset();
    log_.reset();
    std::filesystem::remove(log_file_);
  }

  void Load() {
    const auto compiled = CompileSources({{"ward.toml", "name = \"t\"\nedition = 1\n"},
                                          {"schema.ward", std::string(kSchema)},
                                          {"main.ward", std::string(kRules)}},
                                         {});
    ASSERT_TRUE(compiled.has_value()) << compiled.error().message;
    for (const Diagnostic& diagnostic : compiled->diagnostics) {
      EXPECT_NE(diagnostic.severity, Severity::kError) << diagnostic.message;
    }
    const auto loaded = engine_->Load(compiled->bytecode);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  }
  // With the settings of the moment.
  void Restart() { service_ = CheckEndpoints(*engine_, *log_, settings_, DecisionLogging::kAll).at(0).make().value(); }

  auth::CheckResponse AskBytes(std::string_view bytes) {
    const Reply reply = service_->Answer(bytes);
    EXPECT_EQ(reply.status, CallStatus::kOk);
    auth::CheckResponse response;
    EXPECT_TRUE(response.ParseFromArray(reply.bytes.data(), static_cast<int>(reply.bytes.size())));
    headers_.clear();
    for (const auto& header : response.denied_response().headers()) {
      headers_[header.header().key()] = header.header().value();
    }
    return response;
  }
  auth::CheckResponse Ask() { return AskBytes(request_.SerializeAsString()); }
  // The rule that decided, with `!` in front of a refusal's.
  std::string Rule() {
    const auth::CheckResponse response = Ask();
    const std::string rule = response.dynamic_metadata().fields().at("rule").string_value();
    return response.status().code() == 0 ? rule : "!" + rule;
  }

  auth::AttributeContext& attributes() { return *request_.mutable_attributes(); }
  auth::AttributeContext::HttpRequest& http() { return *attributes().mutable_request()->mutable_http(); }
  void Start(const std::string& method, const std::string& path) {
    request_.Clear();
    attributes().mutable_source()->mutable_address()->mutable_socket_address()->set_address("203.0.113.9");
    http().set_method(method);
    http().set_host("api.example.com");
    http().set_path(path);
    http().set_protocol("HTTP/1.1");
  }
  void Claims(std::string_view json) {
    auto& metadata = *attributes().mutable_metadata_context()->mutable_filter_metadata();
    auto& payload = (*metadata["envoy.filters.http.jwt_authn"].mutable_fields())["payload"];
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(std::string(json), payload.mutable_struct_value()).ok());
  }
  void Header(const std::string& name, const std::string& value) { (*http().mutable_headers())[name] = value; }

  std::vector<nlohmann::json> Logged() {
    EXPECT_TRUE(log_->Flush(std::chrono::seconds(30)));
    std::ifstream file(log_file_);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  bundle::ServerSettings settings_;
  std::filesystem::path log_file_;
  std::unique_ptr<observe::Log> log_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ByteService> service_;
  auth::CheckRequest request_;
  std::map<std::string, std::string> headers_;
};

TEST_F(CheckHandlerTest, ClaimsOfEveryKindArrive) {
  Start("GET", "/read/7");
  EXPECT_EQ(Rule(), "!default");
  Claims(R"({"scope":"orders:write orders:read other"})");
  EXPECT_EQ(Rule(), "t.main.read");
  Claims(R"({"scope":["orders:read"]})");
  EXPECT_EQ(Rule(), "t.main.read");
  Claims(R"({"scope":["orders:read", 7]})");
  EXPECT_EQ(Rule(), "!default");
  Claims(R"({"scope":{"orders:read":true}})");
  EXPECT_EQ(Rule(), "!default");
  Start("GET", "/number");
  Claims(R"({"number":7})");
  EXPECT_EQ(Rule(), "t.main.number");
  Claims(R"({"number":7.5})");
  EXPECT_EQ(Rule(), "!default");
  Claims(R"({"number":"7"})");
  EXPECT_EQ(Rule(), "!default");
  Start("GET", "/vip");
  Claims(R"({"vip":true})");
  EXPECT_EQ(Rule(), "t.main.vip");
  Claims(R"({"vip":false})");
  EXPECT_EQ(Rule(), "!default");
  Start("GET", "/groups");
  Claims(R"({"realm_access":{"groups":["x","staff"]}})");
  EXPECT_EQ(Rule(), "t.main.groups");
  Claims(R"({"realm_access.groups":["staff"]})");
  EXPECT_EQ(Rule(), "!default");
  Start("GET", "/fresh");
  Claims("{\"iat\":" + std::to_string(std::time(nullptr) - 60) + "}");
  EXPECT_EQ(Rule(), "t.main.fresh");
  Claims("{\"iat\":" + std::to_string(std::time(nullptr) - 600) + "}");
  EXPECT_EQ(Rule(), "!default");
}

TEST_F(CheckHandlerTest, ACredentialNobodyVerifiedIsInvalid) {
  Start("GET", "/read/7");
  Header("authorization", "Bearer abc");
  EXPECT_EQ(Rule(), "!invalid-credential");
  EXPECT_EQ(headers_.at("www-authenticate").find("Bearer realm=\"t\", error=\"invalid_token\""), 0U);
  Header("authorization", "Bearer good,Bearer evil");
  EXPECT_EQ(Rule(), "!invalid-credential");
  Header("authorization", "dpop abc");
  EXPECT_EQ(Rule(), "!invalid-credential");
  for (const char* const credential : {"Bearer", "bearer\tabc", " Bearer abc", "Basic YTpi,\tDPoP abc", "a,Bearer"}) {
    Header("authorization", credential);
    EXPECT_EQ(Rule(), "!invalid-credential") << credential;
  }
  for (const char* const credential : {"Basic YTpi", "Bearers abc", "Digest a=\"b\", c=d", ",", ", ,"}) {
    Header("authorization", credential);
    EXPECT_EQ(Rule(), "!default") << credential;
  }
  // encode_raw_headers keeps lines apart; the backend may believe another one than Envoy did.
  http().clear_headers();
  for (const std::string value : {"Basic YTpi", "Bearer abc"}) {
    auto& line = *http().mutable_header_map()->add_headers();
    line.set_key("authorization");
    line.set_raw_value(value);
  }
  EXPECT_EQ(Rule(), "!bad-request");
  http().clear_header_map();
  // With `forward: true` the verified token stays.
  Header("authorization", "Bearer abc");
  Claims(R"({"scope":"orders:read"})");
  EXPECT_EQ(Rule(), "t.main.read");
  Start("GET", "/open");
  EXPECT_EQ(Rule(), "t.main.open");
}

TEST_F(CheckHandlerTest, ClaimsFromTheRoute) {
  Start("GET", "/read/7");
  (*attributes().mutable_context_extensions())["claim.scope"] = "orders:read";
  EXPECT_EQ(Rule(), "!default");
  settings_.claims_extension_prefix = "claim.";
  Restart();
  EXPECT_EQ(Rule(), "t.main.read");
  // Two sources for one claim: neither is believed.
  Claims(R"({"scope":"orders:read"})");
  EXPECT_EQ(Rule(), "!default");
  Start("GET", "/tenant");
  EXPECT_EQ(Rule(), "!default");
  (*attributes().mutable_context_extensions())["tenant"] = "t-1";
  EXPECT_EQ(Rule(), "t.main.tenant");
}

TEST_F(CheckHandlerTest, TheClientIsFoundBehindTrustedHops) {
  Start("GET", "/office");
  Header("x-forwarded-for", "10.0.0.1");
  EXPECT_EQ(Rule(), "!default");  // no hop is trusted: the peer counts
  settings_.trusted_hops = 1;
  Restart();
  Header("x-forwarded-for", "10.0.0.1,203.0.113.9");
  EXPECT_EQ(Rule(), "t.main.office");
  Header("x-forwarded-for", "10.0.0.1,198.51.100.1,203.0.113.9");
  EXPECT_EQ(Rule(), "!default");
  Header("x-forwarded-for", "10.0.0.1:80,203.0.113.9");
  EXPECT_EQ(Rule(), "!default");
  settings_.proxy_appends_peer = false;
  Restart();
  Header("x-forwarded-for", "203.0.113.9,10.0.0.1");
  EXPECT_EQ(Rule(), "t.main.office");
}

// A list that we did not read to its end says nothing of where it begins.
TEST_F(CheckHandlerTest, MoreForwardedLinesThanTheBudgetAreNobodysAddress) {
  const auto rule_of = [this](std::size_t lines) {
    settings_.trusted_hops = static_cast<std::uint8_t>(lines - 1);
    Restart();
    Start("GET", "/office");
    for (std::size_t i = 0; i < lines; ++i) {
      auto& line = *http().mutable_header_map()->add_headers();
      line.set_key("x-forwarded-for");
      line.set_raw_value(i == 0 ? "10.0.0.1" : "203.0.113.9");
    }
    return Rule();
  };
  EXPECT_EQ(rule_of(base::budget::kRequestForwardedHopCountMax), "t.main.office");
  EXPECT_EQ(rule_of(base::budget::kRequestForwardedHopCountMax + 1), "!default");
}

TEST_F(CheckHandlerTest, OnlyAVerifiedCertificateCounts) {
  Start("GET", "/cert");
  EXPECT_EQ(Rule(), "!default");
  attributes().mutable_source()->set_principal("spiffe://mesh/orders");
  EXPECT_EQ(Rule(), "!default");  // Envoy says the same of a certificate that it did not verify
  settings_.proxy_verifies_certificates = true;
  Restart();
  EXPECT_EQ(Rule(), "t.main.cert");
  // A text that cannot be read is no certificate, whatever the principal says.
  attributes().mutable_source()->set_certificate("garbage");
  EXPECT_EQ(Rule(), "!default");
}

TEST_F(CheckHandlerTest, OnlyAWholeBodyIsRead) {
  Start("POST", "/form");
  Header("content-type", "application/x-www-form-urlencoded");
  http().set_raw_body("user=ann");
  Header("content-length", "8");
  EXPECT_EQ(Rule(), "t.main.form");
  Header("content-length", "9");
  EXPECT_EQ(Rule(), "!default");
  http().mutable_headers()->erase("content-length");
  Header("x-envoy-auth-partial-body", "false");
  EXPECT_EQ(Rule(), "!default");
  Start("POST", "/small");
  EXPECT_EQ(Rule(), "t.main.small");
  Header("content-length", "1025");
  EXPECT_EQ(Rule(), "!default");
  http().mutable_headers()->erase("content-length");
  http().set_protocol("HTTP/2");
  EXPECT_EQ(Rule(), "!default");
}

TEST_F(CheckHandlerTest, HeadersAreSetAndStripped) {
  Start("GET", "/headers");
  Claims(R"({"sub":"ann"})");
  auth::CheckResponse response = Ask();
  ASSERT_EQ(response.status().code(), 0);
  ASSERT_EQ(response.ok_response().headers_size(), 1);
  EXPECT_EQ(response.ok_response().headers(0).header().key(), "x-user");
  EXPECT_EQ(response.ok_response().headers(0).header().value(), "ann");
  ASSERT_EQ(response.ok_response().headers_to_remove_size(), 1);
  EXPECT_EQ(response.ok_response().headers_to_remove(0), "x-internal");
  // Without a value the client's copy goes.
  Claims("{}");
  response = Ask();
  EXPECT_EQ(response.ok_response().headers_size(), 0);
  EXPECT_EQ(response.ok_response().headers_to_remove_size(), 2);
  // A value that would split the request is never sent: the engine takes it for missing.
  Claims(R"({"sub":"a\r\nx-admin: 1"})");
  response = Ask();
  EXPECT_EQ(response.ok_response().headers_size(), 0);
}

TEST_F(CheckHandlerTest, AChallengeAsksForWhatIsMissing) {
  Start("GET", "/step-up");
  Claims(R"({"acr":"password"})");
  const auth::CheckResponse response = Ask();
  EXPECT_EQ(response.denied_response().status().code(), 401);
  EXPECT_EQ(headers_.at("www-authenticate"),
            "Bearer realm=\"t\", error=\"insufficient_user_authentication\", "
            "error_description=\"A second factor, please.\", acr_values=\"mfa\", max_age=\"300\"");
  const auto problem = nlohmann::json::parse(response.denied_response().body());
  EXPECT_EQ(problem["detail"], "A second factor, please.");
  Claims(R"({"acr":"mfa"})");
  EXPECT_EQ(Rule(), "t.main.step-up");
}

TEST_F(CheckHandlerTest, PathsThatTheBackendWouldReadOtherwiseAreRefused) {
  for (const std::string path : {"/read/../open", "//open", "/%6fpen", "/read/%2e%2e/open", "/open\\", "/open%2f",
                                 "/open%00", "/open#x", "/open%zz", "/..", "/open/..;/x"}) {
    Start("GET", path);
    const auth::CheckResponse response = Ask();
    EXPECT_EQ(response.denied_response().status().code(), 400) << path;
    EXPECT_EQ(response.dynamic_metadata().fields().at("rule").string_value(), "bad-path") << path;
  }
  Start("GET", "/open/?x=/../");
  EXPECT_EQ(Rule(), "t.main.open");
  Start("GET", "/nowhere");
  EXPECT_EQ(Rule(), "!no-operation");
  EXPECT_EQ(Ask().denied_response().status().code(), 404);
  Start("GET", "/open");
  http().set_host("api.example.com,evil.example");
  EXPECT_EQ(Rule(), "!bad-request");
  http().set_host("API.example.com:8443");
  EXPECT_EQ(Rule(), "t.main.open");
}

TEST_F(CheckHandlerTest, GrpcCallersGetPlainWords) {
  Start("GET", "/nowhere");
  Header("content-type", "application/grpc+proto");
  const auth::CheckResponse response = Ask();
  EXPECT_EQ(response.denied_response().body().find('{'), std::string::npos);
  EXPECT_FALSE(headers_.contains("content-type"));
}

TEST_F(CheckHandlerTest, EveryDecisionIsLogged) {
  Start("GET", "/read/7?secret=1");
  Header("x-request-id", "r-1");
  const auth::CheckResponse response = Ask();
  const nlohmann::json line = Logged().back();
  EXPECT_EQ(line["event"], "decision");
  EXPECT_EQ(line["id"], response.dynamic_metadata().fields().at("decision_id").string_value());
  EXPECT_EQ(line["outcome"], "deny");
  EXPECT_EQ(line["status"], 403);
  EXPECT_EQ(line["rule"], "default");
  EXPECT_EQ(line["operation"], "t.main.read");
  EXPECT_EQ(line["zone"], "internet");
  EXPECT_EQ(line["path"], "/read/7");
  EXPECT_EQ(line["client_ip"], "203.0.113.9");
  EXPECT_EQ(line["request_id"], "r-1");
  EXPECT_EQ(line.dump().find("secret"), std::string::npos);
  EXPECT_NE(response.denied_response().body().find(std::string(line["id"])), std::string::npos);
}

TEST_F(CheckHandlerTest, WithoutAPolicyItIsAnErrorOfOurs) {
  service_.reset();  // its reader must not outlive the engine
  engine_ = std::make_unique<Engine>(Engine::Create({}).value());
  Restart();
  Start("GET", "/open");
  const auth::CheckResponse response = Ask();
  EXPECT_NE(response.status().code(), 0);
  EXPECT_EQ(response.error_response().status().code(), 503);
}

TEST_F(CheckHandlerTest, ReadersAreLimitedAndSaySo) {
  Engine small = Engine::Create({.readers_max = 1}).value();
  const std::vector<Endpoint> endpoints = CheckEndpoints(small, *log_, settings_, DecisionLogging::kNone);
  const auto first = endpoints.at(0).make();
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(endpoints.at(0).make().has_value());
}

// Any bytes give a decision; and no damage turns a refusal into an allow that protobuf's reading of the same bytes would
// not give as well.
TEST_F(CheckHandlerTest, AnyBytesGiveADecision) {
  const google::protobuf::LogSilencer silent;
  constexpr unsigned kSeed = 29;
  std::mt19937 random(kSeed);
  service_ = CheckEndpoints(*engine_, *log_, settings_, DecisionLogging::kNone).at(0).make().value();
  Start("GET", "/read/7");
  Claims(R"({"scope":"orders:read","sub":"ann","realm_access":{"groups":["staff"]}})");
  Header("x-request-id", "r-1");
  const std::string original = request_.SerializeAsString();
  ASSERT_EQ(Rule(), "t.main.read");
  int allowed = 0;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = original;
    for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, 1 + random() % 3);
          break;
        default:
          bytes.insert(at, 1, static_cast<char>(random()));
          break;
      }
    }
    const bool allow = AskBytes(bytes).status().code() == 0;
    allow ? ++allowed : ++refused;
    auth::CheckRequest oracle;
    if (allow && oracle.ParseFromString(bytes)) {
      ASSERT_EQ(AskBytes(oracle.SerializeAsString()).status().code(), 0) << "seed " << kSeed << " round " << i;
    }
  }
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random() % 100, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_NE(AskBytes(bytes).status().code(), 0) << "seed " << kSeed << " round " << i;
  }
  EXPECT_GT(allowed, 300);
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace ward::server
