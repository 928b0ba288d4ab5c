// A test over a missing value is in doubt, and a `deny` in doubt refuses. So `deny .. when token.tenant is "acme"` refuses
// everybody who has no tenant, whom the author hardly thought of.
//
// The claim is exact one way: for each optional attribute, the least truth the formula can take while that attribute is
// missing and every other test answers as it likes. If that is more than false, everybody without it is refused. (Tests
// that depend on each other only make the least truth larger.) `require` and `unless` are left out: there the text says
// what must hold, and who lacks it is refused by its words.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "lint/lints.h"
#include "lint/truth.h"

namespace ward::lint {
namespace {

// The tests that make the least truth more than false.
void Culprits(const ir::Program& program, const TruthWithout& without, ir::NodeId id,
              std::vector<const ir::Test*>& tests) {
  const ir::Node& node = program.nodes[id.index()];
  if (node.kind == ir::NodeKind::kTest) {
    const ir::Test& test = program.tests[node.test.index()];
    if (without.Of(test).least != Truth::kFalse) tests.push_back(&test);
  }
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    Culprits(program, without, program.children[node.first_child + i], tests);
  }
}

class RuleDoubt {
 public:
  RuleDoubt(const View& view, const semantic::Rule& rule, const ir::Rule& lowered)
      : view_(view), rule_(rule), lowered_(lowered) {}

  void Report(diag::Sink& sink) {
    CollectInputs(lowered_.formula);
    std::vector<std::string_view> names;
    std::vector<const ir::Test*> culprits;
    for (const ir::InputId input : inputs_) {
      const TruthWithout without(view_.lowered, input, ir::Clause::kWhen);
      // Certain: the author has written what happens to those.
      if (without.Of(lowered_.formula).least != Truth::kDoubt) continue;
      names.push_back(view_.lowered.inputs[input.index()].name);
      Culprits(view_.lowered, without, lowered_.formula, culprits);
    }
    if (names.empty()) return;
    diag::Diagnostic finding(diag::Kind::kDoubtDeniesAll, Place(culprits),
                             fmt::format("`{}` refuses everybody without {}: this is in doubt then, and a doubt denies",
                                         rule_.name, ListNames(names)));
    for (const semantic::Attribute& attribute : view_.program.attributes) {
      if (attribute.name != names.front() || !attribute.span.file.has_value()) continue;
      finding.labels.push_back({attribute.span, "may be missing: it is `optional`"});
    }
    sink.Report(
        std::move(finding).WithHint(fmt::format("if they are not meant, write `{} is present and ..`", names.front())));
  }

 private:
  void CollectInputs(ir::NodeId id) {
    const ir::Node& node = view_.lowered.nodes[id.index()];
    if (node.kind == ir::NodeKind::kTest) {
      const ir::Test& test = view_.lowered.tests[node.test.index()];
      for (const ir::ValueId arg : view_.lowered.atoms[test.atom.index()].args) CollectInputs(arg);
    }
    for (std::uint32_t i = 0; i < node.child_count; ++i) CollectInputs(view_.lowered.children[node.first_child + i]);
  }
  void CollectInputs(ir::ValueId id) {
    const ir::Value& value = view_.lowered.values[id.index()];
    const bool optional = value.op == ir::ValueOp::kInput && view_.lowered.inputs[value.input.index()].optional;
    if (optional && std::find(inputs_.begin(), inputs_.end(), value.input) == inputs_.end()) {
      inputs_.push_back(value.input);
    }
    for (const ir::ValueId arg : value.args) CollectInputs(arg);
  }

  // The test, if it is one and stands in the rule itself.
  [[nodiscard]] base::Span Place(const std::vector<const ir::Test*>& culprits) const {
    const base::Span first = culprits.front()->span;
    const bool one =
        std::all_of(culprits.begin(), culprits.end(), [first](const ir::Test* test) { return test->span == first; });
    if (one && view_.DeclAt(first) == view_.DeclAt(rule_.span)) return first;
    return rule_.when->span;
  }

  const View& view_;
  const semantic::Rule& rule_;
  const ir::Rule& lowered_;
  std::vector<ir::InputId> inputs_;
};

}  // namespace

void DoubtDeniesAll(const View& view, diag::Sink& sink) {
  for (const semantic::Rule& rule : view.program.rules) {
    if (rule.kind != semantic::RuleKind::kDeny || rule.shadow || rule.when == nullptr) continue;
    const auto& operations = view.Operations(rule.operations);
    const bool reaches = std::any_of(operations.begin(), operations.end(),
                                     [&view](semantic::OperationId id) { return !view.Operation(id).anonymous; });
    const ir::Rule* lowered = view.Lowered(rule);
    if (reaches && lowered != nullptr && view.IsOwn(rule.span.file)) RuleDoubt(view, rule, *lowered).Report(sink);
  }
}

}  // namespace ward::lint
