#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "diag/render.h"
#include "diag/sink.h"

namespace ward::diag {
namespace {

using base::FileId;
using base::SourceMap;
using base::Span;

// The span of the first `needle` in a file.
Span At(const SourceMap& sources, FileId file, std::string_view needle) {
  const std::size_t begin = sources.file(file).text().find(needle);
  EXPECT_NE(begin, std::string_view::npos) << needle;
  return Span{file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + needle.size())};
}

class RenderTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Terminal(const Sink& sink) const {
    return RenderTerminal(sink.Finish(sources_), Colour::kNever);
  }

  SourceMap sources_;
};

TEST_F(RenderTest, LooksAsTheLanguageDesignShowsIt) {
  const FileId file =
      sources_.Add("orders/access.ward", std::string(14, '\n') + "  when token.scope has orders:read\n");
  const Span span = At(sources_, file, "token.scope");
  Sink sink;
  sink.Report(Diagnostic(Kind::kUnknownAttribute, span, "the token has no claim `scope`")
                  .WithCaret("it has `scopes` (set of scope), declared at platform/schema.ward:15")
                  .WithFix("write `token.scopes`", span, "token.scopes"));
  EXPECT_EQ(Terminal(sink),
            "error[E01]: the token has no claim `scope`                                    "
            "orders/access.ward:15\n"
            " 15 |   when token.scope has orders:read\n"
            "    |        ^^^^^^^^^^^ it has `scopes` (set of scope), declared at "
            "platform/schema.ward:15\n"
            " help: write `token.scopes`\n");
}

TEST_F(RenderTest, ShowsTheOtherPartyInTheSameAndInAnotherFile) {
  const FileId a = sources_.Add("a.ward", "policy a\nrule read\n  allow x\n\nrule read\n");
  const FileId b = sources_.Add("b.ward", "policy b\nrule read\n");
  const Span second{a, 35, 39};
  ASSERT_EQ(sources_.Text(second), "read");
  Sink sink;
  sink.Report(Diagnostic(Kind::kDuplicateName, second, "two rules are called `read`")
                  .WithLabel(At(sources_, a, "read"), "the first is here")
                  .WithLabel(At(sources_, b, "read"), "and here")
                  .WithHint("rename one"));
  EXPECT_EQ(Terminal(sink),
            "error[E09]: two rules are called `read`                                               "
            "     a.ward:5\n"
            "  2 | rule read\n"
            "    |      ---- the first is here\n"
            " ...\n"
            "  5 | rule read\n"
            "    |      ^^^^\n"
            " ::: b.ward:2\n"
            "  2 | rule read\n"
            "    |      ---- and here\n"
            " help: rename one\n");
}

TEST_F(RenderTest, PutsALongHeadersPlaceOnItsOwnLine) {
  const FileId file = sources_.Add("a.ward", "policy a\n");
  Sink sink;
  sink.Report(Diagnostic(Kind::kExpected, At(sources_, file, "a"), std::string(90, 'm')));
  EXPECT_EQ(Terminal(sink), "error[E26]: " + std::string(90, 'm') +
                                "\n --> a.ward:1:8\n"
                                "  1 | policy a\n"
                                "    |        ^\n");
}

TEST_F(RenderTest, CountsCodePointsAndDisarmsControlCharacters) {
  const FileId file = sources_.Add("a.ward", "\t\xC3\xA9\x1B[31m\xFF bad\n");
  Sink sink;
  sink.Report(Diagnostic(Kind::kBadText, At(sources_, file, "bad"), "no text"));
  const std::string text = Terminal(sink);
  EXPECT_NE(text.find("  1 |  \xC3\xA9?[31m? bad\n    |          ^^^\n"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
}

TEST_F(RenderTest, WindowsALongLineAroundItsMark) {
  const FileId file = sources_.Add("a.ward", std::string(1000, 'x') + "BAD" + std::string(1000, 'y'));
  Sink sink;
  sink.Report(Diagnostic(Kind::kExpected, At(sources_, file, "BAD"), "too long"));
  const std::string text = Terminal(sink);
  const std::size_t bad = text.find("BAD");
  const std::size_t line = text.rfind('\n', bad) + 1;
  const std::size_t carets = text.find("^^^");
  const std::size_t caret_line = text.rfind('\n', carets) + 1;
  // The ellipsis in front is one column of three bytes.
  EXPECT_EQ(bad - line - 2, carets - caret_line) << text;
  EXPECT_LT(text.size(), 500U);
}

TEST_F(RenderTest, MarksAnEmptyPlaceAndAPlaceOverSeveralLines) {
  const FileId file = sources_.Add("a.ward", "ab\ncd\n");
  Sink sink;
  sink.Report(Diagnostic(Kind::kExpected, Span{file, 2, 2}, "something is missing"));
  sink.Report(Diagnostic(Kind::kMissingClause, Span{file, 1, 5}, "over two lines"));
  const std::string text = Terminal(sink);
  EXPECT_NE(text.find("  1 | ab\n    |  ^\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  1 | ab\n    |   ^\n"), std::string::npos) << text;
}

TEST_F(RenderTest, ColourOnlyWhenAsked) {
  const FileId file = sources_.Add("a.ward", "policy a\n");
  Sink sink;
  sink.Report(Diagnostic(Kind::kExpected, At(sources_, file, "a"), "m").WithHint("h"));
  const std::string coloured = RenderTerminal(sink.Finish(sources_), Colour::kAlways);
  EXPECT_NE(coloured.find("\x1B[1;31merror[E26]\x1B[0m: m"), std::string::npos);
  std::string stripped;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1B') {
      i = coloured.find('m', i);
    } else {
      stripped.push_back(coloured[i]);
    }
  }
  EXPECT_EQ(stripped, Terminal(sink));
}

TEST_F(RenderTest, LinesForEditors) {
  const FileId file = sources_.Add("a.ward", "policy a\nrule r\n");
  Sink sink;
  sink.Report(Diagnostic(Kind::kWaivedTest, At(sources_, file, "r\n"), "waived"));
  sink.Report(Diagnostic(Kind::kBadManifest, Span{}, "no `ward.toml`"));
  EXPECT_EQ(RenderLines(sink.Finish(sources_)), "error[E51]: no `ward.toml`\na.ward:2:6: warning[W01]: waived\n");
}

TEST_F(RenderTest, JsonCarriesEverything) {
  const FileId file = sources_.Add("a.ward", "\xC3\xA9 x\n");
  const Span span = At(sources_, file, "x");
  Sink sink;
  sink.Report(Diagnostic(Kind::kUnknownName, span, "no \"x\"")
                  .WithCaret("c")
                  .WithLabel(span, "l")
                  .WithHint("h")
                  .WithFix("f", span, "y"));
  const std::string place =
      R"("file":"a.ward","span":{"line":1,"column":3,"end_line":1,"end_column":4,"byte_begin":3,"byte_end":4})";
  EXPECT_EQ(RenderJson(sink.Finish(sources_)),
            R"({"diagnostics":[{"code":"E34","name":"unknown-name","severity":"error","message":"no \"x\"",)" + place +
                R"(,"caret":"c","labels":[{)" + place + R"(,"text":"l"}],"hints":["h"],"fixes":[{"description":"f",)" +
                R"("edits":[{)" + place + R"(,"replacement":"y"}]}]}],"errors":1,"warnings":0})" + "\n");
  EXPECT_EQ(RenderJson({}), "{\"diagnostics\":[],\"errors\":0,\"warnings\":0}\n");
}

}  // namespace
}  // namespace ward::diag
