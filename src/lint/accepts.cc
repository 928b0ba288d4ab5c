#include "lint/accepts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace ward::lint {
namespace {

// What a date has not made true yet says nothing, and may be accepted beforehand.
bool DependsOnDate(diag::Kind kind) { return kind == diag::Kind::kReviewOverdue || kind == diag::Kind::kShadowTooLong; }

// The lint that an annotation accepts; nothing: it is another annotation, or names a lint that this version has not.
std::optional<diag::Kind> AcceptedKind(const syntax::Annotation& annotation) {
  if (annotation.name.text != "accept" || annotation.values.empty()) return std::nullopt;
  const syntax::Expr& value = *annotation.values[0];
  if (const auto* name = value.As<syntax::NameRef>()) return diag::FindKind(name->path.segments[0].text);
  if (const auto* text = value.As<syntax::TextLiteral>()) return diag::FindKind(text->text);
  return std::nullopt;
}

// The line with its break, so that nothing of it stays.
base::Span WholeLine(const View& view, base::Span line) {
  const std::string_view text = view.checked.sources.file(line.file).text();
  const std::size_t begin = text.rfind('\n', line.begin);
  const std::size_t end = text.find('\n', line.end);
  line.begin = begin == std::string_view::npos ? 0 : static_cast<std::uint32_t>(begin + 1);
  line.end = static_cast<std::uint32_t>(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

Accepts::Accepts(const View& view) : view_(view) {
  for (const auto& file : view.checked.parsed) {
    if (!view.IsOwn(file->span.file)) continue;
    for (const syntax::Decl& decl : file->declarations) {
      const syntax::DeclHead& head = syntax::Head(decl);
      for (const syntax::Annotation& annotation : head.annotations) {
        if (const auto kind = AcceptedKind(annotation)) accepts_[&head].push_back({&annotation, *kind});
      }
    }
  }
}

bool Accepts::Silences(const diag::Diagnostic& finding) {
  const syntax::Decl* decl = view_.DeclAt(finding.span);
  const auto it = decl == nullptr ? accepts_.end() : accepts_.find(&syntax::Head(*decl));
  if (it == accepts_.end()) return false;
  bool silences = false;
  for (Accept& accept : it->second) {
    if (accept.kind != finding.kind) continue;
    accept.needed = true;
    silences = true;
  }
  return silences;
}

void Accepts::ReportStale(std::span<const diag::Kind> looked_for, diag::Sink& sink) const {
  // The sink sorts, so the order of the map does not matter.
  for (const auto& [head, accepts] : accepts_) {
    for (const Accept& accept : accepts) {
      const bool judged = std::find(looked_for.begin(), looked_for.end(), accept.kind) != looked_for.end();
      if (accept.needed || !judged || DependsOnDate(accept.kind)) continue;
      const base::Span line = accept.annotation->line.span;
      sink.Report(diag::Diagnostic(diag::Kind::kStaleAccept, line,
                                   fmt::format("nothing here is `{}` any more", diag::Info(accept.kind).name))
                      .WithFix("remove the annotation", WholeLine(view_, line), ""));
    }
  }
}

}  // namespace ward::lint
