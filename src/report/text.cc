#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/utf8.h"

namespace ward::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// `sequence` is well-formed and not empty.
bool IsControl(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  if (sequence.size() == 2) return first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF" || sequence == "\xE2\x80\xA8" ||
         sequence == "\xE2\x80\xA9";
}

}  // namespace

std::string_view NameOf(Status status) {
  switch (status) {
    case Status::kPassed:
      return "passed";
    case Status::kFailed:
      return "failed";
    case Status::kSkipped:
      return "skipped";
    case Status::kError:
      return "error";
  }
  return "error";
}

std::string PlaceOf(const TestCase& one) {
  return one.line == 0 || one.file.empty() ? one.file : fmt::format("{}:{}", one.file, one.line);
}

std::string FullMessage(const Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  if (!diagnostic.caret.empty()) text += "\n" + diagnostic.caret;
  for (const std::string& hint : diagnostic.hints) text += "\nhelp: " + hint;
  for (const Diagnostic::Fix& fix : diagnostic.fixes) text += "\nhelp: " + fix.description;
  return text;
}

std::string CleanLines(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = base::Utf8SequenceLength(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    const bool blank = sequence == "\n" || sequence == "\t";
    if (blank || (length != 0 && !IsControl(sequence))) {
      clean.append(sequence);
    } else if (!text.starts_with("\r\n")) {
      clean.append(kReplacement);
    }
    text.remove_prefix(sequence.size());
  }
  return clean;
}

std::string CleanLine(std::string_view text) {
  std::string clean = CleanLines(text);
  for (char& sign : clean) {
    if (sign == '\n' || sign == '\t') sign = ' ';
  }
  return clean;
}

}  // namespace ward::report
