#include "semantic/scenarios.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "semantic/bindings.h"
#include "semantic/expectations.h"
#include "semantic/expressions.h"
#include "semantic/rule_names.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

// Nobody follows more steps in his head, and whoever follows them here may recurse.
constexpr std::size_t kLikeChainMax = 32;

using DeclaredGivens = std::unordered_map<const syntax::GivenDecl*, std::size_t>;

// Its own, else the only one of that name; null: there is none, or several policies have it.
const syntax::GivenDecl* GivenSeenBy(const Model& model, PolicyId policy, std::string_view name) {
  const auto it = model.givens.find(name);
  if (it == model.givens.end()) return nullptr;
  for (const auto& [owner, decl] : it->second) {
    if (owner == policy) return decl;
  }
  return it->second.size() == 1 ? it->second[0].second : nullptr;
}

class ScenarioChecker {
 public:
  ScenarioChecker(Model& model, const RuleNames& rules, const Scope& scope, const DeclaredGivens& givens)
      : model_(model),
        scope_(scope),
        givens_(givens),
        context_{&scope, nullptr, {}, {}, true},
        bindings_(model, context_),
        expectations_(model, rules, context_) {}
  ScenarioChecker(const ScenarioChecker&) = delete;
  ScenarioChecker& operator=(const ScenarioChecker&) = delete;

  // ---- given

  void Check(const syntax::GivenDecl& decl) {
    Given& given = model_.program.suite.givens[givens_.at(&decl)];
    if (decl.like.has_value()) CheckLike(decl);
    for (const syntax::BindingLine& line : decl.bindings) {
      if (const std::optional<Binding> binding = Bind(line.binding)) given.bindings.push_back(*binding);
    }
  }

  // ---- test

  void Check(const syntax::TestDecl& decl) {
    CheckName(decl.name);
    Test test;
    test.name = model_.Keep(decl.name.text);
    test.policy = scope_.policy;
    test.has_table = !decl.columns.empty();
    test.span = decl.name.span;
    for (const syntax::TestStep& step : decl.steps) {
      span_ = step.line.span;
      std::visit([this, &test](const auto& what) { Add(what, test.steps); }, step.step);
    }
    std::vector<const Expr*> targets;
    for (const syntax::TestColumn& column : decl.columns) {
      const bool bindable = column.target != nullptr && !IsLineOfTest(*column.target);
      targets.push_back(bindable ? bindings_.Target(*column.target) : nullptr);
    }
    for (const syntax::TestRow& row : decl.rows) test.rows.push_back(Row(decl, targets, row));
    model_.program.suite.tests.push_back(std::move(test));
  }

  // ---- prove

  void Check(const syntax::ProveDecl& decl) {
    CheckName(decl.name);
    if (decl.claim != nullptr) {
      if (const auto* claim = std::get_if<syntax::NeverOrAlways>(&decl.claim->claim)) CheckClaim(*claim);
    }
    if (decl.for_clause != nullptr && !decl.for_clause->operations.everything) {
      for (const syntax::Name& name : decl.for_clause->operations.names) {
        static_cast<void>(expectations_.FindOperation(std::span(&name, 1)));
      }
    }
    if (decl.when != nullptr) ExprChecker(model_, context_).Test(*decl.when->condition);
    if (decl.unless != nullptr) ExprChecker(model_, context_).Test(*decl.unless->condition);
  }

 private:
  using Steps = std::vector<Step>;

  void Fail(Kind kind, base::Span span, std::string message) {
    model_.Report(Diagnostic(kind, span, std::move(message)));
  }

  void CheckName(const syntax::Text& name) {
    const auto [it, fresh] = seen_.try_emplace(name.text, name.span);
    if (fresh) return;
    model_.Report(Diagnostic(Kind::kDuplicateName, name.span, "two tests or proofs of this policy share a name")
                      .WithLabel(it->second, "the first is here"));
  }

  // ---- names

