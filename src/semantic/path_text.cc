#include "semantic/path_text.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/utf8.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

// What no path in normal form holds; nothing if all is well.
std::optional<std::string_view> SegmentFault(std::string_view segment) {
  if (segment == "." || segment == "..") return "dots are resolved before a path is matched";
  for (const char c : segment) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return "a path with a control character is refused before any rule";
    if (c == '/' || c == '\\') return "a path with an encoded `/` or `\\` is refused before any rule";
  }
  if (base::FirstInvalidUtf8(segment).has_value()) return "a path that is not UTF-8 is refused before any rule";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> DecodeSegment(Model& model, const syntax::RouteSegment& segment) {
  std::string text;
  for (std::size_t i = 0; i < segment.text.size(); ++i) {
    if (segment.text[i] != '%') {
      text.push_back(segment.text[i]);
      continue;
    }
    const int high = i + 2 < segment.text.size() ? base::HexDigit(segment.text[i + 1]) : -1;
    const int low = high >= 0 ? base::HexDigit(segment.text[i + 2]) : -1;
    if (low < 0) {
      model.Report(Diagnostic(Kind::kBadRoute, segment.span, "after `%` come two hexadecimal digits")
                       .WithHint("a percent sign itself is written `%25`"));
      return std::nullopt;
    }
    text.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (const auto fault = SegmentFault(text)) {
    model.Report(
        Diagnostic(Kind::kBadRoute, segment.span, fmt::format("`{}` never matches: {}", segment.text, *fault)));
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> PathText(Model& model, const syntax::Route& route, PathStars stars) {
  std::string text;
  for (std::size_t i = 0; i < route.segments.size(); ++i) {
    const syntax::RouteSegment& segment = route.segments[i];
    const bool last = i + 1 == route.segments.size();
    switch (segment.kind) {
      case syntax::RouteSegment::Kind::kEmpty:
        if (last && i == 0) return "/";
        model.Report(Diagnostic(Kind::kBadRoute, route.span,
                                last ? "paths never end in `/`: it is dropped before they are matched"
                                     : "paths never hold `//`: it becomes `/` before they are matched"));
        return std::nullopt;
      case syntax::RouteSegment::Kind::kParameter:
        model.Report(Diagnostic(Kind::kBadRoute, segment.span, "only the route of an operation names parts of a path")
                         .WithFix("write `*` for any one segment", segment.span, "*"));
        return std::nullopt;
      case syntax::RouteSegment::Kind::kAnyOne:
      case syntax::RouteSegment::Kind::kAnyRest: {
        const bool rest = segment.kind == syntax::RouteSegment::Kind::kAnyRest;
        if (stars == PathStars::kRefused || (rest && !last)) {
          model.Report(Diagnostic(Kind::kBadRoute, segment.span,
                                  rest && !last ? "`**` stands last: it is the rest of the path"
                                                : "stars have a meaning after `matches` only"));
          return std::nullopt;
        }
        text += rest ? "/**" : "/*";
        break;
      }
      case syntax::RouteSegment::Kind::kText: {
        const std::optional<std::string> decoded = DecodeSegment(model, segment);
        if (!decoded.has_value()) return std::nullopt;
        if (stars == PathStars::kAllowed && (*decoded == "*" || *decoded == "**")) {
          model.Report(Diagnostic(Kind::kBadRoute, segment.span, "an encoded star cannot be told from a star here"));
          return std::nullopt;
        }
        text += "/" + *decoded;
        break;
      }
    }
  }
  return text;
}

std::optional<std::string_view> PathTextFault(std::string_view text) {
  if (!text.starts_with('/')) return "a path begins with `/`";
  if (text == "/") return std::nullopt;
  std::string_view rest = text.substr(1);
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty()) return "paths in normal form hold no `//` and do not end in `/`";
    if (const auto fault = SegmentFault(segment)) return fault;
    if (slash == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace ward::semantic
