// Any bytes are a policy file: they parse to a tree and findings whose places lie in the text, and
// every renderer can show them. Running twice gives the same bytes.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/source.h"
#include "diag/render.h"
#include "diag/sink.h"
#include "syntax/parse.h"

namespace {

std::string Findings(const std::string& text) {
  ward::base::SourceMap sources;
  const ward::base::FileId file = sources.Add("fuzz.ward", text);
  ward::diag::Sink sink;
  WARD_CHECK(ward::syntax::Parse(sources, file, sink) != nullptr);
  const std::vector<ward::Diagnostic> found = sink.Finish(sources);
  return ward::diag::RenderTerminal(found, ward::diag::Colour::kNever) +
         ward::diag::RenderJson(found) + ward::diag::RenderLines(found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  WARD_CHECK(Findings(text) == Findings(text));
  return 0;
}
