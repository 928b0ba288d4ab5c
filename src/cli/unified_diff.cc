#include "cli/unified_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <utility>
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

constexpr std::ptrdiff_t kContextLines = 3;

// One number means one line; of no lines, the line before is named.
std::string RangeText(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first);
  return fmt::format("{},{}", count == 0 ? first - 1 : first, count);
}

char MarkOf(const dtl::elemInfo& edit) {
  return edit.type == dtl::SES_DELETE ? '-' : edit.type == dtl::SES_ADD ? '+' : ' ';
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
  const std::vector<std::pair<std::string, dtl::elemInfo>> edits = diff.getSes().getSequence();
  HunkText text(colours);
  text.Coloured("1", fmt::format("--- {}", name));
  text.Coloured("1", fmt::format("+++ {}", name));
  const auto is_change = [](const auto& edit) { return edit.second.type != dtl::SES_COMMON; };
  std::size_t old_line = 1;  // of edits[at]
  std::size_t new_line = 1;
  std::size_t at = 0;
  for (auto change = std::find_if(edits.begin(), edits.end(), is_change); change != edits.end();) {
    // A hunk ends where twice the context has no change.
    const auto begin = change - std::min<std::ptrdiff_t>(change - edits.begin(), kContextLines);
    auto last = change;
    auto next = change;
    while (next != edits.end() && next - last <= 2 * kContextLines + 1) {
      last = next;
      next = std::find_if(next + 1, edits.end(), is_change);
    }
    const auto end = last + std::min<std::ptrdiff_t>(edits.end() - last, kContextLines + 1);
    const auto first = static_cast<std::size_t>(begin - edits.begin());
    old_line += first - at;
    new_line += first - at;
    const auto added = static_cast<std::size_t>(
        std::count_if(begin, end, [](const auto& e) { return e.second.type == dtl::SES_ADD; }));
    const auto removed = static_cast<std::size_t>(
        std::count_if(begin, end, [](const auto& e) { return e.second.type == dtl::SES_DELETE; }));
    const auto all = static_cast<std::size_t>(end - begin);
    text.Coloured("36",
                  fmt::format("@@ -{} +{} @@", RangeText(old_line, all - added), RangeText(new_line, all - removed)));
    for (auto edit = begin; edit != end; ++edit) text.Line(MarkOf(edit->second), edit->first);
    old_line += all - added;
    new_line += all - removed;
    at = static_cast<std::size_t>(end - edits.begin());
    change = next;
  }
  return text.Take();
}

}  // namespace ward::cli
