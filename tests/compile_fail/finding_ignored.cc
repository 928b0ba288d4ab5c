// EXPECT: nodiscard|ignoring
#include "diag/sink.h"

void Caller(ward::diag::Sink& sink, ward::base::Span span) {
#ifdef MISTAKE
  ward::diag::Diagnostic(ward::diag::Kind::kExpected, span, "lost").WithHint("report it");
#else
  sink.Report(ward::diag::Diagnostic(ward::diag::Kind::kExpected, span, "kept").WithHint("good"));
#endif
  static_cast<void>(sink);
}
