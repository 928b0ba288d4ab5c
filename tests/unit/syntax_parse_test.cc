// The tree of good files: spot checks, the files of examples/, and properties of all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "syntax_parsed.h"

namespace ward::syntax {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> ExampleFiles() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(WARD_SOURCE_DIR) / "examples" / "gateway")) {
    if (entry.path().extension() == ".ward") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Messages(const Parsed& parsed) {
  std::string messages;
  for (const ward::Diagnostic& found : parsed.Findings()) {
    messages += std::to_string(found.location.line) + ": " + found.message + "\n";
  }
  return messages;
}

std::string ReplaceAll(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

TEST(Examples, AllNineFilesAndTheTestsParse) {
  const std::vector<fs::path> files = ExampleFiles();
  EXPECT_GE(files.size(), 10U);
  for (const fs::path& path : files) {
    const Parsed parsed(ReadAll(path));
    EXPECT_EQ(Messages(parsed), "") << path;
    ASSERT_NE(parsed.file->policy, nullptr) << path;
    EXPECT_GT(parsed.file->declarations.size(), 1U) << path;
  }
}

// What the layout is made of must not change what is said.
TEST(Examples, TheTreeDoesNotDependOnLineEndsBlankLinesOrComments) {
  for (const fs::path& path : ExampleFiles()) {
    const std::string text = ReadAll(path);
    const std::string expected = Parsed(text).DumpWithoutComments();
    EXPECT_EQ(Parsed(ReplaceAll(text, "\n", "\r\n")).DumpWithoutComments(), expected) << path;
    EXPECT_EQ(Parsed(text.substr(0, text.size() - 1)).DumpWithoutComments(), expected) << path;
    EXPECT_EQ(Parsed(ReplaceAll(text, "\n", "\n\n   # in between\n# at the margin\n")).DumpWithoutComments(), expected)
        << path;
    EXPECT_EQ(Parsed(ReplaceAll(text, "\n  ", "\n\t \t")).DumpWithoutComments(), expected) << path;
  }
}

// A comment is kept exactly once, and is where its span says.
TEST(Examples, KeepEveryComment) {
  for (const fs::path& path : ExampleFiles()) {
    const std::string text = ReadAll(path);
    const Parsed parsed(text);
    const std::string dump = Dump(*parsed.file, parsed.sources, {});
    std::stringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t hash = line.find('#');
      if (hash == std::string::npos) continue;
      const std::string comment = line.substr(hash);
      const std::size_t first = dump.find(comment + "\n");
      EXPECT_NE(first, std::string::npos) << path << ": " << comment;
    }
    EXPECT_EQ(std::count(dump.begin(), dump.end(), '#'), std::count(text.begin(), text.end(), '#')) << path;
  }
}

TEST(Rule, KeepsEachClauseWithItsSpan) {
  const Parsed parsed(
      "policy a governs b\n"
      "## Readers read.\n"
      "@owner team-x \"why\" 2027-02-01\n"
      "shadow rule read  # now\n"
      "  require token.acr at least mfa\n"
      "  for reading, list-orders\n"
      "  when a and not (b or c)\n"
      "  unless x\n"
      "  with set header \"X-A\" to client.plan or else free\n"
      "  with strip header \"X-B\"\n"
      "  because \"No {geo[source.ip].name}\\{\"\n"
      "  reply 401 asking for acr mfa, max age 5 minutes, scope orders:read\n");
  EXPECT_EQ(Messages(parsed), "");
  const auto& rule = parsed.Only<RuleDecl>();
  EXPECT_TRUE(rule.shadow);
  EXPECT_FALSE(rule.head.broken);
  EXPECT_EQ(parsed.TextOf(rule.head.keyword), "shadow rule");
  EXPECT_EQ(parsed.TextOf(rule.name.span), "read");
  EXPECT_TRUE(parsed.TextOf(rule.head.span).starts_with("shadow rule"));
  EXPECT_TRUE(parsed.TextOf(rule.head.span).ends_with("orders:read"));
  ASSERT_EQ(rule.head.annotations.size(), 1U);
  EXPECT_EQ(rule.head.annotations[0].name.text, "owner");
  ASSERT_EQ(rule.head.annotations[0].values.size(), 3U);
  ASSERT_EQ(rule.head.annotations[0].line.comments.size(), 1U);
  EXPECT_EQ(rule.head.annotations[0].line.comments[0].place, Comment::Place::kDoc);
  ASSERT_EQ(rule.head.line.comments.size(), 1U);
  EXPECT_EQ(parsed.TextOf(rule.head.line.comments[0].span), "# now");

  ASSERT_NE(rule.verdict, nullptr);
  EXPECT_EQ(rule.verdict->kind, Verdict::Kind::kRequire);
  EXPECT_EQ(parsed.TextOf(rule.verdict->demand->span), "token.acr at least mfa");
  EXPECT_EQ(parsed.TextOf(rule.verdict->demand->As<syntax::Test>()->op_span), "at least");
  ASSERT_EQ(rule.for_clause->operations.names.size(), 2U);
  EXPECT_EQ(parsed.TextOf(rule.for_clause->operations.names[1].span), "list-orders");
  const auto* condition = rule.when->condition->As<AndOr>();
  ASSERT_NE(condition, nullptr);
  EXPECT_EQ(condition->kind, AndOr::Kind::kAnd);
  const Expr* inner = condition->operands[1]->As<Not>()->operand;
  EXPECT_TRUE(inner->parenthesised());
  EXPECT_EQ(parsed.TextOf(inner->span), "b or c");
  EXPECT_EQ(parsed.TextOf(inner->outer_span), "(b or c)");
  ASSERT_EQ(rule.with.size(), 2U);
  EXPECT_EQ(Dump(*std::get<SetHeader>(rule.with[0].obligation).value), "(or-else client.plan free)");
  ASSERT_EQ(rule.because->because.parts.size(), 3U);
  EXPECT_EQ(rule.because->because.text.text, "No {geo[source.ip].name}{");
  EXPECT_EQ(rule.because->because.parts[0].text, "No ");
  EXPECT_EQ(Dump(*rule.because->because.parts[1].value), "(lookup geo source.ip .name)");
  EXPECT_EQ(parsed.TextOf(rule.because->because.parts[1].value->span), "geo[source.ip].name");
  EXPECT_EQ(rule.because->because.parts[2].text, "{");
  EXPECT_EQ(rule.reply->reply.status, 401);
  ASSERT_EQ(rule.reply->reply.asks.size(), 3U);
  EXPECT_EQ(parsed.TextOf(rule.reply->reply.asks[1].span), "max age 5 minutes");
}

TEST(Expr, LayersBindAsThePrecedenceTableSays) {
  const auto dump = [](const std::string& test) {
    const Parsed parsed("policy a governs b\ncondition c means " + test + "\n");
    EXPECT_EQ(Messages(parsed), "") << test;
    return Dump(*parsed.Only<ConditionDecl>().condition);
  };
  EXPECT_EQ(dump("a and b and not c"), "(and a b (not c))");
  EXPECT_EQ(dump("not a is b"), "(not (is a b))");
  EXPECT_EQ(dump("not not a"), "(not (not a))");
  EXPECT_EQ(dump("now - iat + 5 minutes or else 1 hour at most x"), "(at-most (or-else (+ (- now iat) 300s) 3600s) x)");
  EXPECT_EQ(dump("a is b or else c or d"), "(or (is a (or-else b c)) d)");
  EXPECT_EQ(dump("(a + b) or else c is d"), "(is (or-else (+ a b) c) d)");
  EXPECT_EQ(dump("a is not-started"), "(is a not-started)");
  EXPECT_EQ(dump("a is not started"), "(is-not a started)");
  EXPECT_EQ(dump("a   is\tmissing"), "(missing a)");
  EXPECT_EQ(dump("a is missing-thing"), "(is a missing-thing)");
  EXPECT_EQ(dump("x within teams[y, z].b.\"c d\""), "(within x (lookup teams y z .b .\"c d\"))");
  EXPECT_EQ(dump("token.\"x5t#S256\" has any of [a:b, \"c\", []]"),
            "(has-any-of token.\"x5t#S256\" (list a:b \"c\" (list)))");
  EXPECT_EQ(dump("f(a, b is c)"), "(call f a (is b c))");
  EXPECT_EQ(dump("path matches /a/*/b/**"), "(matches path /a/*/b/**)");
  EXPECT_EQ(dump("[a] has  all \t of [b]"), "(has-all-of (list a) (list b))");
  EXPECT_EQ(dump("a is [\n    b,  # one\n    c\n  ]"), "(is a (list b c))");
  EXPECT_EQ(dump("a\n  # why\n  and b"), "(and a b)");
}

TEST(Limit, KnowsItsFourPaces) {
  const auto pace = [](const std::string& line) {
    const Parsed parsed("policy a governs b\nlimit l\n  for x\n  in total\n  " + line + "\n");
    EXPECT_EQ(Messages(parsed), "") << line;
    const std::string dump = parsed.DumpWithoutComments();
    const std::size_t last = dump.rfind("  (");
    return dump.substr(last + 2, dump.size() - last - 3);
  };
  EXPECT_EQ(pace("no faster than 100 per second, burst 200"), "(no-faster-than 100 1s (burst 200))");
  EXPECT_EQ(pace("no faster than 100 per day"), "(no-faster-than 100 86400s)");
  EXPECT_EQ(pace("at most 5 per 15 minutes"), "(at-most 5 900s)");
  EXPECT_EQ(pace("at most p[x].n each month in \"UTC\""), "(at-most (lookup p x .n) (each month \"UTC\"))");
  EXPECT_EQ(pace("at most 2 at once, each up to 30 seconds"), "(at-most 2 at-once 30s)");
}

TEST(Contextual, KeywordsAreNamesWhereNamesStand) {
  const Parsed parsed(
      "policy a governs b\n"
      "api rule\n"
      "  group  GET  /group\n"
      "  limit  GET  /limit\n"
      "  table  action \"t\"\n"
      "  group type is group, limit\n"
      "attributes of token\n"
      "  type: string\n"
      "  rule.policy: int, optional\n"
      "parameter zone: int = 5\n"
      "given test\n"
      "  zone is 5\n"
      "rule allow\n"
      "  allow group, type\n");
  EXPECT_EQ(Messages(parsed), "");
  EXPECT_EQ(parsed.Only<ApiDecl>().operations.size(), 3U);
  EXPECT_EQ(parsed.Only<ApiDecl>().groups.size(), 1U);
  EXPECT_EQ(parsed.Only<AttributesDecl>().attributes.size(), 2U);
}

TEST(Table, RowsHaveEmptyCells) {
  const Parsed parsed(
      "policy a governs b\ntable t live tree\n  | id: int key | to: string up to 5 |\n  |1|\"|\"|\n  | -2 |   |\n");
  EXPECT_EQ(Messages(parsed), "");
  const auto& table = parsed.Only<TableDecl>();
  EXPECT_TRUE(table.live && table.tree);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].cells[1]->As<TextLiteral>()->text, "|");
  EXPECT_EQ(table.rows[1].cells[1], nullptr);
  EXPECT_EQ(table.columns[1].type.up_to, 5);
}

