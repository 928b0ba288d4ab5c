// lint: the `@accept NAME "why"` of a bundle, and which of them silence something.
#ifndef WARD_SRC_LINT_ACCEPTS_H_
#define WARD_SRC_LINT_ACCEPTS_H_

#include <span>
#include <unordered_map>
#include <vector>

#include "diag/sink.h"
#include "lint/view.h"

namespace ward::lint {

class Accepts {
 public:
  explicit Accepts(const View& view);

  // True if the declaration around the finding accepts its lint. Remembers that it was needed.
  [[nodiscard]] bool Silences(const diag::Diagnostic& finding);
  // Each accepted lint among `looked_for` that silenced nothing.
  void ReportStale(std::span<const diag::Kind> looked_for, diag::Sink& sink) const;

 private:
  struct Accept {
    const syntax::Annotation* annotation = nullptr;
    diag::Kind kind = diag::Kind::kStaleAccept;
    bool needed = false;
  };

  const View& view_;
  std::unordered_map<const syntax::DeclHead*, std::vector<Accept>> accepts_;
};

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_ACCEPTS_H_
