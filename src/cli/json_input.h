// cli: JSON that a person or a script hands over.
#ifndef WARD_SRC_CLI_JSON_INPUT_H_
#define WARD_SRC_CLI_JSON_INPUT_H_

#include <nlohmann/json.hpp>
#include <string_view>

#include "ward/error.h"

namespace ward::cli {

// `text` as one JSON value (RFC 8259). A member given twice is an error that names it: which of the two was meant is
// not ours to guess, and a server's border would take neither. `where` names the source in errors.
[[nodiscard]] Result<nlohmann::json> ParseJson(std::string_view text, std::string_view where);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_JSON_INPUT_H_
