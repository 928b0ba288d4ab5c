// Who may come in, judged by what the rules that cover an operation look at, not by what they answer: an operation is
// called open only if no rule that could refuse it reads the identity of the caller at all.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "lint/formulas.h"
#include "lint/lints.h"

namespace ward::lint {
namespace {

std::vector<bool> NodesThatAskWho(const ir::Program& program) {
  return NodesWith(program, [](const ir::Test& test) { return test.identity; });
}

class Doors {
 public:
  explicit Doors(const View& view) : view_(view), asks_(NodesThatAskWho(view.lowered)) {
    guarded_ = CoveredBy(view.lowered, [this](const ir::Rule& rule) {
      return rule.kind == ir::RuleKind::kDeny && asks_[rule.formula.index()];
    });
  }

  // Calls `visit(rule, decl, names of the open operations)` for each `allow` that asks nobody who he is, and lets him in
  // where no other rule asks either. Operations marked `anonymous` are meant to be open.
  template <typename Visit>
  void ForEachOpen(const Visit& visit) const {
    for (const semantic::Rule& rule : view_.program.rules) {
      if (rule.kind != semantic::RuleKind::kAllow || rule.shadow || !view_.IsOwn(rule.span.file)) continue;
      const ir::Rule* lowered = view_.Lowered(rule);
      const auto* decl = view_.DeclAt<syntax::RuleDecl>(rule.span);
      if (lowered == nullptr || decl == nullptr || asks_[lowered->formula.index()]) continue;
      std::vector<std::string_view> open;
      for (const semantic::OperationId id : view_.Operations(rule.operations)) {
        const semantic::Operation& operation = view_.Operation(id);
        if (!operation.anonymous && !guarded_[id.index()]) open.push_back(operation.name);
      }
      if (!open.empty()) visit(rule, *decl, open);
    }
  }

 private:
  const View& view_;
  std::vector<bool> asks_;     // by node
  std::vector<bool> guarded_;  // by operation: some enforced rule that may refuse it asks who calls
};

}  // namespace

void OrphanOperation(const View& view, diag::Sink& sink) {
  const std::vector<bool> allowed =
      CoveredBy(view.lowered, [](const ir::Rule& rule) { return rule.kind == ir::RuleKind::kAllow; });
  for (std::size_t i = 0; i < view.program.operations.size(); ++i) {
    const semantic::Operation& operation = view.program.operations[i];
    if (allowed[i]) continue;
    sink.Report(diag::Diagnostic(diag::Kind::kOrphanOperation, operation.span,
                                 fmt::format("no rule allows `{}`, so nobody reaches it", operation.name))
                    .WithHint("name it in an `allow`, or remove it"));
  }
}

void AllowWithoutCondition(const View& view, diag::Sink& sink) {
  Doors(view).ForEachOpen([&sink](const semantic::Rule& rule, const syntax::RuleDecl& decl,
                                  const std::vector<std::string_view>& open) {
    const syntax::Operations& operations = decl.verdict->operations;
    if (rule.when != nullptr || rule.unless != nullptr || operations.everything) return;
    sink.Report(
        diag::Diagnostic(diag::Kind::kAllowWithoutCondition, operations.span,
                         fmt::format("`{}` allows {} to everybody: no rule asks who calls", rule.name, ListNames(open)))
            .WithHint("say when, as in `when token.scopes has ..`; an operation for everybody is marked `anonymous`"));
  });
}

void EverythingAllowed(const View& view, diag::Sink& sink) {
  Doors(view).ForEachOpen([&sink](const semantic::Rule& rule, const syntax::RuleDecl& decl,
                                  const std::vector<std::string_view>& open) {
    const syntax::Operations& operations = decl.verdict->operations;
    if (!operations.everything) return;
    sink.Report(diag::Diagnostic(diag::Kind::kEverythingAllowed, operations.span,
                                 fmt::format("`{}` allows {}, and what will be added later, and no rule asks who calls",
                                             rule.name, ListNames(open)))
                    .WithHint("name the operations, or say who may"));
  });
}

}  // namespace ward::lint
