#include "semantic/rules.h"

#include <fmt/format.h>

#include "semantic/operations.h"
#include "semantic/replies.h"

namespace ward::semantic {
namespace {

using diag::Diagnostic;
using diag::Kind;

RuleKind KindOf(syntax::Verdict::Kind kind) {
  switch (kind) {
    case syntax::Verdict::Kind::kAllow:
      return RuleKind::kAllow;
    case syntax::Verdict::Kind::kDeny:
      return RuleKind::kDeny;
    case syntax::Verdict::Kind::kOn:
      return RuleKind::kOn;
    case syntax::Verdict::Kind::kRequire:
      return RuleKind::kRequire;
  }
  return RuleKind::kDeny;
}

std::string_view Word(RuleKind kind) {
  switch (kind) {
    case RuleKind::kAllow:
      return "allow";
    case RuleKind::kDeny:
      return "deny";
    case RuleKind::kOn:
      return "on";
    case RuleKind::kRequire:
      return "require";
  }
  return "deny";
}

// Removes a line with its line break.
diag::Fix DropLine(const Model& model, const syntax::Line& line) {
  const std::string_view text = model.input.sources.file(line.span.file).text();
  const std::size_t begin = text.rfind('\n', line.span.begin);
  const std::size_t end = text.find('\n', line.span.end);
  diag::Fix fix{"drop this line", {}};
  fix.edits.push_back(
      {base::Span{line.span.file, static_cast<std::uint32_t>(begin == std::string_view::npos ? 0 : begin),
                  static_cast<std::uint32_t>(end == std::string_view::npos ? text.size() : end)},
       ""});
  return fix;
}

class RuleChecker {
 public:
  RuleChecker(Model& model, std::size_t index) : model_(model), index_(index), decl_(*model.rule_decls[index]) {}

  void Check() {
    const Scope& scope = model_.scope(rule().policy);
    rule().annotations_index = CheckAnnotations(model_, decl_.head, Annotated::kJudged);
    if (!RequireGoverned(model_, scope, decl_.name.span)) return;
    ExprContext context{&scope, nullptr, {}, {}, false};
    if (decl_.verdict != nullptr) {
      rule().kind = KindOf(decl_.verdict->kind);
      context.operations = CheckOperations(scope);
      if (context.operations.has_value()) rule().operations = *context.operations;
      if (decl_.verdict->demand != nullptr) {
        const Expr* require = ExprChecker(model_, context).Test(*decl_.verdict->demand);
        rule().require = require;
      }
    }
    if (decl_.when != nullptr) {
      const Expr* when = ExprChecker(model_, context).Test(*decl_.when->condition);
      rule().when = when;
    }
    if (decl_.unless != nullptr) {
      const Expr* unless = ExprChecker(model_, context).Test(*decl_.unless->condition);
      rule().unless = unless;
    }
    CheckConsequences(context);
  }

 private:
  Rule& rule() { return model_.program.rules[index_]; }

  std::optional<OperationSetId> CheckOperations(const Scope& scope) {
    const syntax::Verdict& verdict = *decl_.verdict;
    if (verdict.kind != syntax::Verdict::Kind::kRequire) {
      if (decl_.for_clause != nullptr) {
        ReportForBeside(verdict);
      }
      return ResolveOperations(model_, scope, verdict.operations);
    }
    if (decl_.for_clause != nullptr) return ResolveOperations(model_, scope, decl_.for_clause->operations);
    if (!decl_.head.broken) {
      const base::Span end{verdict.line.span.file, verdict.line.span.end, verdict.line.span.end};
      model_.Report(Diagnostic(Kind::kMissingClause, decl_.name.span, "of which operations is this required?")
                        .WithLabel(verdict.line.span, "`require` needs `for`")
                        .WithFix("add `for everything`", end, "\n  for everything"));
    }
    return std::nullopt;
  }

