#include "report/render.h"

namespace ward::report {

std::string Render(const Run& run, Format format, diag::Colour colour) {
  switch (format) {
    case Format::kHuman:
      return RenderHuman(run, colour);
    case Format::kJson:
      return RenderJson(run);
    case Format::kLines:
      return RenderLines(run);
    case Format::kJunit:
      return RenderJunit(run);
    case Format::kTap:
      return RenderTap(run);
    case Format::kSarif:
      return RenderSarif(run);
    case Format::kGithub:
      return RenderGithub(run);
  }
  return {};
}

}  // namespace ward::report