  const syntax::GivenDecl* FindGiven(const syntax::Name& name) {
    const auto it = model_.givens.find(name.text);
    if (it != model_.givens.end()) {
      if (const syntax::GivenDecl* found = GivenSeenBy(model_, scope_.policy, name.text)) return found;
      Fail(Kind::kBadTest, name.span,
           fmt::format("several policies have a given `{}`, and this one does not", name.text));
      return nullptr;
    }
    if (model_.names_lost) return nullptr;
    Diagnostic diagnostic(Kind::kUnknownName, name.span, fmt::format("there is no given `{}`", name.text));
    const auto nearest = NearestKey(model_, model_.givens, name.text);
    model_.Report(
        nearest ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), name.span, std::string(*nearest))
                : std::move(diagnostic));
    return nullptr;
  }

  void CheckLike(const syntax::GivenDecl& decl) {
    const syntax::GivenDecl* at = FindGiven(*decl.like);
    std::size_t steps = 0;
    while (at != nullptr && at != &decl && at->like.has_value() && ++steps < kLikeChainMax) {
      at = GivenSeenBy(model_, model_.program.suite.givens[givens_.at(at)].policy, at->like->text);
    }
    if (at == &decl) {
      Fail(Kind::kBadTest, decl.like->span, fmt::format("given `{}` leads back to itself", decl.name.text));
    } else if (steps == kLikeChainMax) {
      Fail(Kind::kBadTest, decl.like->span,
           fmt::format("given `{}` is like others more than {} deep", decl.name.text, kLikeChainMax));
    }
  }

  // ---- steps

  std::optional<Binding> Bind(const syntax::Binding& binding) {
    const Expr* target = bindings_.Target(*binding.target);
    if (target == nullptr) return std::nullopt;
    return bindings_.Bind(*binding.target, *target, binding.value, binding.span);
  }

  template <typename What>
  void Push(Steps& steps, What what) {
    steps.push_back({std::move(what), span_});
  }

  void Add(const syntax::GivenStep& step, Steps& steps) {
    for (const syntax::Name& name : step.names) {
      if (const syntax::GivenDecl* given = FindGiven(name)) Push(steps, UseGiven{givens_.at(given)});
    }
  }
  void Add(const syntax::WithStep& step, Steps& steps) {
    if (const std::optional<Binding> binding = Bind(step.binding)) Push(steps, *binding);
  }
  void Add(const syntax::AtStep& step, Steps& steps) {
    const Expected expected{Type{TypeKind::kTimestamp, {}, 0}, step.time->span};
    const Constant* time = ExprChecker(model_, context_).ConstantOf(*step.time, expected);
    if (time != nullptr) Push(steps, At{time->number});
  }
  void Add(const syntax::WaitStep& step, Steps& steps) { Push(steps, Wait{expectations_.Time(*step.time)}); }
  void Add(const syntax::OnlyStep& step, Steps& steps) {
    const std::string policy = DottedText(step.policy.segments);
    const auto found = model_.policies.find(policy);
    if (found != model_.policies.end()) return Push(steps, Only{found->second});
    if (model_.names_lost) return;
    Diagnostic diagnostic(Kind::kUnknownUse, step.policy.span, fmt::format("there is no policy `{}`", policy));
    const auto nearest = NearestKey(model_, model_.policies, policy);
    model_.Report(nearest ? std::move(diagnostic)
                                .WithFix(fmt::format("write `{}`", *nearest), step.policy.span, std::string(*nearest))
                          : std::move(diagnostic));
  }
  void Add(const syntax::SendStep& step, Steps& steps) { Add(step.send, steps); }
  void Add(const syntax::Send& send, Steps& steps) {
    if (const std::optional<Send> typed = expectations_.CheckSend(send)) Push(steps, *typed);
  }
  void Add(const syntax::ExpectStep& step, Steps& steps) { Add(step.outcomes, steps); }
  void Add(const syntax::List<syntax::Outcome>& outcomes, Steps& steps) {
    Push(steps, expectations_.CheckExpect(outcomes));
  }

  // ---- rows

  TestRow Row(const syntax::TestDecl& decl, const std::vector<const Expr*>& targets, const syntax::TestRow& row) {
    TestRow typed;
    typed.span = row.line.span;
    span_ = row.line.span;
    const std::size_t count = std::min(row.cells.size(), targets.size());
    for (std::size_t i = 0; i < count; ++i) {
      if (targets[i] != nullptr) Bind(*decl.columns[i].target, *targets[i], row.cells[i], typed.steps);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (const auto* send = std::get_if<syntax::Send>(&row.cells[i].value)) Add(*send, typed.steps);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto* outcomes = std::get_if<syntax::List<syntax::Outcome>>(&row.cells[i].value);
      if (outcomes != nullptr) Add(*outcomes, typed.steps);
    }
    return typed;
  }

  void Bind(const syntax::Expr& node, const Expr& target, const syntax::TestCell& cell, Steps& steps) {
    std::optional<Binding> binding;
    if (const auto* presence = std::get_if<syntax::Presence>(&cell.value)) {
      binding = bindings_.Bind(node, target, *presence, cell.span);
    } else if (const auto* value = std::get_if<const syntax::Expr*>(&cell.value)) {
      binding = bindings_.Bind(node, target, *value, cell.span);
    }
    if (binding.has_value()) Push(steps, *binding);
  }

  // Reports what only a line above the table can say.
  bool IsLineOfTest(const syntax::Expr& column) {
    constexpr std::array<std::string_view, 5> kWords{"at", "given", "only", "wait", "with"};
    const auto* name = column.As<syntax::NameRef>();
    if (name == nullptr || name->path.segments.size() != 1) return false;
    const std::string_view word = name->path.segments[0].text;
    if (std::find(kWords.begin(), kWords.end(), word) == kWords.end()) return false;
    if (ExprChecker(model_, context_).FindName(name->path.segments) != nullptr) return false;
    model_.Report(
        Diagnostic(Kind::kBadTest, column.span,
                   fmt::format("a column binds an attribute, a parameter or a row, and `{}` is none", word))
            .WithHint(fmt::format("write `{} ..` as a line above the table; rows that differ in it are a test "
                                  "of their own",
                                  word)));
    return true;
  }

  // ---- claims

  void CheckClaim(const syntax::NeverOrAlways& claim) {
    constexpr std::array<std::string_view, 6> kWords{"allow", "audit", "challenge", "deny", "tag", "throttle"};
    const std::string_view what = claim.what.text;
    bool known = false;
    for (const std::string_view word : kWords) known = known || word == what;
    if (!known) {
      Diagnostic diagnostic(Kind::kBadTest, claim.what.span, fmt::format("`{}` is nothing that a decision does", what));
      const auto nearest = Nearest(model_, what, kWords);
      model_.Report(nearest ? std::move(diagnostic)
                                  .WithFix(fmt::format("write `{}`", *nearest), claim.what.span, std::string(*nearest))
                            : std::move(diagnostic)
                                  .WithHint("a proof says never or always allow, deny, challenge, "
                                            "throttle, audit or tag"));
      return;
    }
    const bool takes = what == "audit" || what == "tag";
    if (takes != claim.argument.has_value()) {
      Fail(Kind::kBadTest, claim.argument.has_value() ? claim.argument->span : claim.what.span,
           takes ? fmt::format("`{}` which?", what) : fmt::format("nothing follows `{}`", what));
    } else if (what == "audit") {
      static_cast<void>(expectations_.CheckAudit(*claim.argument));
    }
  }

  Model& model_;
  const Scope& scope_;
  const DeclaredGivens& givens_;
  ExprContext context_;
  BindingChecker bindings_;
  ExpectationChecker expectations_;
  base::Span span_;  // of the line or row that is being checked
  std::unordered_map<std::string_view, base::Span> seen_;
};

