// lint: applies the fixes that findings carry, until none is left that can be applied.
//
// Only a finding with exactly one fix is mended: several are alternatives, and choosing is the author's. After each round
// the bundle is looked at anew. A fix stays only if what it was offered for is gone and it makes no error; so one that
// turns out wrong leaves no trace. What it brings to light may be mended in turn, or is left. Nothing is written: the
// new texts are returned.
#ifndef WARD_SRC_LINT_MEND_H_
#define WARD_SRC_LINT_MEND_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bundle/file_set.h"
#include "lint/lint.h"
#include "ward/diagnostic.h"
#include "ward/error.h"

namespace ward::lint {

struct Mended {
  Diagnostic finding;  // where it stood when it was mended: earlier fixes may have moved lines
  std::string fix;     // "write `token.scopes`"
};

struct MendOutcome {
  std::vector<Mended> mended;
  std::vector<Diagnostic> left;                // errors; where there are none, findings of the lints
  std::map<std::string, std::string> changed;  // name in the bundle -> new text
};

// `options` choose the lints whose fixes are applied, and the files that may change. An error is about the world (an unreadable file).
[[nodiscard]] Result<MendOutcome> Mend(const bundle::FileSet& files, const Options& options);

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_MEND_H_
