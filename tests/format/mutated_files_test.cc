// Every policy file of the project, scribbled into at random: comments, blank lines, line breaks and brackets wherever
// one might stand. Whatever still parses keeps its tree and its comments, and is formatted once.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "differential/dice.h"
#include "differential/seeds.h"
#include "format/format.h"
#include "format/same_meaning.h"

namespace ward::formatting {
namespace {

namespace fs = std::filesystem;
using differential::Dice;

constexpr std::size_t kMutantsOfEach = 12;
constexpr std::size_t kParsedMin = 500;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }
bool IsWordPart(char c) { return !IsBlank(c) && std::string_view("\r\n\"#,()[]|").find(c) == std::string_view::npos; }

// Comments, texts in quotes, runs of blanks, words; all other characters alone.
std::vector<std::string> TokensOf(std::string_view text) {
  std::vector<std::string> tokens;
  while (!text.empty()) {
    std::size_t size = 1;
    if (text.front() == '#') {
      size = std::min(text.find('\n'), text.size());
    } else if (text.front() == '"') {
      while (size < text.size() && text[size] != '"' && text[size] != '\n') size += text[size] == '\\' ? 2U : 1U;
      size = std::min(size + 1, text.size());
    } else if (IsBlank(text.front())) {
      while (size < text.size() && IsBlank(text[size])) ++size;
    } else if (IsWordPart(text.front())) {
      while (size < text.size() && IsWordPart(text[size])) ++size;
    }
    tokens.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return tokens;
}

class Mutator {
 public:
  Mutator(std::string_view text, std::uint64_t seed) : dice_(seed), tokens_(TokensOf(text)) {}

  std::string Run() {
    for (std::size_t i = dice_.Pick(std::vector<std::size_t>{1, 3, 10, 40}); i > 0; --i) Mutate();
    std::string text;
    for (const std::string& token : tokens_) text += token;
    if (dice_.Percent(10)) text.resize(text.find_last_not_of("\r\n") + 1);
    return text;
  }

 private:
  std::string Comment() {
    const std::vector<std::string> starts = {"#", "##", "# ", "#!"};
    const std::vector<std::string> ends = {"", " \"open", " ([", " and or |", " \u00E9 \u65E5\u672C", "  \t"};
    return dice_.Pick(starts) + std::to_string(++comments_) + dice_.Pick(ends);
  }
  std::string Indent() { return dice_.Pick(std::vector<std::string>{"", " ", "  ", "    ", "\t"}); }
  std::string LineBreak() {
    std::string text = dice_.Percent(50) ? " " + Comment() : "";
    text += dice_.Percent(20) ? "\r\n" : "\n";
    if (dice_.Percent(30)) text += Indent() + (dice_.Percent(50) ? Comment() : "") + "\n";
    return text + "    ";
  }
  // A token that is one of these; the end if there is none.
  std::size_t AnyOf(const std::vector<std::string_view>& wanted) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (std::find(wanted.begin(), wanted.end(), tokens_[i]) != wanted.end()) found.push_back(i);
    }
    return found.empty() ? tokens_.size() : dice_.Pick(found);
  }
  void Insert(std::size_t at, std::string text) {
    tokens_.insert(tokens_.begin() + static_cast<std::ptrdiff_t>(std::min(at, tokens_.size())), std::move(text));
  }
  void Mutate() {
    const std::size_t kind = dice_.Below(9);
    if (kind == 0) Insert(AnyOf({"\n"}) + 1, Indent() + Comment() + "\n");
    if (kind == 1) Insert(AnyOf({"\n"}), " " + Comment());
    if (kind == 2) Insert(AnyOf({"\n"}), dice_.Percent(50) ? "\n" : "\n  \t");
    if (kind == 3) Insert(AnyOf({",", "(", "["}) + 1, LineBreak());
    if (kind == 4) Insert(AnyOf({"and", "or", ")", "]"}), LineBreak());
    if (kind == 5) Insert(AnyOf({"when", "unless", "and", "or"}) + 1, dice_.Percent(50) ? " not" : " not not");
    if (kind == 6) Insert(dice_.Below(tokens_.size() + 1), dice_.Percent(50) ? "\n" : Comment() + "\n");
    if (kind == 7) Insert(dice_.Below(tokens_.size() + 1), dice_.Percent(50) ? "\t" : "   ");
    if (kind == 8) {
      const std::size_t at = AnyOf({"\n"});
      if (at < tokens_.size()) tokens_[at] = dice_.Percent(50) ? " " : "\r\n";
    }
  }

  Dice dice_;
  std::vector<std::string> tokens_;
  std::size_t comments_ = 0;
};

// Those of the text itself, so that one which the parser lost is missed, too. Sorted, without blanks at their ends.
std::vector<std::string> CommentsOf(std::string_view text) {
  std::vector<std::string> comments = TokensOf(text);
  std::erase_if(comments, [](const std::string& token) { return token.front() != '#'; });
  for (std::string& comment : comments) comment.resize(comment.find_last_not_of(" \t\r") + 1);
  std::sort(comments.begin(), comments.end());
  return comments;
}

// False if it does not parse.
bool ExpectPromises(const std::string& text) {
  const format::FormatResult once = format::FormatText("a.ward", text);
  if (!once.ok) {
    EXPECT_EQ(once.text, text);
    return false;
  }
  const Reading before = Read(text);
  const Reading after = Read(once.text);
  EXPECT_TRUE(after.ok) << text << "\n----\n" << once.text;
  EXPECT_EQ(before.tree, after.tree) << text << "\n----\n" << once.text;
  EXPECT_EQ(CommentsOf(text), CommentsOf(once.text)) << text << "\n----\n" << once.text;
  EXPECT_EQ(once.text, format::FormatText("a.ward", once.text).text) << text;
  EXPECT_EQ(once.text.find('\r'), std::string::npos) << text;
  EXPECT_TRUE(once.text.ends_with('\n')) << text;
  return true;
}

TEST(MutatedFiles, KeepTreeAndCommentsAndAreFormattedOnce) {
  std::size_t parsed = 0;
  std::uint64_t seed = differential::FirstSeed();
  for (const char* const folder : {"examples", "policies", "tests"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(WARD_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".ward") continue;
      SCOPED_TRACE(entry.path());
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      for (std::size_t i = 0; i < kMutantsOfEach && !testing::Test::HasFailure(); ++i) {
        if (ExpectPromises(Mutator(text, seed++).Run())) ++parsed;
      }
    }
  }
  EXPECT_GE(parsed, kParsedMin);
}

}  // namespace
}  // namespace ward::formatting
