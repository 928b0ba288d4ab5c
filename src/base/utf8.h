// base: UTF-8 validation, counting and encoding.
// Source: RFC 3629 (no surrogates, no overlong forms, nothing above U+10FFFF).
#ifndef WARD_SRC_BASE_UTF8_H_
#define WARD_SRC_BASE_UTF8_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ward::base {

// The length in bytes of the well-formed sequence that `text` begins with; 0 if it begins with none
// or is empty.
[[nodiscard]] std::size_t Utf8SequenceLength(std::string_view text);

// The code point of one well-formed sequence.
[[nodiscard]] char32_t DecodeUtf8(std::string_view sequence);

// The byte offset of the first thing that is not well-formed UTF-8; nothing if all of it is.
[[nodiscard]] std::optional<std::size_t> FirstInvalidUtf8(std::string_view text);

// Code points, each byte that belongs to none counting as one.
[[nodiscard]] std::size_t CountColumns(std::string_view text);

// Appends the encoding of `code_point`. False, and nothing appended, if it is a surrogate or above
// U+10FFFF.
[[nodiscard]] bool AppendUtf8(std::string& text, char32_t code_point);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_UTF8_H_
