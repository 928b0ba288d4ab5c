#include <gtest/gtest.h>

#include <string_view>

#include "base/header_names.h"

namespace ward::base {
namespace {

TEST(HeaderNamesTest, WhatFramesTheMessageIsNeitherSetNorStripped) {
  for (const std::string_view name :
       {"", ":path", ":authority", "host", "Host", "content-length", "Transfer-Encoding", "connection", "TE", "trailer",
        "upgrade", "keep-alive", "http2-settings", "Expect", "a b", "a:b", "a\r\nb", "a\xc3\xa9"}) {
    EXPECT_FALSE(MaySetHeader(name)) << name;
    EXPECT_FALSE(MayStripHeader(name)) << name;
  }
  EXPECT_FALSE(MayStripHeader(std::string_view("a\0b", 3)));
}

TEST(HeaderNamesTest, TheWordsOfProxiesAreStrippedAtMost) {
  for (const std::string_view name : {"proxy-authorization", "Proxy-Connection", "x-envoy-internal", "X-Envoy-Foo"}) {
    EXPECT_FALSE(MaySetHeader(name)) << name;
    EXPECT_TRUE(MayStripHeader(name)) << name;
  }
}

TEST(HeaderNamesTest, AllOthersAreThePolicys) {
  for (const std::string_view name :
       {"x-user", "Authorization", "cookie", "x-envoy", "proxy", "hosts", "a!#$%&'*+-.^_`|~9"}) {
    EXPECT_TRUE(MaySetHeader(name)) << name;
    EXPECT_TRUE(MayStripHeader(name)) << name;
  }
}

TEST(HeaderNamesTest, ValuesNeitherSplitNorBreakTheMessage) {
  for (const std::string_view value : {"a\r\nb: c", "a\nb", "\x7f", "\xff", "\x1b"}) EXPECT_FALSE(IsHeaderValue(value));
  EXPECT_FALSE(IsHeaderValue(std::string_view("a\0b", 3)));
  EXPECT_TRUE(IsHeaderValue("a\tb \xc3\xa9"));
  EXPECT_TRUE(IsHeaderValue(""));
}

}  // namespace
}  // namespace ward::base
