#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include "base/budgets.h"
#include "envoy/service/auth/v3/external_auth.pb.h"
#include "server/ext_authz_request.h"

namespace ward::server {
namespace {

namespace auth = envoy::service::auth::v3;

auth::CheckRequest FullRequest() {
  auth::CheckRequest request;
  auth::AttributeContext& attributes = *request.mutable_attributes();
  auto& source = *attributes.mutable_source();
  source.mutable_address()->mutable_socket_address()->set_address("203.0.113.9");
  source.mutable_address()->mutable_socket_address()->set_port_value(54321);
  source.set_service("edge");
  source.set_principal("spiffe://mesh/orders");
  source.set_certificate("-----BEGIN%20CERTIFICATE-----");
  (*source.mutable_labels())["zone"] = "a";
  auto& destination = *attributes.mutable_destination();
  destination.mutable_address()->mutable_socket_address()->set_address("2001:db8::1");
  destination.set_principal("spiffe://mesh/gateway");
  attributes.mutable_request()->mutable_time()->set_seconds(1'700'000'000);
  attributes.mutable_request()->mutable_time()->set_nanos(123'000);
  auto& http = *attributes.mutable_request()->mutable_http();
  http.set_id("1234567890");
  http.set_method("POST");
  http.set_path("/orders/7?x=%2f");
  http.set_host("api.example.com:8443");
  http.set_scheme("https");
  http.set_protocol("HTTP/2");
  http.set_size(11);
  http.set_raw_body("hello\xff\0world");
  (*http.mutable_headers())["content-type"] = "text/plain";
  (*http.mutable_headers())["x-empty"] = "";
  (*http.mutable_headers())[":path"] = "/orders/7?x=%2f";
  (*attributes.mutable_context_extensions())["policy"] = "orders";
  attributes.mutable_tls_session()->set_sni("api.example.com");
  auto& metadata = *attributes.mutable_metadata_context()->mutable_filter_metadata();
  (*metadata["envoy.filters.http.jwt_authn"].mutable_fields())["payload"].mutable_struct_value();
  (*(*metadata["envoy.filters.http.jwt_authn"].mutable_fields())["payload"]
        .mutable_struct_value()
        ->mutable_fields())["sub"]
      .set_string_value("ann");
  metadata["other"];
  return request;
}

std::map<std::string_view, std::string_view> Pairs(std::span<const NameValue> pairs) {
  std::map<std::string_view, std::string_view> map;
  for (const NameValue& pair : pairs) map[pair.name] = pair.value;
  return map;
}

TEST(ExtAuthzRequestTest, EveryFieldArrives) {
  const auth::CheckRequest request = FullRequest();
  const std::string bytes = request.SerializeAsString();
  CheckRequestReader reader;
  ASSERT_EQ(reader.Read(bytes), CheckFault::kNone);
  const CheckQuestion& question = reader.question();
  EXPECT_EQ(question.method, "POST");
  EXPECT_EQ(question.target, "/orders/7?x=%2f");
  EXPECT_EQ(question.host, "api.example.com:8443");
  EXPECT_EQ(question.protocol, "HTTP/2");
  EXPECT_EQ(question.body, request.attributes().request().http().raw_body());
  EXPECT_EQ(question.source.address, "203.0.113.9");
  EXPECT_EQ(question.source.principal, "spiffe://mesh/orders");
  EXPECT_EQ(question.source.certificate, "-----BEGIN%20CERTIFICATE-----");
  const auto headers = Pairs(question.headers);
  EXPECT_EQ(headers.size(), 2U);  // no `:path`
  EXPECT_EQ(headers.at("content-type"), "text/plain");
  EXPECT_EQ(headers.at("x-empty"), "");
  EXPECT_EQ(Pairs(question.extensions).at("policy"), "orders");
  // In place: the texts lie in the bytes given.
  EXPECT_GE(question.method.data(), bytes.data());
  EXPECT_LT(question.method.data(), bytes.data() + bytes.size());
  const FilterMetadata jwt = FindFilterMetadata(question.metadata, "envoy.filters.http.jwt_authn");
  EXPECT_TRUE(jwt.found);
  EXPECT_TRUE(jwt.valid);
  EXPECT_FALSE(jwt.struct_message.empty());
  EXPECT_FALSE(FindFilterMetadata(question.metadata, "absent").found);
}

TEST(ExtAuthzRequestTest, AnEmptyMessageSaysNothing) {
  CheckRequestReader reader;
  ASSERT_EQ(reader.Read(""), CheckFault::kNone);
  EXPECT_EQ(reader.question().method, "");
  EXPECT_TRUE(reader.question().headers.empty());
}

TEST(ExtAuthzRequestTest, RawHeadersKeepLinesAndBytes) {
  auth::CheckRequest request;
  auto& map = *request.mutable_attributes()->mutable_request()->mutable_http()->mutable_header_map();
  for (const std::string_view value : {"a=1", "b=\xff"}) {
    auto& header = *map.add_headers();
    header.set_key("cookie");
    header.set_raw_value(std::string(value));
  }
  auto& plain = *map.add_headers();
  plain.set_key("x-plain");
  plain.set_value("v");
  const std::string bytes = request.SerializeAsString();
  CheckRequestReader reader;
  ASSERT_EQ(reader.Read(bytes), CheckFault::kNone);
  ASSERT_EQ(reader.question().headers.size(), 3U);
  EXPECT_EQ(reader.question().headers[0].value, "a=1");
  EXPECT_EQ(reader.question().headers[1].value, "b=\xff");
  EXPECT_EQ(reader.question().headers[2].value, "v");
}

TEST(ExtAuthzRequestTest, APipeHasNoAddress) {
  auth::CheckRequest request;
  request.mutable_attributes()->mutable_source()->mutable_address()->mutable_pipe()->set_path("@");
  CheckRequestReader reader;
  const std::string bytes = request.SerializeAsString();
  ASSERT_EQ(reader.Read(bytes), CheckFault::kNone);
  EXPECT_EQ(reader.question().source.address, "");
}

// Field `number` as bytes, its length in one byte.
std::string Bytes(int number, std::string_view content) {
  EXPECT_LT(content.size(), 128U);
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(content.size())} + std::string(content);
}
std::string InHttp(std::string_view http) { return Bytes(1, Bytes(4, Bytes(2, http))); }

CheckFault Read(std::string_view bytes) {
  CheckRequestReader reader;
  return reader.Read(bytes);
}

TEST(ExtAuthzRequestTest, HostileBytesAreNamed) {
  EXPECT_EQ(Read(InHttp(Bytes(2, "GET"))), CheckFault::kNone);
  EXPECT_EQ(Read("\x0a"), CheckFault::kDamaged);                           // a length is missing
  EXPECT_EQ(Read("\x0a\x05zz"), CheckFault::kDamaged);                     // shorter than it says
  EXPECT_EQ(Read(std::string_view("\x00\x00", 2)), CheckFault::kDamaged);  // field number 0
  EXPECT_EQ(Read("\x0b\x0c"), CheckFault::kDamaged);                       // a group
  EXPECT_EQ(Read("\x7a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), CheckFault::kDamaged);
  // A length of 2^32 + 1 is not 1.
  EXPECT_EQ(Read("\x7a\x81\x80\x80\x80\x10x"), CheckFault::kDamaged);
  EXPECT_EQ(Read(std::string("\x08\x01")), CheckFault::kWrongWireType);  // attributes as a number
  EXPECT_EQ(Read(InHttp("\x10\x01")), CheckFault::kWrongWireType);       // method as a number
  EXPECT_EQ(Read(InHttp("\x18\x01")), CheckFault::kWrongWireType);       // a header as a number
  EXPECT_EQ(Read(InHttp(Bytes(2, "GET") + Bytes(2, "PUT"))), CheckFault::kDuplicate);
  EXPECT_EQ(Read(InHttp(Bytes(11, "a") + Bytes(12, "b"))), CheckFault::kDuplicate);  // two bodies
  EXPECT_EQ(Read(InHttp("") + InHttp("")), CheckFault::kDuplicate);
  EXPECT_EQ(Read(InHttp(Bytes(2, "G\xff"))), CheckFault::kNotUtf8);
  EXPECT_EQ(Read(InHttp(Bytes(4, "/\xc0\xaf"))), CheckFault::kNotUtf8);
  EXPECT_EQ(Read(InHttp(Bytes(3, Bytes(1, "x\xff") + Bytes(2, "v")))), CheckFault::kNotUtf8);
  EXPECT_EQ(Read(InHttp(Bytes(3, Bytes(1, "x") + Bytes(1, "y")))), CheckFault::kDamaged);
  EXPECT_EQ(Read(InHttp(Bytes(13, Bytes(1, Bytes(2, "v") + Bytes(3, "w"))))), CheckFault::kDuplicate);
  const std::string extension = Bytes(10, Bytes(1, "k") + Bytes(2, "v"));
  EXPECT_EQ(Read(Bytes(1, extension)), CheckFault::kNone);
  EXPECT_EQ(Read(Bytes(1, extension + extension)), CheckFault::kDuplicate);
  // Two addresses of one peer.
  EXPECT_EQ(Read(Bytes(1, Bytes(1, Bytes(1, Bytes(1, "") + Bytes(2, ""))))), CheckFault::kDuplicate);
  for (int i = 0; i < kCheckFaultCount; ++i) {
    EXPECT_NE(CheckFaultText(static_cast<CheckFault>(i)), "unknown fault") << i;
  }
}

TEST(ExtAuthzRequestTest, BudgetsAtTheEdgeAndBeyond) {
  using namespace base::budget;
  auth::CheckRequest request;
  auto& http = *request.mutable_attributes()->mutable_request()->mutable_http();
  for (std::size_t i = 0; i < kRequestHeaderCountMax; ++i) {
    (*http.mutable_headers())["h" + std::to_string(i)] = "";
  }
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kNone);
  (*http.mutable_headers())["one-more"] = "";
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kTooManyHeaders);
  http.clear_headers();
  (*http.mutable_headers())["h"] = std::string(kRequestHeaderBytesMax - 1, 'x');
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kNone);
  (*http.mutable_headers())["h"] += 'x';
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kHeadersTooLarge);
  http.clear_headers();
  auto& extensions = *request.mutable_attributes()->mutable_context_extensions();
  for (std::size_t i = 0; i < kRequestContextExtensionCountMax; ++i) extensions[std::to_string(i)];
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kNone);
  extensions["one-more"];
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kTooManyExtensions);
  extensions.clear();
  http.set_raw_body(std::string(kCheckRequestBytesMax, 'x'));
  http.set_raw_body(std::string(kCheckRequestBytesMax - (request.ByteSizeLong() - kCheckRequestBytesMax), 'x'));
  ASSERT_EQ(request.ByteSizeLong(), kCheckRequestBytesMax);
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kNone);
  http.mutable_raw_body()->push_back('x');
  EXPECT_EQ(Read(request.SerializeAsString()), CheckFault::kTooLarge);
}

