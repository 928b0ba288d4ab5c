#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/header_names.h"
#include "envoy/service/auth/v3/external_auth.pb.h"
#include "server/ext_authz_response.h"

namespace ward::server {
namespace {

namespace auth = envoy::service::auth::v3;
namespace core = envoy::config::core::v3;

auth::CheckResponse Parse(std::string_view bytes) {
  auth::CheckResponse response;
  EXPECT_TRUE(response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return response;
}

void ExpectOverwrite(const core::HeaderValueOption& option) {
  EXPECT_TRUE(option.has_append());
  EXPECT_FALSE(option.append().value());
  EXPECT_EQ(option.append_action(), core::HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD);
  EXPECT_TRUE(option.header().raw_value().empty());
}

TEST(ExtAuthzResponseTest, AllowWithEverything) {
  const std::array<NameValue, 2> set{NameValue{"x-user", "ann"}, NameValue{"x-plan", ""}};
  const std::array<std::string_view, 3> strip{"x-internal", "X-User", "cookie"};
  const std::array<std::string_view, 2> tags{"a", "b"};
  const std::array<MetadataEntry, 4> metadata{MetadataEntry{"decision_id", std::string_view("d-1")},
                                              MetadataEntry{"generation", 7.0}, MetadataEntry{"in_doubt", false},
                                              MetadataEntry{"tags", std::span<const std::string_view>(tags)}};
  CheckAnswerWriter writer;
  const auto [bytes, fault] = writer.WriteAllow({.set_headers = set, .strip_headers = strip, .metadata = metadata});
  EXPECT_EQ(fault, AllowFault::kNone);
  const auth::CheckResponse response = Parse(bytes);
  EXPECT_TRUE(response.has_status());
  EXPECT_EQ(response.status().code(), 0);
  const auth::OkHttpResponse& ok = response.ok_response();
  ASSERT_EQ(ok.headers_size(), 2);
  EXPECT_EQ(ok.headers(0).header().key(), "x-user");
  EXPECT_EQ(ok.headers(0).header().value(), "ann");
  ExpectOverwrite(ok.headers(0));
  ExpectOverwrite(ok.headers(1));
  // x-user is set, so it is not stripped: Envoy strips last.
  ASSERT_EQ(ok.headers_to_remove_size(), 2);
  EXPECT_EQ(ok.headers_to_remove(0), "x-internal");
  EXPECT_EQ(ok.headers_to_remove(1), "cookie");
  const auto& fields = response.dynamic_metadata().fields();
  EXPECT_EQ(fields.at("decision_id").string_value(), "d-1");
  EXPECT_EQ(fields.at("generation").number_value(), 7);
  EXPECT_EQ(fields.at("in_doubt").kind_case(), google::protobuf::Value::kBoolValue);
  EXPECT_EQ(fields.at("tags").list_value().values(1).string_value(), "b");
}

TEST(ExtAuthzResponseTest, DenyCarriesStatusHeadersAndBody) {
  const std::array<NameValue, 2> headers{NameValue{"www-authenticate", "Bearer"},
                                         NameValue{"content-type", "application/problem+json"}};
  CheckAnswerWriter writer;
  const auth::CheckResponse response = Parse(writer.WriteDeny({.status = 401, .headers = headers, .body = "{}"}));
  EXPECT_EQ(response.status().code(), 16);
  EXPECT_EQ(response.http_response_case(), auth::CheckResponse::kDeniedResponse);
  EXPECT_EQ(response.denied_response().status().code(), 401);
  EXPECT_EQ(response.denied_response().body(), "{}");
  ASSERT_EQ(response.denied_response().headers_size(), 2);
  ExpectOverwrite(response.denied_response().headers(0));
  EXPECT_FALSE(response.has_dynamic_metadata());
}

TEST(ExtAuthzResponseTest, StatusesOutOfRangeAreForbidden) {
  CheckAnswerWriter writer;
  const auto sent = [&writer](std::uint16_t status) {
    const auth::CheckResponse response = Parse(writer.WriteDeny({.status = status}));
    EXPECT_NE(response.status().code(), 0) << status;
    return static_cast<int>(response.denied_response().status().code());
  };
  EXPECT_EQ(sent(0), 403);
  EXPECT_EQ(sent(99), 403);
  EXPECT_EQ(sent(200), 403);
  EXPECT_EQ(sent(299), 403);
  EXPECT_EQ(sent(300), 300);
  EXPECT_EQ(sent(418), 418);
  EXPECT_EQ(sent(599), 599);
  EXPECT_EQ(sent(600), 403);
  EXPECT_EQ(sent(65535), 403);
}

TEST(ExtAuthzResponseTest, OurOwnFailureIsAnError) {
  CheckAnswerWriter writer;
  const auth::CheckResponse response = Parse(writer.WriteFailure({.status = 503, .body = "x"}));
  EXPECT_EQ(response.status().code(), 14);
  EXPECT_EQ(response.http_response_case(), auth::CheckResponse::kErrorResponse);
  EXPECT_EQ(response.error_response().status().code(), 503);
}

TEST(ExtAuthzResponseTest, AHeaderThatMayNotBeSentTurnsAnAllowIntoADenial) {
  const std::array<std::string_view, 22> names{":path",
                                               ":authority",
                                               "",
                                               "host",
                                               "Host",
                                               "content-length",
                                               "Transfer-Encoding",
                                               "connection",
                                               "te",
                                               "trailer",
                                               "upgrade",
                                               "keep-alive",
                                               "proxy-authorization",
                                               "Proxy-Connection",
                                               "x-envoy-internal",
                                               "X-Envoy-Foo",
                                               "a b",
                                               "a:b",
                                               "a\r\nb",
                                               "a\xc3\xa9",
                                               "expect",
                                               std::string_view("a\0b", 3)};
  CheckAnswerWriter writer;
  for (const std::string_view name : names) {
    const std::array<NameValue, 1> header{NameValue{name, "v"}};
    const std::array<std::string_view, 1> strip{name};
    for (const AllowAnswer& answer : {AllowAnswer{header, {}, {}}, AllowAnswer{{}, strip, {}}}) {
      // What proxies say of themselves may be taken from the client, never said in their stead.
      if (answer.set_headers.empty() && base::MayStripHeader(name)) continue;
      const auto [bytes, fault] = writer.WriteAllow(answer);
      EXPECT_EQ(fault, AllowFault::kHeaderName) << name;
      const auth::CheckResponse response = Parse(bytes);
      EXPECT_NE(response.status().code(), 0) << name;
      EXPECT_EQ(response.denied_response().status().code(), 500);
    }
    const auth::CheckResponse denial = Parse(writer.WriteDeny({.status = 403, .headers = header}));
    EXPECT_EQ(denial.denied_response().headers_size(), 0) << name;
  }
}

TEST(ExtAuthzResponseTest, ValuesThatSplitOrCannotBeReadAreRefused) {
  const std::array<std::string_view, 6> values{"a\r\nb: c", "a\nb", std::string_view("a\0b", 3),
                                               "\x7f",      "\xff", "\x1b"};
  CheckAnswerWriter writer;
  for (const std::string_view value : values) {
    const std::array<NameValue, 1> header{NameValue{"x-a", value}};
    EXPECT_EQ(writer.WriteAllow({.set_headers = header}).fault, AllowFault::kHeaderValue);
    const auth::CheckResponse denial = Parse(writer.WriteDeny({.status = 403, .headers = header}));
    EXPECT_EQ(denial.denied_response().headers_size(), 0);
  }
}

TEST(ExtAuthzResponseTest, OneNameHasOneValue) {
  CheckAnswerWriter writer;
  const std::array<NameValue, 2> two{NameValue{"x-a", "1"}, NameValue{"X-A", "2"}};
  const std::array<NameValue, 2> same{NameValue{"x-a", "1"}, NameValue{"X-A", "1"}};
  EXPECT_EQ(writer.WriteAllow({.set_headers = two}).fault, AllowFault::kHeaderTwice);
  EXPECT_EQ(writer.WriteAllow({.set_headers = same}).fault, AllowFault::kNone);
}

TEST(ExtAuthzResponseTest, TextsAreAlwaysUtf8) {
  const std::array<MetadataEntry, 3> metadata{MetadataEntry{"k\xff", std::string_view("a\xfe\xff"
                                                                                      "b")},
                                              MetadataEntry{"nan", std::numeric_limits<double>::quiet_NaN()},
                                              MetadataEntry{"inf", std::numeric_limits<double>::infinity()}};
  CheckAnswerWriter writer;
  const auth::CheckResponse response =
      Parse(writer.WriteDeny({.status = 403, .body = "caf\xe9!", .metadata = metadata}));
  EXPECT_EQ(response.denied_response().body(), "caf!!");
  ASSERT_EQ(response.dynamic_metadata().fields_size(), 1);
  EXPECT_EQ(response.dynamic_metadata().fields().at("k!").string_value(), "a!!b");
}

// Whatever is asked for: the bytes parse, and only a clean allow has code 0.
TEST(ExtAuthzResponseTest, AnyContentGivesReadableBytes) {
  constexpr unsigned kSeed = 17;
  std::mt19937 random(kSeed);
  const auto text = [&random] {
    std::string out;
    const std::size_t size = random() % 200;
    for (std::size_t i = 0; i < size; ++i) {
      out += random() % 400 == 0 ? static_cast<char>(random()) : static_cast<char>('a' + random() % 26);
    }
    return out;
  };
  CheckAnswerWriter writer;
  int allowed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::string> texts(8);
    for (std::string& t : texts) t = text();
    const std::array<NameValue, 2> headers{NameValue{texts[0], texts[1]}, NameValue{texts[2], texts[3]}};
    const std::array<std::string_view, 1> strip{texts[4]};
    const std::array<MetadataEntry, 1> metadata{MetadataEntry{texts[5], std::string_view(texts[6])}};
    const auto [bytes, fault] =
        writer.WriteAllow({.set_headers = headers, .strip_headers = strip, .metadata = metadata});
    ASSERT_EQ(Parse(bytes).status().code() == 0, fault == AllowFault::kNone) << "seed " << kSeed << " round " << i;
    if (fault == AllowFault::kNone) ++allowed;
    const auto status = static_cast<std::uint16_t>(random());
    ASSERT_NE(Parse(writer.WriteDeny({status, headers, texts[7], metadata})).status().code(), 0);
    ASSERT_NE(Parse(writer.WriteFailure({status, headers, texts[7], metadata})).status().code(), 0);
  }
  EXPECT_GT(allowed, 100);
}

}  // namespace
}  // namespace ward::server
