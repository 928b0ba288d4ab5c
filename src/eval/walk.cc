#include "eval/walk.h"

#include <tuple>

namespace ward::eval {

void Walk::AddMatches(std::uint64_t terms, std::uint64_t certain, const std::uint32_t* rules,
                      bytecode::GroupKind kind) {
  for (; terms != 0; terms &= terms - 1) {
    const int bit = std::countr_zero(terms);
    WARD_DCHECK(match_count_ < matches_.size());
    matches_[match_count_++] = {rules[bit], kind, (certain >> bit & 1U) != 0};
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
