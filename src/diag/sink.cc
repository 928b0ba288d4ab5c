#include "diag/sink.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/budgets.h"

namespace ward::diag {
namespace {

// What the list is sorted by; equal keys are twins.
auto Key(const Diagnostic& diagnostic, const base::SourceMap& sources) {
  const base::Span span = diagnostic.span;
  const std::string_view file = span.file.has_value() ? sources.file(span.file).name() : std::string_view();
  return std::tuple(file, span.begin, Info(diagnostic.kind).code, span.end, std::string_view(diagnostic.message));
}

}  // namespace

void Sink::Report(Diagnostic diagnostic) {
  if (Info(diagnostic.kind).severity == Severity::kError) ++error_count_;
  Keep(std::move(diagnostic));
}

void Sink::Append(Sink other) {
  error_count_ += other.error_count_;
  for (Diagnostic& diagnostic : other.reported_) Keep(std::move(diagnostic));
}

// A full sink still takes errors, in the place of warnings: a flood of warnings must not hide why nothing compiles.
void Sink::Keep(Diagnostic diagnostic) {
  const auto is_warning = [](const Diagnostic& d) { return Info(d.kind).severity == Severity::kWarning; };
  const bool warning = is_warning(diagnostic);
  if (reported_.size() < base::budget::kDiagnosticsMax) {
    warning_count_ += warning ? 1 : 0;
    reported_.push_back(std::move(diagnostic));
  } else if (!warning && warning_count_ > 0) {
    --warning_count_;
    *std::find_if(reported_.begin(), reported_.end(), is_warning) = std::move(diagnostic);
  }
}

std::vector<ward::Diagnostic> Sink::Finish(const base::SourceMap& sources) const {
  std::vector<const Diagnostic*> order;
  order.reserve(reported_.size());
  for (const Diagnostic& diagnostic : reported_) order.push_back(&diagnostic);
  std::stable_sort(order.begin(), order.end(), [&sources](const Diagnostic* a, const Diagnostic* b) {
    return Key(*a, sources) < Key(*b, sources);
  });
  const auto twins = std::unique(order.begin(), order.end(), [&sources](const Diagnostic* a, const Diagnostic* b) {
    return Key(*a, sources) == Key(*b, sources);
  });
  std::vector<ward::Diagnostic> result;
  for (auto it = order.begin(); it != twins; ++it) result.push_back(ToPublic(**it, sources));
  return result;
}

}  // namespace ward::diag
