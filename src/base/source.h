// base: source texts, and places in them.
//
// A Span is a half-open byte range of one file. Lines and columns are computed only when somebody
// wants to see them. Lines count from 1 and end at \n (a \r before it belongs to the break);
// columns count code points from 1.
#ifndef WARD_SRC_BASE_SOURCE_H_
#define WARD_SRC_BASE_SOURCE_H_

#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace ward::base {

struct FileTag;
using FileId = Id<FileTag>;

struct Span {
  FileId file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] constexpr std::uint32_t size() const { return end - begin; }
  [[nodiscard]] constexpr bool empty() const { return begin == end; }
  friend constexpr bool operator==(const Span&, const Span&) = default;
  friend constexpr std::strong_ordering operator<=>(const Span&, const Span&) = default;
};

// From the begin of the first to the end of the second. Requires: the same file, in this order.
[[nodiscard]] Span Join(Span first, Span last);

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  friend constexpr bool operator==(Position, Position) = default;
};

// One text with a name. Immutable. The name is what messages print: a path relative to the bundle,
// with slashes.
class SourceFile {
 public:
  // Requires: text.size() < 4 GiB (budget::kFileSizeBytesMax is far below).
  SourceFile(std::string name, std::string text);

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::uint32_t line_count() const;

  // `offset` may be one past the end. Bytes that are no UTF-8 count as one column each. O(log lines
  // + column).
  [[nodiscard]] Position Locate(std::uint32_t offset) const;
  // Without the line break. Requires: 1 <= line <= line_count().
  [[nodiscard]] std::string_view LineText(std::uint32_t line) const;
  // The text under a span of this file, cut at the end of the text.
  [[nodiscard]] std::string_view Text(Span span) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
};

// All texts of one compilation; gives out the FileIds that its spans carry. Files stay where they
// are once added.
class SourceMap {
 public:
  FileId Add(std::string name, std::string text);

  // Requires: an id this map gave out.
  [[nodiscard]] const SourceFile& file(FileId id) const;
  [[nodiscard]] std::size_t count() const { return files_.size(); }
  [[nodiscard]] Position Locate(Span span) const { return file(span.file).Locate(span.begin); }
  [[nodiscard]] std::string_view Text(Span span) const { return file(span.file).Text(span); }

 private:
  std::deque<SourceFile> files_;
};

}  // namespace ward::base

#endif  // WARD_SRC_BASE_SOURCE_H_
