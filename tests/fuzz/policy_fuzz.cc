// Any bytes are a bundle of one policy: it compiles or is refused by findings that every renderer
// can show. Never an internal error, never bytecode that our own loader refuses, and twice the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "diag/render.h"
#include "ward/compiler.h"

namespace {

ward::CompileResult Compile(const std::string& text) {
  // The compiler loads what it wrote; a refusal there is an error here.
  ward::Result<ward::CompileResult> result = ward::CompileSources({{"fuzz.ward", text}}, {});
  WARD_CHECK(result.has_value() || result.error().code == ward::ErrorCode::kTooLarge);
  if (!result.has_value()) return {};
  WARD_CHECK(result->ok() != result->bytecode.empty());
  return *result;
}

std::string Shown(const ward::CompileResult& result) {
  using ward::diag::Colour;
  return ward::diag::RenderTerminal(result.diagnostics, Colour::kNever) + ward::diag::RenderJson(result.diagnostics) +
         ward::diag::RenderLines(result.diagnostics);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const ward::CompileResult first = Compile(text);
  const ward::CompileResult second = Compile(text);
  WARD_CHECK(first.bytecode == second.bytecode);
  WARD_CHECK(Shown(first) == Shown(second));
  return 0;
}
