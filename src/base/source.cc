#include "base/source.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/utf8.h"

namespace ward::base {

Span Join(Span first, Span last) {
  WARD_CHECK(first.file == last.file && first.begin <= last.end);
  return Span{first.file, first.begin, last.end};
}

SourceFile::SourceFile(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  WARD_CHECK(text_.size() < std::numeric_limits<std::uint32_t>::max());
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

std::uint32_t SourceFile::line_count() const { return static_cast<std::uint32_t>(line_starts_.size()); }

Position SourceFile::Locate(std::uint32_t offset) const {
  WARD_CHECK(offset <= text_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::uint32_t>(next - line_starts_.begin());
  const std::uint32_t start = line_starts_[line - 1];
  const std::string_view before = std::string_view(text_).substr(start, offset - start);
  return Position{line, static_cast<std::uint32_t>(CountColumns(before)) + 1};
}

std::string_view SourceFile::LineText(std::uint32_t line) const {
  WARD_CHECK(line >= 1 && line <= line_count());
  const std::size_t begin = line_starts_[line - 1];
  std::size_t end = line < line_count() ? line_starts_[line] - 1 : text_.size();
  if (end > begin && line < line_count() && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

std::string_view SourceFile::Text(Span span) const {
  const std::size_t begin = std::min<std::size_t>(span.begin, text_.size());
  const std::size_t end = std::clamp<std::size_t>(span.end, begin, text_.size());
  return std::string_view(text_).substr(begin, end - begin);
}

FileId SourceMap::Add(std::string name, std::string text) {
  const FileId id = FileId::FromIndex(files_.size());
  files_.emplace_back(std::move(name), std::move(text));
  return id;
}

const SourceFile& SourceMap::file(FileId id) const {
  WARD_CHECK(id.has_value() && id.index() < files_.size());
  return files_[id.index()];
}

}  // namespace ward::base
