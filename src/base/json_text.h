// base: strings as JSON literals.
// Source: RFC 8259 section 7.
#ifndef WARD_SRC_BASE_JSON_TEXT_H_
#define WARD_SRC_BASE_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace ward::base {

// Appends `text` in quotes. Control characters are escaped, bytes that are no UTF-8 become U+FFFD,
// so the result is valid JSON and valid UTF-8 whatever `text` holds.
void AppendJsonString(std::string& json, std::string_view text);

}  // namespace ward::base

#endif  // WARD_SRC_BASE_JSON_TEXT_H_
