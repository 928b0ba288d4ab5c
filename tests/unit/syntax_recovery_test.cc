// After a mistake: what is still in the tree, what is marked broken, and that nothing else is reported.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "syntax_parsed.h"

namespace ward::syntax {
namespace {

std::vector<std::string> Codes(const Parsed& parsed) {
  std::vector<std::string> codes;
  for (const ward::Diagnostic& found : parsed.Findings()) {
    codes.push_back(std::to_string(found.location.line) + " " + found.code);
  }
  return codes;
}
using Codes_ = std::vector<std::string>;

TEST(Recovery, ABrokenClauseIsLeftOutAndTheNextLineIsRead) {
  const Parsed parsed("policy a governs b\nrule r\n  allow x\n  when a == b\n  because \"x\"\nrule s\n  allow y\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"4 E03"}));
  EXPECT_EQ(parsed.DumpWithoutComments(),
            "(policy a (governs b))\n(rule r) broken\n  (allow x)\n  (because \"x\")\n(rule s)\n  (allow y)\n");
  EXPECT_FALSE(parsed.file->lost_declarations);
}

TEST(Recovery, EveryLineHasItsOwnError) {
  const Parsed parsed(
      "policy a governs b\nrule r\n  allow *\n  when a ==\n  unless (\n  because \"x\n  reply 4o4\nrule s\n  allow "
      "y\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"3 E07", "4 E03", "5 E26", "6 E32", "7 E29"}));
  EXPECT_EQ(parsed.file->declarations.size(), 3U);
}

TEST(Recovery, ABrokenOpeningLineIsSkippedToTheNextOpening) {
  const Parsed parsed("policy a governs b\nrule 5\n  allow *\n  when a ==\nfoo\n  bar\nrule s\n  allow y\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"2 E26"}));
  EXPECT_TRUE(parsed.file->lost_declarations);
  EXPECT_EQ(parsed.DumpWithoutComments(), "(policy a (governs b))\n(rule s)\n  (allow y)\n");
}

TEST(Recovery, AnUnknownOpeningIsSkippedToo) {
  const Parsed parsed("policy a governs b\nfoo\n  bar\nqux\n  allow *\nrule s\n  allow y\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"2 E26"}));
  EXPECT_EQ(parsed.file->declarations.size(), 2U);
}

TEST(Recovery, MisspeltWordsAreReadAsIfSpeltRight) {
  const Parsed parsed("policy a governs b\nruel r\n  alow x\n  wehn a is b\n   and c\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"2 E26", "3 E26", "4 E26"}));
  EXPECT_EQ(parsed.DumpWithoutComments(), "(policy a (governs b))\n(rule r)\n  (allow x)\n  (when (and (is a b) c))\n");
  const auto& rule = parsed.Only<RuleDecl>();
  EXPECT_EQ(parsed.TextOf(rule.name.span), "r");
  EXPECT_EQ(parsed.TextOf(rule.verdict->operations.names[0].span), "x");
  EXPECT_EQ(parsed.TextOf(rule.when->condition->span), "a is b\n   and c");
}

TEST(Recovery, LinesOutOfPlaceAreReadAsIfTheyStoodRight) {
  const Parsed parsed("policy a governs b\nrule r\nallow x\n  rule s\n    deny y\nwhen z\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"3 E25", "4 E24", "6 E25"}));
  EXPECT_EQ(parsed.DumpWithoutComments(),
            "(policy a (governs b))\n(rule r)\n  (allow x)\n(rule s)\n  (deny y)\n  (when z)\n");
}

TEST(Recovery, ALineOutOfPlaceThatIsBrokenTooHasOneError) {
  const Parsed parsed("policy a governs b\nrule r\n  allow x\nwhen a ==\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"4 E25"}));
  EXPECT_TRUE(parsed.Only<RuleDecl>().head.broken);
}

TEST(Recovery, AnUnclosedBracketTakesNoOtherClauseWithIt) {
  const Parsed parsed(
      "policy a governs b\nrule r\n  allow x\n  when (a\n   and b\n  because \"x\"\nrule s\n  allow y\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"4 E26", "5 E26"}));
  EXPECT_EQ(parsed.Only<RuleDecl>().name.text, "s");
  EXPECT_EQ(parsed.file->declarations.size(), 3U);
}

TEST(Recovery, BrokenLinesKeepTheNameTheyDeclare) {
  const Parsed parsed(
      "policy a governs b\napi b\n  read get /x\n  write POST /y\n  group g is\nattributes of token\n  acr one\n  a.b: "
      "5\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"3 E26", "5 E07", "7 E26", "8 E26"}));
  const auto& api = parsed.Only<ApiDecl>();
  ASSERT_EQ(api.operations.size(), 2U);
  EXPECT_TRUE(api.operations[0].broken);
  EXPECT_EQ(api.operations[0].name.text, "read");
  EXPECT_FALSE(api.operations[1].broken);
  ASSERT_EQ(api.groups.size(), 1U);
  EXPECT_EQ(api.groups[0].name.text, "g");
  const auto& attributes = parsed.Only<AttributesDecl>();
  ASSERT_EQ(attributes.attributes.size(), 2U);
  EXPECT_EQ(attributes.attributes[0].name.segments[0].text, "acr");
  EXPECT_EQ(attributes.attributes[1].name.segments.size(), 2U);
}

TEST(Recovery, AfterASecondVerdictNothingElseIsSaidOfTheRule) {
  const Parsed parsed("policy a governs b\nrule r\n  allow x\n  when a\n  deny y\n  when b\n  when c\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"5 E10"}));
  EXPECT_EQ(parsed.Only<RuleDecl>().verdict->kind, Verdict::Kind::kAllow);
}

TEST(Recovery, ABrokenPolicyLineIsNotAlsoAMissingOne) {
  const Parsed parsed("policy 5\nrule r\n  allow x\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"1 E26"}));
  EXPECT_EQ(parsed.file->policy, nullptr);
}

TEST(Recovery, ABrokenHeaderOfATestTableSilencesItsRows) {
  const Parsed parsed("policy a governs b\ntest \"t\"\n  | send | 5 |\n  | a | b |\n  | a |\n  expect allow\n");
  EXPECT_EQ(Codes(parsed), (Codes_{"3 E26"}));
  EXPECT_EQ(parsed.Only<TestDecl>().steps.size(), 1U);
}

}  // namespace
}  // namespace ward::syntax
