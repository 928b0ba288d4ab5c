// What an author can write wrong: code, smallest wrong text, sentence; and that the fix offered really mends it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/budgets.h"
#include "syntax_parsed.h"

namespace ward::syntax {
namespace {

struct Mistake {
  std::string name;
  std::string text;  // after the line `policy a governs b`
  std::string code;
  std::string wrong;  // the text under the caret
  std::string message;
  int fix_count = 0;  // alternatives; each must leave a file without findings
};

std::string InRule(const std::string& clause) { return "rule r\n  allow x\n  " + clause + "\n"; }
std::string InLimit(const std::string& clause) { return "limit l\n  for x\n  in total\n  " + clause + "\n"; }

class MistakeTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, IsExplainedOnceAndMended) {
  const Mistake& mistake = GetParam();
  const std::string text = "policy a governs b\n" + mistake.text;
  const Parsed parsed(text);
  const std::vector<ward::Diagnostic> found = parsed.Findings();
  ASSERT_EQ(found.size(), 1U) << text;
  EXPECT_EQ(found[0].code, mistake.code);
  EXPECT_EQ(text.substr(found[0].location.byte_begin, found[0].location.byte_end - found[0].location.byte_begin),
            mistake.wrong);
  EXPECT_EQ(found[0].message, mistake.message);
  EXPECT_EQ(found[0].fixes.size(), static_cast<std::size_t>(mistake.fix_count));
  EXPECT_FALSE(mistake.fix_count == 0 && found[0].hints.empty() && found[0].code != "E26" && found[0].code != "E29" &&
               found[0].code != "E27")
      << "no next step";
  for (const ward::Diagnostic::Fix& fix : found[0].fixes) {
    const std::string mended = Apply(fix, text);
    const Parsed again(mended);
    EXPECT_EQ(again.sink.error_count(), 0U) << fix.description << "\n" << mended;
  }
}

const std::vector<Mistake> kMistakes = {
    // E03 to E23: the catalogue.
    {"Equals", InRule("when token.acr == mfa"), "E03", "==", "Ward writes `is`, not `==`", 1},
    {"OneEquals", InRule("when token.acr = mfa"), "E03", "=", "Ward writes `is`, not `=`", 1},
    {"AllOperators", InRule("when a>=5 && !b && (c != d || e<f)"), "E03", ">=", "Ward writes `at least`, not `>=`", 1},
    {"Bang", InRule("when !a"), "E03", "!", "Ward writes `not`, not `!`", 1},
    {"Pipes", InRule("when a || b"), "E03", "||", "Ward writes `or`, not `||`", 1},
    {"AndOr", InRule("when a is x and b is y or c is z"), "E04", "or", "`and` with `or` needs parentheses", 2},
    {"OrAnd", InRule("when a or b and c or d"), "E04", "and", "`and` with `or` needs parentheses", 2},
    {"Star", "rule r\n  allow *\n", "E07", "*", "say which operations", 1},
    {"NoOperations", "rule r\n  deny\n", "E07", "deny", "say which operations", 0},
    {"TwoVerdicts", "rule r\n  allow x\n  when z\n  deny y\n", "E10", "deny", "a rule has one verdict", 1},
    {"TwoVerdictsOneCondition", "rule r\n  allow x\n  deny y\n  when z\n", "E10", "deny", "a rule has one verdict", 0},
    {"TightMinus", InRule("when a -b at most 5"), "E11", "-", "minus needs spaces on both sides", 1},
    {"QuotedPath", InRule("when path under \"/admin\""), "E13", "\"/admin\"", "a path is written bare", 1},
    {"QuotedNoPath", InRule("when path under \"a b\""), "E13", "\"a b\"", "a path is written bare", 0},
    {"NoPeriod", InLimit("at most 100"), "E17", "at most 100", "`at most 100` in what time?", 3},
    {"PerDay", InLimit("at most 100 per day"), "E18", "per day", "`per day`: a rolling period or one of the calendar?",
     2},
    {"PerMonth", InLimit("at most 100 per month"), "E18", "per month", "no two of them are equally long: `per month`",
     1},
    {"EnumInAttributes", "attributes of token\n  sub: string\n  acr: one of none < mfa, optional\n", "E22",
     "one of none < mfa", "an enum is listed in a `type` declaration", 1},
    {"EnumInDocumentedAttributes", "## doc\n@owner x\nattributes of token\n  # why\n  acr: one of a\n", "E22",
     "one of a", "an enum is listed in a `type` declaration", 1},
    {"IsNotMissing", InRule("when a is not missing and b"), "E23", "is not missing", "`is not missing` is `is present`",
     1},
    {"IsNotPresent", InRule("when a is  not present"), "E23", "is  not present", "`is not present` is `is missing`", 1},
    // Layout.
    {"IndentedRule", "  rule r\n    allow x\n    when y\n", "E24", "rule",
     "`rule` opens a declaration, which stands at the margin", 1},
    {"IndentedInRule", "rule r\n  allow x\n  zone z\n  everything else\n", "E24", "zone",
     "`zone` opens a declaration, which stands at the margin", 1},
    {"IndentedAfterAttributes", "attributes of token\n  a: int\n  rule r\n  allow x\n", "E24", "rule",
     "`rule` opens a declaration, which stands at the margin", 1},
    {"IndentedAnnotation", "  @owner x\nrule r\n  allow x\n", "E24", "@", "an annotation stands at the margin", 1},
    {"MarginClause", "rule r\n  allow x\nwhen y\n", "E25", "when",
     "this line belongs to a rule and stands at the margin", 1},
    {"MarginAttribute", "attributes of token\nsub: string\n", "E25", "sub",
     "this line belongs to attributes and stands at the margin", 1},
    {"MarginRow", "table t\n  | a: int key |\n| 1 |\n", "E25", "|",
     "this line belongs to a table and stands at the margin", 1},
    {"LostRuleLine", "allow x\n", "E25", "allow", "`allow` is a clause, and no declaration is open above it", 0},
    {"BelowPlain", "role r\n  when x\n", "E63", "when", "nothing stands below a declaration of one line", 1},
    {"OneLineRule", "rule r allow x\n", "E26", "allow", "`allow` begins a line of its own", 1},
    {"OneLineClauses", InRule("when a is b reply 404"), "E26", "reply", "`reply` begins a line of its own", 1},
    {"MissingComma", "rule r\n  allow x y\n", "E26", "y", "expected `,` or the end of the line, found `y`", 1},
    {"ZoneComma", "zone z\n  everything else\n  requires x reply 401\n", "E26", "reply",
     "expected a comma before `reply`", 1},
    {"EverythingAnd", "rule r\n  allow everything, x\n", "E26", ", x", "`everything` names all operations already", 1},
    {"WrongAsk", InRule("reply 401 asking for acr mfa, level 5"), "E26", "level",
     "expected `acr`, `max age` or `scope` after the comma, found `level`", 0},
    {"TwoReplies", "zone z\n  everything else\n  requires x, reply 401, reply 403\n", "E26", "reply",
     "expected one `reply` and one `because` after the comma, found `reply`", 0},
    {"Semicolon", InRule("when a;"), "E26", ";", "a line needs no `;`", 1},
    {"Brace", "rule r {\n  allow x\n", "E26", "{", "Ward has no braces", 0},
    {"Slashes", InRule("when a is b // c"), "E26", "//", "a comment begins with `#`", 1},
    // Words.
    {"MisspeltDecl", "ruel r\n  allow x\n", "E26", "ruel", "`ruel` opens no declaration", 1},
    {"MisspeltParameter", "pararmeter p: int = 5\n", "E26", "pararmeter", "`pararmeter` opens no declaration", 1},
    {"MisspeltClause", "rule r\n  alow x\n", "E26", "alow", "`alow` is no clause of a rule", 1},
    {"MisspeltTest", InRule("when a at lest 5"), "E26", "at lest",
     "expected a test word such as `is`, `in`, `has` or `at least`, found `at lest`", 1},
    {"Contains", InRule("when a contains b"), "E26", "contains",
     "expected a test word such as `is`, `in`, `has` or `at least`, found `contains`", 1},
    {"MisspeltInLine", InRule("with set heder \"X\" to y"), "E26", "set heder",
     "expected `set header`, `strip header`, `audit` or `tag`, found `set heder`", 1},
    {"MisspeltModifier", "attributes of token\n  a: int, optionl\n", "E26", "optionl",
     "expected `optional`, `secret`, `lower case`, `from` or `split by`, found `optionl`", 1},
    {"ConditionIs", "condition c = a\n", "E26", "=", "expected `means` and a test, found `=`", 1},
    {"ParameterIs", "parameter p: int is 5\n", "E26", "is", "expected `=` and a value, found `is`", 1},
    {"NoOneOf", "type t is a, b\n", "E26", ",", "an enum begins with `one of`", 1},
    {"NoIs", "type t one of a, b\n", "E26", "one", "expected `is`, found `one`", 1},
    {"MixedEnum", "type t is one of a < b, c\n", "E26", ",", "`,` and `<` do not mix in one enum", 0},
    {"NoColon", "attributes of token\n  a int\n", "E26", "int", "expected `:` and a type, found `int`", 1},
    {"LowerMethod", "api a\n  b get /c\n", "E26", "get",
     "expected a method such as `GET` and a path, or `action` and a name in quotes, found `get`", 1},
    {"NoSlash", "api a\n  b GET c/d\n", "E26", "c/d", "expected a path such as `/orders/{order: int}`, found `c/d`", 1},
    {"UnknownDecl", "xyzzy r\n  allow x\n", "E26", "xyzzy", "expected a declaration, found `xyzzy`", 0},
    {"UnknownClause", "rule r\n  allow x\n  xyzzy\n", "E26", "xyzzy", "expected a clause of a rule, found `xyzzy`", 0},
    {"ReservedName", "rule for\n  allow x\n", "E31", "for", "`for` is a word of the language and can be no name", 0},
    {"Twice", InRule("when a\n  when b"), "E27", "when b", "a rule has one `when`", 0},
    {"TwicePer", "limit l\n  for x\n  in total\n  per y\n  at most 5 at once\n", "E27", "per y",
     "a limit has one `per`", 0},
    {"TwiceOptional", "attributes of token\n  a: int, optional, optional\n", "E27", "optional",
     "this is said twice of one attribute", 0},
    {"NoVerdict", "rule r\n  when a\n", "E28", "rule r", "rule `r` has no verdict", 0},
    {"NoClaim", "prove \"p\"\n  when a\n", "E28", "prove \"p\"", "this proof claims nothing", 0},
    {"NoColumns", "table t live\n", "E28", "table t live", "table `t` has no columns", 0},
    // Where the line ends too early.
    {"NoValue", InRule("when a is"), "E26", "", "expected a value to compare with, but the line ends", 0},
    {"NoTest", InRule("when"), "E26", "", "expected a test, but the line ends", 0},
    {"NoName", "rule\n  allow x\n", "E26", "", "expected the rule's name, but the line ends", 0},
    {"AfterDot", InRule("when a.b."), "E26", "", "expected a name after the dot, but the line ends", 0},
    {"AfterComma", InRule("when a in [b,]"), "E26", "]", "expected a value after the comma, found `]`", 0},
    {"MoreAfterTest", InRule("when a is b c"), "E26", "c", "expected `and`, `or` or the end of the line, found `c`", 0},
    {"UnclosedText", InRule("because \"x\n  reply 403"), "E32", "\"x", "this text has no closing quote", 0},
    {"UnclosedParen", InRule("when (a is b\n  because \"x\""), "E26", "(", "this `(` is never closed", 0},
    {"UnclosedList", InRule("when a in [b, c"), "E26", "[", "this `[` is never closed", 0},
    {"StrayParen", InRule("when a is b)"), "E26", ")", "this `)` closes nothing", 1},
    {"SingleQuotes", InRule("when a is 'b'"), "E26", "'", "a text stands in double quotes", 1},
    {"CurlyQuotes", InRule("when a is \u201Cb\u201D"), "E26", "\u201C", "a text stands in straight double quotes", 0},
    // Literals.
    {"Minute61", InRule("when now before 12:61"), "E29", "61", "there is no minute 61", 0},
    {"Month13", InRule("when now before 2026-13-40"), "E29", "13", "there is no month 13", 0},
    {"Midnight", InRule("when local before 24:00"), "E29", "24:00", "only a schedule ends at 24:00", 0},
    {"NoOffset", InRule("when now before 2026-02-20T10:00:00"), "E26", "",
     "expected a time of day with its offset, such as `T09:00:00Z`, but the line ends", 0},
    {"ShortAddress", InRule("when source.ip in 10.0.0"), "E29", "10.0.0", "`10.0.0` is no number", 0},
    {"BadAddress", InRule("when source.ip in 10.0.0.256/8"), "E29", "10.0.0.256", "`10.0.0.256` is no IP address", 0},
    {"TightUnit", InRule("when a at most 15min"), "E29", "15min", "`15min` is no quantity", 1},
    {"OtherUnit", InRule("when a at most 15 mins"), "E29", "15 mins", "`15 mins` is no quantity", 1},
    {"Fraction", InRule("when a at most 1.5"), "E29", "1.5", "`1.5` is no number", 0},
    {"TooBig", InRule("when a is 99999999999999999999"), "E29", "99999999999999999999", "this number is too big", 0},
    {"BadEscape", InRule("because \"a\\q\""), "E29", "\\q", "there is no escape `\\q`", 0},
    {"SmallDay", "schedule s means monday to Friday 08:00 to 18:00 in \"UTC\"\n", "E29", "monday",
     "`monday` is no day of the week", 1},
    {"ShortDay", "schedule s means Mon 08:00 to 18:00 in \"UTC\"\n", "E29", "Mon", "`Mon` is no day of the week", 1},
    {"From24", "schedule s means Monday 24:00 to 18:00 in \"UTC\"\n", "E29", "24:00",
     "24:00 ends a day, it begins none", 1},
    {"NoPeriodLength", InLimit("at most 5 per 0 seconds"), "E29", "0 seconds", "a period is longer than nothing", 0},
    {"OpenBrace", InRule("because \"a {b\""), "E32", "{", "this brace is never closed", 0},
    {"EmptyBraces", InRule("because \"a {}\""), "E32", "{}", "expected a value in the braces", 0},
    // Policy lines and tests.
    {"SecondPolicy", "policy c\nrule r\n  allow x\n", "E30", "policy",
     "a file is one policy, this is its second `policy` line", 0},
    {"CellWord", "test \"t\"\n  | send | expect |\n  | a | alow |\n", "E26", "alow",
     "expected `allow`, `deny`, `challenge` or `throttle`, found `alow`", 1},
    {"ShortRow", "test \"t\"\n  | send | expect |\n  | a |\n", "E49", "| a |",
     "this row has 1 cells, the table has 2 columns", 0},
    {"BangInRow", "table t\n  | a: int key |\n  |!d |\n", "E26", "!", "expected a value or `|`, found `!`", 0},
    {"OpenRow", "test \"t\"\n  | send | expect |\n  | a | allow\n", "E26", "", "expected `|`, but the line ends", 0},
};

INSTANTIATE_TEST_SUITE_P(All, MistakeTest, ::testing::ValuesIn(kMistakes),
                         [](const auto& param) { return param.param.name; });

std::string Only(const std::string& text) {
  const Parsed parsed(text);
  const std::vector<ward::Diagnostic> found = parsed.Findings();
  if (found.size() != 1) return std::to_string(found.size()) + " findings";
  return found[0].code + " " + std::to_string(found[0].location.byte_begin) + " " + found[0].message;
}

TEST(PolicyLine, IsTheFirstAndOnlyOne) {
  EXPECT_EQ(Only("rule r\n  allow x\n"), "E30 0 this file has no `policy` line");
  EXPECT_EQ(Only("# nothing\n"), "E30 0 this file has no `policy` line");
  EXPECT_EQ(Only(""), "E30 0 this file has no `policy` line");
  EXPECT_EQ(Only("rule r\n  allow x\npolicy a governs b\n"), "E30 17 the `policy` line comes first");
}

TEST(Bytes, ThatNoEditorShowsAreRefused) {
  EXPECT_EQ(Only("\xEF\xBB\xBFpolicy a\n"), "E32 0 the file begins with a byte order mark");
  EXPECT_EQ(Only("policy a\n# \xFF\n"), "E32 11 this is no UTF-8 text");
  EXPECT_EQ(Only(std::string("policy a\n# \0\n", 13)), "E32 11 here is an invisible control character (byte 0)");
  EXPECT_EQ(Only("policy a\rrule x\n"), "E32 8 here is an invisible control character (byte 13)");
  EXPECT_EQ(Only("policy a\n# \u202Ex\n"), "E32 11 here is an invisible mark that changes the direction of writing");
  EXPECT_EQ(Only("policy a\n# \u2066x\n"), "E32 11 here is an invisible mark that changes the direction of writing");
  EXPECT_EQ(Only("policy a\n# \u2026 \u00e9 \u2019\n"), "0 findings");
}

TEST(Bytes, AByteOrderMarkDoesNotHideThePolicy) {
  const Parsed parsed("\xEF\xBB\xBFpolicy a governs b\nrule r\n  allow x\n");
  EXPECT_EQ(parsed.file->declarations.size(), 2U);
  EXPECT_EQ(Apply(parsed.Findings().at(0).fixes.at(0), "\xEF\xBB\xBFpolicy"), "policy");
}

std::string Nested(std::size_t depth) {
  return "policy a governs b\ncondition c means " + std::string(depth, '(') + "x" + std::string(depth, ')') + "\n";
}

TEST(Budget, OfNestingHasAnEdge) {
  const std::size_t edge = base::budget::kNestingMax - 1;  // the test itself is the first level
  EXPECT_EQ(Only(Nested(edge)), "0 findings");
  EXPECT_TRUE(Only(Nested(edge + 1)).starts_with("E33 ")) << Only(Nested(edge + 1));
  EXPECT_TRUE(Only(Nested(100'000)).starts_with("E33 "));
  std::string nots = "policy a governs b\ncondition c means ";
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  EXPECT_TRUE(Only(nots + "x\n").starts_with("E33 "));
}

TEST(Budget, OfNamesTextsAndPathsHasAnEdge) {
  const auto named = [](std::size_t size) {
    return Only("policy a governs b\nrule " + std::string(size, 'n') + "\n  allow x\n");
  };
  EXPECT_EQ(named(base::budget::kNameBytesMax), "0 findings");
  EXPECT_EQ(named(base::budget::kNameBytesMax + 1), "E33 24 this name has 129 bytes, a name has at most 128");
  const auto text = [](std::size_t size) {
    return Only("policy a governs b\nrule r\n  allow x\n  because \"" + std::string(size, 't') + "\"\n");
  };
  EXPECT_EQ(text(base::budget::kStringLiteralBytesMax), "0 findings");
  EXPECT_TRUE(text(base::budget::kStringLiteralBytesMax + 1).starts_with("E33 "));
  const auto route = [](std::size_t count) {
    std::string path;
    for (std::size_t i = 0; i < count; ++i) path += "/s";
    return Only("policy a governs b\napi a\n  o GET " + path + "\n");
  };
  EXPECT_EQ(route(base::budget::kRouteSegmentCountMax), "0 findings");
  EXPECT_TRUE(route(base::budget::kRouteSegmentCountMax + 1).starts_with("E33 "));
}

TEST(Budget, OfAFileHasAnEdge) {
  const std::string head = "policy a governs b\n#";
  EXPECT_EQ(Only(head + std::string(base::budget::kFileSizeBytesMax - head.size(), 'x')), "0 findings");
  EXPECT_TRUE(Only(head + std::string(base::budget::kFileSizeBytesMax - head.size() + 1, 'x')).starts_with("E33 0 "));
}

}  // namespace
}  // namespace ward::syntax