// What we take, protobuf takes too, and reads the same.
void ExpectSame(const CheckQuestion& question, const auth::CheckRequest& oracle) {
  const auto& attributes = oracle.attributes();
  const auto& http = attributes.request().http();
  EXPECT_EQ(question.method, http.method());
  EXPECT_EQ(question.target, http.path());
  EXPECT_EQ(question.host, http.host());
  EXPECT_EQ(question.protocol, http.protocol());
  EXPECT_EQ(question.body, http.raw_body().empty() ? http.body() : http.raw_body());
  EXPECT_EQ(question.source.address, attributes.source().address().socket_address().address());
  EXPECT_EQ(question.source.principal, attributes.source().principal());
  EXPECT_EQ(question.source.certificate, attributes.source().certificate());
  EXPECT_EQ(question.extensions.size(), attributes.context_extensions().size());
  for (const NameValue& pair : question.extensions) {
    EXPECT_EQ(attributes.context_extensions().at(std::string(pair.name)), pair.value);
  }
}

TEST(ExtAuthzRequestTest, MutatedBytesNeverCrashAndNeverReadDifferently) {
  const google::protobuf::LogSilencer silent;
  constexpr unsigned kSeed = 3;
  std::mt19937 random(kSeed);
  const std::string original = FullRequest().SerializeAsString();
  CheckRequestReader reader;
  int taken = 0;
  int refused = 0;
  int both = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string bytes = original;
    const std::size_t changes = 1 + random() % 3;
    for (std::size_t k = 0; k < changes; ++k) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
          break;
        case 2:
          bytes.erase(at, 1 + random() % 4);
          break;
        default:
          bytes.insert(at, 1, static_cast<char>(random()));
          break;
      }
      if (bytes.empty()) bytes = "x";
    }
    const CheckFault fault = reader.Read(bytes);
    fault == CheckFault::kNone ? ++taken : ++refused;
    auth::CheckRequest oracle;
    if (fault != CheckFault::kNone || !oracle.ParseFromString(bytes)) continue;
    ++both;
    ExpectSame(reader.question(), oracle);
    if (HasFailure()) FAIL() << "seed " << kSeed << " round " << i;
  }
  EXPECT_GT(taken, 20'000);
  EXPECT_GT(refused, 20'000);
  EXPECT_GT(both, 20'000);
}

TEST(ExtAuthzRequestTest, EveryPrefixIsRefusedOrReadsLess) {
  const std::string original = FullRequest().SerializeAsString();
  CheckRequestReader reader;
  for (std::size_t size = 1; size < original.size(); ++size) {
    // The attributes are one field, so that any cut is a damaged length.
    EXPECT_EQ(reader.Read(std::string_view(original).substr(0, size)), CheckFault::kDamaged) << size;
  }
}

}  // namespace
}  // namespace ward::server
