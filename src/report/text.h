// report: small pieces of text that several formats share.
#ifndef WARD_SRC_REPORT_TEXT_H_
#define WARD_SRC_REPORT_TEXT_H_

#include <string>
#include <string_view>

#include "report/run.h"

namespace ward::report {

// "passed", "failed", "skipped", "error"
[[nodiscard]] std::string_view NameOf(Status status);

// "orders/access.ward:15", without what is unknown; empty if there is no file.
[[nodiscard]] std::string PlaceOf(const TestCase& one);

// Message, caret's text, hints and what the fixes do: several lines, for formats without places for them.
[[nodiscard]] std::string FullMessage(const Diagnostic& diagnostic);

// `text` as valid UTF-8 without control characters other than tab and line feed: a carriage return before a line feed
// is dropped, bytes that are no UTF-8 and other controls (C0, DEL, C1, U+FFFE and U+FFFF, and U+2028 and U+2029, which
// some readers take for line breaks) become U+FFFD. Every format may carry the result, once its own signs are escaped.
[[nodiscard]] std::string CleanLines(std::string_view text);
// The same as one line: line breaks and tabs become blanks.
[[nodiscard]] std::string CleanLine(std::string_view text);

}  // namespace ward::report

#endif  // WARD_SRC_REPORT_TEXT_H_
