#include "cli/unified_diff.h"

#include <fmt/format.h>

#include <dtl/dtl.hpp>
#include <vector>

namespace ward::cli {
namespace {

// Each with its line break, so that a last line without one differs from one that has it.
std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

// One number means one line.
std::string RangeText(long long first, long long count) {
  return count == 1 ? std::to_string(first) : fmt::format("{},{}", first, count);
}

class HunkText {
 public:
  explicit HunkText(Colours colours) : coloured_(colours == Colours::kYes) {}

  void Line(char mark, std::string_view line) {
    const bool broken_off = !line.ends_with('\n');
    if (!broken_off) line.remove_suffix(1);
    Coloured(mark == '-' ? "31" : mark == '+' ? "32" : "", fmt::format("{}{}", mark, line));
    if (broken_off) text_ += "\\ No newline at end of file\n";
  }
  void Coloured(std::string_view colour, const std::string& line) {
    text_ += coloured_ && !colour.empty() ? fmt::format("\x1b[{}m{}\x1b[0m\n", colour, line) : line + "\n";
  }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  bool coloured_;
  std::string text_;
};

}  // namespace

std::string UnifiedDiff(const std::string& name, std::string_view before, std::string_view after, Colours colours) {
  if (before == after) return {};
  dtl::Diff<std::string> diff(LinesOf(before), LinesOf(after));
  diff.compose();
  diff.composeUnifiedHunks();
  HunkText text(colours);
  text.Coloured("1", fmt::format("--- {}", name));
  text.Coloured("1", fmt::format("+++ {}", name));
  for (const auto& hunk : diff.getUniHunks()) {
    text.Coloured("36", fmt::format("@@ -{} +{} @@", RangeText(hunk.a, hunk.b), RangeText(hunk.c, hunk.d)));
    for (const auto& [line, info] : hunk.common[0]) text.Line(' ', line);
    for (const auto& [line, info] : hunk.change) {
      text.Line(info.type == dtl::SES_DELETE ? '-' : info.type == dtl::SES_ADD ? '+' : ' ', line);
    }
    for (const auto& [line, info] : hunk.common[1]) text.Line(' ', line);
  }
  return text.Take();
}

}  // namespace ward::cli
