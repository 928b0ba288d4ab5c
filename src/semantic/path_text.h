// semantic: the paths an author writes, brought into the normal form that request paths have.
//
// Source: LANGUAGE.md section (d), "Paths are decoded once": a written `%xx` stands for its byte, and what a request path
// can never hold is refused, for it could never match.
#ifndef WARD_SRC_SEMANTIC_PATH_TEXT_H_
#define WARD_SRC_SEMANTIC_PATH_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "semantic/model.h"

namespace ward::semantic {

// One segment, decoded. Nothing: reported as kBadRoute.
[[nodiscard]] std::optional<std::string> DecodeSegment(Model& model, const syntax::RouteSegment& segment);

enum class PathStars : std::uint8_t { kRefused, kAllowed };
// `/admin/*` as a value: `/` before each segment, `/` alone for the root. Nothing: reported.
[[nodiscard]] std::optional<std::string> PathText(Model& model, const syntax::Route& route, PathStars stars);

// Nothing if `text` is a path in normal form, else what is wrong with it. For data files.
[[nodiscard]] std::optional<std::string_view> PathTextFault(std::string_view text);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_PATH_TEXT_H_
