// report: a Run as text, one format per .cc file; README.md says what each promises.
//
// All functions are pure: same run, same bytes. Texts of the run may hold any bytes (hostile file names, messages);
// the output is valid in its format and valid UTF-8 whatever they hold. Each ends with a line break.
#ifndef WARD_SRC_REPORT_RENDER_H_
#define WARD_SRC_REPORT_RENDER_H_

#include <cstdint>
#include <string>

#include "diag/render.h"
#include "report/run.h"

namespace ward::report {

enum class Format : std::uint8_t { kHuman, kJson, kLines, kJunit, kTap, kSarif, kGithub };

// Colour matters for kHuman alone.
[[nodiscard]] std::string Render(const Run& run, Format format, diag::Colour colour);

[[nodiscard]] std::string RenderHuman(const Run& run, diag::Colour colour);
[[nodiscard]] std::string RenderJson(const Run& run);
[[nodiscard]] std::string RenderLines(const Run& run);
[[nodiscard]] std::string RenderJunit(const Run& run);
[[nodiscard]] std::string RenderTap(const Run& run);
[[nodiscard]] std::string RenderSarif(const Run& run);
[[nodiscard]] std::string RenderGithub(const Run& run);

}  // namespace ward::report

#endif  // WARD_SRC_REPORT_RENDER_H_
