#include "semantic/scenarios.h"

#include <fmt/format.h>

#include <array>

#include "semantic/expressions.h"
#include "semantic/replies.h"
#include "semantic/rule_names.h"
#include "semantic/types.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

class ScenarioChecker {
 public:
  ScenarioChecker(Model& model, const RuleNames& rules, const Scope& scope)
      : model_(model), rules_(rules), scope_(scope), context_{&scope, nullptr, {}, {}, true} {}

  // ---- given

  void Check(const syntax::GivenDecl& decl) {
    if (decl.like.has_value()) CheckLike(decl);
    for (const syntax::BindingLine& line : decl.bindings) Bind(line.binding);
  }

  // ---- test

  void Check(const syntax::TestDecl& decl) {
    CheckName(decl.name);
    for (const syntax::TestStep& step : decl.steps) {
      std::visit([this](const auto& what) { Step(what); }, step.step);
    }
    std::vector<const Expr*> targets;
    for (const syntax::TestColumn& column : decl.columns) {
      targets.push_back(column.target == nullptr ? nullptr : Target(*column.target));
    }
    for (const syntax::TestRow& row : decl.rows) {
      for (std::size_t i = 0; i < row.cells.size() && i < targets.size(); ++i) Cell(decl, i, targets[i], row.cells[i]);
    }
  }

  // ---- prove

  void Check(const syntax::ProveDecl& decl) {
    CheckName(decl.name);
    if (decl.claim != nullptr) {
      if (const auto* claim = std::get_if<syntax::NeverOrAlways>(&decl.claim->claim)) CheckClaim(*claim);
    }
    if (decl.for_clause != nullptr && !decl.for_clause->operations.everything) {
      for (const syntax::Name& name : decl.for_clause->operations.names) Operation(std::span(&name, 1));
    }
    if (decl.when != nullptr) ExprChecker(model_, context_).Test(*decl.when->condition);
    if (decl.unless != nullptr) ExprChecker(model_, context_).Test(*decl.unless->condition);
  }