  // Only where both name the same it is clear what was meant.
  void ReportForBeside(const syntax::Verdict& verdict) {
    const syntax::ForClause& clause = *decl_.for_clause;
    Diagnostic diagnostic(Kind::kOutOfPlace, clause.line.span,
                          fmt::format("`{}` names its operations itself", Word(rule().kind)));
    diagnostic.labels.push_back({verdict.line.span, "here"});
    diagnostic.fixes.push_back(DropLine(model_, clause.line));
    const std::string named(model_.Source(verdict.operations.span));
    const std::string other(model_.Source(clause.operations.span));
    if (named != other) {
      diagnostic.fixes[0].description = fmt::format("drop this line and keep `{} {}`", Word(rule().kind), named);
      diag::Fix instead = DropLine(model_, clause.line);
      instead.description = fmt::format("drop this line and write `{} {}`", Word(rule().kind), other);
      instead.edits.push_back({verdict.operations.span, other});
      diagnostic.fixes.push_back(std::move(instead));
    }
    model_.Report(std::move(diagnostic));
  }

  void CheckConsequences(const ExprContext& context) {
    const bool refuses = rule().kind == RuleKind::kDeny || rule().kind == RuleKind::kRequire;
    const bool known = decl_.verdict != nullptr;
    if (known && !refuses && decl_.reply != nullptr) {
      model_.Report(Diagnostic(Kind::kOutOfPlace, decl_.reply->line.span,
                               fmt::format("`{}` refuses nobody, so it has no reply", Word(rule().kind)))
                        .WithFix(DropLine(model_, decl_.reply->line))
                        .WithFix("write `deny`", decl_.verdict->keyword, "deny"));
    }
    if (known && rule().kind == RuleKind::kOn && decl_.with.empty() && !decl_.head.broken) {
      model_.Report(
          Diagnostic(Kind::kMissingClause, decl_.name.span, "an `on` rule says what to do, and this one does nothing")
              .WithHint("add a line such as `with audit full`"));
    }
    const std::uint32_t reply = CheckReply(model_, context, decl_.reply == nullptr ? nullptr : &decl_.reply->reply,
                                           decl_.because == nullptr ? nullptr : &decl_.because->because);
    rule().reply_index = reply;
    const std::uint32_t obligations =
        CheckObligations(model_, ObligationPlace{context, !(known && refuses)}, decl_.with);
    rule().obligations_index = obligations;
  }

  Model& model_;
  std::size_t index_;
  const syntax::RuleDecl& decl_;
};

// The one api of the policy, or else of the bundle. Of several the author chooses: to be given too many opens doors.
std::optional<std::string_view> WhatToGovern(const Model& model, PolicyId policy) {
  std::vector<std::string_view> own;
  for (const Api& api : model.program.apis) {
    if (api.policy == policy) own.push_back(api.name);
  }
  if (own.size() == 1) return own.front();
  if (own.empty() && model.program.apis.size() == 1) return model.program.apis.front().name;
  return std::nullopt;
}

}  // namespace

bool RequireGoverned(Model& model, const Scope& scope, base::Span span) {
  const Policy& policy = model.program.policies[scope.policy.index()];
  if (policy.governed.has_value() || scope.governs_unknown) return true;
  if (!model.told_ungoverned.insert(scope.policy).second) return false;
  const base::Span end{policy.span.file, policy.span.end, policy.span.end};
  Diagnostic diagnostic(Kind::kUngovernedOperation, span, "a policy that governs nothing has no rules and no limits");
  diagnostic.labels.push_back({policy.span, "what it governs stands here"});
  if (const auto api = WhatToGovern(model, scope.policy)) {
    diagnostic.fixes.push_back({fmt::format("write `governs {}`", *api), {{end, fmt::format(" governs {}", *api)}}});
  } else {
    diagnostic.hints.emplace_back("write `governs` and the names of its apis, or `governs everything`");
  }
  model.Report(std::move(diagnostic));
  return false;
}

void CheckRules(Model& model) {
  for (std::size_t i = 0; i < model.program.rules.size(); ++i) RuleChecker(model, i).Check();
}

}  // namespace ward::semantic
