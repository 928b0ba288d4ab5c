// border: raw values as cells of a declared type; what breaks the schema is missing (LANGUAGE section (f)).
//
// Where a value comes from decides which spellings it may have: a JSON string is never a number, a header is nothing
// but text. Results borrow from the text given, or from the scratch where something had to be rewritten.
// Thread-safe apart from the scratch. Nothing allocates. Cost: O(bytes); a set also sorts its members.
#ifndef WARD_SRC_BORDER_CONVERT_H_
#define WARD_SRC_BORDER_CONVERT_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "base/budgets.h"
#include "border/cell.h"
#include "border/scratch.h"
#include "lookup/string_domain.h"
#include "ward/schema.h"

namespace ward::border {

// Room in the scratch: kNormalFormBytesMin, or as much as the text has where that is more.
using NormalForm = std::string_view (*)(std::string_view text, std::span<char> scratch);
inline constexpr std::size_t kNormalFormBytesMin = 256;

// What a slot or a column takes. Borrows from the View.
struct ValueSpec {
  ValueType type = ValueType::kString;
  bool lower_case = false;  // ASCII letters are folded before anything else
  std::uint32_t max_bytes =
      base::budget::kStringValueBytesDefault;  // of a string, and of each member of a set of strings
  std::string_view split;                      // a set from text; empty: only lists are sets
  // kString: brings a text into the one spelling that its type allows, in the scratch if it must change; empty: it has
  // none. Null: any text will do.
  NormalForm normal_form = nullptr;
  // kEnum, kEnumSet: the enum's values, ordinal = index + 2. Others: not read.
  const lookup::StringDomain* domain = nullptr;
};

enum class TextOrigin : std::uint8_t {
  kText,  // header, query, form, path, table cell: numbers and booleans are spelled out
  kJson,  // a string among typed values: only strings, dates, clocks, addresses, enums
};

[[nodiscard]] Cell FromText(const ValueSpec& spec, std::string_view text, TextOrigin origin, Scratch& scratch);
// What a cell of a table, or a parameter, says as text: a set as base/set_text.h has it.
[[nodiscard]] Cell FromCellText(const ValueSpec& spec, std::string_view text, Scratch& scratch);
// int, size; seconds for duration and timestamp.
[[nodiscard]] Cell FromInteger(const ValueSpec& spec, std::int64_t number);
// As FromInteger, fractions of seconds kept; int and size only if it is whole.
[[nodiscard]] Cell FromReal(const ValueSpec& spec, double number);
[[nodiscard]] Cell FromBool(const ValueSpec& spec, bool value);
// The members of a set. More than budget::kSetMemberCountMax: missing.
[[nodiscard]] Cell FromList(const ValueSpec& spec, std::span<const std::string_view> members, Scratch& scratch);

// ASCII letters in lower case: `text` itself if there is nothing to fold. Nothing (a null view) if the scratch is full.
[[nodiscard]] std::string_view FoldCase(std::string_view text, Scratch& scratch);

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_CONVERT_H_
