// semantic: parsed policies -> the typed program, or what is wrong with them.
//
// Everything wrong with a bundle is reported in one go; what was reported once poisons what depends on it, which then
// stays silent. Same input, same diagnostics, same Program. Time is linear in the text (names are hashed), data included.
#ifndef WARD_SRC_SEMANTIC_CHECK_H_
#define WARD_SRC_SEMANTIC_CHECK_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "bundle/bundle.h"
#include "diag/sink.h"
#include "semantic/program.h"
#include "syntax/ast.h"

namespace ward::semantic {

// All of it must outlive the call; the Program keeps nothing of it.
struct CheckInput {
  const base::SourceMap& sources;
  std::span<const std::unique_ptr<syntax::File>> files;  // sorted by name
  const bundle::Bundle& bundle;
  const bundle::DataFiles& data;  // at least those that DataFileNames() asks for
};

// The data files that policies name (`networks from`, `table .. from`, `send request`), each once, sorted; names that
// lead out of the bundle among them. Live tables' files are not: they are read at run time.
[[nodiscard]] std::vector<std::string_view> DataFileNames(std::span<const std::unique_ptr<syntax::File>> files);

// Nothing if the sink has an error now, be it of this call or an earlier one.
[[nodiscard]] std::optional<Program> Check(const CheckInput& input, diag::Sink& sink);

}  // namespace ward::semantic

#endif  // WARD_SRC_SEMANTIC_CHECK_H_