// One entry for each, in the order of the text, still without bindings.
DeclaredGivens DeclareGivens(Model& model) {
  DeclaredGivens declared;
  for (const Scope& scope : model.scopes) {
    syntax::ForEach<syntax::GivenDecl>(*scope.file, [&](const syntax::GivenDecl& decl) {
      declared.emplace(&decl, model.program.suite.givens.size());
      model.program.suite.givens.push_back({model.Keep(decl.name.text), scope.policy, {}, decl.name.span});
    });
  }
  return declared;
}

// Puts the lines of what a given is like before its own. Requires: no chain of `like` leads back to where it began.
class LikeChains {
 public:
  LikeChains(Model& model, const DeclaredGivens& declared) : model_(model), declared_(declared) {}

  void Follow(const syntax::GivenDecl& decl) {
    const std::size_t index = declared_.at(&decl);
    if (!decl.like.has_value() || followed_[index]) return;
    followed_[index] = true;
    Given& given = model_.program.suite.givens[index];
    const syntax::GivenDecl& like = *GivenSeenBy(model_, given.policy, decl.like->text);
    Follow(like);
    const std::vector<Binding>& first = model_.program.suite.givens[declared_.at(&like)].bindings;
    given.bindings.insert(given.bindings.begin(), first.begin(), first.end());
  }

 private:
  Model& model_;
  const DeclaredGivens& declared_;
  std::vector<bool> followed_ = std::vector<bool>(model_.program.suite.givens.size());
};

}  // namespace

void CheckScenarios(Model& model) {
  const RuleNames rules(model);
  const DeclaredGivens givens = DeclareGivens(model);
  for (const Scope& scope : model.scopes) {
    ScenarioChecker checker(model, rules, scope, givens);
    for (const syntax::Decl& decl : scope.file->declarations) {
      if (const auto* const* given = std::get_if<const syntax::GivenDecl*>(&decl)) checker.Check(**given);
      if (const auto* const* test = std::get_if<const syntax::TestDecl*>(&decl)) checker.Check(**test);
      if (const auto* const* prove = std::get_if<const syntax::ProveDecl*>(&decl)) checker.Check(**prove);
    }
  }
  if (model.sink.has_errors()) return;
  LikeChains chains(model, givens);
  for (const Scope& scope : model.scopes) {
    syntax::ForEach<syntax::GivenDecl>(*scope.file, [&chains](const syntax::GivenDecl& decl) { chains.Follow(decl); });
  }
}

}  // namespace ward::semantic
