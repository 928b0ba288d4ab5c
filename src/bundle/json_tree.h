// bundle: a JSON text as a tree in which every value knows its place.
//
// Source: RFC 8259, strictly: no comments, no trailing commas, no BOM, no member twice, at most kJsonDepthMax deep, UTF-8
// only. Numbers stay text. One error at most, reported as kBadDataFile; then the result is empty.
#ifndef WARD_SRC_BUNDLE_JSON_TREE_H_
#define WARD_SRC_BUNDLE_JSON_TREE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "diag/sink.h"

namespace ward::bundle {

inline constexpr int kJsonDepthMax = 16;

struct JsonValue {
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  base::Span span;
  std::string_view text;         // kString unescaped; kNumber and kBool as written
  std::vector<JsonValue> items;  // kArray; kObject: the members' values
  std::string_view name;         // as a member of an object
  base::Span name_span;
};

// `unescaped` receives the texts of strings with escapes; the values point into it.
[[nodiscard]] std::optional<JsonValue> ReadJson(const base::SourceMap& sources, base::FileId file,
                                                std::deque<std::string>& unescaped, diag::Sink& sink);

}  // namespace ward::bundle

#endif  // WARD_SRC_BUNDLE_JSON_TREE_H_
