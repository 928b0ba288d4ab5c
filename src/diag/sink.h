// diag: collects what the phases find wrong.
//
// Keeping one error per clause and none from a poisoned node is the caller's job; the sink only
// drops exact twins (same kind, span and message) and stops storing at budget::kDiagnosticsMax, warnings first.
// Order of reporting does not matter. One thread at a time: phases that run in parallel have a sink
// each and Append them.
#ifndef WARD_SRC_DIAG_SINK_H_
#define WARD_SRC_DIAG_SINK_H_

#include <cstddef>
#include <vector>

#include "base/source.h"
#include "diag/diagnostic.h"

namespace ward::diag {

class Sink {
 public:
  void Report(Diagnostic diagnostic);
  // Takes over everything another sink holds.
  void Append(Sink other);

  // Exact twins count each time until Finish; use it only to ask whether something is wrong.
  [[nodiscard]] bool has_errors() const { return error_count_ > 0; }
  [[nodiscard]] std::size_t error_count() const { return error_count_; }
  [[nodiscard]] const std::vector<Diagnostic>& reported() const { return reported_; }

  // Twins dropped; sorted by file name, position, code, message: same input, same list.
  [[nodiscard]] std::vector<ward::Diagnostic> Finish(const base::SourceMap& sources) const;

 private:
  void Keep(Diagnostic diagnostic);

  std::vector<Diagnostic> reported_;
  std::size_t error_count_ = 0;
  std::size_t warning_count_ = 0;  // of reported_
};

}  // namespace ward::diag

#endif  // WARD_SRC_DIAG_SINK_H_