TEST(Test, CellsAreReadAsTheirColumnSays) {
  const Parsed parsed(
      "policy a governs b\ntest \"t\"\n  | send | expect | token.sub |\n  | allow | allow by allow, reply 401 | is "
      "missing |\n"
      "  | GET \"/a|b\" 3 times | 3 shadow deny by a.b | |\n");
  EXPECT_EQ(Messages(parsed), "");
  const auto& test = parsed.Only<TestDecl>();
  ASSERT_EQ(test.rows.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Send>(test.rows[0].cells[0].value));
  EXPECT_EQ(std::get<List<Outcome>>(test.rows[0].cells[1].value).size(), 2U);
  EXPECT_EQ(std::get<Presence>(test.rows[0].cells[2].value), Presence::kMissing);
  EXPECT_EQ(std::get<Send>(test.rows[1].cells[0].value).times, 3);
  EXPECT_TRUE(std::holds_alternative<EmptyCell>(test.rows[1].cells[2].value));
}

// A sanity check of scale, not a measurement: quadratic work would take minutes.
TEST(Parse, AHundredThousandRules) {
  std::string text = "policy a governs everything\n";
  for (int i = 0; i < 100'000; ++i) {
    text += "rule r-" + std::to_string(i) + "\n  allow op-" + std::to_string(i % 300) +
            "\n  when token.scopes has orders:read\n   and client.type is confidential\n";
  }
  const Parsed parsed(std::move(text));
  EXPECT_EQ(parsed.sink.error_count(), 0U);
  EXPECT_EQ(parsed.file->declarations.size(), 100'001U);
}

// Every mistake looks around itself: none may look through the whole file, or this would take hours.
TEST(Parse, ManyMistakesCostLinearTime) {
  std::string braces = "policy a governs b\n";
  std::string enums = "policy a governs b\nattributes of token\n";
  std::string openings = "policy a governs b\n";
  for (int i = 0; i < 20'000; ++i) {
    braces += "rule r\n  allow x\n  because \"a {\"\n  when (a is b\n";
    enums += "  a: one of b, c\n";
    openings += "nonsense \"\n  more (\n";
  }
  for (const std::string& text : {braces, enums, openings}) {
    const Parsed parsed(text);
    EXPECT_TRUE(parsed.sink.has_errors());
  }
}

}  // namespace
}  // namespace ward::syntax
