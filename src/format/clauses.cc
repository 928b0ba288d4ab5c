// Rules, limits and proofs: their clauses in the one order that all have.
#include <algorithm>
#include <array>
#include <vector>

#include "format/formatter.h"

namespace ward::format {

// ---- clauses that several declarations share ----

template <typename Node>
void Formatter::AddConditions(Body& body, const Node& node) const {
  if (node.for_clause) AddLine(body, node.for_clause->line, "for ", node.for_clause->operations);
  if (node.when) AddLine(body, node.when->line, "when ", *node.when->condition);
  if (node.unless) AddLine(body, node.unless->line, "unless ", *node.unless->condition);
}

template <typename Node>
void Formatter::AddAnswer(Body& body, const Node& node) const {
  if (node.because) AddLine(body, node.because->line, node.because->because);
  if (node.reply) AddLine(body, node.reply->line, node.reply->reply);
}

// ---- rules ----

void Formatter::AddVerdict(Body& body, const syntax::Verdict& verdict) const {
  constexpr std::array<std::string_view, 4> kWords = {"allow ", "deny ", "on ", "require "};
  const std::string_view word = kWords[static_cast<std::size_t>(verdict.kind)];
  if (verdict.demand) return AddLine(body, verdict.line, word, *verdict.demand);
  AddLine(body, verdict.line, word, verdict.operations);
}

void Formatter::AddWith(Body& body, const syntax::WithClause& clause) const {
  if (const auto* set = std::get_if<syntax::SetHeader>(&clause.obligation)) {
    AddLine(body, clause.line, "with set header ", set->header, " to ", *set->value);
  } else if (const auto* strip = std::get_if<syntax::StripHeader>(&clause.obligation)) {
    AddLine(body, clause.line, "with strip header ", strip->header);
  } else if (const auto* audit = std::get_if<syntax::Audit>(&clause.obligation)) {
    AddLine(body, clause.line, "with audit ", audit->level);
  } else {
    AddLine(body, clause.line, "with tag ", std::get<syntax::Tag>(clause.obligation).word);
  }
}

void Formatter::Put(const syntax::RuleDecl& node) {
  PutOpeningOf(node.head, node.shadow ? "shadow rule " : "rule ", node.name);
  Body body;
  if (node.verdict) AddVerdict(body, *node.verdict);
  AddConditions(body, node);
  for (const syntax::WithClause& clause : node.with) AddWith(body, clause);
  AddAnswer(body, node);
  PutClauses(body);
}

// ---- limits ----

void Formatter::AddPace(Body& body, const syntax::PaceClause& clause) const {
  if (const auto* pace = std::get_if<syntax::NoFasterThan>(&clause.pace)) {
    AddLine(body, clause.line, "no faster than ", *pace->rate, " per ", pace->per.span, Also{"burst ", pace->burst});
  } else if (const auto* per = std::get_if<syntax::AtMostPer>(&clause.pace)) {
    AddLine(body, clause.line, "at most ", *per->count, " per ", per->per.span);
  } else if (const auto* each = std::get_if<syntax::AtMostEach>(&clause.pace)) {
    AddLine(body, clause.line, "at most ", *each->count, " each ", each->unit_span, " in ", each->time_zone);
  } else {
    const auto& open = std::get<syntax::AtMostAtOnce>(clause.pace);
    AddLine(body, clause.line, "at most ", *open.count, " at once", Also{"each up to ", open.each_up_to});
  }
}

void Formatter::AddCounts(Body& body, const syntax::CountsClause& clause) const {
  constexpr std::array<std::string_view, 4> kWhat = {"counts every request", "counts allowed requests",
                                                     "counts refused requests", "counts responses "};
  LineBuilder line = Clause(clause.line);
  std::vector<syntax::CountsClause::Status> statuses(clause.statuses.begin(), clause.statuses.end());
  if (!line.keeps_order()) {
    std::stable_sort(statuses.begin(), statuses.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  }
  line.Put(kWhat[static_cast<std::size_t>(clause.what)], syntax::List<syntax::CountsClause::Status>(statuses));
  AddTo(body, clause.line, line);
}

void Formatter::AddCosts(Body& body, const syntax::CostsClause& clause) const {
  if (!clause.reported) return AddLine(body, clause.line, "costs ", *clause.cost);
  AddLine(body, clause.line, "costs reported", Also{"at least ", clause.at_least});
}

void Formatter::AddExcess(Body& body, const syntax::ExcessClause& clause) const {
  if (const auto* slow = std::get_if<syntax::SlowBy>(&clause.reaction)) {
    AddLine(body, clause.line, "on excess slow by ", *slow->delay, Also{"doubling up to ", slow->doubling_up_to});
  } else {
    AddLine(body, clause.line, "on excess block for ", *std::get<syntax::BlockFor>(clause.reaction).time);
  }
}

void Formatter::Put(const syntax::LimitDecl& node) {
  PutOpeningOf(node.head, node.shadow ? "shadow limit " : "limit ", node.name);
  Body body;
  AddConditions(body, node);
  if (node.per) AddLine(body, node.per->line, node.per->in_total ? "in total" : "per ", node.per->keys);
  if (node.pace) AddPace(body, *node.pace);
  if (node.counts) AddCounts(body, *node.counts);
  if (node.costs) AddCosts(body, *node.costs);
  if (node.excess) AddExcess(body, *node.excess);
  if (node.lost) AddLine(body, node.lost->line, "if counters are lost ", node.lost->mode_span);
  if (node.instead) AddLine(body, node.instead->line, "instead of ", AnyOrder{node.instead->limits});
  AddAnswer(body, node);
  PutClauses(body);
}

// ---- proofs ----

void Formatter::AddClaim(Body& body, const syntax::ClaimLine& clause) const {
  constexpr std::array<std::string_view, 3> kCompared = {"no wider than ", "no narrower than ", "same as "};
  if (std::holds_alternative<syntax::HidingNeverHelps>(clause.claim)) {
    AddLine(body, clause.line, "hiding never helps");
  } else if (std::holds_alternative<syntax::EveryOperationCanBeAllowed>(clause.claim)) {
    AddLine(body, clause.line, "every operation can be allowed");
  } else if (const auto* compared = std::get_if<syntax::Compared>(&clause.claim)) {
    AddLine(body, clause.line, kCompared[static_cast<std::size_t>(compared->how)], compared->with);
  } else {
    const auto& never = std::get<syntax::NeverOrAlways>(clause.claim);
    LineBuilder line = Clause(clause.line);
    line.Put(never.always ? "always " : "never ", never.what);
    if (never.argument) line.Put(" ", *never.argument);
    AddTo(body, clause.line, line);
  }
}

void Formatter::Put(const syntax::ProveDecl& node) {
  PutOpeningOf(node.head, "prove ", node.name);
  Body body;
  if (node.claim) AddClaim(body, *node.claim);
  AddConditions(body, node);
  PutClauses(body);
}

}  // namespace ward::format
