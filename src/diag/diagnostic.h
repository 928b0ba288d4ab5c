// diag: one finding about a policy, as the phases of the compiler report it.
//
//   sink.Report(Diagnostic(Kind::kUnknownAttribute, span, "the token has no claim `scope`")
//                   .WithCaret("it has `scopes` (set of scope), declared at
//                   platform/schema.ward:15") .WithFix("write `token.scopes`", span,
//                   "token.scopes"));
//
// Wording (STYLE.md section 6): lower case, no full stop, user text in backticks, the situation in
// the message and the next step in a hint or a fix. The primary span is the smallest wrong thing.
// ward/diagnostic.h is its public form.
#ifndef WARD_SRC_DIAG_DIAGNOSTIC_H_
#define WARD_SRC_DIAG_DIAGNOSTIC_H_

#include <string>
#include <utility>
#include <vector>

#include "base/source.h"
#include "diag/kind.h"
#include "ward/diagnostic.h"

namespace ward::diag {

// The other party: "declared here".
struct Label {
  base::Span span;
  std::string text;
};

struct Edit {
  base::Span span;
  std::string replacement;
};

// Applying all edits mends the cause. Several fixes of one diagnostic are alternatives.
struct Fix {
  std::string description;
  std::vector<Edit> edits;
};

class [[nodiscard]] Diagnostic {
 public:
  Diagnostic(Kind kind_in, base::Span span_in, std::string message_in)
      : kind(kind_in), span(span_in), message(std::move(message_in)) {}

  // What stands beside the caret under the primary span.
  [[nodiscard]] Diagnostic&& WithCaret(std::string text) && {
    caret = std::move(text);
    return std::move(*this);
  }
  [[nodiscard]] Diagnostic&& WithLabel(base::Span where, std::string text) && {
    labels.push_back(Label{where, std::move(text)});
    return std::move(*this);
  }
  [[nodiscard]] Diagnostic&& WithHint(std::string text) && {
    hints.push_back(std::move(text));
    return std::move(*this);
  }
  // A fix of one edit; its description is shown as help, so it needs no hint beside it.
  [[nodiscard]] Diagnostic&& WithFix(std::string description, base::Span where, std::string replacement) && {
    Fix fix{std::move(description), {}};
    fix.edits.push_back(Edit{where, std::move(replacement)});
    fixes.push_back(std::move(fix));
    return std::move(*this);
  }
  [[nodiscard]] Diagnostic&& WithFix(Fix fix) && {
    fixes.push_back(std::move(fix));
    return std::move(*this);
  }

  Kind kind;
  base::Span span;  // span.file may be kNone: the bundle as a whole
  std::string message;
  std::string caret;
  std::vector<Label> labels;
  std::vector<std::string> hints;
  std::vector<Fix> fixes;
};

// With file names, positions and source lines filled in. Requires: every span of `diagnostic` lies
// in `sources`.
[[nodiscard]] ward::Diagnostic ToPublic(const Diagnostic& diagnostic, const base::SourceMap& sources);

}  // namespace ward::diag

#endif  // WARD_SRC_DIAG_DIAGNOSTIC_H_
