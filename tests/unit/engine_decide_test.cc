// One request through Admit, Identify and Decide: who answers, with what status, words and obligations.
#include <array>
#include <string>
#include <vector>

#include "engine_fixture.h"

namespace ward {
namespace {

constexpr std::string_view kShop = R"(policy shop governs shop
type client-type is one of public, confidential
type plan is one of free, gold
type scope is one of orders:read, orders:write
attributes of token
  sub:    string up to 64, optional
  scopes: set of scope, from scope, split by " "
  plan:   plan, optional
  level:  int, optional
  strong: bool, optional
  age:    duration, from now - iat
  note:   string, optional
attributes of context
  tenant: string
table clients live
  | id: string key | type: client-type |
api shop at "shop.example.com"
  list     GET   /orders
  read     GET   /orders/{order: int}
  write    POST  /orders
  remove   DELETE /orders/{order: int}
  search   GET   /search
  rename   POST  /names
  sign-in  POST  /login  anonymous
  approve  action "approve" on "order"
zone internet
  everything else
zone office
  networks 10.0.0.0/8
  when connection.client-cert is present
rule readers
  allow list, read
  when token.scopes has orders:read
  with set header "X-Plan" to token.plan
  with set header "X-Level" to token.level
  with set header "X-Strong" to token.strong
  with set header "X-Note" to token.note
  with strip header "X-Internal"
  with tag reader
rule writers
  allow write, remove
  when token.scopes has orders:write
rule fresh
  require token.age at most 1 hour
  for write
  reply 401 asking for max age 1 hour
rule removal-at-the-office
  deny remove
  unless zone is office
  because "Order {path.order} is removed in the office only, {token.sub}."
rule searchers
  allow search
  when request.query["q"] is "ward" and request.header["x-tenant"] is context.tenant
rule renamers
  allow rename
  when request.form.name is "ann" or request.json.person.name is "ann"
rule anyone
  allow sign-in
rule approvers
  allow approve
  when subject.id is "ann" and resource.id is "7"
shadow rule no-gold
  deny list
  when token.plan is gold
  reply 404
rule seen
  on everything
  with audit brief
)";

class DecideTest : public test::EngineTest {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(Load(kShop)); }

