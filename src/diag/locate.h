// diag: where a span lies, for people: file, line, column and the line's text.
#ifndef WARD_SRC_DIAG_LOCATE_H_
#define WARD_SRC_DIAG_LOCATE_H_

#include "base/source.h"
#include "ward/diagnostic.h"

namespace ward::diag {

// Copies what it needs of the sources. A span of no file gives an empty Location.
[[nodiscard]] Location Locate(base::Span span, const base::SourceMap& sources);

}  // namespace ward::diag

#endif  // WARD_SRC_DIAG_LOCATE_H_
