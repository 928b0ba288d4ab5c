// What `ward fix` promises of any bundle: nothing left that it could mend, no error of its own making, and files of others
// untouched. What single fixes do stands in tests/golden/fix.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "bundle/file_set.h"
#include "lint/mend.h"

namespace ward::lint {
namespace {

using Texts = std::map<std::string, std::string>;

MendOutcome MendTexts(const Texts& texts) {
  Result<MendOutcome> outcome = Mend(*bundle::TextsInMemory(texts), {});
  EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
  return std::move(outcome.value());
}

std::map<std::string, std::size_t> ErrorsByFile(const Texts& texts) {
  const Result<Outcome> outcome = Run(*bundle::TextsInMemory(texts), {});
  EXPECT_TRUE(outcome.has_value());
  std::map<std::string, std::size_t> errors;
  for (const Diagnostic& finding : outcome->findings) {
    if (finding.severity == Severity::kError) ++errors[finding.location.file];
  }
  return errors;
}

void ExpectPromises(const Texts& before) {
  const MendOutcome first = MendTexts(before);
  Texts after = before;
  for (const auto& [name, text] : first.changed) {
    ASSERT_TRUE(before.contains(name)) << name;
    EXPECT_NE(before.at(name), text);
    after[name] = text;
  }
  EXPECT_EQ(first.mended.empty(), first.changed.empty());
  EXPECT_TRUE(!ErrorsByFile(before).empty() || ErrorsByFile(after).empty());
  const MendOutcome second = MendTexts(after);
  EXPECT_TRUE(second.changed.empty());
  EXPECT_EQ(second.left.size(), first.left.size());
}

TEST(MendTest, KeepsItsPromises) {
  ExpectPromises({{"a.ward", "policy a\n"}});
  ExpectPromises({{"a.ward", ""}});
  ExpectPromises({{"a.ward", "policy a governs x\napi x\n  read  action \"read\"\nrule r\n  alow reed\n"}});
  // Line breaks of other systems, a byte order mark, text that is no UTF-8, no line break at the end.
  ExpectPromises({{"a.ward", "policy a governs x\r\napi x\r\n  read  action \"read\"\r\nrule r\r\n  allow *\r\n"}});
  ExpectPromises({{"a.ward", "\xEF\xBB\xBFpolicy a governs x\napi x\n  read  action \"read\"\nrule r\n  allow *\n"}});
  ExpectPromises({{"a.ward", "policy a governs x\napi x\n  read  action \"read\"\nrule r\n  allow *\n# \xFF\xC0\n"}});
  ExpectPromises({{"a.ward", "policy a governs x\napi x\n  read  action \"read\"\nrule r\n  allow *"}});
}

TEST(MendTest, WhatBringsMoreToLightIsMended) {
  // Of the type nothing is known, so both rules keep silent about the attribute; mended, both are wrong.
  const Texts before = {{"a.ward",
                         "policy a governs x\nattributes of token\n  a: strng up to 5\napi x\n  read  action \"read\"\n"
                         "rule r\n  allow read\n  when token.a is 7\n"
                         "rule s\n  allow read\n  when token.a is 2 minutes\n"}};
  ExpectPromises(before);
  const MendOutcome outcome = MendTexts(before);
  ASSERT_FALSE(outcome.mended.empty());
  EXPECT_EQ(outcome.mended[0].finding.code, "E35");
  EXPECT_NE(outcome.changed.at("a.ward").find("  a: string up to 5\n"), std::string::npos);
}

TEST(MendTest, TheSameMistakeTwiceInALine) {
  // Only the first is told, and mended the second one says the same at another place.
  const Texts before = {{"a.ward",
                         "policy a governs x\nattributes of token\n  age: duration, from now - iat\n  iat: timestamp\n"
                         "api x\n  read  action \"read\"\n"
                         "rule r\n  allow read\n"
                         "  when now-token.iat less than now-token.iat + 5 minutes\n"}};
  ExpectPromises(before);
  EXPECT_NE(MendTexts(before).changed.at("a.ward").find("now - token.iat less than now - token.iat"),
            std::string::npos);
}

TEST(MendTest, ManyMistakesCostNoMoreThanTheirNumber) {
  constexpr int kRules = 2'000;
  std::string text = "policy a governs x\nattributes of token\n  s: string\napi x\n  read  action \"read\"\n";
  for (int i = 0; i < kRules; ++i) {
    text += "rule r" + std::to_string(i) + "\n  allow read\n  when token.s == \"a\"\n";
  }
  EXPECT_EQ(MendTexts({{"a.ward", text}}).mended.size(), std::size_t{kRules});
}

TEST(MendTest, DataOfOthersStays) {
  // The bad row stands in a data file, and policies that Ward ships are not the bundle's.
  ExpectPromises({{"ward.toml", "name = \"t\"\nedition = 1\n"},
                  {"a.ward",
                   "policy a governs x\nuse private-netwrk from ward.networks\napi x\n  read  action \"read\"\n"
                   "table t from \"t.csv\"\n  | id: string key | n: int |\n"
                   "rule r\n  allow read\n  when private-network and t[subject.id].n is 5\n"},
                  {"t.csv", "a,b\n"}});
}

}  // namespace
}  // namespace ward::lint
