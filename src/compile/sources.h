// compile: the parsed files of a bundle, with those that come with Ward and that the bundle uses.
#ifndef WARD_SRC_COMPILE_SOURCES_H_
#define WARD_SRC_COMPILE_SOURCES_H_

#include <memory>
#include <vector>

#include "base/source.h"
#include "bundle/bundle.h"
#include "diag/sink.h"
#include "syntax/ast.h"

namespace ward::compile {

// Sorted by name. Files are parsed in parallel where there are many. `policies = [..]` of ward.toml
// and `use .. from ward.x` bring in what Ward ships; a bundle's own policy of the same name goes
// first.
[[nodiscard]] std::vector<std::unique_ptr<syntax::File>> ParseAll(const bundle::Bundle& bundle,
                                                                  base::SourceMap& sources, diag::Sink& sink);

}  // namespace ward::compile

#endif  // WARD_SRC_COMPILE_SOURCES_H_
