// What golden files cannot show: line ends, and where the text comes from.
#include <gtest/gtest.h>

#include "base/source.h"
#include "diag/sink.h"
#include "format/format.h"
#include "syntax/parse.h"

namespace ward::format {
namespace {

std::string Formatted(const std::string& text) {
  const FormatResult result = FormatText("a.ward", text);
  EXPECT_TRUE(result.ok);
  return result.text;
}

TEST(FormatText, EndsEveryLineWithOneLineFeed) {
  const std::string wanted = "policy a governs b\n\nrule r      # why\n  allow x,  # one\n    y\n";
  EXPECT_EQ(Formatted("policy a governs b\nrule r # why\n  allow x, # one\n  y\n"), wanted);
  EXPECT_EQ(Formatted("policy a governs b\r\nrule r # why\r\n  allow x, # one\r\n  y\r\n"), wanted);
  EXPECT_EQ(Formatted("policy a governs b\nrule r # why\r\n  allow x, # one\n  y"), wanted);
  EXPECT_EQ(Formatted("\n\npolicy a governs b \t\n\n\n\n"), "policy a governs b\n");
}

TEST(FormatText, LeavesAFileWithErrorsAsItIs) {
  const std::string text = "policy  a governs b\r\nrule r\n  alow x";
  const FormatResult result = FormatText("below/a.ward", text);
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.text, text);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings.front().location.file, "below/a.ward");
  EXPECT_FALSE(FormatText("a.ward", "").ok);
}

TEST(FormatText, WidthIsCountedInCodePoints) {
  // Fewer than 100 code points, more than 100 bytes.
  std::string word;
  for (int i = 0; i < 50; ++i) word += "\xC3\xA9";
  const std::string line = "  when token.subject is \"" + word + "\" and token.acr is \"x\"";
  EXPECT_EQ(Formatted("policy a governs b\nrule r\n  allow x\n" + line + "\n"),
            "policy a governs b\n\nrule r\n  allow x\n" + line + "\n");
}

TEST(Format, TakesAParsedFile) {
  base::SourceMap sources;
  sources.Add("other.ward", "policy other");
  const base::FileId id = sources.Add("a.ward", "policy   a");
  diag::Sink sink;
  EXPECT_EQ(Format(*syntax::Parse(sources, id, sink), sources), "policy a\n");
}

}  // namespace
}  // namespace ward::format