 private:
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
      for (const auto& [policy, decl] : it->second) {
        if (policy == scope_.policy) return decl;
      }
      if (it->second.size() == 1) return it->second[0].second;
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
    // A chain of `like` is followed by the runner; it must end. It ends within as many steps as there are givens.
    for (std::size_t steps = 0; at != nullptr && at->like.has_value() && steps <= model_.givens.size(); ++steps) {
      if (at == &decl) break;
      const auto it = model_.givens.find(at->like->text);
      at = it == model_.givens.end() ? nullptr : it->second[0].second;
    }
    if (at == &decl) {
      Fail(Kind::kBadTest, decl.like->span, fmt::format("given `{}` leads back to itself", decl.name.text));
    }
  }

  void Operation(std::span<const syntax::Name> path) {
    const NamedThing* thing = ExprChecker(model_, context_).FindName(path);
    if (thing != nullptr && (thing->kind == NameKind::kOperation || thing->kind == NameKind::kGroup)) return;
    if (model_.names_lost || model_.operations_lost) return;
    const base::Span span = base::Join(path.front().span, path.back().span);
    std::vector<std::string_view> candidates;
    for (const semantic::Operation& operation : model_.program.operations) candidates.push_back(operation.name);
    Diagnostic diagnostic(Kind::kUnknownOperation, span, fmt::format("there is no operation `{}`", DottedText(path)));
    std::size_t same = 0;
    for (const std::string_view name : candidates) same += name == path.back().text ? 1U : 0U;
    if (same > 1) {
      model_.Report(std::move(diagnostic).WithHint("several policies have one of that name; write `policy.name`"));
      return;
    }
    const auto nearest = Nearest(model_, path.back().text, candidates);
    model_.Report(nearest
                      ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), span, std::string(*nearest))
                      : std::move(diagnostic));
  }

  // ---- bindings

  // What can be bound: an attribute, a parameter, a row or a cell of a live table (kLookup; without a column ref is the
  // table's and column_ref has no meaning). Null: reported.
  const Expr* Target(const syntax::Expr& node) {
    if (const auto* lookup = node.As<syntax::Lookup>();
        lookup != nullptr && lookup->table.segments[0].text != "request") {
      ExprChecker checker(model_, context_);
      const Expr* target = lookup->columns.empty() ? checker.RowOf(node, *lookup) : checker.Operand(node);
      if (target != nullptr && !model_.program.tables[target->ref].live) {
        Fail(Kind::kBadTest, lookup->table.span,
             "only live tables get rows here; the rows of this one are in the policy");
        return nullptr;
      }
      return target;
    }
    if (const auto* name = node.As<syntax::NameRef>()) {
      const NamedThing* thing = ExprChecker(model_, context_).FindName(name->path.segments);
      if (thing != nullptr && thing->kind == NameKind::kTable) return WholeTable(node, *thing);
    }
    const Expr* target = ExprChecker(model_, context_).Operand(node);
    if (target == nullptr) return nullptr;
    const bool bindable = target->kind == ExprKind::kAttribute || target->kind == ExprKind::kPathParam ||
                          target->kind == ExprKind::kParameter;
    if (bindable) return target;
    const bool now = target->kind == ExprKind::kNow;
    model_.Report(Diagnostic(Kind::kBadTest, node.span, fmt::format("`{}` cannot be bound", model_.Source(node.span)))
                      .WithHint(now                                    ? "write `at 2026-01-01T12:00:00Z`"
                                : target->kind == ExprKind::kZone      ? "the zone follows from `source.ip`"
                                : target->kind == ExprKind::kOperation ? "the operation follows from `send`"
                                                                       : "bind an attribute, a parameter or a row"));
    return nullptr;
  }

  const Expr* WholeTable(const syntax::Expr& node, const NamedThing& thing) {
    if (!model_.program.tables[thing.index].live) {
      Fail(Kind::kBadTest, node.span, "a table that is not live is always there");
      return nullptr;
    }
    Expr* target = model_.NewExpr(ExprKind::kLookup, node.span, Type{TypeKind::kPresence, {}, 0});
    target->ref = thing.index;
    return target;
  }

  void Bind(const syntax::Binding& binding) {
    const Expr* target = Target(*binding.target);
    if (target == nullptr) return;
    if (const auto* value = std::get_if<const syntax::Expr*>(&binding.value))
      BindValue(*binding.target, *target, **value);
    else
      BindPresence(*target, std::get<syntax::Presence>(binding.value), binding.span);
  }

  void BindPresence(const Expr& target, syntax::Presence presence, base::Span span) {
    const bool row = target.kind == ExprKind::kLookup;
    const bool certificate = target.type.kind == TypeKind::kPresence && !row;
    if (target.kind == ExprKind::kParameter) Fail(Kind::kBadTest, span, "a parameter is never missing");
    if (presence == syntax::Presence::kPresent && !row && !certificate) {
      Fail(Kind::kBadTest, span, "present with which value?");
    }
  }

  void BindValue(const syntax::Expr& node, const Expr& target, const syntax::Expr& value) {
    const auto* lookup = node.As<syntax::Lookup>();
    const bool whole_row = target.kind == ExprKind::kLookup && lookup != nullptr && lookup->columns.empty();
    if (whole_row) return BindRow(target, value);
    if (target.type.kind == TypeKind::kPresence) {
      return Fail(Kind::kBadTest, value.span, "this is only present or missing");
    }
    Value(value, target.type, node.span);
  }

  void Value(const syntax::Expr& value, const Type& type, base::Span of) {
    ExprChecker checker(model_, context_);
    if (!IsSet(type)) {
      checker.ConstantOf(value, Expected{type, of, true});
      return;
    }
    const auto* list = value.As<syntax::ListLiteral>();
    if (list == nullptr) {
      model_.Report(Diagnostic(Kind::kTypeMismatch, value.span, fmt::format("`{}` is a set", model_.Source(of)))
                        .WithFix("write a list", value.span, fmt::format("[{}]", model_.Source(value.span))));
      return;
    }
    for (const syntax::Expr* item : list->elements) checker.ConstantOf(*item, Expected{ElementType(type), of, true});
  }

  void BindRow(const Expr& target, const syntax::Expr& value) {
    const Table& table = model_.program.tables[target.ref];
    const auto* list = value.As<syntax::ListLiteral>();
    const std::size_t wanted = table.columns.size() - table.keys.size();
    if (list == nullptr || list->elements.size() != wanted) {
      model_.Report(Diagnostic(Kind::kBadTest, value.span,
                               fmt::format("a row of `{}` is a list of {} values after its key", table.name, wanted))
                        .WithLabel(table.span, "declared here"));
      return;
    }
    std::size_t at = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (table.columns[i].key) continue;
      Value(*list->elements[at++], table.columns[i].type, model_.table_decls[target.ref]->columns[i].name.span);
    }
  }

  // ---- steps

  void Step(const syntax::GivenStep& step) {
    for (const syntax::Name& name : step.names) FindGiven(name);
  }
  void Step(const syntax::WithStep& step) { Bind(step.binding); }
  void Step(const syntax::AtStep& step) { Constant(*step.time, TypeKind::kTimestamp); }
  void Step(const syntax::WaitStep& step) { Time(*step.time); }
  void Step(const syntax::OnlyStep& step) {
    const std::string policy = DottedText(step.policy.segments);
    if (model_.policies.contains(policy) || model_.names_lost) return;
    Diagnostic diagnostic(Kind::kUnknownUse, step.policy.span, fmt::format("there is no policy `{}`", policy));
    const auto nearest = NearestKey(model_, model_.policies, policy);
    model_.Report(nearest ? std::move(diagnostic)
                                .WithFix(fmt::format("write `{}`", *nearest), step.policy.span, std::string(*nearest))
                          : std::move(diagnostic));
  }
  void Step(const syntax::SendStep& step) { Send(step.send); }
  void Step(const syntax::ExpectStep& step) { Expect(step.outcomes); }

  const semantic::Constant* Constant(const syntax::Expr& node, TypeKind kind) {
    return ExprChecker(model_, context_).ConstantOf(node, Expected{Type{kind, {}, 0}, node.span});
  }
  void Time(const syntax::Expr& node) {
    const semantic::Constant* time = Constant(node, TypeKind::kDuration);
    if (time != nullptr && time->number < 0) Fail(Kind::kBadTest, node.span, "time goes forward only");
  }

  // One error at most.
  void Send(const syntax::Send& send) {
    const auto* path = std::get_if<syntax::MethodAndPath>(&send.what);
    if (path != nullptr && path->path.text.find('/') == std::string_view::npos) {
      Fail(Kind::kBadTest, path->path.span,
           "a request has a path, as in \"/orders/42\" or \"api.example.com/orders/42\"");
    } else if (send.times.has_value() && *send.times < 1) {
      Fail(Kind::kBadTest, send.span, "a request is sent at least once");
    } else if (send.answered.has_value() && (*send.answered < 100 || *send.answered > 599)) {
      Fail(Kind::kBadTest, send.span, "a response has a status from 100 to 599");
    } else if (send.costing.has_value() && *send.costing < 0) {
      Fail(Kind::kBadTest, send.span, "a cost is never negative");
    } else if (const auto* named = std::get_if<syntax::NamedOperation>(&send.what); named != nullptr) {
      Operation(named->name.segments);
    }
    if (send.every != nullptr) Time(*send.every);
    if (send.lasting != nullptr) Time(*send.lasting);
  }

  // ---- expectations

  void Expect(syntax::List<syntax::Outcome> outcomes) {
    for (const syntax::Outcome& outcome : outcomes) std::visit([&](const auto& what) { Outcome(what); }, outcome.what);
  }

  void Outcome(const syntax::ExpectVerdict& verdict) {
    if (!verdict.by.has_value()) return;
    const std::string dotted = DottedText(verdict.by->segments);
    const auto found = rules_.Find(dotted);
    if (found.size() == 1) return CheckBy(verdict, *found[0]);
    if (found.size() > 1) {
      model_.Report(
          Diagnostic(Kind::kUnknownRule, verdict.by->span, fmt::format("several rules are called `{}`", dotted))
              .WithHint(fmt::format("write `{}` or `{}`", found[0]->full, found[1]->full)));
      return;
    }
    if (model_.names_lost) return;
    Diagnostic diagnostic(Kind::kUnknownRule, verdict.by->span, fmt::format("there is no rule `{}`", dotted));
    const auto nearest = rules_.Nearest(dotted);
    model_.Report(nearest
                      ? std::move(diagnostic).WithFix(fmt::format("write `{}`", *nearest), verdict.by->span, *nearest)
                      : std::move(diagnostic));
  }

  void CheckBy(const syntax::ExpectVerdict& verdict, const RuleName& rule) {
    using Verdict = syntax::ExpectVerdict::Kind;
    const bool fits = verdict.kind == Verdict::kAllow      ? rule.decides == Decides::kAllow
                      : verdict.kind == Verdict::kThrottle ? rule.decides == Decides::kThrottle
                                                           : rule.decides == Decides::kRefuse;
    if (fits) return;
    constexpr std::array<std::string_view, 4> kWords{"allows", "refuses", "throttles", "decides nothing"};
    Fail(Kind::kBadTest, verdict.by->span,
         fmt::format("`{}` never does that: it {}", rule.full, kWords[static_cast<std::size_t>(rule.decides)]));
  }

  void Outcome(const syntax::ExpectRetryAfter& outcome) { Time(*outcome.time); }
  void Outcome(const syntax::ExpectSlowedBy& outcome) { Time(*outcome.time); }
  void Outcome(const syntax::ExpectHeader& outcome) {
    const auto* value = std::get_if<const syntax::Expr*>(&outcome.value);
    if (value == nullptr) return;
    if ((*value)->As<syntax::TextLiteral>() == nullptr) {
      model_.Report(
          Diagnostic(Kind::kBadTest, (*value)->span, "a header is a text")
              .WithFix("write it in quotes", (*value)->span, fmt::format("\"{}\"", model_.Source((*value)->span))));
    }
  }
  void Outcome(const syntax::ExpectZone& outcome) {
    if (model_.zones.contains(outcome.zone.text) || model_.names_lost) return;
    Diagnostic diagnostic(Kind::kUnknownZone, outcome.zone.span,
                          fmt::format("there is no zone `{}`", outcome.zone.text));
    const auto nearest = NearestKey(model_, model_.zones, outcome.zone.text);
    model_.Report(nearest ? std::move(diagnostic)
                                .WithFix(fmt::format("write `{}`", *nearest), outcome.zone.span, std::string(*nearest))
                          : std::move(diagnostic));
  }
  void Outcome(const syntax::Reply& reply) {
    if (reply.status == 429) return;  // of a limit
    const std::size_t before = model_.program.replies.size();
    (void)CheckReply(model_, context_, &reply, nullptr);
    model_.program.replies.resize(before);
  }
  void Outcome(const syntax::Because&) {}
  void Outcome(const syntax::Audit& audit) { CheckAudit(audit.level); }
  void Outcome(const syntax::Tag&) {}

  void CheckAudit(const syntax::Name& level) {
    if (level.text == "full" || level.text == "brief") return;
    Fail(Kind::kUnknownValue, level.span, fmt::format("`{}` is no way to audit; there are brief and full", level.text));
  }

  // ---- rows

  void Cell(const syntax::TestDecl& decl, std::size_t column, const Expr* target, const syntax::TestCell& cell) {
    if (const auto* send = std::get_if<syntax::Send>(&cell.value)) return Send(*send);
    if (const auto* outcomes = std::get_if<syntax::List<syntax::Outcome>>(&cell.value)) return Expect(*outcomes);
    if (target == nullptr) return;
    if (const auto* presence = std::get_if<syntax::Presence>(&cell.value)) {
      return BindPresence(*target, *presence, cell.span);
    }
    if (const auto* value = std::get_if<const syntax::Expr*>(&cell.value)) {
      BindValue(*decl.columns[column].target, *target, **value);
    }
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
      CheckAudit(*claim.argument);
    }
  }

  Model& model_;
  const RuleNames& rules_;
  const Scope& scope_;
  ExprContext context_;
  std::unordered_map<std::string_view, base::Span> seen_;
};

}  // namespace

void CheckScenarios(Model& model) {
  const RuleNames rules(model);
  for (const Scope& scope : model.scopes) {
    ScenarioChecker checker(model, rules, scope);
    for (const syntax::Decl& decl : scope.file->declarations) {
      if (const auto* const* given = std::get_if<const syntax::GivenDecl*>(&decl)) checker.Check(**given);
      if (const auto* const* test = std::get_if<const syntax::TestDecl*>(&decl)) checker.Check(**test);
      if (const auto* const* prove = std::get_if<const syntax::ProveDecl*>(&decl)) checker.Check(**prove);
    }
  }
}

}  // namespace ward::semantic
