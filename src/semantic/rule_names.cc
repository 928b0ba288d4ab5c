#include "semantic/rule_names.h"

#include <fmt/format.h>

namespace ward::semantic {
namespace {

std::string_view LastSegment(std::string_view dotted) {
  const std::size_t dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

std::string_view FirstSegment(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

Decides Decided(RuleKind kind) {
  switch (kind) {
    case RuleKind::kAllow:
      return Decides::kAllow;
    case RuleKind::kDeny:
    case RuleKind::kRequire:
      return Decides::kRefuse;
    case RuleKind::kOn:
      return Decides::kNothing;
  }
  return Decides::kRefuse;
}

}  // namespace

RuleNames::RuleNames(const Model& model) {
  const Program& program = model.program;
  for (const Rule& rule : program.rules) {
    Add(fmt::format("{}.{}", model.PolicyName(rule.policy), rule.name), Decided(rule.kind));
  }
  for (const Limit& limit : program.limits) {
    Add(fmt::format("{}.{}", model.PolicyName(limit.policy), limit.name), Decides::kThrottle);
  }
  for (const Zone& zone : program.zones) {
    for (const ZoneRequirement& requirement : zone.requirements) {
      Add(fmt::format("{}.{}.{}", model.PolicyName(zone.policy), zone.name, requirement.name), Decides::kRefuse);
    }
  }
  for (const std::string_view name : {"default", "bad-path", "bad-request", "no-operation", "invalid-credential"}) {
    Add(std::string(name), Decides::kRefuse);
  }
}

void RuleNames::Add(std::string full, Decides decides) {
  if (!known_.insert(full).second) return;  // two share the name, which is reported elsewhere
  by_last_[std::string(LastSegment(full))].push_back(names_.size());
  names_.push_back(RuleName{std::move(full), decides});
}

std::vector<const RuleName*> RuleNames::Find(std::string_view dotted) const {
  std::vector<const RuleName*> found;
  const auto it = by_last_.find(std::string(LastSegment(dotted)));
  if (it == by_last_.end()) return found;
  for (const std::size_t index : it->second) {
    const std::string_view full = names_[index].full;
    const bool suffix =
        full.ends_with(dotted) && (full.size() == dotted.size() || full[full.size() - dotted.size() - 1] == '.');
    if (suffix) found.push_back(&names_[index]);
  }
  return found;
}

std::optional<std::string> RuleNames::Nearest(std::string_view dotted) const {
  std::string_view last = LastSegment(dotted);
  if (!by_last_.contains(std::string(last))) {
    std::vector<std::string_view> candidates;
    for (const auto& entry : by_last_) candidates.push_back(entry.first);
    const auto nearest = base::NearestName(last, candidates);
    if (!nearest.has_value()) return std::nullopt;
    last = *nearest;
  }
  // Of several with that last word the one in a policy of the same family, else the first.
  const auto& indices = by_last_.find(std::string(last))->second;
  for (const std::size_t index : indices) {
    if (FirstSegment(names_[index].full) == FirstSegment(dotted)) return names_[index].full;
  }
  return names_[indices[0]].full;
}

}  // namespace ward::semantic
