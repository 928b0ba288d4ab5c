// From the text of policies to decisions: the tour's example with the answers that LANGUAGE.md (c) gives for it, and
// what single features of the language mean once they ran.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ward/compiler.h"
#include "ward/engine.h"

namespace ward {
namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

class Policy {
 public:
  explicit Policy(Result<CompileResult> compiled) {
    EXPECT_TRUE(compiled.has_value()) << compiled.error().message;
    for (const Diagnostic& d : compiled->diagnostics) {
      EXPECT_NE(d.severity, Severity::kError) << d.location.file << ":" << d.location.line << ": " << d.message;
    }
    std::vector<Engine::TableContent> tables;
    for (const LiveTableData& data : compiled->live_tables) {
      Engine::TableContent content{data.table, {}};
      for (const std::vector<std::string>& row : data.rows) content.rows.push_back({row});
      tables.push_back(std::move(content));
    }
    const Result<std::uint64_t> loaded = engine_.Load(compiled->bytecode, tables);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  }
  explicit Policy(std::string_view text)
      : Policy(CompileSources({{"ward.toml", "name = \"t\"\nedition = 1\n"}, {"p.ward", std::string(text)}}, {})) {}

  void Rows(std::string_view table, const std::vector<TableRow>& rows) {
    const Result<std::uint64_t> loaded = engine_.LoadTable(table, rows);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
  }

  struct Asked {
    std::string method;
    std::string host;
    std::string path;
    Attributes attributes;
    std::vector<std::string_view> scopes;
    std::int64_t age_seconds = 60;
    std::string ip = "203.0.113.9";
  };

