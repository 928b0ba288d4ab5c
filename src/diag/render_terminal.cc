// The marked places of one finding are grouped by file and line: the primary place first, then the
// labels. Each line is shown once, with one row of carets per place under it (`^` for the primary,
// `-` for the others). A line wider than kSourceColumnsMax is shown through a window around its
// first mark.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/legible.h"
#include "base/utf8.h"
#include "diag/render.h"

namespace ward::diag {
namespace {

constexpr std::size_t kHeaderColumns = 99;      // the place in the header ends here, if it fits
constexpr std::size_t kSourceColumnsMax = 140;  // of a shown source line
constexpr std::size_t kColumnsBeforeMark = 60;  // of a window
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

struct Mark {
  const Location* location;
  std::string_view text;
  char sign;
};

struct Style {
  std::string_view error = "";
  std::string_view warning = "";
  std::string_view faint = "";
  std::string_view help = "";
  std::string_view off = "";
};

constexpr Style kPlain;
constexpr Style kColoured{"\x1b[1;31m", "\x1b[1;33m", "\x1b[34m", "\x1b[1;36m", "\x1b[0m"};

using base::Legible;

class FindingWriter {
 public:
  FindingWriter(std::string& out, const ward::Diagnostic& diagnostic, const Style& style)
      : out_(out), diagnostic_(diagnostic), style_(style) {
    AddMark(diagnostic.location, diagnostic.caret, '^');
    for (const ward::Diagnostic::Label& label : diagnostic.labels) AddMark(label.location, label.text, '-');
    for (const Mark& mark : marks_) gutter_ = std::max(gutter_, fmt::formatted_size("{}", mark.location->line));
  }

  void Write() {
    WriteHeader();
    WriteMarks();
    for (const std::string& hint : diagnostic_.hints) WriteHelp(hint);
    for (const ward::Diagnostic::Fix& fix : diagnostic_.fixes) WriteHelp(fix.description);
  }

 private:
  void AddMark(const Location& location, std::string_view text, char sign) {
    if (location.line != 0) marks_.push_back(Mark{&location, text, sign});
  }

  void WriteHeader() {
    const bool is_error = diagnostic_.severity == Severity::kError;
    const std::string kind = fmt::format("{}[{}]", is_error ? "error" : "warning", diagnostic_.code);
    const std::string message = ": " + Legible(diagnostic_.message);
    out_.append(is_error ? style_.error : style_.warning).append(kind).append(style_.off).append(message);
    const Location& at = diagnostic_.location;
    const std::string file = Legible(at.file);
    if (file.empty()) {
      out_.push_back('\n');
      return;
    }
    const std::string place = at.line == 0 ? file : fmt::format("{}:{}", file, at.line);
    const std::size_t used = kind.size() + base::CountColumns(message) + base::CountColumns(place);
    if (used + 2 <= kHeaderColumns) {
      fmt::format_to(std::back_inserter(out_), "{:{}}{}\n", "", kHeaderColumns - used, place);
    } else if (at.line == 0) {
      fmt::format_to(std::back_inserter(out_), "\n --> {}\n", file);
    } else {
      fmt::format_to(std::back_inserter(out_), "\n --> {}:{}\n", place, at.column);
    }
  }

  // Files in order of their first mark, lines in order of their number.
  void WriteMarks() {
    std::vector<std::string_view> files;
    for (const Mark& mark : marks_) {
      if (std::find(files.begin(), files.end(), mark.location->file) == files.end()) {
        files.push_back(mark.location->file);
      }
    }
    for (const std::string_view file : files) WriteFile(file);
  }

  void WriteFile(std::string_view file) {
    std::vector<std::uint32_t> lines;
    for (const Mark& mark : marks_) {
      if (mark.location->file == file) lines.push_back(mark.location->line);
    }
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    if (file != diagnostic_.location.file) {
      fmt::format_to(std::back_inserter(out_), " ::: {}:{}\n", Legible(file), lines.front());
    }
    std::uint32_t last = 0;
    for (const std::uint32_t line : lines) {
      if (last != 0 && line > last + 1) fmt::format_to(std::back_inserter(out_), " {:.>{}}\n", "", gutter_ + 1);
      WriteLine(file, line);
      last = line;
    }
  }

  void WriteLine(std::string_view file, std::uint32_t line) {
    std::vector<Mark> here;
    for (const Mark& mark : marks_) {
      if (mark.location->file == file && mark.location->line == line) here.push_back(mark);
    }
    const std::vector<std::string_view> columns = base::LegibleColumns(here.front().location->source_line);
    std::size_t begin = 0;
    if (columns.size() > kSourceColumnsMax && here.front().location->column > kColumnsBeforeMark) {
      begin = here.front().location->column - kColumnsBeforeMark;
    }
    const std::size_t end = std::min(columns.size(), begin + kSourceColumnsMax);
    std::string shown;
    for (std::size_t i = begin; i < end; ++i) shown.append(columns[i]);
    fmt::format_to(std::back_inserter(out_), "{} {:>{}} |{} {}{}{}\n", style_.faint, line, gutter_, style_.off,
                   begin > 0 ? kEllipsis : "", shown, end < columns.size() ? kEllipsis : "");
    // The ellipsis in front takes a column, so one column fewer is cut off.
    const std::size_t shift = begin > 0 ? begin - 1 : 0;
    for (const Mark& mark : here) WriteCarets(mark, shift, columns.size());
  }

  void WriteCarets(const Mark& mark, std::size_t shift, std::size_t line_columns) {
    const Location& at = *mark.location;
    const std::size_t begin = at.column - 1;
    std::size_t end = at.end_line == at.line ? at.end_column - 1 : line_columns;
    end = std::min(std::max(end, begin + 1), shift + kSourceColumnsMax + 1);
    const std::size_t indent = begin > shift ? begin - shift : 0;
    const std::size_t length = end > begin ? end - begin : 1;
    const std::string_view colour =
        mark.sign == '-' ? style_.faint : (diagnostic_.severity == Severity::kError ? style_.error : style_.warning);
    fmt::format_to(std::back_inserter(out_), "{} {:{}} |{} {:{}}{}{}{}", style_.faint, "", gutter_, style_.off, "",
                   indent, colour, std::string(length, mark.sign), style_.off);
    if (!mark.text.empty()) out_.append(" ").append(Legible(mark.text));
    out_.push_back('\n');
  }

  // A text of several lines goes on under its first word.
  void WriteHelp(std::string_view text) {
    std::string_view lead = " help: ";
    while (true) {
      const std::size_t line_end = std::min(text.find('\n'), text.size());
      if (lead == " help: ") {
        out_.append(style_.help).append(lead).append(style_.off);
      } else {
        out_.append(lead);
      }
      out_.append(Legible(text.substr(0, line_end))).append("\n");
      if (line_end == text.size()) return;
      text.remove_prefix(line_end + 1);
      lead = "       ";
    }
  }

  std::string& out_;
  const ward::Diagnostic& diagnostic_;
  const Style& style_;
  std::vector<Mark> marks_;
  std::size_t gutter_ = 2;
};

}  // namespace

std::string RenderTerminal(std::span<const ward::Diagnostic> diagnostics, Colour colour) {
  const Style& style = colour == Colour::kAlways ? kColoured : kPlain;
  std::string out;
  for (const ward::Diagnostic& diagnostic : diagnostics) {
    if (!out.empty()) out.push_back('\n');
    FindingWriter(out, diagnostic, style).Write();
  }
  return out;
}

}  // namespace ward::diag
