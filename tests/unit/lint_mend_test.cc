// What `ward fix` promises of any bundle: never more errors in a file than before, nothing left that it could mend, and
// files of others untouched. What single fixes do stands in tests/golden/fix.
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
  auto errors_before = ErrorsByFile(before);
  for (const auto& [file, errors] : ErrorsByFile(after)) EXPECT_LE(errors, errors_before[file]) << after[file];
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

TEST(MendTest, WhatBringsMoreToLightIsLeft) {
  // Of the type nothing is known, so both rules keep silent about the attribute; mended, both are wrong.
  const Texts before = {{"a.ward",
                         "policy a governs x\nattributes of token\n  a: strng up to 5\napi x\n  read  action \"read\"\n"
                         "rule r\n  allow read\n  when token.a is 7\n"
                         "rule s\n  allow read\n  when token.a is 8\n"}};
  ExpectPromises(before);
  EXPECT_TRUE(MendTexts(before).changed.empty());
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
