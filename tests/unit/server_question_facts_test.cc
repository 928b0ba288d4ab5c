// What is derived from an ext_authz question before the engine sees it: body, path, claims.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/budgets.h"
#include "server/body_extent.h"
#include "server/claims.h"
#include "server/forwarded_path.h"

namespace ward::server {
namespace {

BodyExtent Extent(std::vector<NameValue> headers, std::string_view body, std::string_view protocol) {
  CheckQuestion question;
  question.headers = headers;
  question.body = body;
  question.protocol = protocol;
  return ExtentOf(question);
}

TEST(BodyExtentTest, OnlyAContentLengthProvesThatABodyIsWhole) {
  const BodyExtent whole = Extent({{"content-length", "5"}}, "hello", "HTTP/1.1");
  EXPECT_TRUE(whole.complete);
  EXPECT_EQ(whole.size_bytes, 5);
  // Item 13 of the traps: Envoy says it is not partial, and it is.
  const BodyExtent prefix =
      Extent({{"content-length", "9"}, {"x-envoy-auth-partial-body", "false"}}, "hello", "HTTP/2");
  EXPECT_FALSE(prefix.complete);
  EXPECT_EQ(prefix.size_bytes, 9);
  EXPECT_FALSE(Extent({{"x-envoy-auth-partial-body", "false"}}, "hello", "HTTP/2").complete);
  EXPECT_FALSE(Extent({{"Transfer-Encoding", "chunked"}}, "hello", "HTTP/1.1").complete);
  EXPECT_FALSE(Extent({{"content-length", "5"}, {"Content-Length", "5"}}, "hello", "HTTP/1.1").complete);
  for (const std::string_view bad : {"5,5", " 5", "+5", "-1", "", "0x5", "99999999999999999999"}) {
    const BodyExtent extent = Extent({{"content-length", bad}}, "hello", "HTTP/1.1");
    EXPECT_FALSE(extent.complete) << bad;
    EXPECT_EQ(extent.size_bytes, -1) << bad;
  }
}

TEST(BodyExtentTest, NothingSaidMeansNoBodyInHttp1Only) {
  EXPECT_EQ(Extent({}, "", "HTTP/1.1").size_bytes, 0);
  EXPECT_TRUE(Extent({}, "", "HTTP/1.0").complete);
  EXPECT_EQ(Extent({}, "", "HTTP/2").size_bytes, -1);
  EXPECT_FALSE(Extent({}, "", "").complete);
  EXPECT_FALSE(Extent({}, "x", "HTTP/1.1").complete);
}

TEST(ForwardedPathTest, WhatEnvoyWouldHaveChangedIsSeen) {
  for (const std::string_view normal :
       {"/", "/a", "/a/", "/a/b?x=//../%61", "/a%20b", "/caf%C3%A9", "/a;x=1/b", "/a/...", "/.well-known/x", "/a..",
        "/a%zz", "/a%2fb", "/100%25", "", "*", "/a?", "/..a/b"}) {
    EXPECT_TRUE(IsNormalisedByEnvoy(normal)) << normal;
  }
  for (const std::string_view odd : {"/a/../b", "/./a", "/a/.", "/a/..", "//a", "/a//b", "/a//", "/%61dmin", "/%7E",
                                     "/%2e%2e/a", "/a/%2E", "/a\\b", "/..", "/a/../?x"}) {
    EXPECT_FALSE(IsNormalisedByEnvoy(odd)) << odd;
  }
}

std::string StructBytes(std::string_view json) {
  google::protobuf::Struct message;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(std::string(json), &message).ok()) << json;
  return message.SerializeAsString();
}

TEST(ClaimIndexTest, FindsAtTheTopAndBelow) {
  ClaimIndex claims;
  const std::string bytes = StructBytes(R"({"sub":"ann","realm_access":{"roles":["a"]},"x5t#S256":"y"})");
  ASSERT_TRUE(claims.Read(bytes));
  const auto find = [&claims](std::vector<std::string_view> path) { return claims.Find(path); };
  EXPECT_EQ(find({"sub"}).bytes, "ann");
  EXPECT_EQ(find({"realm_access", "roles"}).kind, ValueKind::kList);
  EXPECT_EQ(find({"realm_access", "other"}).kind, ValueKind::kAbsent);
  EXPECT_EQ(find({"sub", "x"}).kind, ValueKind::kInvalid);
  EXPECT_EQ(find({"x5t#S256"}).bytes, "y");
  EXPECT_EQ(find({"none"}).kind, ValueKind::kAbsent);
  const std::string twice = bytes + StructBytes(R"({"sub":"eve"})");
  ASSERT_TRUE(claims.Read(twice));
  EXPECT_EQ(find({"sub"}).kind, ValueKind::kInvalid);
  EXPECT_FALSE(claims.Read("\x0a\x05"));
  EXPECT_EQ(find({"sub"}).kind, ValueKind::kAbsent);
  ASSERT_TRUE(claims.Read(bytes));
  claims.Clear();
  EXPECT_EQ(find({"sub"}).kind, ValueKind::kAbsent);
}

TEST(ClaimIndexTest, BudgetAtTheEdgeAndBeyond) {
  std::string json = "{";
  for (std::size_t i = 0; i < base::budget::kRequestClaimCountMax; ++i) {
    json += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
  }
  ClaimIndex claims;
  EXPECT_TRUE(claims.Read(StructBytes(json + "}")));
  EXPECT_FALSE(claims.Read(StructBytes(json + ",\"more\":1}")));
}

TEST(ClaimIndexTest, DottedNames) {
  const std::array<std::string_view, 2> path{"realm_access", "roles"};
  EXPECT_TRUE(IsDottedPath("realm_access.roles", path));
  EXPECT_TRUE(IsDottedPath("sub", std::array<std::string_view, 1>{"sub"}));
  EXPECT_FALSE(IsDottedPath("realm_access", path));
  EXPECT_FALSE(IsDottedPath("realm_access.roles.x", path));
  EXPECT_FALSE(IsDottedPath("realm_access-roles", path));
  EXPECT_FALSE(IsDottedPath("", std::span<const std::string_view>()));
}

}  // namespace
}  // namespace ward::server
