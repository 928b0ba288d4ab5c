// Rules, limits and proofs: their clauses in the one order that all have.
#include <algorithm>
#include <array>
#include <vector>

#include "format/formatter.h"

namespace ward::format {

// ---- clauses that several declarations share ----

template <typename Node>
void Formatter::AddConditions(Body& body, const Node& node) const {
  if (node.for_clause) {
    LineBuilder line = Clause(node.for_clause->line);
    line.Put("for ");
    line.Put(node.for_clause->operations);
    AddTo(body, node.for_clause->line, line);
  }
  if (node.when) {
    LineBuilder line = Clause(node.when->line);
    line.Put("when ");
    line.Put(*node.when->condition);
    AddTo(body, node.when->line, line);
  }
  if (node.unless) {
    LineBuilder line = Clause(node.unless->line);
    line.Put("unless ");
    line.Put(*node.unless->condition);
    AddTo(body, node.unless->line, line);
  }
}

template <typename Node>
void Formatter::AddAnswer(Body& body, const Node& node) const {
  if (node.because) {
    LineBuilder line = Clause(node.because->line);
    line.Put(node.because->because);
    AddTo(body, node.because->line, line);
  }
  if (node.reply) {
    LineBuilder line = Clause(node.reply->line);
    line.Put(node.reply->reply);
    AddTo(body, node.reply->line, line);
  }
}

// ---- rules ----

void Formatter::AddVerdict(Body& body, const syntax::Verdict& verdict) const {
  constexpr std::array<std::string_view, 4> kWords = {"allow ", "deny ", "on ", "require "};
  LineBuilder line = Clause(verdict.line);
  line.Put(kWords[static_cast<std::size_t>(verdict.kind)]);
  if (verdict.demand) {
    line.Put(*verdict.demand);
  } else {
    line.Put(verdict.operations);
  }
  AddTo(body, verdict.line, line);
}

void Formatter::AddWith(Body& body, const syntax::WithClause& clause) const {
  LineBuilder line = Clause(clause.line);
  line.Put("with ");
  if (const auto* set = std::get_if<syntax::SetHeader>(&clause.obligation)) {
    line.Put("set header ");
    line.Put(set->header);
    line.Put(" to ");
    line.Put(*set->value);
  } else if (const auto* strip = std::get_if<syntax::StripHeader>(&clause.obligation)) {
    line.Put("strip header ");
    line.Put(strip->header);
  } else if (const auto* audit = std::get_if<syntax::Audit>(&clause.obligation)) {
    line.Put("audit ");
    line.Put(audit->level);
  } else {
    line.Put("tag ");
    line.Put(std::get<syntax::Tag>(clause.obligation).word);
  }
  AddTo(body, clause.line, line);
}

void Formatter::Put(const syntax::RuleDecl& node) {
  LineBuilder opening = Opening(node.head);
  opening.Put(node.shadow ? "shadow rule " : "rule ");
  opening.Put(node.name);
  PutOpening(node.head, opening);
  Body body;
  if (node.verdict) AddVerdict(body, *node.verdict);
  AddConditions(body, node);
  for (const syntax::WithClause& clause : node.with) AddWith(body, clause);
  AddAnswer(body, node);
  PutClauses(body);
}

// ---- limits ----

void Formatter::AddPer(Body& body, const syntax::PerClause& clause) const {
  LineBuilder line = Clause(clause.line);
  line.Put(clause.in_total ? "in total" : "per ");
  for (std::size_t i = 0; i < clause.keys.size(); ++i) {
    if (i > 0) line.Comma(clause.keys[i]->outer_span.begin);
    line.Put(*clause.keys[i]);
  }
  AddTo(body, clause.line, line);
}

void Formatter::AddPace(Body& body, const syntax::PaceClause& clause) const {
  LineBuilder line = Clause(clause.line);
  if (const auto* pace = std::get_if<syntax::NoFasterThan>(&clause.pace)) {
    line.Put("no faster than ");
    line.Put(*pace->rate);
    line.Put(" per ");
    line.Put(pace->per.span);
    if (pace->burst) {
      line.Comma(pace->burst->outer_span.begin);
      line.Put("burst ");
      line.Put(*pace->burst);
    }
    return AddTo(body, clause.line, line);
  }
  line.Put("at most ");
  if (const auto* per = std::get_if<syntax::AtMostPer>(&clause.pace)) {
    line.Put(*per->count);
    line.Put(" per ");
    line.Put(per->per.span);
  } else if (const auto* each = std::get_if<syntax::AtMostEach>(&clause.pace)) {
    line.Put(*each->count);
    line.Put(" each ");
    line.Put(each->unit_span);
    line.Put(" in ");
    line.Put(each->time_zone);
  } else if (const auto* at_once = std::get_if<syntax::AtMostAtOnce>(&clause.pace)) {
    line.Put(*at_once->count);
    line.Put(" at once");
    if (at_once->each_up_to) {
      line.Comma(at_once->each_up_to->outer_span.begin);
      line.Put("each up to ");
      line.Put(*at_once->each_up_to);
    }
  }
  AddTo(body, clause.line, line);
}

void Formatter::AddCounts(Body& body, const syntax::CountsClause& clause) const {
  constexpr std::array<std::string_view, 4> kWhat = {"counts every request", "counts allowed requests",
                                                     "counts refused requests", "counts responses "};
  LineBuilder line = Clause(clause.line);
  line.Put(kWhat[static_cast<std::size_t>(clause.what)]);
  std::vector<syntax::CountsClause::Status> statuses(clause.statuses.begin(), clause.statuses.end());
  if (!line.keeps_order()) {
    std::stable_sort(statuses.begin(), statuses.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
  }
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (i > 0) line.Comma(statuses[i].span.begin);
    line.Put(statuses[i].span);
  }
  AddTo(body, clause.line, line);
}

void Formatter::AddCosts(Body& body, const syntax::CostsClause& clause) const {
  LineBuilder line = Clause(clause.line);
  line.Put(clause.reported ? "costs reported" : "costs ");
  if (clause.cost) line.Put(*clause.cost);
  if (clause.at_least) {
    line.Comma(clause.at_least->outer_span.begin);
    line.Put("at least ");
    line.Put(*clause.at_least);
  }
  AddTo(body, clause.line, line);
}

void Formatter::AddExcess(Body& body, const syntax::ExcessClause& clause) const {
  LineBuilder line = Clause(clause.line);
  if (const auto* slow = std::get_if<syntax::SlowBy>(&clause.reaction)) {
    line.Put("on excess slow by ");
    line.Put(*slow->delay);
    if (slow->doubling_up_to) {
      line.Comma(slow->doubling_up_to->outer_span.begin);
      line.Put("doubling up to ");
      line.Put(*slow->doubling_up_to);
    }
  } else {
    line.Put("on excess block for ");
    line.Put(*std::get<syntax::BlockFor>(clause.reaction).time);
  }
  AddTo(body, clause.line, line);
}

void Formatter::AddLost(Body& body, const syntax::LostClause& clause) const {
  LineBuilder line = Clause(clause.line);
  line.Put("if counters are lost ");
  line.Put(clause.mode_span);
  AddTo(body, clause.line, line);
}

void Formatter::Put(const syntax::LimitDecl& node) {
  LineBuilder opening = Opening(node.head);
  opening.Put(node.shadow ? "shadow limit " : "limit ");
  opening.Put(node.name);
  PutOpening(node.head, opening);
  Body body;
  AddConditions(body, node);
  if (node.per) AddPer(body, *node.per);
  if (node.pace) AddPace(body, *node.pace);
  if (node.counts) AddCounts(body, *node.counts);
  if (node.costs) AddCosts(body, *node.costs);
  if (node.excess) AddExcess(body, *node.excess);
  if (node.lost) AddLost(body, *node.lost);
  if (node.instead) {
    LineBuilder line = Clause(node.instead->line);
    line.Put("instead of ");
    line.PutSorted(node.instead->limits);
    AddTo(body, node.instead->line, line);
  }
  AddAnswer(body, node);
  PutClauses(body);
}

// ---- proofs ----

void Formatter::AddClaim(Body& body, const syntax::ClaimLine& clause) const {
  constexpr std::array<std::string_view, 3> kCompared = {"no wider than ", "no narrower than ", "same as "};
  LineBuilder line = Clause(clause.line);
  if (std::holds_alternative<syntax::HidingNeverHelps>(clause.claim)) {
    line.Put("hiding never helps");
  } else if (std::holds_alternative<syntax::EveryOperationCanBeAllowed>(clause.claim)) {
    line.Put("every operation can be allowed");
  } else if (const auto* compared = std::get_if<syntax::Compared>(&clause.claim)) {
    line.Put(kCompared[static_cast<std::size_t>(compared->how)]);
    line.Put(compared->with);
  } else if (const auto* never = std::get_if<syntax::NeverOrAlways>(&clause.claim)) {
    line.Put(never->always ? "always " : "never ");
    line.Put(never->what);
    if (never->argument) {
      line.Put(" ");
      line.Put(*never->argument);
    }
  }
  AddTo(body, clause.line, line);
}

void Formatter::Put(const syntax::ProveDecl& node) {
  LineBuilder opening = Opening(node.head);
  opening.Put("prove ");
  opening.Put(node.name);
  PutOpening(node.head, opening);
  Body body;
  if (node.claim) AddClaim(body, *node.claim);
  AddConditions(body, node);
  PutClauses(body);
}

}  // namespace ward::format
