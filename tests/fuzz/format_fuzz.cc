// Any text that parses is formatted into one that parses, with the same tree and the same comments, and which is
// formatted already. With CR LF it is formatted into the same text.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "format/format.h"
#include "format/same_meaning.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ward::format::FormatResult;
  using ward::format::FormatText;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const FormatResult once = FormatText("fuzz.ward", text);
  if (!once.ok) {
    WARD_CHECK(once.text == text);
    return 0;
  }
  const ward::formatting::Reading before = ward::formatting::Read(text);
  const ward::formatting::Reading after = ward::formatting::Read(once.text);
  WARD_CHECK(after.ok);
  WARD_CHECK(before.tree == after.tree);
  WARD_CHECK(before.comments == after.comments);
  WARD_CHECK(FormatText("fuzz.ward", once.text).text == once.text);
  std::string dos_text;
  for (const char c : text) {
    if (c == '\n' && (dos_text.empty() || dos_text.back() != '\r')) dos_text += '\r';
    dos_text += c;
  }
  const FormatResult dos = FormatText("fuzz.ward", dos_text);
  WARD_CHECK(!dos.ok || dos.text == once.text);
  return 0;
}