  Request& Ask(std::string_view method, std::string_view target, std::string_view claims) {
    Request& request = Begin();
    request.SetHttp({method, "Shop.Example.com:443", target, {}, {}, true, -1});
    request.SetSource("203.0.113.9", "10.0.0.1");
    request.SetNow(1'000'000LL * 1'000'000'000);
    if (!claims.empty()) {
      EXPECT_TRUE(request.SetJson(AttributeSource::kToken, claims)) << claims;
    }
    return request;
  }
};

TEST_F(DecideTest, BeforeAnyRule) {
  Ask("GET", "/orders/%zz", R"({"scope":"orders:read"})");
  EXPECT_EQ(Decide(), "deny 400 by bad-path");
  Ask("GET", "/nothing", R"({"scope":"orders:read"})");
  EXPECT_EQ(Decide(), "deny 404 by no-operation");
  EXPECT_EQ(reader().decision().reason(), "There is no such operation.");
  Ask("GET", "/orders", R"({"scope":"orders:read"})").SetCredential(Credential::kInvalid);
  EXPECT_EQ(Decide(), "challenge 401 by invalid-credential");
  Begin();
  EXPECT_EQ(Decide(), "deny 404 by no-operation") << "a request that says nothing";
}

TEST_F(DecideTest, AFaultThatTheServerFoundGoesBeforeAll) {
  Ask("GET", "/orders", R"({"scope":"orders:read"})").SetFault({"bad-request", "Say it again.", "two hosts"});
  EXPECT_EQ(reader().Admit(), Admission::kRefused);
  EXPECT_EQ(Decide(), "deny 400 by bad-request");
  EXPECT_EQ(reader().decision().reason(), "Say it again.");
  EXPECT_EQ(reader().decision().operator_reason(), "deny by bad-request: two hosts");
  EXPECT_EQ(reader().Explain().operation_why, "two hosts");
  // It is of that request alone.
  Ask("GET", "/orders", R"({"scope":"orders:read"})");
  EXPECT_EQ(Decide().find("bad-request"), std::string::npos);
}

TEST_F(DecideTest, StepsMayBeTakenOneByOne) {
  Ask("GET", "/orders", R"({"scope":"orders:read"})");
  EXPECT_EQ(reader().Admit(), Admission::kGoOn);
  EXPECT_EQ(reader().Identify(), Admission::kGoOn);
  EXPECT_EQ(Decide(), "allow 200 by shop.readers");
  EXPECT_EQ(Decide(), "allow 200 by shop.readers") << "the same answer again";
  Ask("GET", "/nothing", {});
  EXPECT_EQ(reader().Admit(), Admission::kRefused);
  EXPECT_EQ(reader().decision().status(), 404);
}

TEST_F(DecideTest, AllowNeedsCertainty) {
  Ask("GET", "/orders/7", R"({"scope":"orders:read x"})");
  EXPECT_EQ(Decide(), "allow 200 by shop.readers");
  Ask("GET", "/orders/7", R"({"scope":"orders:write"})");
  EXPECT_EQ(Decide(), "deny 403 by default");
  Ask("GET", "/orders/7", R"({"scope":5})");
  EXPECT_EQ(Decide(), "deny 403 by default");
  Ask("GET", "/orders/seven", R"({"scope":"orders:read"})");
  EXPECT_EQ(Decide(), "deny 404 by no-operation");
}

// For logs: which part is unknown, in words that hold nothing the caller sent.
TEST_F(DecideTest, AnUnknownOperationSaysWhichPartIsUnknown) {
  const auto reason = [this](std::string_view method, std::string_view path, std::string_view host) {
    HttpRequest http;
    http.method = method;
    http.target = path;
    http.host = host;
    Begin().SetHttp(http);
    EXPECT_EQ(Decide(), "deny 404 by no-operation");
    return reader().decision().operator_reason();
  };
  EXPECT_EQ(reason("GET", "/orders/7", "elsewhere.example"), "deny by no-operation: no api has this host");
  EXPECT_EQ(reason("GET", "/orders/7", "a b"), "deny by no-operation: no api has this host");
  EXPECT_EQ(reason("GET", "/s3cret", "shop.example.com"), "deny by no-operation: no route of this host has this path");
  EXPECT_EQ(reason("PUT", "/orders/7", "shop.example.com"),
            "deny by no-operation: the path has a route, but not with this method");
  EXPECT_EQ(reason("GET", "", "shop.example.com"), "deny by no-operation: the request names no operation");
  Begin().SetOperation("shop.nothing");
  EXPECT_EQ(Decide(), "deny 404 by no-operation");
  EXPECT_EQ(reader().decision().operator_reason(),
            "deny by no-operation: no operation has the name that the caller gave");
  Begin().SetAction("can_fly", "record");
  EXPECT_EQ(Decide(), "deny 404 by no-operation");
  EXPECT_EQ(reader().decision().operator_reason(),
            "deny by no-operation: no operation has this action on this type of resource");
}

TEST_F(DecideTest, AChallengeWhereARequirementIsNotMet) {
  Ask("POST", "/orders", R"({"scope":"orders:write","iat":999000})");
  EXPECT_EQ(Decide(), "allow 200 by shop.writers");
  Ask("POST", "/orders", R"({"scope":"orders:write","iat":900000})");
  EXPECT_EQ(Decide(), "challenge 401 by shop.fresh");
  EXPECT_EQ(reader().decision().challenge().max_age_seconds, 3600);
  Ask("POST", "/orders", R"({"scope":"orders:write"})");
  EXPECT_EQ(Decide(), "challenge 401 by shop.fresh, in doubt");
}

TEST_F(DecideTest, TheReasonIsRenderedAndSaysWhatDecided) {
  Ask("DELETE", "/orders/7", R"({"scope":"orders:write","sub":"ann"})");
  EXPECT_EQ(Decide(), "deny 403 by shop.removal-at-the-office");
  const Decision& decision = reader().decision();
  EXPECT_EQ(decision.reason(), "Order 7 is removed in the office only, ann.");
  EXPECT_EQ(decision.zone(), "internet");
  EXPECT_EQ(decision.deciding_test().text, "zone is office");
  EXPECT_EQ(decision.deciding_test().clause, "unless");
  EXPECT_EQ(decision.deciding_test().truth, Truth::kFalse);
  EXPECT_NE(decision.operator_reason().find("unless `zone is office` is false"), std::string::npos)
      << decision.operator_reason();
  Ask("DELETE", "/orders/7", R"({"scope":"orders:write","sub":"a\u0000b"})");
  EXPECT_EQ(Decide(), "deny 403 by shop.removal-at-the-office");
  EXPECT_EQ(reader().decision().reason(), "Order 7 is removed in the office only, unknown.");
}

TEST_F(DecideTest, ZonesInDoubtKeepTheirCandidates) {
  Request& request = Ask("DELETE", "/orders/7", R"({"scope":"orders:write"})");
  request.SetSource("10.1.2.3", {});
  EXPECT_EQ(Decide(), "deny 403 by shop.removal-at-the-office") << "present is two-valued: no certificate, no office";
  EXPECT_EQ(reader().decision().zone(), "internet");
  Request& office = Ask("DELETE", "/orders/7", R"({"scope":"orders:write"})");
  office.SetSource("10.1.2.3", {});
  office.SetBool(engine_.Attribute("connection.client-cert"), true);
  EXPECT_EQ(Decide(), "allow 200 by shop.writers");
  EXPECT_EQ(reader().decision().zone(), "office");
  Request& unknown = Ask("DELETE", "/orders/7", R"({"scope":"orders:write"})");
  unknown.SetSource("not an address", {});
  EXPECT_EQ(Decide(), "deny 403 by shop.removal-at-the-office, in doubt");
  EXPECT_EQ(reader().decision().zone(), "");
  EXPECT_EQ(reader().decision().zone_candidates().size(), 2U);
}

TEST_F(DecideTest, ObligationsOfAnAllow) {
  Ask("GET", "/orders", R"({"scope":"orders:read","plan":"gold","level":-3,"strong":true,"note":"a\r\nb: c"})");
  EXPECT_EQ(Decide(), "allow 200 by shop.readers");
  const Decision& decision = reader().decision();
  std::string set;
  for (const HeaderToSet& header : decision.set_headers()) {
    set += std::string(header.name) + "=" + (header.present ? std::string(header.value) : "missing") + " ";
  }
  EXPECT_EQ(set, "x-plan=gold x-level=-3 x-strong=true x-note=missing ");
  ASSERT_EQ(decision.strip_headers().size(), 1U);
  EXPECT_EQ(decision.strip_headers()[0], "x-internal");
  ASSERT_EQ(decision.tags().size(), 1U);
  EXPECT_EQ(decision.audit(), AuditLevel::kBrief);
  ASSERT_EQ(decision.shadows().size(), 1U);
  EXPECT_EQ(decision.shadows()[0].rule, "shop.no-gold");
  EXPECT_EQ(decision.shadows()[0].outcome, Outcome::kDeny);
  EXPECT_EQ(decision.shadows()[0].truth, Truth::kTrue);
}

TEST_F(DecideTest, OnARefusalOnlyAuditAndTagsRemain) {
  Ask("DELETE", "/orders/7", R"({"scope":"orders:read"})");
  EXPECT_EQ(Decide(), "deny 403 by shop.removal-at-the-office");
  EXPECT_TRUE(reader().decision().set_headers().empty());
  EXPECT_TRUE(reader().decision().strip_headers().empty());
  EXPECT_EQ(reader().decision().audit(), AuditLevel::kBrief);
}

TEST_F(DecideTest, QueryHeadersAndContext) {
  const std::array<NameValue, 1> headers = {{{"X-Tenant", "t1"}}};
  const AttributeId tenant = engine_.Attribute("context.tenant");
  const auto ask = [&](std::string_view target, std::string_view value) {
    Request& request = Begin();
    request.SetHttp({"GET", "shop.example.com", target, headers, {}, true, -1});
    request.Set(tenant, value);
    return Decide();
  };
  EXPECT_EQ(ask("/search?q=ward", "t1"), "allow 200 by shop.searchers");
  EXPECT_EQ(ask("/search?q=%77ard", "t1"), "allow 200 by shop.searchers");
  EXPECT_EQ(ask("/search?q=ward&q=ward", "t1"), "deny 403 by default");
  EXPECT_EQ(ask("/search?q=ward", "t2"), "deny 403 by default");
}

TEST_F(DecideTest, BodiesByTheirContentType) {
  const auto ask = [&](std::string_view type, std::string_view body, bool complete) {
    const std::array<NameValue, 1> headers = {{{"Content-Type", type}}};
    Begin().SetHttp({"POST", "shop.example.com", "/names", headers, body, complete, -1});
    return Decide();
  };
  EXPECT_EQ(ask("application/x-www-form-urlencoded", "x=1&name=ann", true), "allow 200 by shop.renamers");
  EXPECT_EQ(ask("application/json; charset=utf-8", R"({"person":{"name":"ann"}})", true), "allow 200 by shop.renamers");
  EXPECT_EQ(ask("application/x-www-form-urlencoded", "x=1&name=ann", false), "deny 403 by default") << "a prefix";
  EXPECT_EQ(ask("text/plain", R"({"person":{"name":"ann"}})", true), "deny 403 by default");
  EXPECT_EQ(ask("application/json", R"({"person":{"name":"ann"}}})", true), "deny 403 by default");
}

TEST_F(DecideTest, ActionsOnResourcesAndWhoAsks) {
  const auto ask = [&](std::string_view subject, std::string_view claims) {
    Request& request = Begin();
    request.SetAction("approve", "order");
    EXPECT_TRUE(request.SetJson(AttributeSource::kSubject, subject));
    EXPECT_TRUE(request.SetJson(AttributeSource::kResource, R"({"id":"7"})"));
    if (!claims.empty()) {
      EXPECT_TRUE(request.SetJson(AttributeSource::kToken, claims));
    }
    return Decide();
  };
  EXPECT_EQ(ask(R"({"id":"ann"})", {}), "allow 200 by shop.approvers");
  EXPECT_EQ(ask(R"({"id":"bob"})", {}), "deny 403 by default");
  EXPECT_EQ(ask(R"({"id":"ann"})", R"({"sub":"bob"})"), "deny 403 by default") << "the token says who it is";
  EXPECT_EQ(ask(R"({"id":"bob"})", R"({"sub":"ann"})"), "allow 200 by shop.approvers");
  EXPECT_EQ(ask(R"({"id":"ann"})", R"({"scope":"x"})"), "deny 403 by default") << "a token of nobody";
  Begin().SetAction("approve", "invoice");
  EXPECT_EQ(Decide(), "deny 404 by no-operation");
  Begin().SetOperation("shop.sign-in");
  EXPECT_EQ(Decide(), "allow 200 by shop.anyone");
}

TEST_F(DecideTest, ClaimsWithoutAValidCredentialAreNotThere) {
  Ask("GET", "/orders", R"({"scope":"orders:read"})").SetCredential(Credential::kAbsent);
  EXPECT_EQ(Decide(), "deny 403 by default");
}

TEST_F(DecideTest, TheLongFormNamesWhatIsMissing) {
  Ask("POST", "/orders", R"({"scope":"orders:write"})");
  EXPECT_EQ(Decide(), "challenge 401 by shop.fresh, in doubt");
  const Explanation why = reader().Explain();
  EXPECT_EQ(why.operation_why, "POST /orders on shop.example.com matches POST /orders");
  EXPECT_EQ(why.zone_why, "203.0.113.9 is in no network; `internet` is everything else");
  ASSERT_GE(why.rules.size(), 2U);
  EXPECT_EQ(why.rules[0].rule, "shop.fresh");
  EXPECT_TRUE(why.rules[0].decided);
  EXPECT_EQ(why.rules[0].kind, "require");
  EXPECT_EQ(why.rules[0].truth, Truth::kDoubt);
  ASSERT_EQ(why.rules[0].tests.size(), 1U);
  EXPECT_EQ(why.rules[0].tests[0].text, "token.age at most 1 hour");
  EXPECT_EQ(why.rules[0].tests[0].truth, Truth::kDoubt);
  ASSERT_EQ(why.rules[0].tests[0].missing.size(), 1U);
  EXPECT_EQ(why.rules[0].tests[0].missing[0], "token.iat");
}

TEST_F(DecideTest, AttributesAreListedWithTheirPlace) {
  Request& request = Begin();
  bool found = false;
  for (const AttributeInfo& attribute : request.attributes()) {
    if (attribute.name != "token.scopes") continue;
    found = true;
    EXPECT_EQ(attribute.source, AttributeSource::kToken);
    ASSERT_EQ(attribute.path.size(), 1U);
    EXPECT_EQ(attribute.path[0], "scope");
    EXPECT_EQ(attribute.type, ValueType::kEnumSet);
  }
  EXPECT_TRUE(found);
  request.SetSlot(UINT32_MAX, "beyond every slot: nothing happens");
}

}  // namespace
}  // namespace ward
