#include "format/page.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace ward::format {
namespace {

bool HasCode(const PhysicalLine& line) { return line.code.find_first_not_of(' ') != std::string::npos; }
bool HasBoth(const PhysicalLine& line) { return !line.comment.empty() && HasCode(line); }

}  // namespace

void Page::Comment(std::string_view text, std::size_t indent) {
  Add({PhysicalLine{std::string(indent, ' '), std::string(text)}});
}

void Page::Add(std::vector<PhysicalLine> lines) {
  if (blank_wanted_ && !lines_.empty()) lines_.emplace_back();
  blank_wanted_ = false;
  std::move(lines.begin(), lines.end(), std::back_inserter(lines_));
}

void Page::Trailing(std::string_view comment) { lines_.back().comment = comment; }

std::string Page::Take() {
  std::string text;
  std::size_t column = 0;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const PhysicalLine& line = lines_[i];
    text += line.code;
    if (HasBoth(line)) {
      if (i == 0 || !HasBoth(lines_[i - 1])) {
        column = 0;
        for (std::size_t k = i; k < lines_.size() && HasBoth(lines_[k]); ++k) {
          column = std::max(column, base::CountColumns(lines_[k].code) + 2);
        }
      }
      text.append(column - base::CountColumns(line.code), ' ');
    }
    text += line.comment;
    text += '\n';
  }
  lines_.clear();
  return text;
}

}  // namespace ward::format
