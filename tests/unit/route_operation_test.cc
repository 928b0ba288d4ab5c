// Hosts have one spelling or none; actions and names find their operation.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/budgets.h"
#include "image_builder.h"
#include "route/host.h"
#include "route/operation.h"

namespace ward::route {
namespace {

std::string Host(std::string_view raw) {
  std::array<char, base::budget::kRequestHostBytesMax> scratch;
  return std::string(NormaliseHost(raw, scratch));
}

TEST(HostTest, CasePortAndTrailingDotAreFolded) {
  EXPECT_EQ(Host("api.example.com"), "api.example.com");
  EXPECT_EQ(Host("API.Example.COM.:8443"), "api.example.com");
  EXPECT_EQ(Host("example.com:"), "example.com");
  EXPECT_EQ(Host("[2001:DB8::1]:80"), "[2001:db8::1]");
  EXPECT_EQ(Host("10.0.0.1:1"), "10.0.0.1");
  EXPECT_EQ(Host(std::string(255, 'a')), std::string(255, 'a'));
}

TEST(HostTest, WhatIsNoHostHasNoForm) {
  for (const char* bad : {"", ".", "..", "h..", ".h", "a..b", "h..:80", "a,b", "a b", "user@host", "host:x",
                          "host:80:80", "[::1", "[::1]x", "h\xc3\xb6st", "a/b"}) {
    EXPECT_EQ(Host(bad), "") << bad;
  }
  EXPECT_EQ(Host(std::string(256, 'a')), "");
}

TEST(OperationTest, ActionsWithAndWithoutATypeAndNames) {
  test::ImageBuilder builder;
  const std::uint32_t actions = builder.Domain({"read", std::string("read\0record", 11)});
  const std::uint32_t names = builder.Domain({"a.x", "a.y"});
  const std::array<std::uint32_t, 2> operations = {7, 9};
  bytecode::Image image = builder.image();
  EXPECT_EQ(FindByName(image, "a.x"), bytecode::kNone) << "a bundle without operations has no such domain";
  image.action_domain = actions;
  image.name_domain = names;
  image.action_operations = operations;
  EXPECT_EQ(FindByAction(image, "read", "record"), 9U);
  EXPECT_EQ(FindByAction(image, "read", "other"), 7U);
  EXPECT_EQ(FindByAction(image, "read", ""), 7U);
  EXPECT_EQ(FindByAction(image, std::string_view("read\0record", 11), ""), bytecode::kNone);
  EXPECT_EQ(FindByAction(image, "write", "record"), bytecode::kNone);
  EXPECT_EQ(FindByAction(image, "read", std::string(5000, 'x')), 7U);
  EXPECT_EQ(FindByName(image, "a.y"), 1U);
  EXPECT_EQ(FindByName(image, "a.z"), bytecode::kNone);
}

}  // namespace
}  // namespace ward::route
