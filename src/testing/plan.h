// testing: which tests there are, one by one, and what each needs before it can run.
//
// A row of a test's table is a test of its own after the test's lines. Each send knows the variant of the bundle that it
// asks: which policy `only` leaves, and which computed attributes the test has bound by then (ir/lower.h).
// Immutable once made; borrows from the Program.
#ifndef WARD_SRC_TESTING_PLAN_H_
#define WARD_SRC_TESTING_PLAN_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "semantic/program.h"

namespace ward::testing {

struct VariantKey {
  semantic::PolicyId only;
  std::vector<semantic::AttributeId> given;  // sorted

  friend auto operator<=>(const VariantKey&, const VariantKey&) = default;
};

struct PlannedStep {
  const semantic::Step* step = nullptr;
  std::size_t variant = 0;  // of a send: into Plan::variants
};

struct PlannedTest {
  const semantic::Test* test = nullptr;
  std::string name;  // with the row
  base::Span span;   // of the name, or of the row
  std::vector<PlannedStep> steps;
  std::string waits_for;  // not empty: why it cannot run yet
  std::string wrong;      // not empty: why it can never pass
};

struct Plan {
  std::vector<PlannedTest> tests;
  std::vector<VariantKey> variants;
};

// All tests of `files` (sorted ids), in the order of the text.
[[nodiscard]] Plan MakePlan(const semantic::Program& program, const std::vector<base::FileId>& files,
                            const base::SourceMap& sources);

// Whether `pattern` names a test: with `*` or `?` the whole of `policy.name` or of the name, else a part of either.
[[nodiscard]] bool Matches(std::string_view pattern, std::string_view policy, std::string_view name);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_PLAN_H_
