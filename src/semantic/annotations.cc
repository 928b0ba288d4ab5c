#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "diag/kind.h"
#include "semantic/replies.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

constexpr std::array<std::string_view, 5> kKnown{"accept", "apart", "owner", "review", "severity"};
constexpr std::array<std::string_view, 4> kSeverities{"low", "medium", "high", "critical"};
// Lints of the language design that no version finds yet: accepting one beforehand is no error.
constexpr std::array<std::string_view, 4> kLaterLints{"covered-allow", "dead-rule", "dominated-limit",
                                                      "plan-not-monotone"};

std::vector<std::string_view> LintNames() {
  std::vector<std::string_view> names(kLaterLints.begin(), kLaterLints.end());
  for (const diag::KindInfo& info : diag::AllKinds()) {
    if (info.code.starts_with('L')) names.push_back(info.name);
  }
  return names;
}

// A name or a text; empty if it is neither.
std::string WordOf(const syntax::Expr& node) {
  if (const auto* name = node.As<syntax::NameRef>()) return DottedText(name->path.segments);
  if (const auto* text = node.As<syntax::TextLiteral>()) return std::string(text->text);
  if (const auto* atom = node.As<syntax::AtomLiteral>()) return std::string(atom->text);
  return {};
}

class AnnotationReader {
 public:
  AnnotationReader(Model& model, Annotated what) : model_(model), what_(what) {}

  void Read(const syntax::Annotation& annotation) {
    const std::string_view name = annotation.name.text;
    if (name == "severity") return ReadSeverity(annotation);
    if (name == "owner") return ReadOwner(annotation);
    if (name == "review") return ReadReview(annotation);
    if (name == "accept") return ReadAccept(annotation);
    if (name == "apart") return ReadApart(annotation);
    Diagnostic diagnostic(Kind::kBadAnnotation, annotation.name.span,
                          fmt::format("there is no annotation `@{}`", name));
    const auto nearest = Nearest(model_, name, kKnown);
    model_.Report(nearest
                      ? std::move(diagnostic)
                            .WithFix(fmt::format("write `@{}`", *nearest), annotation.name.span, std::string(*nearest))
                      : std::move(diagnostic).WithHint("there are @owner, @severity, @review, @accept and @apart"));
  }

  Annotations Take() { return std::move(typed_); }

 private:
  void Fail(const syntax::Annotation& annotation, std::string message, std::string hint) {
    model_.Report(Diagnostic(Kind::kBadAnnotation, annotation.line.span, std::move(message)).WithHint(std::move(hint)));
  }

  bool Once(const syntax::Annotation& annotation, bool& seen) {
    if (!seen) return seen = true;
    Fail(annotation, fmt::format("`@{}` is given twice", annotation.name.text), "keep one of them");
    return false;
  }

  void ReadSeverity(const syntax::Annotation& annotation) {
    if (what_ != Annotated::kJudged) {
      return Fail(annotation, "only what can refuse has a severity", "annotate a rule, a limit or a zone");
    }
    if (!Once(annotation, severity_seen_)) return;
    const std::string word = annotation.values.size() == 1 ? WordOf(*annotation.values[0]) : std::string();
    for (std::size_t i = 0; i < kSeverities.size(); ++i) {
      if (word != kSeverities[i]) continue;
      typed_.severity = static_cast<Severity>(i);
      return;
    }
    const auto nearest = Nearest(model_, word, kSeverities);
    if (word.empty() || !nearest.has_value()) {
      return Fail(annotation, "a severity is low, medium, high or critical", "as in `@severity high`");
    }
    const base::Span span = annotation.values[0]->span;
    model_.Report(Diagnostic(Kind::kBadAnnotation, span, fmt::format("there is no severity `{}`", word))
                      .WithFix(fmt::format("write `{}`", *nearest), span, std::string(*nearest)));
  }

  void ReadOwner(const syntax::Annotation& annotation) {
    if (!Once(annotation, owner_seen_)) return;
    const std::string word = annotation.values.size() == 1 ? WordOf(*annotation.values[0]) : std::string();
    if (word.empty()) return Fail(annotation, "an owner is one name", "as in `@owner team-orders`");
    typed_.owner = model_.Keep(word);
  }

  void ReadReview(const syntax::Annotation& annotation) {
    if (!Once(annotation, review_seen_)) return;
    const auto* date = annotation.values.size() == 1 ? annotation.values[0]->As<syntax::TimestampLiteral>() : nullptr;
    if (date == nullptr) return Fail(annotation, "a review has a date", "as in `@review 2027-02-01`");
    typed_.review_ns = date->nanoseconds;
  }

  void ReadAccept(const syntax::Annotation& annotation) {
    const auto* why = annotation.values.size() == 2 ? annotation.values[1]->As<syntax::TextLiteral>() : nullptr;
    const std::string lint = annotation.values.empty() ? std::string() : WordOf(*annotation.values[0]);
    if (why == nullptr || why->text.empty() || lint.empty()) {
      return Fail(annotation, "what is accepted has a name and a reason",
                  "as in `@accept wide-network \"the whole of Europe\"`");
    }
    const std::vector<std::string_view> lints = LintNames();
    for (const std::string_view known : lints) {
      if (known != lint) continue;
      typed_.accepts.push_back({known, model_.Keep(why->text)});
      return;
    }
    const base::Span span = annotation.values[0]->span;
    Diagnostic diagnostic(Kind::kBadAnnotation, span, fmt::format("there is no lint `{}`", lint));
    std::optional<std::string_view> nearest = Nearest(model_, lint, lints);
    if (const auto by_code = diag::FindKind(lint)) {
      const std::string_view name = diag::Info(*by_code).name;
      if (std::find(lints.begin(), lints.end(), name) != lints.end()) {
        diagnostic.message = fmt::format("a lint is accepted by its name, not as `{}`", lint);
        nearest = name;
      }
    }
    model_.Report(nearest
                      ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), span, std::string(*nearest))
                      : std::move(diagnostic).WithHint("`ward lint --list` shows all"));
  }

  void ReadApart(const syntax::Annotation& annotation) {
    if (what_ != Annotated::kRole) {
      return Fail(annotation, "only roles are kept apart",
                  "annotate a role that nobody may have together with another");
    }
    const std::string word = annotation.values.size() == 1 ? WordOf(*annotation.values[0]) : std::string();
    if (word.empty()) return Fail(annotation, "`@apart` has one name", "roles with the same name are kept apart");
    typed_.apart.push_back(model_.Keep(word));
  }

  Model& model_;
  Annotated what_;
  Annotations typed_;
  bool severity_seen_ = false;
  bool owner_seen_ = false;
  bool review_seen_ = false;
};

}  // namespace

std::uint32_t CheckAnnotations(Model& model, const syntax::DeclHead& head, Annotated what) {
  if (head.annotations.empty()) return 0;
  AnnotationReader reader(model, what);
  for (const syntax::Annotation& annotation : head.annotations) reader.Read(annotation);
  model.program.annotations.push_back(reader.Take());
  return static_cast<std::uint32_t>(model.program.annotations.size() - 1);
}

}  // namespace ward::semantic
