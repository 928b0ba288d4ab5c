#include "eval/walk.h"

#include <tuple>

namespace ward::eval {

// Terms stand by rank, so the first of each sort is the best of this leaf.
void Walk::NoteDenials(LeafMasks masks, const std::uint32_t* rules, Findings& findings) {
  for (std::uint64_t terms = masks.possible; terms != 0; terms &= terms - 1) {
    const int bit = std::countr_zero(terms);
    const bool certain = (masks.certain >> bit & 1U) != 0;
    const std::uint32_t rule = rules[bit] & ~bytecode::kAnswers401;
    if (rules[bit] != rule) {
      findings.challenge = std::min(findings.challenge, rule);
      if (certain) findings.certain_challenge = std::min(findings.certain_challenge, rule);
    } else if (certain) {
      findings.deny = std::min(findings.deny, rule);
    } else {
      findings.doubt = std::min(findings.doubt, rule);
    }
  }
}

void Walk::AddMatches(LeafMasks masks, const std::uint32_t* rules, bytecode::GroupKind kind) {
  for (std::uint64_t terms = masks.possible; terms != 0; terms &= terms - 1) {
    const int bit = std::countr_zero(terms);
    WARD_DCHECK(match_count_ < matches_.size());
    matches_[match_count_++] = {rules[bit] & ~bytecode::kAnswers401, kind, (masks.certain >> bit & 1U) != 0};
  }
}

void Walk::SortMatches() {
  if (match_count_ < 2) return;
  const auto end = matches_.begin() + match_count_;
  std::sort(matches_.begin(), end, [](const Match& a, const Match& b) {
    return std::tuple(a.kind, a.rule, !a.certain) < std::tuple(b.kind, b.rule, !b.certain);
  });
  const auto same = [](const Match& a, const Match& b) { return a.kind == b.kind && a.rule == b.rule; };
  match_count_ = static_cast<std::uint32_t>(std::unique(matches_.begin(), end, same) - matches_.begin());
}

}  // namespace ward::eval