  // `200 by orders.access.read`
  std::string Decide(const Asked& asked) {
    constexpr std::int64_t kNow = 1'790'000'000;
    Request& request = reader_.Begin();
    request.SetHttp({asked.method, asked.host, asked.path, {}, {}, true, -1});
    request.SetSource(asked.ip, {});
    request.SetNow(kNow * 1'000'000'000);
    for (const auto& [name, value] : asked.attributes) request.Set(name, value);
    if (asked.age_seconds >= 0) request.Set(engine_.Attribute("token.iat"), kNow - asked.age_seconds);
    request.SetList(engine_.Attribute("token.scopes"), asked.scopes);
    const Decision& decision = reader_.Decide();
    headers_.clear();
    for (const HeaderToSet& h : decision.set_headers()) {
      headers_ += std::string(h.name) + "=" + (h.present ? std::string(h.value) : "(none)") + " ";
    }
    reason_ = decision.reason();
    return std::to_string(decision.status()) + " by " + std::string(decision.rule()) +
           (decision.in_doubt() ? " in doubt" : "");
  }
  [[nodiscard]] const std::string& headers() const { return headers_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  Engine engine_ = Engine::Create({}).value();
  Reader reader_ = engine_.NewReader().value();
  std::string headers_;
  std::string reason_;
};

class Tour : public ::testing::Test {
 protected:
  Tour() {
    gateway_.Rows("platform.schema.clients", {{{"acme", "confidential", "third", "external", "silver", "active"}}});
    gateway_.Rows("orders.ownership.order-facts", {{{"42", "t-1", "ann"}}});
    gateway_.Rows("orders.ownership.revoked", {{{"j-9"}}});
    gateway_.Rows("platform.roles.change-facts", {{{"7", "ann"}}});
  }
  // "given ann"
  Policy::Asked Ann(std::string method, std::string path, std::vector<std::string_view> scopes) {
    Policy::Asked asked{std::move(method), "api.example.com", std::move(path), {}, std::move(scopes)};
    asked.attributes = {{"token.azp", "acme"}, {"token.jti", "j-1"}, {"token.tenant", "t-1"}, {"token.sub", "ann"}};
    return asked;
  }
  Policy gateway_{CompilePath(WARD_SOURCE_DIR "/examples/gateway", {})};
};

TEST_F(Tour, ScopesFreshnessAndOwnershipDecide) {
  EXPECT_EQ(gateway_.Decide(Ann("GET", "/orders/42", {"orders:read"})), "200 by orders.access.read");
  EXPECT_EQ(gateway_.Decide(Ann("GET", "/orders", {"orders:read"})), "200 by orders.access.read");
  EXPECT_EQ(gateway_.Decide(Ann("GET", "/orders", {"orders:write"})), "403 by default");
  EXPECT_EQ(gateway_.Decide(Ann("DELETE", "/orders/42", {"orders:write"})), "200 by orders.access.write");
  Policy::Asked stale = Ann("DELETE", "/orders/42", {"orders:write"});
  stale.age_seconds = 7200;
  EXPECT_EQ(gateway_.Decide(stale), "401 by platform.zones.internet.fresh-token");
}

TEST_F(Tour, RefusalsAndTheirReplies) {
  Policy::Asked revoked = Ann("GET", "/orders/42", {"orders:read"});
  revoked.attributes[1].second = "j-9";
  EXPECT_EQ(gateway_.Decide(revoked), "401 by orders.ownership.revoked-tokens");
  // Another tenant's order, and one whose tenant nobody knows.
  Policy::Asked stranger = Ann("GET", "/orders/42", {"orders:read"});
  stranger.attributes[2].second = "t-2";
  EXPECT_EQ(gateway_.Decide(stranger), "403 by orders.ownership.tenants-stay-apart");
  EXPECT_EQ(gateway_.Decide(Ann("GET", "/orders/43", {"orders:read"})),
            "403 by orders.ownership.tenants-stay-apart in doubt");
  EXPECT_EQ(gateway_.Decide(Ann("POST", "/orders/export", {"orders:export"})),
            "404 by orders.access.export-stays-inside");
  EXPECT_EQ(gateway_.reason(), "Not found.");
  EXPECT_EQ(gateway_.Decide(Ann("GET", "/nothing", {})), "404 by no-operation");
  EXPECT_EQ(gateway_.Decide(Ann("GET", "/orders/%00", {})), "400 by bad-path");
}

TEST_F(Tour, HidingWhoAsksNeverOpens) {
  Policy::Asked nobody{"GET", "api.example.com", "/orders/42", {}, {}};
  nobody.age_seconds = -1;
  EXPECT_EQ(gateway_.Decide(nobody), "401 by orders.ownership.revoked-tokens in doubt");
}

TEST_F(Tour, TheLoginPageIsOpenToThoseWithoutIdentity) {
  Policy::Asked nobody{"POST", "id.example.com", "/login", {}, {}};
  nobody.age_seconds = -1;
  EXPECT_EQ(gateway_.Decide(nobody), "200 by login.protect.anyone-may-try");
}

TEST(Language, ValuesOfPlaceInHeadersAndReasons) {
  Policy policy(
      "policy p governs p\nattributes of token\n  sub: string\napi p at \"a.example.com\"\n  read GET /x/{id: int}\n"
      "  write POST /x/{id: int}\nzone inside\n  networks 10.0.0.0/8\nzone outside\n  everything else\n"
      "rule a\n  allow read\n  with set header \"X-Zone\" to zone\n  with set header \"X-Operation\" to operation\n"
      "  with set header \"X-Id\" to path.id\n  with set header \"X-Sub\" to token.sub\n"
      "rule b\n  deny write\n  because \"{token.sub} may not change {path.id} from {zone}.\"\n");
  Policy::Asked asked{"GET", "a.example.com", "/x/7", {}, {}, -1, "10.0.0.1"};
  EXPECT_EQ(policy.Decide(asked), "200 by p.a");
  EXPECT_EQ(policy.headers(), "x-zone=inside x-operation=p.read x-id=7 x-sub=(none) ");
  asked.ip = "";
  EXPECT_EQ(policy.Decide(asked), "200 by p.a");
  EXPECT_EQ(policy.headers(), "x-zone=(none) x-operation=p.read x-id=7 x-sub=(none) ");
  asked = {"POST", "a.example.com", "/x/7", {{"token.sub", "ann"}}, {}, -1, "192.0.2.1"};
  EXPECT_EQ(policy.Decide(asked), "403 by p.b");
  EXPECT_EQ(policy.reason(), "ann may not change 7 from outside.");
}

TEST(Language, GovernsBoundsEverything) {
  Policy policy(
      "policy p governs one\nattributes of token\n  sub: string\napi one at \"one.example.com\"\n  a GET /\n"
      "api two at \"two.example.com\"\n  b GET /\nrule all\n  allow everything\n");
  EXPECT_EQ(policy.Decide({"GET", "one.example.com", "/", {}, {}, -1}), "200 by p.all");
  EXPECT_EQ(policy.Decide({"GET", "two.example.com", "/", {}, {}, -1}), "403 by default");
}

TEST(Language, DerivedRolesIncludeAndAreNeverClaimed) {
  Policy policy(
      "policy p governs p\nattributes of token\n  sub: string\n  roles: set of role, split by \" \"\n"
      "role owner when path.id is token.sub\nrole boss\nrole chief includes boss, owner\n"
      "api p at \"a.example.com\"\n  read GET /o/{id}\n  run GET /b/{id}\n"
      "rule o\n  allow read\n  when subject.roles has owner\nrule b\n  allow run\n  when subject.roles has boss\n");
  const auto ask = [&](std::string path, std::string roles) {
    return policy.Decide(
        {"GET", "a.example.com", std::move(path), {{"token.sub", "ann"}, {"token.roles", std::move(roles)}}, {}, -1});
  };
  EXPECT_EQ(ask("/o/ann", ""), "200 by p.o");
  EXPECT_EQ(ask("/o/bob", ""), "403 by default");
  EXPECT_EQ(ask("/o/bob", "owner"), "403 by default");
  EXPECT_EQ(ask("/o/bob", "chief"), "200 by p.o");
  EXPECT_EQ(ask("/b/x", "boss viewer-of-another-service"), "200 by p.b");
  EXPECT_EQ(ask("/b/x", "chief"), "200 by p.b");
  EXPECT_EQ(ask("/b/x", "viewer"), "403 by default");
}

}  // namespace
}  // namespace ward
