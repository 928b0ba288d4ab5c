#include "syntax/body.h"

#include <fmt/format.h>

namespace ward::syntax {

using diag::Diagnostic;
using diag::Kind;

std::optional<LineForm> Body::FormOf(const LogicalLine& /*line*/, std::string_view word) const {
  for (const Lead& lead : leads()) {
    if (lead.word == word) return lead.form;
  }
  return std::nullopt;
}

void Body::ReportTwice(Span first, Span second, std::string_view word) const {
  Diagnostic diagnostic(Kind::kDuplicateClause, second, fmt::format("{} has one `{}`", kind(), word));
  diagnostic.labels.push_back(diag::Label{first, "the first stands here"});
  if (word == "when" || word == "unless") {
    diagnostic.hints.push_back(
        fmt::format("join the two tests by `{}` in one `{}`", word == "when" ? "and" : "or", word));
  }
  actions_->Fail(std::move(diagnostic));
}

void Body::ReportMissing(const DeclHead& head, std::string message, std::string hint) const {
  actions_->BeginLine();
  actions_->Fail(Diagnostic(Kind::kMissingClause, head.line.span, std::move(message)).WithHint(std::move(hint)));
}

ForClause ReadFor(Actions& actions, Children parts, const Line& line) {
  return ForClause{line, actions.TakeOperations(parts)};
}
WhenClause ReadWhen(Actions& actions, Children parts, const Line& line) {
  return WhenClause{line, actions.TakeExpr(parts)};
}
UnlessClause ReadUnless(Actions& actions, Children parts, const Line& line) {
  return UnlessClause{line, actions.TakeExpr(parts)};
}

}  // namespace ward::syntax
